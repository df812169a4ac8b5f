"""All readings of an expression mean the same, on generated rules and rows, nulls included."""

import duckdb
import z3
from hypothesis import given
from hypothesis import strategies as st

from psoas.bracket import DOUBT, FALSE, TRUE, Reading, truth
from psoas.engines import sql
from psoas.engines.proof import People
from psoas.parsing import Vocabulary
from psoas.rules import And, AtLeast, Compare, Const, Not, Or, Yes, holds, parts, written
from tests.generated import SMALL, row, rules
from tests.spec.test_operators import Bare

COLUMNS = {"boolean": "BOOLEAN", "number": "DOUBLE", "choice": "VARCHAR"}


@given(rule=rules, rows=st.lists(row, max_size=8))
def test_the_closure_means_what_the_reference_means(rule, rows):
    reading = Reading([rule], {})

    assert [truth(reading(answers)[0]) for answers in rows] == [holds(rule, answers) for answers in rows]


@given(rule=rules, rows=st.lists(row, min_size=1, max_size=8))
def test_duckdb_means_what_the_reference_means(rule, rows):
    with duckdb.connect() as con:
        con.execute(f"CREATE TABLE t (place INT, {', '.join(f'{f.id} {COLUMNS[f.kind]}' for f in SMALL.values())})")
        for at, answers in enumerate(rows):
            marks = ", ".join("?" * (1 + len(SMALL)))
            con.execute(f"INSERT INTO t VALUES ({marks})", [at, *(answers.get(name) for name in SMALL)])
        got = [value for (value,) in con.execute(f"SELECT {sql.text(rule)} FROM t ORDER BY place").fetchall()]

    assert got == [holds(rule, answers) for answers in rows]


@given(rule=rules, answers=row)
def test_the_formulas_have_the_same_four_bits_as_the_closure(rule, answers):
    people = People(Bare)
    bits = people.bits(rule)
    solver = z3.Solver()
    for name, known in people.findings.items():
        value = answers.get(name)
        solver.add(known.asked == (name in answers), known.known == (value is not None))
        if value is not None:
            solver.add(known.value == (list(SMALL[name].choices).index(value) if isinstance(value, str) else value))
    assert solver.check() == z3.sat
    model = solver.model()
    got = sum(
        bit for bit, formula in zip((1, 2, 4, 8), bits, strict=True)
        if z3.is_true(model.eval(formula, model_completion=True))
    )  # fmt: skip

    assert got == Reading([rule], {})(answers)[0]


@given(rule=rules, answers=row)
def test_a_rule_written_out_parses_to_a_rule_of_the_same_meaning(rule, answers):
    again = Vocabulary(SMALL).parse(written(rule), "again")

    assert holds(again, answers) is holds(rule, answers)


@given(rule=rules, answers=row)
def test_every_completion_of_the_unasked_stays_within_the_interval(rule, answers):
    low_to_high = Reading([rule], {})
    before = low_to_high(answers)[0]
    everyone = {"a": True, "b": False, "c": None, "d": True, "n": 6.0, "s": "x"}
    after = low_to_high({**everyone, **answers})[0]

    assert after in (FALSE, DOUBT, TRUE)  # nothing is open when everything was asked
    assert before & 1 <= after & 1  # what was sure stays sure
    assert before & 2 <= after & 2
    assert after & 4 <= before & 4  # what was impossible stays impossible
    assert after & 8 <= before & 8


def test_the_generator_reaches_every_operator():
    seen = set()

    @given(rule=rules)
    def look(rule):
        queue = [rule]
        while queue:
            node = queue.pop()
            seen.add(type(node))
            queue.extend(parts(node))

    look()

    assert seen == {Yes, Compare, Const, Not, And, Or, AtLeast}
