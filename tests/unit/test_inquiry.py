"""When a question about the source is asked, and when asking stops."""

import pytest

from psoas.inquiry import LEAST_QUESTIONS, MOST_QUESTIONS, MOST_UNKNOWN, askable, next_question
from psoas.interview import Session
from psoas.kernels import numba_kernels


def settled(library, **more) -> Session:
    """Someone with a sore groin and low back whose danger questions are all behind, and said no."""
    danger = [name for page in library.pages if page.asks in ("start", "danger", "pattern") for name in page.items]
    answers = {name: False for name in danger if library.findings[name].kind == "boolean"}
    answers |= {"respondent": "self", "age_years": 62.0, "sex_at_birth": "female", "pain_duration_weeks": 30.0}
    answers |= {"pain_nprs": 4.0, "pain_trend": "same", "groin_pain": True, "low_back_pain": True}
    return Session(answers=answers | more, confirmed=frozenset(answers), recap="done")


def asked(library, session):
    return next_question(library, session, kernels=numba_kernels())


def some(library, count):
    return sorted(askable(library))[:count]


def test_the_first_question_comes_with_its_reason_once_danger_is_behind(library):
    found = asked(library, settled(library))

    assert found.finding in askable(library)
    assert found.why.startswith("This helps to ")
    assert found.asked == 0


def test_no_question_comes_while_a_danger_question_is_open(library):
    open_ = settled(library)
    answers = {name: value for name, value in open_.answers.items() if name != "saddle_anaesthesia"}

    assert asked(library, Session(answers=answers, recap="done")) is None


def test_no_question_comes_after_an_emergency_unless_the_person_goes_on(library):
    urgent = settled(library, saddle_anaesthesia=True)
    confirmed = urgent.confirmed | {"saddle_anaesthesia"}

    assert asked(library, Session(answers=urgent.answers, confirmed=confirmed, recap="done")) is None
    going = Session(answers=urgent.answers, confirmed=confirmed, recap="done", carry_on=True)
    assert asked(library, going) is not None


def test_who_has_had_enough_is_asked_no_more(library):
    session = settled(library)

    assert asked(library, Session(answers=session.answers, recap="done", enough=True)) is None


@pytest.mark.parametrize(("unknown", "goes_on"), [(MOST_UNKNOWN - 1, True), (MOST_UNKNOWN, False)])
def test_asking_stops_when_the_person_can_tell_no_more(library, unknown, goes_on):
    more = dict.fromkeys(some(library, unknown))

    assert (asked(library, settled(library, age_years=45.0, **more)) is not None) is goes_on


def test_asking_stops_at_the_most_questions(library):
    more = dict.fromkeys(some(library, MOST_QUESTIONS), False)

    assert asked(library, settled(library, **more)) is None


def test_a_few_are_asked_at_least(library):
    session, count = settled(library), 0
    while count < LEAST_QUESTIONS:
        found = asked(library, session)
        assert found is not None
        answers = {**session.answers, found.finding: False}
        session, count = Session(answers=answers, confirmed=session.confirmed, recap="done"), count + 1
