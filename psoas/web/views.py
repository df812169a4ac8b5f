"""What the templates show, made from the core's values. Pure: no request, no clock, no database call."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import msgspec

from psoas.answer import capital
from psoas.assessment import Assessment
from psoas.assessment import said as said_of_flag
from psoas.findings import Answers, Finding, Value, as_words
from psoas.interview import Session, Step, askable, next_step, open_items, question
from psoas.library import Group, Library, Page, Urgency
from psoas.triage import GENERAL, Bracket, contradictions, deciding, in_words
from psoas.web.chart import svg
from psoas.web.forms import Form, is_chart
from psoas.web.store import Complaint, Episode, read_session

UNITS = {"weeks": ("days", "weeks", "months", "years")}
YES_NO = (("yes", "Yes"), ("no", "No"), ("unsure", "Not sure"))
BLANK: dict[str, list[str]] = {}


class Field(NamedTuple):
    """One question of a page, with what was typed or known."""

    id: str
    kind: str
    label: str
    check: str
    choices: tuple[tuple[str, str], ...]
    unit: str
    units: tuple[str, ...]
    value: str
    unsure: bool


class Block(NamedTuple):
    """One group of a page. form: rows, list, single or chart."""

    form: str
    number: int
    prompt: str
    fields: tuple[Field, ...]
    none: bool
    unsure: bool


class Judged(NamedTuple):
    """A complaint's session with the bracket and the answers of all the person's complaints joined.

    held: answers of another complaint cannot all be right.
    """

    session: Session
    bracket: Bracket
    answers: Answers
    held: bool = False


# steps ------------------------------------------------------------------------------------------------


def interrupts(library: Library, session: Session, bracket: Bracket) -> bool:
    """An emergency is certain, read back, and the person has not gone on from its page."""
    if next_step(library, session).kind in ("confirm", "settle"):
        return False
    return bool(emergencies(bracket) - session.gone_on)


def emergencies(bracket: Bracket) -> frozenset[str]:
    return frozenset(s.flag.id for s in bracket.raised if s.certain is Urgency.emergency)


def current_step(library: Library, session: Session, skip: str) -> Step:
    """The next step, passing over pages that the person left for later; the start page a group at a time."""
    step = next_step(library, session)
    if step.kind == "questions" and step.page and step.page.id in skip.split(","):
        step = beyond(library, session, skip.split(","))
    return first_group(step)


def beyond(library: Library, session: Session, skip: list[str]) -> Step:
    """The first page that is not left for later and has something to ask; done when there is none."""
    wanted = open_items(library, session)
    for page in library.pages:
        groups = tuple(group for group in kept(page, wanted) if page.id not in skip)
        if groups:
            return Step("questions", page, groups)
    return Step("done")


def kept(page: Page, wanted: set[str]) -> Iterable[Group]:
    for group in page.groups:
        items = [item for item in group.items if item in wanted]
        if items:
            yield msgspec.structs.replace(group, items=items)


def first_group(step: Step) -> Step:
    if step.kind == "questions" and step.page and step.page.asks == "start":
        return step._replace(groups=step.groups[:1])
    return step


def posted_step(library: Library, form: Form) -> Step:
    """The step that the form was made for, whatever another tab has done since."""
    items = [item for item in form.get("item", ()) if item in library.page_of]
    if not items:
        return Step("done")
    page = library.page_of[items[0]]
    kind = next(iter(form.get("kind", ())), "questions")
    if kind != "questions":
        return Step("confirm", page, (Group(form="single", items=items[:1]),))
    groups = tuple(kept(page, set(items)))
    return Step("questions", page, groups)


def without_answers(step: Step, given: list[str]) -> Step:
    """The step with only the lines that still need an answer."""
    groups = tuple(
        msgspec.structs.replace(group, items=items)
        for group in step.groups
        if (items := [item for item in group.items if item not in given])
    )
    return step._replace(groups=groups)


def whole_page(library: Library, session: Session, name: str) -> Step | None:
    """A page that was already answered, to look at or change; None when there is nothing of it."""
    page = next((page for page in library.pages if page.id == name), None)
    if page is None:
        return None
    groups = tuple(kept(page, set(session.answers)))
    return Step("questions", page, groups) if groups else None


def carrying_on(session: Session, bracket: Bracket) -> Session:
    """Gone on from the emergencies of now, if there are any; a new one interrupts again."""
    now = emergencies(bracket)
    return msgspec.structs.replace(session, carry_on=bool(now), gone_on=now)


def still_gone_on(session: Session, bracket: Bracket) -> Session:
    """What the person has gone on from, without an emergency that was taken back since."""
    now = emergencies(bracket)
    return msgspec.structs.replace(session, carry_on=session.carry_on and bool(now), gone_on=session.gone_on & now)


def hurting(library: Library, areas: str, session: Session) -> str:
    """The areas of the chart whose place was not taken back since."""
    places = {area["id"]: area["finding"] for area in library.areas}
    kept = (area for area in areas.split(",") if session.answers.get(places.get(area, "")) is not False)
    return ",".join(area for area in kept if area)


def shared_session(library: Library, session: Session) -> Session:
    """The start of a second complaint: the person's general answers and health, nothing of the first pain."""
    health = {item for page in library.pages if page.id == "F" for item in page.items}
    keys = (set(GENERAL) | health | {"could_be_pregnant", "postpartum_6_weeks"}) & session.answers.keys()
    return Session(
        answers={key: session.answers[key] for key in session.answers if key in keys}, clinician=session.clinician
    )


