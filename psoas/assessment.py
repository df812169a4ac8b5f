"""Answers -> the whole answer of the first part: urgency, why, what to do, safety net, what to ask next.

One plain value that the terminal, the web page, the API and a letter all render.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from psoas.answer import Danger, Likely, Nonspecific, Source, Together, Worth
from psoas.errors import InputError, nearest
from psoas.findings import Answers, as_words
from psoas.interview import Session, Step, complete, next_step, question
from psoas.library import Group, Library, Urgency
from psoas.triage import Bracket, Standing, contradictions, deciding, triage

DEFAULT_COUNTRY = "zz"


class Cite(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    citation: str
    at: str
    read: str
    says: str


class Flag(msgspec.Struct, frozen=True, kw_only=True):
    """A red flag that counts now. because_of: the answers behind it, in words; not_sure_of: those among them that
    were not known and decide. disclose: who may see it.
    """

    id: str
    title: str
    urgency: str
    act_within: str
    why: str
    because_of: list[str]
    not_sure_of: list[str]
    not_known: bool
    tone: str
    do_now: str
    say: str
    sources: list[Cite]
    disclose: str


class UrgencyOut(msgspec.Struct, frozen=True, kw_only=True):
    certain: str
    possible: str
    act_within: str | None
    title: str
    do: str
    red_flags: list[Flag]


class SafetyNet(msgspec.Struct, frozen=True, kw_only=True):
    go_now: list[str]
    be_seen: list[str]
    ask_again: str


class Clash(msgspec.Struct, frozen=True, kw_only=True):
    """Answers that cannot all be true: what to say, and which findings to settle."""

    says: str
    findings: list[str]


class Assessment(msgspec.Struct, frozen=True, kw_only=True):
    """What Psoas says. possible may exceed certain until complete; a low outcome is only said when complete.

    setting to tests: what reasoning says of the first complaint (see `psoas.answer.Likely`); empty without it.
    """

    urgency: UrgencyOut
    safety_net: SafetyNet
    denied_danger_signs: list[str]
    denied_note: str
    contradictions: list[Clash]
    next_question: dict[str, Any] | None
    complete: bool
    emergency_number: str
    notes: list[str]
    disclaimer: str
    review: str
    library_version: str
    setting: str = ""
    place: str = ""
    side: str = ""
    mechanisms: list[Source] = []
    conditions: list[Source] = []
    must_not_miss: list[Danger] = []
    nonspecific: Nonspecific | None = None
    coexisting: list[Together] = []
    hip_and_spine: float | None = None
    tests: list[Worth] = []
    other_complaints: list[Likely] = []


def with_sources(found: Assessment, sources: list[Likely]) -> Assessment:
    """The assessment with what reasoning says of each complaint, the first one in the assessment's own fields."""
    if not sources:
        return found
    first = {name: getattr(sources[0], name) for name in Likely.__struct_fields__ if name != "answered"}
    return msgspec.structs.replace(found, **first, other_complaints=sources[1:])


def assess(
    library: Library,
    session: Session,
    *,
    country: str = DEFAULT_COUNTRY,
    explained: Mapping[str, str] | None = None,
    bracket: Bracket | None = None,
    known: Answers | None = None,
    held: bool = False,
) -> Assessment:
    """The assessment of one person. explained: finding -> the harmless reason the person gave.

    A reason changes the tone and never the urgency. bracket, known: of all the person's complaints joined, when
    there are several (`psoas.triage.together`, `psoas.triage.joined`); held: answers of another one clash.
    """
    answers = session.answers if known is None else known
    names = Names(library, country)
    bracket = bracket or triage(library, session.answers)
    clashes = [Clash(says=says, findings=found) for says, found in contradictions(library, session.answers)]
    asked_all = complete(library, session) and not clashes and not held
    finished = asked_all and (bracket.certain is Urgency.emergency or not undecided(bracket))
    return Assessment(
        urgency=urgency_out(library, bracket, answers, names, explained or {}, finished),
        safety_net=safety_net(library, bracket, answers, names, finished),
        denied_danger_signs=denied(library, answers),
        denied_note=library.words["denied"],
        contradictions=clashes,
        next_question=None if finished else asked(library, session, names),
        complete=finished,
        emergency_number=names.country["emergency"]["number"],
        notes=notes(library, bracket, finished, held or bool(clashes)),
        disclaimer=names.filled(library.words["disclaimer"]),
        review=library.words["draft"],
        library_version=library.version,
    )


def undecided(bracket: Bracket) -> bool:
    return bracket.possible > bracket.certain


