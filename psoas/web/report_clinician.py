"""An assessment and its interview -> the data of the clinician's letter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from psoas.assessment import Assessment, Cite, Flag
from psoas.findings import Answers, Finding, Value, as_words
from psoas.interview import Session, askable
from psoas.library import Library
from psoas.triage import contradictions
from psoas.web.report_parts import LEVELS, Data, Meta, cited, common, reached, sources, told, untold, within
from psoas.web.sources import as_data
from psoas.web.sources import sources as reasoned_of

FACTS = ("age_years", "sex_at_birth", "respondent", "pain_duration_weeks", "pain_nprs", "pain_trend")
MEASURED = ("examination", "investigation")
MEASURES = {"C": "{} °C", "points": "{} of 10", "MRC grade": "MRC grade {}"}


def clinician_data(library: Library, result: Assessment, session: Session, meta: Meta) -> Data:
    flags = told(result, clinician=True)
    hidden = untold(library, clinician=True)
    visible = msgspec.structs.replace(session, answers=kept(session.answers, hidden))
    cites = sources(flags)
    return common(library, result, meta, "Hip and low-back pain: danger signs") | {
        "certain": reached(result) or "nothing yet",
        "possible": LEVELS[result.urgency.possible],
        "within": within(result.urgency.act_within),
        "facts": facts(library, visible.answers),
        "flags": [raised(library, flag, visible, cites, hidden) for flag in flags],
        "positives": positives(library, visible.answers),
        "negatives": by_page(library, (name for name, value in history(library, visible) if value is False)),
        "unknown": by_page(library, not_known(library, session, hidden)),
        "not_asked": by_page(library, not_asked(library, session, hidden)),
        "signs": [answer(library, name, value) for name, value in measured(library, visible)],
        "changes": changes(library, session, hidden),
        "contradictions": conflicts(library, session, hidden),
        "sources": [cited(source) for source in cites],
        "reasoning": as_data(reasoned_of(library, result)) if result.nonspecific else None,
    }


def kept(answers: Answers, hidden: frozenset[str]) -> dict[str, Value | None]:
    return {name: value for name, value in answers.items() if name not in hidden}


def facts(library: Library, answers: Answers) -> list[Data]:
    return [answer(library, name, answers[name]) for name in FACTS if name in answers]


def answer(library: Library, name: str, value: Value | None) -> Data:
    finding = library.findings[name]
    return {
        "label": named(finding),
        "value": valued(finding, value),
        "means": "" if finding.private else finding.means,
        "how": finding.how,
    }


def named(finding: Finding) -> str:
    """The label; a private one is veiled on purpose, so the clinician gets what it means."""
    return finding.means if finding.private and finding.means else finding.label


def valued(finding: Finding, value: Value | None) -> str:
    """An answer in words, a number with its unit."""
    if isinstance(value, bool) or value is None:
        return as_words(value)
    if isinstance(value, str):
        return finding.choices.get(value, value)
    if finding.id == "pain_duration_weeks" and value < 2:
        return plural(round(value * 7, 1), "days")
    measure = MEASURES.get(finding.unit)
    return measure.format(f"{value:g}") if measure else plural(round(value, 1), finding.unit)


def plural(number: float, unit: str) -> str:
    """ "1 week", "3 weeks"; a symbol such as mg/L stays."""
    return f"{number:g} {unit.removesuffix('s') if number == 1 else unit}"


def raised(library: Library, flag: Flag, session: Session, cites: list[Cite], hidden: frozenset[str]) -> Data:
    """A red flag with the answers behind it and the numbers of its sources."""
    of = {finding.label: finding.id for finding in library.findings.values()}
    names = [of[label] for label in flag.because_of if of[label] not in hidden]
    return {
        "id": flag.id,
        "title": flag.title,
        "level": LEVELS[flag.urgency],
        "within": within(flag.act_within),
        "doubt": flag.not_known,
        "only_you": flag.disclose == "clinician",
        "answers": [answer(library, name, session.answers.get(name)) for name in names],
        "sources": [cites.index(source) + 1 for source in dict.fromkeys(flag.sources)],
    }


def history(library: Library, session: Session) -> Iterator[tuple[str, Value | None]]:
    """What the person told, without what stands in the header."""
    return (item for item in ordered(library, session) if item[0] not in FACTS and not is_measured(library, item[0]))


def measured(library: Library, session: Session) -> Iterator[tuple[str, Value | None]]:
    """The signs and tests that were given."""
    return (item for item in ordered(library, session) if is_measured(library, item[0]))


def ordered(library: Library, session: Session) -> list[tuple[str, Value | None]]:
    """The answers in order of asking."""
    order = list(library.page_of)
    return sorted(session.answers.items(), key=lambda item: order.index(item[0]))


def is_measured(library: Library, name: str) -> bool:
    return library.findings[name].how in MEASURED


def positives(library: Library, answers: Answers) -> list[Data]:
    found = history(library, Session(answers=dict(answers)))
    return [answer(library, name, value) for name, value in found if value not in (False, None)]


def not_known(library: Library, session: Session, hidden: frozenset[str]) -> list[str]:
    """What the person could not say, once or twice."""
    once = {name for name in session.unsure if name not in session.answers}
    twice = {name for name, value in history(library, session) if value is None}
    return [name for name in once | twice if name not in hidden]


def not_asked(library: Library, session: Session, hidden: frozenset[str]) -> list[str]:
    """What applies to this person and was never put to them."""
    return [name for name in askable(library, session) if name not in hidden and name not in session.unsure]


def by_page(library: Library, names: Iterable[str]) -> list[Data]:
    """Labels under the title of the page that asks for them, in order of asking."""
    wanted = set(names)
    pages = ((page.title, [name for name in page.items if name in wanted]) for page in library.pages)
    return [{"page": title, "labels": [named(library.findings[n]) for n in items]} for title, items in pages if items]


def changes(library: Library, session: Session, hidden: frozenset[str]) -> list[Data]:
    """Answers that were taken back, and one that waits for its confirmation."""
    made = [(change, True) for change in session.changes]
    waiting = [(change, False) for change in session.settling]
    return [
        {
            "label": named(library.findings[change.finding]),
            "was": valued(library.findings[change.finding], change.was),
            "now": valued(library.findings[change.finding], change.now),
            "settled": settled,
        }
        for change, settled in (*made, *waiting)
        if change.finding not in hidden
    ]


def conflicts(library: Library, session: Session, hidden: frozenset[str]) -> list[Data]:
    """Answers that cannot all be true; one that touches a hidden finding is left out as a whole."""
    found = contradictions(library, session.answers)
    return [
        {"says": says, "answers": [answer(library, name, session.answers[name]) for name in names]}
        for says, names in found
        if not hidden & set(names)
    ]