# one step as a page -----------------------------------------------------------------------------------

TEMPLATES = {"confirm": "confirm.html", "check": "confirm.html", "settle": "confirm.html", "recap": "recap.html"}


def step(
    library: Library, complaint: Complaint, session: Session, found: Step, skip: str, form: Form = BLANK
) -> dict[str, Any]:
    """The template of a step and everything that it shows."""
    proxy = session.answers.get("respondent") == "proxy"
    base = f"/e/{complaint.token}/{complaint.number}"
    data: dict[str, Any] = {
        "template": TEMPLATES.get(found.kind, "ask.html"),
        "kind": found.kind,
        "base": base,
        "token": complaint.token,
        "page": found.page,
        "items": found.items,
        "back": back_link(library, session, found, base),
        "skip_link": f"{base}/ask?skip={joined(skip, found.page.id)}" if found.page else "",
        "action": f"{base}/ask" + (f"?skip={skip}" if skip else ""),
        "progress": progress(library, session, found),
    }
    if found.kind == "recap":
        return data | {"lines": [(item, library.findings[item].question) for item in found.items]}
    assert found.page is not None  # every step but the recap has its page
    intro = found.page.intro_proxy if proxy and found.page.intro_proxy else found.page.intro
    blocks = [block(library, group, at, proxy, form) for at, group in enumerate(found.groups)]
    data |= {"intro": intro, "blocks": blocks, "chart": chart(library, complaint, blocks), "change": None}
    if found.change:
        data["change"] = (as_words(found.change.was), as_words(found.change.now))
    return data


def joined(skip: str, page: str) -> str:
    return ",".join(dict.fromkeys(part for part in (*skip.split(","), page) if part))


def back_link(library: Library, session: Session, found: Step, base: str) -> str:
    """The page before this one that has answers, or the start."""
    here = found.page.position if found.page else 99
    before = [p for p in library.pages if p.position < here and session.answers.keys() & set(p.items)]
    return f"{base}/page/{before[-1].id}" if before else "/"


def progress(library: Library, session: Session, found: Step) -> tuple[int, int]:
    """How many pages are behind, and of how many in all, as far as can be told now."""
    closed = library.reading.closed(session.answers)
    pages = [p for p in library.pages if p.asks not in ("source", "clinician") and set(p.items) - closed]
    done = [p for p in pages if found.page is None or p.position < found.page.position]
    return len(done) + 1, len(pages) + 1


def block(library: Library, group: Group, number: int, proxy: bool, form: Form) -> Block:
    kind = "chart" if is_chart(library, group) else group.form
    fields = tuple(field(library.findings[item], proxy, form) for item in group.items)
    said_no = all(form.get(f"f-{item}") == ["no"] for item in group.items)
    doubt = kind == "list" and any(form.get(f"f-{item}") == ["unsure"] for item in group.items)
    none, unsure = bool(form.get(f"none-{number}")) or said_no, bool(form.get(f"unsure-{number}")) or doubt
    return Block(kind, number, group.prompt, fields, none, unsure)