class Names:
    """The country's own names for numbers and services, filled into a text."""

    def __init__(self, library: Library, country: str) -> None:
        if country not in library.countries:
            known = ", ".join(sorted(library.countries))
            raise InputError(
                "country", f'no country is called "{country}".', f"One of {known}.", nearest(country, known)
            )
        self.country = library.countries[country]
        lines = ("crisis_line", "violence_line", "poisons_line")
        self.names = {
            **{name: spoken(place) for name, place in self.country["services"].items()},
            **{name: spoken(self.country[name]) for name in lines},
            "emergency_number": self.country["emergency"]["number"],
        }

    def filled(self, text: str) -> str:
        for name, words in self.names.items():
            text = text.replace("{" + name + "}", words)
        return text


def spoken(place: Any) -> str:
    """A service as said in a sentence: its name, with its number and the limits of it when it has them."""
    if not isinstance(place, Mapping):
        return str(place or "your doctor")
    limits = str(place.get("when") or "").removeprefix("any hour").lstrip(";, ")
    details = "; ".join(part for part in (place.get("number"), limits) if part)
    return f"{place['name']} ({details})" if details else str(place["name"])


def urgency_out(
    library: Library, bracket: Bracket, answers: Answers, names: Names, explained: Mapping[str, str], finished: bool
) -> UrgencyOut:
    words = level_words(library, bracket, finished)
    flags = [flag_out(library, standing, answers, names, explained) for standing in bracket.raised]
    return UrgencyOut(
        certain=bracket.certain.name,
        possible=bracket.possible.name,
        act_within=bracket.act_within,
        title=words["title"],
        do=flags[0].do_now
        if flags and words is not library.words["levels"]["unfinished"]
        else names.filled(words["do"]),
        red_flags=flags,
    )


def level_words(library: Library, bracket: Bracket, finished: bool) -> dict[str, str]:
    """The words of the level; a low level has none of its own until nothing more can raise it."""
    low = bracket.certain < Urgency.within_2_weeks and not finished
    words: dict[str, str] = library.words["levels"]["unfinished" if low else bracket.certain.name]
    return words


def flag_out(
    library: Library, standing: Standing, answers: Answers, names: Names, explained: Mapping[str, str]
) -> Flag:
    flag = standing.flag
    findings = deciding(library, standing, answers)
    return Flag(
        id=flag.id,
        title=flag.title,
        urgency=standing.certain.name,
        act_within=flag.act_within if not standing.doubt else "",
        why=flag.because,
        because_of=[library.findings[name].label for name in findings],
        not_sure_of=[library.findings[name].label for name in findings if answers[name] is None],
        not_known=standing.doubt,
        tone=library.words["explained"] if any(name in explained for name in findings) else "",
        do_now=names.filled(flag.do_now),
        say=names.filled(flag.say),
        sources=[cite(library, item) for item in flag.sources],
        disclose=flag.disclose,
    )


def said(flag: Flag) -> str:
    """The answers behind a flag in one line: what was said, and what was not sure."""
    sure = [label for label in flag.because_of if label not in flag.not_sure_of]
    parts = [f"You said: {', '.join(sure)}."] if sure else []
    if flag.not_sure_of:
        parts.append(f"You were not sure about: {', '.join(flag.not_sure_of)}.")
    return " ".join(parts)


def cite(library: Library, item: Any) -> Cite:
    citation = library.knowledge.sources[item.id].citation
    return Cite(id=item.id, citation=citation, at=item.at, read=item.read, says=item.says)


def safety_net(library: Library, bracket: Bracket, answers: Answers, names: Names, finished: bool) -> SafetyNet:
    """What would mean go now and be seen, for the signs that apply to this person and are not there yet."""
    closed = library.reading.closed(answers)
    net = library.words["safety_net"]

    def lines(key: str) -> list[str]:
        return [i["text"] for i in net[key] if i["finding"] not in closed and answers.get(i["finding"]) is not True]

    again = names.filled(level_words(library, bracket, finished)["again"])
    return SafetyNet(go_now=lines("go_now"), be_seen=lines("be_seen"), ask_again=again)


def denied(library: Library, answers: Answers) -> list[str]:
    """The danger signs that the person said they do not have, in order of asking; private ones are left out."""
    asked = (library.findings[name] for name in library.must_ask if answers.get(name) is False)
    return [finding.label for finding in asked if not finding.private]


def notes(library: Library, bracket: Bracket, finished: bool, clash: bool) -> list[str]:
    said_already = finished or (clash and bracket.certain is Urgency.emergency)
    found = [] if said_already else [library.words["clash" if clash else "incomplete"]]
    if any(standing.doubt for standing in bracket.raised):
        found.append(library.words["doubt"])
    calm = finished and bracket.certain < Urgency.within_2_weeks
    return [*found, library.words["kind_words"]] if calm else found


