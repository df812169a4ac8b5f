"""What both reports share: who may be told what, the card of the level, the sources."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any, NamedTuple

from psoas.answer import capital
from psoas.assessment import Assessment, Cite, Flag, Names
from psoas.library import Library, Urgency
from psoas.rules import needs
from psoas.triage import in_words
from psoas.web.printable import printable

LETTER_PAPER = ("us", "ca")
LONGEST_NAME = 120

Data = dict[str, Any]


class Meta(NamedTuple):
    """What the caller adds. places: plain names of the painful places, worst first. title: of the document."""

    made_on: datetime.date
    country: str
    places: list[str]
    title: str


def told(result: Assessment, *, clinician: bool) -> list[Flag]:
    """The red flags of the result, if this reader may see all of them; else a ValueError."""
    allowed = {"everywhere", "clinician"} if clinician else {"everywhere"}
    if not all(flag.disclose in allowed for flag in result.urgency.red_flags):
        raise ValueError("the assessment is not made for this reader; use psoas.assessment.shareable")
    return result.urgency.red_flags


def untold(library: Library, *, clinician: bool) -> frozenset[str]:
    """The findings that this reader's report never names: private ones, and those that closed flags alone read.

    What a flag for the clinician alone reads is named to the clinician though it is private.
    """
    read: dict[str, set[str]] = {"everywhere": set(), "clinician": set(), "screen": set()}
    for flag in library.flags:
        read[flag.disclose].update(needs(library.expression(flag.when)))
    private = {finding.id for finding in library.findings.values() if finding.private}
    hidden = private | (read["clinician"] | read["screen"]) - read["everywhere"]
    return frozenset(hidden - (read["clinician"] - read["screen"]) if clinician else hidden)


def labels(library: Library, names: Iterable[str]) -> set[str]:
    return {library.findings[name].label for name in names}


# The level in a word or two, as it stands on the card; the order is that of the scale.
LEVELS = {
    "self_care": "Self-care",
    "routine": "Ordinary appointment",
    "within_2_weeks": "Within two weeks",
    "same_day": "Today",
    "emergency": "Emergency",
}
UNFINISHED = "unfinished"
READ = {
    "full-text": "we read the passage itself",
    "abstract": "we read the abstract",
    "secondary": "we read it as quoted elsewhere",
    "judgement": "our own judgement",
}


def common(library: Library, result: Assessment, meta: Meta, title: str) -> Data:
    country = Names(library, meta.country).country
    language, _, region = country["languages"][0].partition("-")
    return {
        "title": clipped(meta.title) or title,
        "places": [clipped(place) for place in meta.places],
        "made_on": [meta.made_on.year, meta.made_on.month, meta.made_on.day],
        "lang": language,
        "region": region or None,
        "paper": "us-letter" if meta.country in LETTER_PAPER else "a4",
        "level": level(result),
        "review": result.review,
        "disclaimer": result.disclaimer,
        "version": result.library_version,
        "complete": result.complete,
    }


def level(result: Assessment) -> Data:
    """The card: its level in words and as a step of the scale, what to do, and within what time."""
    name = level_name(result)
    return {
        "name": name,
        "words": LEVELS.get(name, "Not finished"),
        "scale": list(LEVELS.values()),
        "step": list(LEVELS).index(name) + 1 if name in LEVELS else 0,
        "title": result.urgency.title,
        "do": result.urgency.do,
        "within": within(result.urgency.act_within) if name in LEVELS else "",
    }


def level_name(result: Assessment) -> str:
    """The certain level; a low one is not said before the questions are finished."""
    low = Urgency[result.urgency.certain] < Urgency.within_2_weeks
    return UNFINISHED if low and not result.complete else result.urgency.certain


def reached(result: Assessment) -> str:
    """The certain level in words; "" while nothing is certain, since more questions may still raise it."""
    certain = result.urgency.certain
    return "" if certain == "self_care" and not result.complete else LEVELS[certain]


def within(act_within: str | None) -> str:
    """ "4 h" -> "within 4 hours", "now" -> "now"."""
    if act_within in (None, "", "now"):
        return act_within or ""
    return f"within {in_words(str(act_within))}"


def sources(flags: Iterable[Flag]) -> list[Cite]:
    """Every source once for each thing it is cited for, in order of the flags."""
    return list(dict.fromkeys(source for flag in flags for source in flag.sources))


def cited(source: Cite) -> Data:
    """A source with the place in it and what was read of it; a judgement is nobody's but ours."""
    judged = source.read == "judgement"
    where = "" if judged else f"{source.citation} {capital(source.at)}"
    return {"says": source.says, "where": where, "read": READ[source.read]}


def clipped(text: str) -> str:
    """A name of a sensible length, with nothing in it that cannot be printed."""
    text = printable(text).strip()
    return text if len(text) <= LONGEST_NAME else text[: LONGEST_NAME - 1].rstrip() + "…"