def field(finding: Finding, proxy: bool, form: Form) -> Field:
    choices = YES_NO if finding.kind == "boolean" else tuple(finding.choices.items())
    name = f"f-{finding.id}"
    ticked = finding.id in form.get("tick", ())
    typed = (form.get(name) or ["yes" if ticked else ""])[0]
    unit = (form.get(f"{name}-unit") or [finding.unit])[0]
    return Field(
        id=finding.id,
        kind=finding.kind,
        label=question(finding, proxy),
        check=finding.check,
        choices=(*choices, ("unsure", "Not sure")) if finding.kind == "choice" else choices,
        unit=unit,
        units=UNITS.get(finding.unit, ()),
        value=typed,
        unsure=typed == "unsure" or bool(form.get(f"{name}-unsure")),
    )


def filled(library: Library, complaint: Complaint, session: Session) -> dict[str, list[str]]:
    """The known answers as a form would hold them, so that a page opens as it was left."""
    form: dict[str, list[str]] = {"tick": [], "area": complaint.areas.split(",")}
    for key, value in session.answers.items():
        form[f"f-{key}"] = [as_typed(value)]
        if isinstance(value, float) and library.findings[key].unit == "weeks":
            number, unit = span(value)
            form[f"f-{key}"], form[f"f-{key}-unit"] = [number], [unit]
        if value is True:
            form["tick"].append(key)
    return form


def span(weeks: float) -> tuple[str, str]:
    """A time in the unit in which it was most likely given: a whole number of weeks, days, years or months."""
    for unit, size in (("weeks", 1.0), ("days", 1 / 7), ("years", 365.25 / 7), ("months", 365.25 / 84)):
        number = weeks / size
        if weeks and not round(number):
            continue
        if abs(number - round(number)) < 0.01 and not (unit == "days" and number > 60):
            return f"{number:.0f}", unit
    return f"{weeks:.1f}", "weeks"


def as_typed(value: Value | None) -> str:
    if value is None:
        return "unsure"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else value


def chart(library: Library, complaint: Complaint, blocks: list[Block]) -> dict[str, Any] | None:
    """The body chart: its pictures, and the list of areas that is the real control."""
    if not any(one.form == "chart" for one in blocks):
        return None
    chosen = [area for area in complaint.areas.split(",") if area]
    views_ = library.knowledge.areas["views"]
    return {
        "pictures": svg(views_, library.areas, set(chosen)),
        "views": views_,
        "areas": by_side(library.areas),
        "chosen": chosen,
        "worst": chosen[0] if chosen else "",
    }