def asked(library: Library, session: Session, names: Names) -> dict[str, Any] | None:
    """The next single question as data, or None when nothing is left to ask."""
    step = next_step(library, session)
    return None if step.kind == "done" else question_out(library, session, step, names)


def question_out(library: Library, session: Session, step: Step, names: Names) -> dict[str, Any]:
    """One question as data: `id, page, text, why, kind, choices, unit, must_ask`, and what its page adds."""
    if step.kind == "recap":
        return recap_out(library, step)
    finding = library.findings[step.items[0]]
    page = step.page
    assert page is not None  # every step but the recap has its page
    proxy = session.answers.get("respondent") == "proxy"
    choices = {"boolean": [True, False, None], "number": [], "choice": list(finding.choices)}[finding.kind]
    return {
        "id": finding.id,
        "page": page.id,
        "text": worded(step, question(finding, proxy), finding.check),
        "why": page.why,
        "kind": finding.kind if step.kind == "questions" else step.kind,
        "choices": choices,
        "unit": finding.unit,
        "must_ask": page.asks in ("start", "danger"),
        "intro": names.filled(page.intro_proxy if proxy and page.intro_proxy else page.intro),
        "check": finding.check,
        "range": list(finding.range or ()),
    }


def source_question(library: Library, session: Session, names: Names, finding: str, why: str) -> dict[str, Any]:
    """A question about the source as data, in the shape of every other; `why` is the gain in words."""
    page = library.page_of[finding]
    step = Step("questions", page, (Group(form="single", items=[finding]),))
    return {**question_out(library, session, step, names), "why": why}


def worded(step: Step, text: str, check: str = "") -> str:
    if step.kind == "confirm":
        return f"You said yes to this: {text} Is that right?"
    if step.kind == "check":
        hint = f"This may help: {check} " if check else ""
        return f"You were not sure. {hint}Now once more, is this so? {text}"
    if step.kind == "settle" and step.change:
        before, after = as_words(step.change.was), as_words(step.change.now)
        return f"{text} Before you said {before}. Now you say {after}. Which is right?"
    return text


def recap_out(library: Library, step: Step) -> dict[str, Any]:
    lines = [library.findings[item].question for item in step.items]
    return {
        "id": "recap",
        "page": "recap",
        "text": "You did not say yes to any of these: " + " / ".join(lines) + " Is that still right?",
        "why": "These matter most, so we read them back once.",
        "kind": "recap",
        "choices": [True, *step.items],
        "unit": "",
        "must_ask": True,
    }


def shareable(
    library: Library,
    session: Session,
    *,
    country: str = DEFAULT_COUNTRY,
    clinician: bool = False,
    explained: Mapping[str, str] | None = None,
    bracket: Bracket | None = None,
    known: Answers | None = None,
    held: bool = False,
) -> Assessment:
    """The assessment for a report, an export or a letter: what is private does not show in it at all.

    It is the same whatever was said of private things, so that it tells nothing of them to who finds it; a note on
    every one says that it speaks of the pain alone and that the screen comes first.

    Violence and suicide never leave the screen; how a child was hurt goes to the clinician's letter alone,
    and a carer's report keeps the urgency without the reason. explained, bracket, known, held: as in `assess`.
    """
    hidden = [flag.id for flag in library.flags if flag.disclose == "screen"]
    open_ = without(bracket or triage(library, session.answers), hidden)
    whole = assess(library, session, country=country, explained=explained, bracket=open_, known=known, held=held)
    private = {finding.id for finding in library.findings.values() if finding.private}
    clashes = [clash for clash in whole.contradictions if not private & set(clash.findings)]
    whole = msgspec.structs.replace(
        whole, contradictions=clashes, next_question=None, notes=[*whole.notes, library.words["paper"]]
    )
    return whole if clinician else for_person(whole)


def for_person(whole: Assessment) -> Assessment:
    """The assessment without the reasons that go to the clinician's letter alone; the urgency stays."""
    kept = [flag for flag in whole.urgency.red_flags if flag.disclose != "clinician"]
    return msgspec.structs.replace(whole, urgency=msgspec.structs.replace(whole.urgency, red_flags=kept))


def without(bracket: Bracket, hidden: list[str]) -> Bracket:
    raised = tuple(standing for standing in bracket.raised if standing.flag.id not in hidden)
    still = tuple(standing for standing in bracket.open if standing.flag.id not in hidden)
    certain = max((standing.certain for standing in raised), default=Urgency.self_care)
    possible = max((standing.possible for standing in (*raised, *still)), default=certain)
    return Bracket(certain, possible, raised, still)
