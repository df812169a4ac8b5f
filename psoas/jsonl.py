"""The interview with a program: a line out for each question, a line in for each answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TextIO

import msgspec

from psoas.assessment import Names, asked, assess, source_question, with_sources
from psoas.errors import InputError, PsoasError
from psoas.findings import shown
from psoas.inquiry import next_question, painless
from psoas.intake import read_json
from psoas.interview import Session, give
from psoas.kernels import NUMPY, Kernels
from psoas.library import Library
from psoas.likely import reasoned

MAX_LINE = 100_000
EXAMPLE = '{"id": "fever", "value": true}, or "value": null for not known'


def converse(
    library: Library,
    session: Session,
    country: str,
    lines: TextIO,
    out: TextIO,
    setting: str = "self_referred",
    kernels: Kernels = NUMPY,
) -> None:
    """Ask until nothing is worth asking or the input ends; the assessment is the last line.

    The danger questions come first, then those about the source, each with its reason.
    """
    names = Names(library, country)

    def say(data: Any) -> None:
        out.write(msgspec.json.encode(data).decode() + "\n")
        out.flush()

    incoming = read_lines(lines)
    while question := asked(library, session, names) or about_source(library, session, names, setting, kernels):
        say(question)
        line = next(incoming, None)
        if line is None:
            break
        try:
            session = answer(library, session, line, question)
        except PsoasError as error:
            say({"error": error.as_dict()})
    found = assess(library, session, country=country)
    hurts = not painless(library, session.answers)
    say(with_sources(found, [reasoned(library, session.answers, setting=setting, kernels=kernels)] if hurts else []))


def about_source(
    library: Library, session: Session, names: Names, setting: str, kernels: Kernels
) -> dict[str, Any] | None:
    found = next_question(library, session, setting, kernels)
    return source_question(library, session, names, found.finding, found.why) if found else None


def read_lines(lines: TextIO) -> Iterator[str]:
    """Lines that hold something; one that is too long comes cut, and so fails as JSON."""
    while line := lines.readline(MAX_LINE):
        if line.strip():
            yield line


def answer(library: Library, session: Session, line: str, question: dict[str, Any]) -> Session:
    """The session after one line. Raises InputError for a line that does not fit.

    A line with the id of the question answers that very question; any other is an answer out of order.
    """
    try:
        data = read_json(line)
    except (ValueError, RecursionError):
        raise InputError("line", f"{shown(line.strip())} is not JSON.", EXAMPLE) from None
    if not isinstance(data, dict) or "id" not in data or "value" not in data:
        raise InputError("line", f"{shown(data)} has no `id` and `value`.", EXAMPLE)
    answering = str(question["kind"]) if data["id"] == question["id"] else "questions"
    return give(library, session, data["id"], data["value"], answering)
