"""What can be known about a person, and the answers that are known."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Literal, TypeAlias

import msgspec

from psoas.errors import InputError, nearest

Value: TypeAlias = bool | float | str
Answers: TypeAlias = Mapping[str, Value | None]  # absent = not asked; None = asked and not known

Kind = Literal["boolean", "number", "choice", "derived"]
How = Literal["history", "self_test", "examination", "investigation"]

# How many of the finding's own unit one of the given unit is: (factor, offset).
CONVERSIONS: dict[tuple[str, str], tuple[float, float]] = {
    ("day", "weeks"): (1 / 7, 0.0),
    ("week", "weeks"): (1.0, 0.0),
    ("month", "weeks"): (365.25 / 12 / 7, 0.0),
    ("year", "weeks"): (365.25 / 7, 0.0),
    ("month", "years"): (1 / 12, 0.0),
    ("year", "years"): (1.0, 0.0),
    ("C", "C"): (1.0, 0.0),
    ("F", "C"): (5 / 9, -160 / 9),
    ("mL", "mL"): (1.0, 0.0),
    ("L", "mL"): (1000.0, 0.0),
    ("mm/h", "mm/h"): (1.0, 0.0),
    ("mg/L", "mg/L"): (1.0, 0.0),
    ("mg/dL", "mg/L"): (10.0, 0.0),
    ("point", "points"): (1.0, 0.0),
    ("minute", "minutes"): (1.0, 0.0),
    ("hour", "minutes"): (60.0, 0.0),
    ("grade", "MRC grade"): (1.0, 0.0),
    ("degree", "degrees"): (1.0, 0.0),
}
QUANTITY = re.compile(r"\s*([-+]?\d+(?:\.\d+)?)\s*([A-Za-z/]+)\s*")


class Case(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A worked case of one expression: `then` is true, false or unknown."""

    name: str
    given: dict[str, Value | None]
    then: bool | str


THEN: dict[bool | str, bool | None] = {True: True, False: False, "unknown": None}


class Finding(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One fact that can be known. `means` says exactly what a yes is; `question` asks for it.

    `ask_if` is an expression: when it is false the finding need not be asked and counts as no
    (a number as 0). `derived` findings have `is`, an expression over others, with its cases, and are never asked.
    """

    id: str
    kind: Kind
    label: str
    how: How = "history"
    means: str = ""
    question: str = ""
    check: str = ""
    watch: str = ""
    is_: str = msgspec.field(default="", name="is")
    unit: str = ""
    range: tuple[float, float] | None = None
    choices: dict[str, str] = {}
    ask_if: str = ""
    followup: bool = False
    confirm: bool = False
    private: bool = False
    cases: list[Case] = []


def described(finding: Finding) -> str:
    """What would fit as an answer, in words."""
    if finding.kind == "number" and finding.range:
        low, high = finding.range
        units = sorted({given for given, own in CONVERSIONS if own == finding.unit})
        others = f', or with a unit ("3 {units[0]}"; known: {", ".join(units)})' if units else ""
        return f"A number of {finding.unit} from {low:g} to {high:g}{others}, or null for not known."
    if finding.kind == "choice":
        return f"One of {', '.join(finding.choices)}, or null for not known."
    return "true, false, or null for not known."


def read_answers(findings: Mapping[str, Finding], raw: object, where: str = "answers") -> dict[str, Value | None]:
    """Answers checked against the findings, numbers in the finding's own unit.

    Raises InputError with the place, what was found and the nearest thing that fits.
    """
    if not isinstance(raw, Mapping):
        raise InputError(
            where, f"expected finding: value pairs, found {shown(raw)}.", "{age_years: 44, groin_pain: true}"
        )
    return {key: read_answer(findings, key, value, f"{where}.{key}") for key, value in raw.items()}


def read_answer(findings: Mapping[str, Finding], key: object, value: object, where: str) -> Value | None:
    """One answer, checked; None means asked and not known. Raises InputError."""
    finding = findings.get(key) if isinstance(key, str) else None
    if finding is None:
        raise InputError(where, f"no finding is called {shown(key)}.", nearest(str(key), findings), see_findings())
    if finding.kind == "derived":
        raise InputError(
            where, f'"{key}" is worked out from other answers and cannot be given.', f"Give: {finding.is_}"
        )
    if value is None:
        return None
    if finding.kind == "number":
        return read_number(finding, value, where)
    fits = isinstance(value, bool) if finding.kind == "boolean" else isinstance(value, str) and value in finding.choices
    if not fits:
        raise InputError(
            where, f"{shown(value)} does not fit.", described(finding), nearest(str(value), finding.choices)
        )
    return value  # type: ignore[return-value]


def read_number(finding: Finding, value: object, where: str) -> float:
    """A number in the finding's unit and range, from a number or a quantity with a unit."""
    number = quantity(finding, value) if isinstance(value, str) else value
    if isinstance(number, bool) or not isinstance(number, int | float) or not math.isfinite(number):
        raise InputError(where, f"{shown(value)} is not a number of {finding.unit}.", described(finding))
    low, high = finding.range or (-math.inf, math.inf)
    if not low <= number <= high:
        raise InputError(where, f"{shown(value)} is out of range.", described(finding))
    return float(number)


def quantity(finding: Finding, text: str) -> float | None:
    """The number in the finding's unit that a text such as "3 months" means, or None."""
    match = QUANTITY.fullmatch(text)
    if not match:
        return None
    given = match[2] if (match[2], finding.unit) in CONVERSIONS else match[2].removesuffix("s")
    factor, offset = CONVERSIONS.get((given, finding.unit), (math.nan, 0.0))
    number = float(match[1]) * factor + offset
    return round(number, 6) if math.isfinite(number) else None


def shown(value: object) -> str:
    """The value as found, cut short, so that an error never repeats a whole document."""
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def see_findings() -> str:
    return "`psoas knowledge show findings` lists them all."


def as_words(value: object) -> str:
    """An answer in words."""
    if isinstance(value, bool) or value is None:
        return "not sure" if value is None else "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)
