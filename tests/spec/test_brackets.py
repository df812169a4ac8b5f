"""The three empties: not asked, asked and not known, and no, as intervals of F < D < T."""

import pytest

from psoas.bracket import DOUBT, FALSE, TRUE, UNASKED, Reading
from psoas.parsing import Vocabulary
from tests.generated import SMALL

DOUBT_TO_TRUE, FALSE_TO_DOUBT = 0b1110, 0b1000

TABLES = [
    # rule, answers (absent = not asked, None = not known), interval
    ("a", {}, UNASKED),
    ("a", {"a": None}, DOUBT),
    ("a", {"a": True}, TRUE),
    ("a", {"a": False}, FALSE),
    ("NOT a", {"a": None}, DOUBT),
    ("NOT a", {}, UNASKED),
    ("NOT (a AND b)", {"a": None}, DOUBT_TO_TRUE),
    ("a OR b", {"a": None, "b": False}, DOUBT),
    ("a OR b", {"a": None, "b": True}, TRUE),
    ("a OR b", {"a": None}, DOUBT_TO_TRUE),
    ("a AND b", {"a": None, "b": True}, DOUBT),
    ("a AND b", {"a": None}, FALSE_TO_DOUBT),
    ("a AND b", {"a": True}, UNASKED),
    ("a AND b", {"a": False}, FALSE),
    ("at_least(2, a, b, c)", {"a": True, "b": None, "c": False}, DOUBT),
    ("at_least(2, a, b, c)", {"a": True, "b": None}, DOUBT_TO_TRUE),
    ("at_least(2, a, b, c)", {"a": None, "b": False}, FALSE_TO_DOUBT),
    ("at_least(2, a, b, c)", {"a": True, "b": True}, TRUE),
    ("n >= 6", {"n": None}, DOUBT),
    ("n >= 6", {}, UNASKED),
    ("s = 'x'", {"s": None}, DOUBT),
]


@pytest.mark.parametrize(("rule", "answers", "interval"), TABLES)
def test_not_asked_and_not_known_are_told_apart(rule, answers, interval):
    expr = Vocabulary(SMALL).parse(rule, "table")

    assert Reading([expr], {})(answers) == (interval,)


GATED = [
    # gate of b, answers, interval of b
    ("a", {"a": False}, FALSE),
    ("a", {"a": True}, UNASKED),
    ("a", {}, UNASKED),
    ("a", {"a": None}, UNASKED),
    ("a", {"a": False, "b": True}, TRUE),
    ("a", {"a": False, "b": None}, DOUBT),
]


@pytest.mark.parametrize(("gate", "answers", "interval"), GATED)
def test_a_gate_that_is_not_known_hides_nothing_and_a_value_given_anyway_wins(gate, answers, interval):
    parse = Vocabulary(SMALL).parse

    assert Reading([parse("b", "t")], {"b": parse(gate, "t")})(answers) == (interval,)


def test_a_number_that_need_not_be_asked_counts_as_zero():
    parse = Vocabulary(SMALL).parse
    reading = Reading([parse("n >= 6", "t"), parse("n < 6", "t")], {"n": parse("a", "t")})

    assert reading({"a": False}) == (FALSE, TRUE)
