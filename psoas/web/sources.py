"""What reasoning says, in the words and numbers that a clinician reads: on the screen, on paper and in the letter.

Pure. A probability has two decimals; below one in a hundred its first figure, so that a rare danger keeps its size.
Urgency never comes from here.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from psoas.answer import Danger, Likely, Outcome, Reason, Source, Together, Worth, said
from psoas.assessment import Assessment
from psoas.library import Library

HONEST = (
    "Estimates from reasoning over published and judged numbers; no clinician has checked them. "
    "Urgency is by rules alone."
)
SETTINGS = {
    "self_referred": "Self-referred",
    "primary_care": "Primary care",
    "emergency": "Emergency department",
    "specialist": "Specialist",
}
NO_INTERVAL = "none yet"
MAIN, MOST = 0.05, 10  # conditions shown at once: from this probability, and at most so many
SHOWN_MECHANISM = 0.1
DANGERS = 8  # shown at once, the greatest rise first
Found = Likely | Assessment


class Line(NamedTuple):
    """A condition or mechanism as a row. now, before: p and prior as numbers, for the bar."""

    id: str
    name: str
    codes: str
    p: str
    prior: str
    interval: str
    for_: list[str]
    against: list[str]
    consistent_with: bool
    because: str
    now: float
    before: float


class Rise(NamedTuple):
    """A condition that must not be missed. factor: of its odds, after over before."""

    id: str
    name: str
    p: str
    prior: str
    factor: str
    why: list[str]


class Result(NamedTuple):
    """One outcome of a test: how it reads, its chance, and (name, p now, p after, whether it rises) of
    what it moves most."""

    reads: str
    chance: str
    moves: list[tuple[str, str, str, bool]]


class Next(NamedTuple):
    """A test not yet done. part: its bits as a share of the most telling one's, for the bar."""

    id: str
    label: str
    how: str
    why: str
    bits: str
    part: float
    change: str
    results: list[Result]


def share(p: float) -> str:
    """A probability without its leading zero.

    >>> share(0.614), share(0.0072), share(0.00004), share(0.999), share(1.0), share(0.0)
    ('.61', '.007', '<.001', '>.99', '>.99', '<.001')
    """
    if p > 0.994:
        return ">.99"
    if p >= 0.0095:
        return f"{p:.2f}"[1:]
    return f"{p:.3f}"[1:] if p >= 0.0005 else "<.001"


def factor(change: float) -> str:
    """A change of log odds as a factor on the odds.

    >>> factor(1.1688), factor(-0.9), factor(4.2)
    ('×3.2', '÷2.5', '×67')
    """
    size = math.exp(abs(change))
    return ("×" if change >= 0 else "÷") + (f"{size:.1f}" if size < 9.95 else f"{size:,.0f}")


def reason(item: Reason) -> str:
    return f"{said(item)} {factor(item.change)}"


def line(one: Source) -> Line:
    known = one.low is not None and one.high is not None
    return Line(
        id=one.id,
        name=one.name,
        codes=", ".join(one.icd10),
        p=share(one.p),
        prior=share(one.prior),
        interval=f"{share(one.low or 0.0)} to {share(one.high or 0.0)}" if known else NO_INTERVAL,
        for_=[reason(item) for item in one.for_],
        against=[reason(item) for item in one.against],
        consistent_with=one.consistent_with,
        because=one.because,
        now=one.p,
        before=one.prior,
    )


def rise(one: Danger) -> Rise:
    return Rise(one.id, one.name, share(one.p), share(one.prior), factor(one.rise), [reason(item) for item in one.why])


def sources(library: Library, found: Found) -> dict[str, Any]:
    """Everything but the tests, as rows. conditions, dangers: the first of them; others, more_dangers: the rest."""
    conditions = [line(one) for one in found.conditions]
    main = [one for one in conditions if one.now >= MAIN][:MOST] or conditions[:MOST]
    nonspecific = found.nonspecific
    return {
        "honest": HONEST,
        "setting": SETTINGS.get(found.setting, found.setting),
        "conditions": main,
        "others": [one for one in conditions if one not in main],
        "dangers": [rise(one) for one in found.must_not_miss][:DANGERS],
        "more_dangers": [rise(one) for one in found.must_not_miss][DANGERS:],
        "nonspecific": share(nonspecific.p) if nonspecific else "",
        "residual": [line(one) for one in nonspecific.conditions] if nonspecific else [],
        "mechanisms": [line(one) for one in found.mechanisms if one.p >= SHOWN_MECHANISM][:MOST],
        "coexisting": [(together(library, one), share(one.p)) for one in found.coexisting],
        "hip_and_spine": share(found.hip_and_spine or 0.0),
    }


def together(library: Library, pair: Together) -> str:
    """The clinical names of two conditions."""
    known = library.knowledge.conditions
    named = zip(pair.conditions, pair.names, strict=True)
    return " with ".join(known[id].name if id in known else plain for id, plain in named)


def tests(library: Library, found: Found) -> list[Next]:
    """What is not known yet and would tell most, in order; what is private is never offered."""
    now = {one.id: one.p for one in found.conditions}
    now |= {one.id: one.p for one in found.nonspecific.conditions} if found.nonspecific else {}
    offered = [one for one in found.tests if not library.findings[one.finding].private]
    most = max((one.bits for one in offered), default=0.0) or 1.0
    return [next_test(library, one, now, most) for one in offered]


def next_test(library: Library, one: Worth, now: dict[str, float], most: float) -> Next:
    measured = one.how in ("examination", "investigation")
    return Next(
        id=one.finding,
        label=one.label,
        how=one.how,
        why=one.why,
        bits=f"{one.bits:.2f}",
        part=one.bits / most,
        change=share(one.change) if one.change >= 0.0005 else "0",
        results=[result(library, outcome, now, measured) for outcome in one.outcomes],
    )


def result(library: Library, outcome: Outcome, now: dict[str, float], measured: bool) -> Result:
    before = [(to, now.get(to.id, 0.0)) for to in outcome.conditions]
    moves = [(to.name, share(p) if p else "<.01", share(to.p), to.p > p) for to, p in before]
    return Result(reads(library, outcome.answer, measured), share(outcome.chance), moves)


def reads(library: Library, answer: str, measured: bool) -> str:
    """An outcome in words: "Positive" of a sign, "Yes" of a question, "CRP >= 10" of a number."""
    if answer in ("yes", "no"):
        return {"yes": "Positive", "no": "Negative"}[answer] if measured else answer.capitalize()
    words = (library.findings[part].label if part in library.findings else part for part in answer.split(" "))
    return " ".join(words).replace("'", "").replace(">=", "≥").replace("<=", "≤").replace(" AND ", " and ")


def as_data(found: dict[str, Any]) -> dict[str, Any]:
    """The same with each row as a dictionary, for a template that takes JSON."""
    return {name: [plain(row) for row in value] if isinstance(value, list) else value for name, value in found.items()}


def plain(row: Any) -> Any:
    return row._asdict() if isinstance(row, Line | Rise) else row