def by_side(areas: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    titles = (("middle", "Middle"), ("left", "Left"), ("right", "Right"))
    return [(title, [area for area in areas if area["side"] == side]) for side, title in titles]


# results ----------------------------------------------------------------------------------------------


def places(library: Library, complaint: Complaint) -> list[str]:
    """The painful places in words, the worst first."""
    names = {area["id"]: area["name"] for area in library.areas}
    found = [names[area] for area in complaint.areas.split(",") if area in names]
    if found:
        return found
    answers = read_session(complaint).answers
    start = next(page for page in library.pages if page.id == "S")
    return [library.findings[i].label for g in start.groups if g.form == "list" for i in g.items if answers.get(i)]


def countries(library: Library) -> list[tuple[str, str]]:
    return sorted(
        ((key, str(data["name"])) for key, data in library.countries.items()), key=lambda c: (c[0] == "zz", c[1])
    )


def result(library: Library, found: Assessment, session: Session, complaint: Complaint | None) -> dict[str, Any]:
    base = f"/e/{complaint.token}/{complaint.number}" if complaint else ""
    return {
        "result": found,
        "base": base,
        "token": complaint.token if complaint else "",
        "places": places(library, complaint) if complaint else [],
        "private": [flag for flag in found.urgency.red_flags if flag.disclose == "screen"],
        "minor": is_minor(session),
        "open": open_link(library, complaint) if complaint else "",
    }


def open_link(library: Library, complaint: Complaint) -> str:
    """Where the person's first open question is, in this complaint or another."""
    for own in (complaint, *complaint.episode.complaints):
        session = read_session(own)
        if next_step(library, session).kind != "done":
            return f"/e/{own.token}/{own.number}/ask"
        if contradictions(library, session.answers):
            return f"/e/{own.token}/{own.number}/check"
    return f"/e/{complaint.token}/{complaint.number}/check"


def is_minor(session: Session) -> bool:
    age = session.answers.get("age_years")
    return isinstance(age, float) and age < 18


def interrupt(library: Library, found: Assessment, bracket: Bracket, complaint: Complaint) -> dict[str, Any]:
    """The page that an emergency puts in the way: what to do, whom to call, what to say, why."""
    answers = {}
    for own in complaint.episode.complaints:
        session = read_session(own)
        for standing in bracket.raised:
            if standing.certain is Urgency.emergency:
                for key in deciding(library, standing, session.answers):
                    base = f"/e/{own.token}/{own.number}"
                    answers[key] = (base, key, library.findings[key].label, said(library, key, session))
    return result(library, found, read_session(complaint), complaint) | {"answers": list(answers.values())}


def check(library: Library, complaint: Complaint, judged: Judged) -> dict[str, Any]:
    """Every answer by page, with a link to change it, and what is still open."""
    session = judged.session
    rows = [
        (
            page,
            [
                (item, library.findings[item], said(library, item, session))
                for item in page.items
                if item in session.answers
            ],
        )
        for page in library.pages
    ]
    waiting = open_items(library, session)
    left = [page for page in library.pages if set(page.items) & waiting]
    return {
        "emergency": judged.bracket.certain is Urgency.emergency,
        "base": f"/e/{complaint.token}/{complaint.number}",
        "token": complaint.token,
        "rows": [(page, found) for page, found in rows if found],
        "open": [(page, ",".join(before.id for before in left[:at])) for at, page in enumerate(left)],
        "clashes": contradictions(library, session.answers),
        "changes": [(library.findings[c.finding].label, as_words(c.was), as_words(c.now)) for c in session.changes],
    }


def said(library: Library, item: str, session: Session) -> str:
    return in_full(library.findings[item], session.answers[item])


def in_full(finding: Finding, value: Value | None) -> str:
    """An answer in words, with its unit."""
    if isinstance(value, str):
        return finding.choices.get(value, value)
    if finding.kind != "number" or not isinstance(value, float) or finding.unit == "points":
        return as_words(value)
    number, unit = span(value) if finding.unit == "weeks" else (as_words(value), finding.unit)
    return f"{number} {unit.removesuffix('s') if number == '1' else unit}"


def clinician(library: Library, found: Assessment, session: Session, complaint: Complaint) -> dict[str, Any]:
    """Structured findings and negatives, for whoever examines next."""
    visible = [f for f in library.findings.values() if not f.private and f.kind != "derived"]
    asked = [(f, said(library, f.id, session)) for f in visible if f.id in session.answers]
    waiting = (askable(library, session) | set(session.unsure)) - session.answers.keys()
    return result(library, found, session, complaint) | {
        "positive": [(f, text) for f, text in asked if session.answers[f.id] not in (False, None)],
        "negative": [f for f, _ in asked if session.answers[f.id] is False],
        "unknown": [f for f, _ in asked if session.answers[f.id] is None],
        "unasked": [f for f in visible if f.id in waiting],
        "changes": [
            (library.findings[c.finding].label, as_words(c.was), as_words(c.now))
            for c in session.changes
            if not library.findings[c.finding].private
        ],
    }


def episode(library: Library, found: Episode) -> dict[str, Any]:
    rows = []
    for complaint in found.complaints:
        session = read_session(complaint)
        names = places(library, complaint)
        rows.append((complaint, ", ".join(names) or "not said yet", next_step(library, session).kind == "done"))
    working = {complaint.number for complaint in found.complaints if read_session(complaint).clinician}
    return {"episode": found, "token": found.token, "rows": rows, "working": working}


def example_session() -> Session:
    """The sample of "show me an example": sciatica for a week, and numbness between the legs since this morning."""
    answers: dict[str, Value | None] = {
        "respondent": "self",
        "age_years": 44.0,
        "sex_at_birth": "male",
        "low_back_pain": True,
        "radiating_leg_pain": True,
        "pain_duration_weeks": 1.0,
        "pain_new_or_changed": True,
        "saddle_anaesthesia": True,
        "acute_urinary_retention": False,
    }
    return Session(answers=answers, confirmed=frozenset(answers), recap="done")


FILTERS = {
    "in_words": in_words,
    "capitalize_first": capital,
    "said": said_of_flag,
    "words": lambda name: name.replace("_", " "),
}
