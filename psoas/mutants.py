"""Single-edit mutants of red flags: the proofs and cases are worth something only if they notice them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from psoas.library import RedFlag, Urgency
from psoas.rules import And, AtLeast, Compare, Expr, Not, Or, Yes, written

BELOW = {"emergency": "same_day", "same_day": "within_2_weeks", "within_2_weeks": "routine", "routine": None}
STRICT = {">=": ">", ">": ">=", "<=": "<", "<": "<="}


class Mutant(NamedTuple):
    """flag: the edited flag, or None when it is deleted. expr: its edited expression."""

    edit: str
    original: RedFlag
    flag: RedFlag | None
    expr: Expr | None


def mutants(flag: RedFlag, expr: Expr, ranges: dict[str, tuple[float, float]]) -> Iterator[Mutant]:
    """Every single edit: a term dropped, AND for OR, a threshold moved, a term negated, the level lowered, deletion."""
    seen = {written(expr)}
    for edited in edits(expr, ranges):
        if (text := written(edited)) not in seen:
            seen.add(text)
            yield Mutant(text, flag, flag, edited)
    lower = BELOW[flag.urgency]
    if lower:
        yield Mutant(f"level {lower}", flag, lowered(flag, lower), expr)
    yield Mutant("deleted", flag, None, None)


def lowered(flag: RedFlag, level: str) -> RedFlag:
    """The flag one level down; what "I don't know" counts as comes down with it where it must."""
    doubt = flag.dont_know
    capped = {
        name: value if value in (None, "none") or Urgency[value] <= Urgency[level] else level
        for name, value in (("counts_as", doubt.counts_as), ("by_proxy", doubt.by_proxy))
    }
    return msgspec.structs.replace(flag, urgency=level, dont_know=msgspec.structs.replace(doubt, **capped))


def edits(expr: Expr, ranges: dict[str, tuple[float, float]]) -> Iterator[Expr]:
    """Every expression that one edit makes of this one."""
    yield from edits_here(expr, ranges)
    match expr:
        case Not(arg):
            yield from (Not(new) for new in edits(arg, ranges))
        case And(args) | Or(args) | AtLeast(_, args):
            for at, arg in enumerate(args):
                yield from (with_args(expr, (*args[:at], new, *args[at + 1 :])) for new in edits(arg, ranges))


def edits_here(expr: Expr, ranges: dict[str, tuple[float, float]]) -> Iterator[Expr]:
    match expr:
        case Yes():
            yield Not(expr)
        case Compare(finding, op, value):
            yield Not(expr)
            yield from moved(finding, op, value, ranges)
        case And(args) | Or(args):
            yield Or(args) if isinstance(expr, And) else And(args)
            for at in range(len(args)):
                rest = (*args[:at], *args[at + 1 :])
                yield with_args(expr, rest) if len(rest) > 1 else rest[0]
        case AtLeast(n, args):
            yield from (AtLeast(k, args) for k in (n - 1, n + 1) if 1 <= k <= len(args))
            for at in range(len(args)):
                if len(args) > n:
                    yield AtLeast(n, (*args[:at], *args[at + 1 :]))


def moved(finding: str, op: str, value: float | str, ranges: dict[str, tuple[float, float]]) -> Iterator[Expr]:
    """The threshold one unit up and down, and the border itself moved in or out."""
    if isinstance(value, str):
        return
    low, high = ranges.get(finding, (value, value))
    yield from (Compare(finding, op, value + step) for step in (-1.0, 1.0) if low <= value + step <= high)
    if op in STRICT:
        yield Compare(finding, STRICT[op], value)


def with_args(expr: Expr, args: tuple[Expr, ...]) -> Expr:
    match expr:
        case AtLeast(n, _):
            return AtLeast(n, args)
        case And():
            return And(args)
        case _:
            return Or(args)
