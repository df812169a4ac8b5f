"""A file of answers -> a request -> an assessment."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from psoas.assessment import DEFAULT_COUNTRY, Assessment, Names, assess, shareable, source_question, with_sources
from psoas.errors import ContradictionError, InputError, KnowledgeError, nearest
from psoas.findings import Answers, Value, read_answers
from psoas.inquiry import next_question, painless
from psoas.interview import Session
from psoas.library import Library, Urgency
from psoas.likely import reasoned
from psoas.priors import SETTINGS
from psoas.triage import contradictions, merged, numbers, together, triage

MODES = ("person", "clinician")
KEYS = ("answers", "complaints", "explained", "setting", "country", "mode")
MAX_BYTES, MOST_COMPLAINTS = 1_000_000, 12


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """answers: of the person. complaints: the answers of each complaint on top, when there are several.

    places: of each complaint, in words ("left groin").
    """

    answers: dict[str, Value | None]
    complaints: list[dict[str, Value | None]] = []
    places: list[str] = []
    explained: dict[str, str] = {}
    setting: str = "self_referred"
    country: str = DEFAULT_COUNTRY
    mode: str = "person"


def read_request(library: Library, file: str) -> Request:
    """The request in a YAML or JSON file, or on standard input for "-". Raises InputError with place and reason."""
    text = read_text(file)
    try:
        data = read_json(text)
    except (ValueError, RecursionError):
        data = read_yaml(text, "standard input" if file == "-" else file)
    return checked(library, data)


def read_json(text: str | bytes) -> Any:
    """The JSON value. Raises ValueError for other text, InputError for a name that stands twice."""
    return json.loads(text, object_pairs_hook=once, parse_constant=no_number)


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object. Raises InputError when a name stands twice: either could be the one that was meant."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise InputError(key[:80], "stands twice.", "Each name once.", "Keep the one that is right.")
        found[key] = value
    return found


def no_number(word: str) -> Any:
    raise ValueError(f"{word} is not JSON")


def read_text(file: str) -> str:
    try:
        raw = sys.stdin.buffer.read(MAX_BYTES + 1) if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise InputError(
            file, f"cannot be read: {error.strerror}.", "A YAML or JSON file, or - for standard input."
        ) from None
    if len(raw) > MAX_BYTES:
        raise InputError(file, f"is longer than {MAX_BYTES:,} bytes.", "One person's answers.")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(file, f"is not UTF-8 text (byte {error.start}).", "", "Save it as UTF-8.") from None


def read_yaml(text: str, name: str) -> Any:
    from psoas.sheets import parse_sheet

    try:
        return parse_sheet(text, name).data
    except KnowledgeError as error:
        raise InputError(error.where, error.found, error.fits, error.do) from None


def checked(library: Library, data: object) -> Request:
    """The request, every part checked; contradictory answers are refused and named."""
    if not isinstance(data, Mapping) or not ("answers" in data or "complaints" in data):
        raise InputError("input", "there are no `answers`.", "answers: {age_years: 44, low_back_pain: true}")
    for key in data:
        if key not in KEYS:
            raise InputError(
                str(key), "is not a part of a request.", nearest(str(key), KEYS), f"Known: {', '.join(KEYS)}."
            )
    answers = read_answers(library.findings, data.get("answers", {}))
    request = Request(
        answers=answers,
        complaints=read_complaints(library, data.get("complaints", []), answers),
        places=[item.get("place", "") for item in data.get("complaints", [])],
        explained=read_explained(library, data.get("explained", {})),
        setting=word("setting", data.get("setting", "self_referred"), SETTINGS),
        country=word("country", lower(data.get("country", DEFAULT_COUNTRY)), tuple(sorted(library.countries))),
        mode=word("mode", data.get("mode", "person"), MODES),
    )
    refuse_contradictions(library, request)
    return request


def read_complaints(library: Library, raw: object, answers: dict[str, Value | None]) -> list[dict[str, Value | None]]:
    if not isinstance(raw, list):
        raise InputError("complaints", "is not a list.", "complaints: [{answers: {...}}, {answers: {...}}]")
    if len(raw) > MOST_COMPLAINTS:
        raise InputError("complaints", f"are {len(raw):,}.", f"At most {MOST_COMPLAINTS} pains of one person.")
    found = []
    for at, item in enumerate(raw):
        if not isinstance(item, Mapping) or not set(item) <= {"place", "answers"}:
            raise InputError(f"complaints[{at}]", "does not fit.", "{place: left groin, answers: {groin_pain: true}}")
        if not isinstance(item.get("place", ""), str):
            raise InputError(f"complaints[{at}].place", "is not text.", "place: left groin")
        found.append(
            over(library, answers, read_answers(library.findings, item.get("answers", {}), f"complaints[{at}].answers"))
        )
    return found


def over(library: Library, general: Answers, own: Answers) -> dict[str, Value | None]:
    """A complaint's answers on top of the person's. No complaint takes a yes back that the person gave."""
    return {
        **numbers(library, {**general, **own}),
        **merged(library, [yes_or_no(library, one) for one in (general, own)]),
    }


def yes_or_no(library: Library, answers: Answers) -> dict[str, Value | None]:
    return {key: value for key, value in answers.items() if library.findings[key].kind == "boolean"}


def read_explained(library: Library, raw: object) -> dict[str, str]:
    if not isinstance(raw, Mapping):
        raise InputError("explained", "is not finding: reason.", "explained: {unexplained_weight_loss: a diet I chose}")
    for key, reason in raw.items():
        if key not in library.findings:
            raise InputError(f"explained.{key}", "no such finding.", nearest(str(key), library.findings))
        if not isinstance(reason, str):
            raise InputError(f"explained.{key}", "the reason is not text.", "A few words.")
    return dict(raw)


def lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


def word(key: str, value: object, fits: tuple[str, ...]) -> str:
    if not isinstance(value, str) or value not in fits:
        raise InputError(key, f"{value!r} does not fit.", f"One of {', '.join(fits)}.", nearest(str(value), fits))
    return value


def refuse_contradictions(library: Library, request: Request) -> None:
    """Raise InputError naming answers that cannot all be true; what they mean meanwhile is said with it."""
    for answers in request.complaints or [request.answers]:
        for says, findings in contradictions(library, answers):
            level = triage(library, answers).certain
            number = Names(library, request.country).country["emergency"]["number"]
            call = f" Call {number}." if level is Urgency.emergency else ""
            urgent = f" Until then, what was said means: {level.name}.{call}" if level >= Urgency.same_day else ""
            do = f"Settle {' and '.join(findings)}, then ask again.{urgent}"
            raise ContradictionError("answers", says, "Only one of them can be right.", do, meanwhile=level.name)


def judged(library: Library, request: Request, *, letter: bool = False) -> Assessment:
    """The assessment of a request, with the likely sources of each complaint.

    letter: without what must not leave the screen.
    """
    found = urgency_of(library, request, letter)
    every = request.complaints or [request.answers]
    own = [(answers, place) for answers, place in zip(every, request.places or [""] * len(every), strict=True)]
    own = [(answers, place) for answers, place in own if not painless(library, answers)]
    sources = [
        reasoned(
            library,
            answers,
            setting=request.setting,
            place=place,
            side=side_of(place),
            clinician=request.mode == "clinician",
        )
        for answers, place in own
    ]
    found = with_sources(found, sources)
    if letter or found.next_question:
        return found
    return msgspec.structs.replace(found, next_question=next_of(library, request))


def next_of(library: Library, request: Request) -> dict[str, Any] | None:
    """The next question about the source of the first complaint, once the danger questions of all are behind."""
    if request.complaints:
        every = together(library, request.complaints)
        if every.certain is Urgency.emergency or every.possible > every.certain:
            return None
    answers = (request.complaints or [request.answers])[0]
    session = Session(answers=answers, confirmed=frozenset(answers), recap="done")
    asked_now = next_question(library, session, request.setting)
    names = Names(library, request.country)
    return source_question(library, session, names, asked_now.finding, asked_now.why) if asked_now else None


def side_of(place: str) -> str:
    """The side that a place in words names: left, right, both, or "" when it names none."""
    named = set(re.findall(r"\b(left|right|both)\b", place.lower()))
    return "both" if len(named) > 1 else "".join(named)


def urgency_of(library: Library, request: Request, letter: bool) -> Assessment:
    whole = whole_answers(library, request)
    session = Session(answers=whole, confirmed=frozenset(whole), recap="done", clinician=request.mode == "clinician")
    bracket = together(library, request.complaints) if request.complaints else None
    if letter:
        return shareable(
            library,
            session,
            country=request.country,
            clinician=request.mode == "clinician",
            explained=request.explained,
            bracket=bracket,
            known=whole,
        )
    return assess(library, session, country=request.country, explained=request.explained, bracket=bracket, known=whole)


def whole_answers(library: Library, request: Request) -> dict[str, Value | None]:
    if not request.complaints:
        return request.answers
    return {**numbers(library, request.complaints[0]), **merged(library, request.complaints)}
