"""What the clinician's working page shows. Pure: no request, no clock, no database call."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import urlencode

from psoas.answer import Likely
from psoas.assessment import Assessment
from psoas.findings import Finding, as_words
from psoas.interview import Session, deciders, unconfirmed, waits_for
from psoas.library import Library, Page, Urgency
from psoas.triage import Bracket
from psoas.web import views
from psoas.web.report_parts import LEVELS, within
from psoas.web.sources import SETTINGS, Next, sources, tests
from psoas.web.store import Complaint

HITS = 6  # shown of a search at once
HOW = {"history": "history", "self_test": "self-test", "examination": "examination", "investigation": "test or scan"}
YES_NO = (("yes", "Yes"), ("no", "No"))
UNSURE = ("unsure", "Not known")


class Asked(NamedTuple):
    """What the address asks for: the setting, and what is looked for."""

    setting: str = "self_referred"
    q: str = ""
    group: str = ""
    all: str = ""

    @property
    def query(self) -> str:
        return urlencode({name: value for name, value in self._asdict().items() if value})


class Row(NamedTuple):
    """One finding with its buttons. at: where it stands on the page, for the ids. wait: the second look it needs."""

    at: str
    id: str
    label: str
    question: str
    means: str
    check: str
    how: str
    kind: str
    choices: tuple[tuple[str, str], ...]
    unit: str
    units: tuple[str, ...]
    limits: str
    value: str
    said: str
    wait: str
    fault: str
    removable: bool


class Typed(NamedTuple):
    """What was typed at one row and did not fit."""

    at: str = ""
    finding: str = ""
    value: str = ""
    unit: str = ""
    fault: str = ""


class Hits(NamedTuple):
    """What was found. instead: the words that were looked for when nothing had those given."""

    rows: list[Row]
    total: int
    title: str
    instead: str = ""


# search -----------------------------------------------------------------------------------------------


def plain(text: str) -> str:
    """Lower case, without accents and signs.

    >>> plain("FADDIR (impingement): painful?")
    'faddir impingement painful'
    """
    bare = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(re.findall(r"[a-z0-9]+", "".join(c for c in bare if not unicodedata.combining(c))))


@lru_cache(maxsize=4)
def index(library: Library) -> tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]:
    """Each finding that may be given, with its words by weight: name and id, question, meaning, group and kind."""
    return tuple(
        (
            finding.id,
            tuple(
                tuple(plain(text).split())
                for text in (
                    f"{finding.label} {finding.id.replace('_', ' ')} {finding.id}",
                    finding.question,
                    finding.means,
                    f"{library.page_of[finding.id].title} {HOW[finding.how]}",
                )
            ),
        )
        for finding in offered(library)
    )


def offered(library: Library) -> list[Finding]:
    """Every finding that a clinician may give, in order of asking: of every kind, private ones left out."""
    return [library.findings[name] for name in library.page_of if not library.findings[name].private]


def looked_up(library: Library, text: str) -> list[str]:
    """The findings that have every word, or its beginning; those that have it in their name come first."""
    wanted = plain(text).split()
    found = []
    for name, fields in index(library):
        ranks = [next((at for at, words in enumerate(fields) if starts(words, word)), None) for word in wanted]
        if wanted and None not in ranks:
            label = plain(library.findings[name].label)
            found.append((sum(ranks), not label.startswith(" ".join(wanted)), len(label), label, name))  # type: ignore[arg-type]
    return [name for *_, name in sorted(found)]


def starts(words: Iterable[str], part: str) -> bool:
    return any(word.startswith(part) for word in words)


@lru_cache(maxsize=4)
def vocabulary(library: Library) -> tuple[str, ...]:
    return tuple(sorted({word for _, fields in index(library) for words in fields for word in words if len(word) > 2}))


def nearest_words(library: Library, text: str) -> str:
    """The words with each unknown one replaced by the nearest known; "" when there is none."""
    known = vocabulary(library)
    found = [word if starts(known, word) else get_close_matches(word, known, 1, 0.7) for word in plain(text).split()]
    return " ".join(word if isinstance(word, str) else word[0] for word in found) if all(found) else ""


def hits(library: Library, session: Session, asked: Asked, typed: Typed) -> Hits:
    """The rows of a search, of a group, or, while nothing is looked for, of what to begin with."""
    group = next((page for page in library.pages if page.id == asked.group), None)
    if not plain(asked.q) and group:
        names = [name for name in group.items if not library.findings[name].private]
        return Hits(rows(library, session, names, "h", typed), len(names), group.title)
    if not plain(asked.q):
        names = beginnings(library, session)
        return Hits(rows(library, session, names, "h", typed), len(names), "Begin with")
    names, instead = looked_up(library, asked.q), ""
    if not names and (instead := nearest_words(library, asked.q)):
        names = looked_up(library, instead)
    if typed.at == "h" and typed.finding not in names:
        names = [typed.finding, *names]
    shown = names if asked.all else names[:HITS]
    return Hits(rows(library, session, shown, "h", typed), len(names), "Found", instead if names else "")


def beginnings(library: Library, session: Session) -> list[str]:
    """The first facts of the person and the places of pain that are not given yet."""
    items = [item for page in library.pages if page.asks == "start" for item in page.items]
    return [item for item in items if item not in session.answers][:6]


def groups(library: Library) -> list[tuple[str, list[Page]]]:
    """The pages to browse by, signs and tests first."""
    kinds = (("clinician", "Examination and tests"), ("source", "Pattern of the pain"), ("", "Person and danger"))
    named = {kind for kind, _ in kinds}
    return [
        (title, [page for page in library.pages if (page.asks if page.asks in named else "") == kind])
        for kind, title in kinds
    ]


# rows -------------------------------------------------------------------------------------------------


def rows(library: Library, session: Session, names: Iterable[str], at: str, typed: Typed = Typed()) -> list[Row]:  # noqa: B008
    return [row(library, session, library.findings[name], at, typed) for name in names]


def row(library: Library, session: Session, finding: Finding, at: str, typed: Typed) -> Row:
    value, unit = value_of(finding, session)
    faulty = typed.at == at and typed.finding == finding.id
    choices = YES_NO if finding.kind == "boolean" else tuple(finding.choices.items())
    low, high = finding.range or (0.0, 0.0)
    return Row(
        at=f"{at}-{finding.id}",
        id=finding.id,
        label=finding.label,
        question=finding.question,
        means=finding.means,
        check=finding.check,
        how=HOW[finding.how],
        kind=finding.kind,
        choices=(*choices, UNSURE),
        unit=typed.unit if faulty else unit,
        units=views.UNITS.get(finding.unit, ()),
        limits=f"{low:g} to {high:g}" if finding.range else "",
        value=typed.value if faulty else value,
        said=spoken(library, finding.id, session),
        wait=waits_for(library, session, finding.id),
        fault=typed.fault if faulty else "",
        removable=finding.id != "respondent",
    )


def value_of(finding: Finding, session: Session) -> tuple[str, str]:
    """The answer as the row shows it, and its unit."""
    if finding.id not in session.answers:
        return ("unsure" if finding.id in session.unsure else ""), finding.unit
    value = session.answers[finding.id]
    if isinstance(value, float) and finding.unit == "weeks":
        return views.span(value)
    return views.as_typed(value), finding.unit


def spoken(library: Library, name: str, session: Session) -> str:
    if name in session.answers:
        return "not known" if session.answers[name] is None else views.said(library, name, session)
    return "not known" if name in session.unsure else ""


def given(library: Library, session: Session) -> list[tuple[str, list[Row]]]:
    """The answers given so far, by group, without what is private."""
    have = {*session.answers, *session.unsure}
    shown = {finding.id for finding in offered(library)} & have
    found = ((page.title, [name for name in page.items if name in shown]) for page in library.pages)
    return [(title, rows(library, session, names, "g")) for title, names in found if names]


class Look(NamedTuple):
    """A second look that waits: what to say of it."""

    row: Row
    says: str


def looks(library: Library, session: Session) -> list[Look]:
    """What waits for a second look: taken back, read back once, and not known once."""
    found = [
        (change.finding, f"It holds an emergency. Before: {word(change.was)}. Now: {word(change.now)}. Which is right?")
        if change.was is not change.now
        else (change.finding, "It holds an emergency because it is not known. Is it so?")
        for change in session.settling
    ]
    settling = {name for name, _ in found}
    if (name := unconfirmed(library, session)) and name not in settling:
        found.append((name, "Recorded as yes, which alone is an alarm. Is that right?"))
    known = {*session.answers, *settling}
    found += [
        (name, "Not known. This is no “no”: once more, or keep it as not known.")
        for name in session.unsure
        if name not in known
    ]
    return [
        Look(row(library, session, library.findings[name], "s", Typed()), says)
        for name, says in found
        if not library.findings[name].private
    ]


def word(value: object) -> str:
    return "not known" if value is None else as_words(value)


# the bracket ------------------------------------------------------------------------------------------


def bracket(library: Library, session: Session, open_: Bracket, found: Assessment) -> dict[str, Any]:
    """The two levels, what to do, and the danger questions that keep the bracket open.

    A low level is never said while a more urgent one is possible, while answers clash, or while one waits.
    """
    waiting = looks(library, session)
    clash = bool(found.contradictions)
    undecided = open_.possible > open_.certain
    closed = not (undecided or clash or waiting)
    low = open_.certain < Urgency.within_2_weeks
    return {
        "level": open_.certain.name if closed or not low else "unfinished",
        "certain": LEVELS[open_.certain.name] if closed or not low else "nothing yet",
        "possible": LEVELS[open_.possible.name] if undecided else "nothing more urgent",
        "within": within(open_.act_within).removeprefix("within ") or "no limit yet",
        "do": found.urgency.red_flags[0].do_now if found.urgency.red_flags else "",
        "flags": [(flag, LEVELS[flag.urgency]) for flag in found.urgency.red_flags],
        "closed": closed,
        "danger": danger(library, session, open_),
        "looks": waiting,
        "clashes": [clash.says for clash in found.contradictions],
    }


def danger(library: Library, session: Session, open_: Bracket) -> list[tuple[Page, list[Row]]]:
    """The questions not yet answered that may still raise the urgency, by page."""
    if open_.possible <= open_.certain:
        return []
    wanted = deciders(library, session, open_) - library.reading.closed(session.answers)
    wanted -= {*session.answers, *session.unsure}
    found = []
    for page in library.pages:
        names = [name for name in page.items if name in wanted and not library.findings[name].private]
        if names and page.asks != "clinician":
            found.append((page, rows(library, session, names, "d")))
    return found


# the page ---------------------------------------------------------------------------------------------


def work(
    library: Library,
    complaint: Complaint,
    judged: views.Judged,
    open_: Bracket,
    found: Assessment,
    likely: Likely | None,
    asked: Asked,
    typed: Typed = Typed(),  # noqa: B008
) -> dict[str, Any]:
    """Everything on the page. open_, found: without what must not leave the person's screen."""
    session = judged.session
    told = bracket(library, session, open_, found)
    answers = given(library, session)
    return {
        **find(library, complaint, session, asked, typed),
        "token": complaint.token,
        "number": complaint.number,
        "others": [one.number for one in complaint.episode.complaints],
        "places": views.places(library, complaint),
        "settings": SETTINGS,
        "bracket": told,
        "unasked": sum(len(items) for _, items in told["danger"]),
        "answers": answers,
        "count": sum(len(items) for _, items in answers),
        "emergency_number": found.emergency_number,
        "sources": sources(library, likely) if likely else None,
        "tests": with_rows(library, session, likely),
        "version": found.library_version,
        "summary": summary(told, likely),
    }


