"""An assessment -> the data of the person's report."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import msgspec

from psoas.answer import capital
from psoas.assessment import Assessment, Flag, Names, spoken
from psoas.library import Library
from psoas.web.report_parts import (
    LEVELS,
    UNFINISHED,
    Data,
    Meta,
    cited,
    common,
    labels,
    level_name,
    reached,
    sources,
    told,
    untold,
)
from psoas.web.source_views import listed

# Whom the level sends to, when its instruction names nobody.
SERVICES = {
    "emergency": ["emergency_department"],
    "same_day": ["primary_doctor", "urgent_line"],
    "within_2_weeks": ["primary_doctor", "urgent_line"],
    "routine": ["primary_doctor", "physiotherapist"],
    "self_care": ["pharmacist", "physiotherapist", "primary_doctor"],
    UNFINISHED: ["primary_doctor", "urgent_line"],
}

# What stands under "why" when no red flag may be named. It must be true whatever was left out.
LOW = "None of the danger signs that this report covers is among your answers."
NO_REASON = {
    "self_care": LOW,
    "routine": LOW,
    UNFINISHED: "The danger questions are not all answered yet.",
    "seen": "Your answers taken together mean that someone should look at this in person.",
}


def person_data(library: Library, result: Assessment, meta: Meta) -> Data:
    flags = told(result, clinician=False)
    hidden = labels(library, untold(library, clinician=False))
    first = [flag for flag in flags if flag.urgency == result.urgency.certain]
    names = Names(library, meta.country)
    return common(library, result, meta, "What your answers mean") | {
        "so_far": so_far(result),
        "notes": result.notes,
        "calls": calls(names, result),
        "say": words_to_say(result, first),
        "why": [reason(flag, hidden, result.urgency.do) for flag in first],
        "also": [reason(flag, hidden, flag.do_now) for flag in flags if flag not in first],
        "no_reason": NO_REASON.get(level_name(result), NO_REASON["seen"]),
        "net": msgspec.to_builtins(result.safety_net),
        "denied": [label for label in result.denied_danger_signs if label not in hidden],
        "denied_note": result.denied_note,
        "sources": [cited(source) for source in sources(first)],
        "origin": listed(library, result) if result.nonspecific else None,
    }


def so_far(result: Assessment) -> str:
    """What is certain and what may still come, while both differ."""
    if result.urgency.certain == result.urgency.possible:
        return ""
    certain, possible = reached(result), LEVELS[result.urgency.possible]
    return f"So far: {certain}. Still possible: {possible}." if certain else f"Still possible: {possible}."


def words_to_say(result: Assessment, first: list[Flag]) -> list[str]:
    """What to say to whom is called; plain words of ours where no red flag may be named."""
    if first:
        return list(dict.fromkeys(flag.say for flag in first))
    seen = level_name(result) in ("emergency", "same_day", "within_2_weeks")
    return [f"I answered questions about this pain and was told: {result.urgency.title}."] if seen else []


def reason(flag: Flag, hidden: Collection[str], said: str) -> Data:
    """Why a red flag counts, in the person's own answers; its instruction, unless that was said already."""
    return {
        "title": flag.title,
        "level": LEVELS[flag.urgency],
        "not_known": flag.not_known,
        "answers": [label for label in flag.because_of if label not in hidden],
        "why": flag.why,
        "tone": flag.tone,
        "do": "" if flag.do_now == said else flag.do_now,
    }


def calls(names: Names, result: Assessment) -> list[Data]:
    """Whom to call: those whom the instruction names, in its order, else those of the level; always the emergency."""
    country, do = names.country, result.urgency.do
    places = [*country["services"].values(), country["poisons_line"]]
    named = sorted((place for place in places if spoken(place) in do), key=lambda place: do.index(spoken(place)))
    usual = [country["services"][name] for name in SERVICES[level_name(result)]]
    urgent = result.urgency.certain == "emergency"
    note = "" if urgent else "if any of the “go now” signs below begins"
    emergency = {"who": "Emergency", "number": result.emergency_number, "note": note}
    others = [called(place) for place in named or usual]
    return [emergency, *others] if urgent else [*others, emergency]


def called(place: Any) -> Data:
    """A service as one to call: its name, its number and the limits of it, "" where it has none."""
    if isinstance(place, str):
        return {"who": capital(place), "number": "", "note": ""}
    return {"who": capital(place["name"]), "number": place["number"] or "", "note": place["when"] or ""}
