"""What reasoning says, as plain values that every edge renders; `psoas.likely` makes them."""

from __future__ import annotations

import math

import msgspec

LIKELY, POSSIBLE = 0.5, 0.1  # shares from which a source is called so
TOLD, MOST_TOLD = math.log(4), 3  # rise from which a person is told of a danger, and of how many


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """An answer, and how far the log odds would fall (for) or rise (against) without it."""

    finding: str
    label: str
    answer: str
    change: float
    unit: str = ""


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """A condition or mechanism. p: probability now; prior: of such a person before any answer but age and sex.

    low, high: an interval of p, once one can be given. consistent_with: nothing at the bedside could find it, so it
    is never more than consistent with the answers. icd10 is empty for a mechanism.
    """

    id: str
    name: str
    plain: str
    means: str
    icd10: list[str] = []
    p: float
    prior: float
    low: float | None = None
    high: float | None = None
    word: str
    consistent_with: bool = False
    because: str = ""
    region: str = ""
    for_: list[Reason] = msgspec.field(name="for")
    against: list[Reason]


class Danger(msgspec.Struct, frozen=True, kw_only=True):
    """A condition that must not be missed. rise: of its log odds over the prior; why: the answers that raised it."""

    id: str
    name: str
    plain: str
    p: float
    prior: float
    rise: float
    why: list[Reason]


def worth_a_word(dangers: list[Danger]) -> list[Danger]:
    """Those that a person is told of: at most three, on no list of likely or possible ones, with odds at least four
    times what they were.

    A sore groin alone doubles the odds of every disease of the hip; to name them all would only frighten. Urgency is
    decided by rules, and a clinician sees the whole list.
    """
    return [danger for danger in dangers if danger.rise >= TOLD and danger.p < POSSIBLE][:MOST_TOLD]


def word(p: float) -> str:
    return "likely" if p >= LIKELY else "possible" if p >= POSSIBLE else "unlikely"


def said(reason: Reason) -> str:
    """An answer by its name alone when it is a yes, else with what was said."""
    if reason.answer == "yes":
        return reason.label
    answer = f"{float(reason.answer):.1f}".removesuffix(".0") if reason.unit else reason.answer
    return f"{reason.label}: {answer} {reason.unit}".rstrip()


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


class Together(msgspec.Struct, frozen=True, kw_only=True):
    """Two conditions that are both present with probability p."""

    conditions: list[str]
    names: list[str]
    p: float


class Nonspecific(msgspec.Struct, frozen=True, kw_only=True):
    """Pain whose source nobody can name: what is left when no condition explains it. Listed apart from the causes."""

    p: float
    conditions: list[Source]


class Shift(msgspec.Struct, frozen=True, kw_only=True):
    """A condition whose probability a test would move, to p."""

    id: str
    name: str
    plain: str
    p: float


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """One outcome of a test: how it would read, how likely it is, and the conditions that it moves most."""

    answer: str
    chance: float
    conditions: list[Shift]


class Worth(msgspec.Struct, frozen=True, kw_only=True):
    """A question or test not yet done. bits: what it tells about all conditions; change: chance of another scan,
    referral or first plan. why: in words, from the actual gain.
    """

    finding: str
    label: str
    question: str
    how: str
    check: str
    why: str
    bits: float
    change: float
    outcomes: list[Outcome]


class Likely(msgspec.Struct, frozen=True, kw_only=True):
    """What the answers say of the sources of one complaint; urgency never comes from here.

    place, side: of the complaint, as given. hip_and_spine: both hold a source. answered: how many observations
    count. conditions: those that the answers speak for first, each group by p. tests: what is not known yet and would
    tell most.
    """

    place: str
    side: str
    setting: str
    answered: int
    mechanisms: list[Source]
    conditions: list[Source]
    must_not_miss: list[Danger]
    nonspecific: Nonspecific
    coexisting: list[Together]
    hip_and_spine: float
    tests: list[Worth]
