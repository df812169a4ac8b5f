"""What must be true of every person's triage; the proofs say it of all, these run the code that serves one."""

import duckdb
import pytest
import z3
from hypothesis import given, settings
from hypothesis import strategies as st

from psoas import load
from psoas.engines import sql
from psoas.engines.proof import People
from psoas.interview import Session, answered, complete, next_step, open_items
from psoas.library import Urgency
from psoas.rules import holds
from psoas.triage import triage
from tests.generated import people, values

LIBRARY = load()
SIGNS = sorted({name for name in LIBRARY.reading.of if LIBRARY.findings[name].kind == "boolean"})
person = people(LIBRARY)


@given(answers=person, sign=st.sampled_from(SIGNS))
def test_a_yes_more_never_lowers_the_urgency(answers, sign):
    before, after = triage(LIBRARY, answers), triage(LIBRARY, {**answers, sign: True})

    assert after.certain >= before.certain


@given(answers=person, data=st.data())
def test_an_answer_to_a_question_that_is_open_never_widens_the_bracket(answers, data):
    closed = LIBRARY.reading.closed(answers)
    open_ = sorted(name for name in LIBRARY.reading.of if name not in answers and name not in closed)
    if not open_:
        return
    name = data.draw(st.sampled_from(open_))
    value = data.draw(values(LIBRARY, LIBRARY.findings[name]))

    before, after = triage(LIBRARY, answers), triage(LIBRARY, {**answers, name: value})

    assert before.certain <= after.certain <= after.possible <= before.possible


@given(answers=person, seed=st.randoms(use_true_random=False))
def test_the_order_of_the_answers_does_not_matter(answers, seed):
    items = list(answers.items())
    seed.shuffle(items)

    assert triage(LIBRARY, dict(items)) == triage(LIBRARY, answers)


@given(answers=person)
def test_a_flag_that_is_true_by_the_reference_is_raised(answers):
    raised = {standing.flag.id for standing in triage(LIBRARY, answers).raised}

    for flag in LIBRARY.flags:
        if holds(LIBRARY.expression(flag.when), answers) is True:
            assert flag.id in raised


@given(answers=person)
def test_a_finished_interview_has_a_closed_bracket(answers):
    session = Session(answers=answers, confirmed=frozenset(answers), recap="done")
    bracket = triage(LIBRARY, answers)

    if complete(LIBRARY, session):
        assert bracket.certain == bracket.possible


@given(answers=person, data=st.data())
@settings(max_examples=30)
def test_every_interview_ends(answers, data):
    session = Session(answers=answers, confirmed=frozenset(answers), recap="done")
    for _ in range(len(LIBRARY.findings) + 1):
        step = next_step(LIBRARY, session)
        if step.kind == "done":
            break
        item = step.items[0]
        session = answered(session, item, data.draw(values(LIBRARY, LIBRARY.findings[item])))
        session = Session(answers=session.answers, confirmed=frozenset(session.answers), recap="done")

    assert next_step(LIBRARY, session).kind == "done"
    assert open_items(LIBRARY, session) == set()


@pytest.mark.slow
@given(answers=person)
@settings(max_examples=25)
def test_the_formulas_give_the_same_bracket_as_the_code(answers):
    formulas = People(LIBRARY)
    solver = z3.Solver()
    for name, known in formulas.findings.items():
        value = answers.get(name)
        solver.add(known.asked == (name in answers), known.known == (value is not None))
        if value is not None:
            choices = list(LIBRARY.findings[name].choices)
            solver.add(known.value == (choices.index(value) if isinstance(value, str) else value))
    assert solver.check() == z3.sat
    model = solver.model()

    def highest(formula):
        true = [level for level in Urgency if level and z3.is_true(model.eval(formula(level), model_completion=True))]
        return max(true, default=Urgency.self_care)

    bracket = triage(LIBRARY, answers)
    assert highest(formulas.certain) is bracket.certain
    assert highest(formulas.possible) is bracket.possible


@pytest.mark.slow
@given(rows=st.lists(person, min_size=1, max_size=5))
@settings(max_examples=25)
def test_duckdb_gives_the_urgency_that_is_true_without_doubt(rows):
    columns = sql.columns(LIBRARY)
    with duckdb.connect() as con:
        con.execute(f"CREATE TABLE p (place INT, {', '.join(f'{sql.quoted(n)} {k}' for n, k in columns.items())})")
        for place, answers in enumerate(rows):
            marks = ", ".join("?" * (1 + len(columns)))
            con.execute(f"INSERT INTO p VALUES ({marks})", [place, *(answers.get(name) for name in columns)])
        query = sql.urgency(LIBRARY, "p").replace("AS urgency", "AS urgency, place")
        got = {place: level for level, place in con.execute(query).fetchall()}

    for place, answers in enumerate(rows):
        known = {name: value for name, value in answers.items() if value is not None}
        assert got[place] == triage(LIBRARY, {"respondent": "self", **known}).certain