def find(
    library: Library,
    complaint: Complaint,
    session: Session,
    asked: Asked,
    typed: Typed = Typed(),  # noqa: B008
) -> dict[str, Any]:
    """The part of the page that the search fills."""
    base = f"/e/{complaint.token}/{complaint.number}"
    return {
        "base": base,
        "asked": asked,
        "action": f"{base}/work?{asked.query}",
        "more": f"{base}/work?{asked._replace(all='1').query}",
        "plain": f"{base}/work?{Asked(asked.setting).query}",
        "hits": hits(library, session, asked, typed),
        "groups": groups(library),
        "total": len(offered(library)),
    }


def with_rows(library: Library, session: Session, likely: Likely | None) -> list[tuple[Next, Row]]:
    found = tests(library, likely) if likely else []
    return [(one, row(library, session, library.findings[one.id], "t", Typed())) for one in found]


def summary(told: Mapping[str, Any], likely: Likely | None) -> str:
    """One line for a screen reader after each answer."""
    first = likely.conditions[0] if likely and likely.conditions else None
    most = f" First: {first.name}, {first.p:.2f}." if first else ""
    return f"Certain: {told['certain']}. Still possible: {told['possible']}.{most}"


def summary_page(
    library: Library, found: Assessment, session: Session, complaint: Complaint, asked: Asked
) -> dict[str, Any]:
    """The clinician's summary, with the sources."""
    have = bool(found.conditions or found.nonspecific)
    return views.clinician(library, found, session, complaint) | {
        "sources": sources(library, found) if have else None,
        "query": Asked(asked.setting).query,
    }
