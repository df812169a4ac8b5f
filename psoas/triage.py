"""Answers -> how urgent: rules, never a probability.

The result is a bracket: the urgency that is certain, from red flags that are true or whose "I don't know"
decides, and the urgency that is still possible, from red flags that are not yet false.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from psoas.bracket import OPEN, OPEN_TRUE, SURE, SURE_DOUBT
from psoas.errors import InputError
from psoas.findings import Answers, Value
from psoas.library import Library, RedFlag, Urgency, hours
from psoas.rules import atoms, holds, needs


class Standing(NamedTuple):
    """Where one red flag stands. doubt: it counts because "I don't know" decides, not because it is true."""

    flag: RedFlag
    certain: Urgency
    possible: Urgency
    doubt: bool


class Bracket(NamedTuple):
    """certain <= possible. raised: flags that count now, the first instruction first. open: still undecided."""

    certain: Urgency
    possible: Urgency
    raised: tuple[Standing, ...]
    open: tuple[Standing, ...]

    @property
    def first(self) -> RedFlag | None:
        return self.raised[0].flag if self.raised else None

    @property
    def act_within(self) -> str | None:
        """The shortest time among the red flags of the certain level; None when none is raised."""
        times = [s.flag.act_within for s in self.raised if s.certain is self.certain and not s.doubt]
        times = times or [longest(self.certain)] if self.raised else []
        return min(times, key=hours, default=None)


def longest(level: Urgency) -> str:
    """The time that a level allows at most, for a flag that counts by doubt alone."""
    return {Urgency.emergency: "now", Urgency.same_day: "24 h", Urgency.within_2_weeks: "14 d"}.get(level, "12 w")


def in_words(act_within: str) -> str:
    """ "7 d" -> "7 days"; "now" and other words stay."""
    number, _, unit = act_within.partition(" ")
    name = {"h": "hour", "d": "day", "w": "week"}.get(unit)
    return f"{number} {name}{'' if number == '1' else 's'}" if name else act_within


def triage(library: Library, answers: Answers) -> Bracket:
    """The bracket for one complaint. Unasked stays possible; "I don't know" counts as its flag says.

    No answer lowers what another raised; a finding whose `ask_if` is false counts as no until given.
    """
    low, high = doubt_readings(answers)
    standings = [
        Standing(flag, certain_level(flag, bits, low), possible_level(flag, bits, high), not bits & SURE)
        for flag, bits in zip(library.flags, library.reading(answers), strict=True)
        if bits
    ]
    raised = sorted((s for s in standings if s.certain > Urgency.self_care), key=lambda s: -s.certain)
    return Bracket(
        certain=max((s.certain for s in standings), default=Urgency.self_care),
        possible=max((s.possible for s in standings), default=Urgency.self_care),
        raised=tuple(raised),
        open=tuple(s for s in standings if s.possible > s.certain),
    )


def doubt_readings(answers: Answers) -> tuple[tuple[bool, ...], tuple[bool, ...]]:
    """Which readings of "I don't know" may apply: both while nobody knows yet who answers."""
    if "respondent" not in answers:
        return (False, True), (False, True)
    return ((proxy := answers["respondent"] == "proxy"),), (proxy,)


def certain_level(flag: RedFlag, bits: int, proxies: Sequence[bool]) -> Urgency:
    if bits & SURE:
        return flag.level
    return min(map(flag.doubt, proxies)) if bits & SURE_DOUBT else Urgency.self_care


def possible_level(flag: RedFlag, bits: int, proxies: Sequence[bool]) -> Urgency:
    if bits & OPEN_TRUE:
        return flag.level
    return max(map(flag.doubt, proxies)) if bits & OPEN else Urgency.self_care


def deciding(library: Library, standing: Standing, answers: Answers) -> list[str]:
    """The answered findings that make a raised flag count: its yeses, and its don't-knows when they decide."""
    wanted = []
    for atom in atoms(library.expression(standing.flag.when)):
        value = answers.get(atom.finding)
        unknown = atom.finding in answers and value is None
        if holds(atom, answers) or (standing.doubt and unknown):
            wanted.append(atom.finding)
    return list(dict.fromkeys(wanted))


def together(library: Library, complaints: Sequence[Answers]) -> Bracket:
    """The bracket of a person with several complaints: what any of them, or all of them joined, raises.

    Yes/no answers are joined (yes if any says yes); each complaint keeps its own numbers, such as duration.
    Raises InputError when two complaints disagree about a fact of the person (age, sex, who answers).
    """
    brackets = [triage(library, own) for own in complaints]
    brackets += [triage(library, joined(library, complaints, own)) for own in complaints]
    standings = sorted((s for b in brackets for s in b.raised), key=lambda s: (s.certain, not s.doubt))
    raised = {standing.flag.id: standing for standing in standings}  # the greatest of each flag
    undecided = {s.flag.id: s for b in brackets for s in b.open if s.possible > level_in(raised, s.flag.id)}
    order = {flag.id: position for position, flag in enumerate(library.flags)}
    return Bracket(
        certain=max(bracket.certain for bracket in brackets),
        possible=max(bracket.possible for bracket in brackets),
        raised=tuple(sorted(raised.values(), key=lambda s: (-s.certain, order[s.flag.id]))),
        open=tuple(undecided.values()),
    )


def level_in(raised: Mapping[str, Standing], flag: str) -> Urgency:
    return raised[flag].certain if flag in raised else Urgency.self_care


def joined(library: Library, complaints: Sequence[Answers], own: Answers) -> dict[str, Value | None]:
    """The answers of all complaints together, with the numbers and choices of one of them."""
    return {**merged(library, complaints), **numbers(library, own)}


GENERAL = ("age_years", "sex_at_birth", "respondent", "pregnancy_weeks")


def merged(library: Library, complaints: Sequence[Answers]) -> dict[str, Value | None]:
    """Yes if any complaint says yes; asked and not known before no; facts of the person must agree."""
    joined: dict[str, Value | None] = {}
    for complaint in complaints:
        for key, value in complaint.items():
            if key in GENERAL and joined.setdefault(key, value) != value:
                raise InputError(key, f"two complaints of one person say {joined[key]!r} and {value!r}.", "One value.")
            if library.findings[key].kind == "boolean":
                joined[key] = stronger(joined.get(key, False), value) if key in joined else value
    return joined


def stronger(one: Value | None, other: Value | None) -> Value | None:
    if one is True or other is True:
        return True
    return None if one is None or other is None else False


def numbers(library: Library, answers: Answers) -> dict[str, Value | None]:
    return {key: value for key, value in answers.items() if library.findings[key].kind != "boolean"}


def contradictions(library: Library, answers: Answers) -> list[tuple[str, list[str]]]:
    """Answers that cannot all be true: what to say, and which findings to settle."""
    found = []
    for item in library.knowledge.contradictions:
        expr = library.expression(item.when)
        if holds(expr, answers):
            found.append((item.says, [name for name in needs(expr) if name in answers]))
    return found
