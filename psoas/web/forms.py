"""A posted page -> answers, or messages that say what is missing. Pure: nothing is stored here."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from psoas.errors import InputError
from psoas.findings import Finding, Value, read_answer
from psoas.interview import Step
from psoas.library import Group, Library

NUMBER = re.compile(r"(\d{1,6})(?:[.,](\d+))?\s*(days?|weeks?|months?|years?)?", re.IGNORECASE)
WORDS: dict[str, bool | None] = {"yes": True, "no": False, "unsure": None}
Form = Mapping[str, Sequence[str]]


class Fault(NamedTuple):
    """A message at a field: what is missing or wrong, in plain words."""

    field: str
    message: str


class Read(NamedTuple):
    """answers: what fits, in order. faults: what does not, beside it; nothing that fits is lost."""

    answers: list[tuple[str, Value | None]]
    faults: list[Fault]
    areas: tuple[str, ...] | None = None


def first(form: Form, name: str) -> str:
    values = form.get(name) or [""]
    return values[0].strip()


def read_step(library: Library, step: Step, form: Form) -> Read:
    """The answers to every group of a step."""
    found = Read([], [])
    for number, group in enumerate(step.groups):
        part = read_group(library, step, group, number, form)
        found = Read(
            found.answers + part.answers, found.faults + part.faults, found.areas if part.areas is None else part.areas
        )
    return found


def read_group(library: Library, step: Step, group: Group, number: int, form: Form) -> Read:
    if is_chart(library, group):
        return read_chart(library, group, form)
    if group.form == "list" and step.kind == "questions":
        return read_list(group, number, form)
    answers, faults = [], []
    for item in group.items:
        finding = library.findings[item]
        try:
            answers.append((item, read_field(library, finding, form)))
        except InputError as error:
            faults.append(Fault(f"f-{item}", f"{named(finding)}: {error.found}"))
    return Read(answers, faults)


def named(finding: Finding) -> str:
    """The finding's short name, to start a sentence with."""
    return finding.label[:1].upper() + finding.label[1:]


def is_chart(library: Library, group: Group) -> bool:
    """The group of places, which the body chart asks for."""
    places = {area["finding"] for area in library.areas}
    return group.form == "list" and bool(places) and set(group.items) <= places


def read_field(library: Library, finding: Finding, form: Form) -> Value | None:
    """One answer of its own field. Raises InputError in plain words."""
    name = f"f-{finding.id}"
    text = first(form, name)
    if text == "unsure" or first(form, f"{name}-unsure"):
        return None
    if finding.kind == "boolean":
        if text not in WORDS:
            raise InputError(name, "choose Yes, No or Not sure.")
        return WORDS[text]
    if not text:
        what = "choose one" if finding.kind == "choice" else "give a number"
        raise InputError(name, f"{what}, or Not sure.")
    return read_text(library, finding, text, first(form, f"{name}-unit"))


def read_text(library: Library, finding: Finding, text: str, unit: str) -> Value | None:
    value: Any = text
    if finding.kind == "number":
        value = number_in(text, unit)
    try:
        return read_answer(library.findings, finding.id, value, finding.id)
    except InputError:
        raise InputError(finding.id, asked_for(finding)) from None


def number_in(text: str, unit: str) -> float | str:
    """A number, or a quantity with the unit chosen beside it."""
    found = NUMBER.fullmatch(text)
    if not found or (found[2] and len(found[2]) > 2):  # "1,040" may mean two numbers, so it is asked again
        return text
    plain = found[1] + "." + (found[2] or "0")
    return f"{plain} {found[3] or unit}" if found[3] or unit else float(plain)


def asked_for(finding: Finding) -> str:
    if finding.kind == "number" and finding.range:
        low, high = finding.range
        unit = "" if finding.unit in ("points", "") else f" {finding.unit}"
        return f"give a number from {low:g} to {high:g}{unit}, or tick Not sure."
    return "choose one of the lines, or Not sure."


def read_list(group: Group, number: int, form: Form) -> Read:
    """Ticked lines are yes. "None of these" is a no to each line shown; "Not sure" opens them one by one."""
    ticked = [item for item in form.get("tick", ()) if item in group.items]
    none, unsure = first(form, f"none-{number}"), first(form, f"unsure-{number}")
    field = f"tick-{group.items[0]}"
    if ticked and none:
        return Read([], [Fault(field, "You ticked a line and also None of these. Please keep one of them.")])
    if none and unsure:
        return Read([], [Fault(field, "You ticked None of these and also Not sure. Please keep one of them.")])
    if not ticked and not none and not unsure:
        return Read([], [Fault(field, "Tick what fits, or None of these, or Not sure.")])
    rest: Value | None = None if unsure else False
    return Read([(item, True if item in ticked else rest) for item in group.items], [])


def read_chart(library: Library, group: Group, form: Form) -> Read:
    """The ticked areas, worst first, and the places that they mean."""
    known = {area["id"]: area for area in library.areas}
    areas = [name for name in form.get("area", ()) if name in known]
    nowhere = first(form, "nowhere")
    if areas and nowhere:
        return Read([], [Fault("area-list", "You ticked a place, and also that it does not hurt. Please keep one.")])
    if not areas and not nowhere:
        return Read([], [Fault("area-list", "Tick every place that hurts, or say that it does not hurt.")])
    worst = first(form, "worst")
    ordered = sorted(areas, key=lambda name: name != worst)
    hurts = {known[name]["finding"] for name in areas}
    return Read([(item, item in hurts) for item in group.items], [], tuple(ordered))
