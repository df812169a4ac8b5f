"""The clinician's routes: the working page, and the summary with its PDF.

Findings come in any order. The danger questions are no pages here; the bracket says what is still open, and no low
outcome is said meanwhile. What is private is neither asked nor shown.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from psoas.answer import Likely
from psoas.assessment import Assessment, with_sources, without
from psoas.errors import InputError
from psoas.findings import Answers, Value
from psoas.interview import Change, Session, reasons, with_fields
from psoas.kernels import best_kernels
from psoas.library import Library
from psoas.likely import reasoned
from psoas.priors import SETTINGS
from psoas.reasoning import Impossible
from psoas.triage import GENERAL, Bracket
from psoas.web import clinic_view, views
from psoas.web.clinic_view import Asked, Typed
from psoas.web.forms import Fault, Form, first, named, read_field
from psoas.web.posting import beside, giver, link, meta, now, own_form, pdf, see, share
from psoas.web.report import clinician_pdf
from psoas.web.report_clinician import kept
from psoas.web.report_parts import untold
from psoas.web.store import Complaint, read_session

if TYPE_CHECKING:
    from psoas.web.app import Site

TAKEN_BACK = "taken back"
FIRST_SETTING = "primary_care"


def add_clinic(app: FastAPI, site: Site) -> None:
    add_work(app, site)
    add_summary(app, site)


def add_work(app: FastAPI, site: Site) -> None:
    @app.post("/clinic", include_in_schema=False)
    async def begin(request: Request) -> Response:
        form = await own_form(request)
        country = first(form, "country")
        if country not in site.library.countries:
            data: dict[str, Any] = {"countries": views.countries(site.library), "chosen": country, "who": ""}
            return site.show(request, "start.html", faults=[Fault("country", "Choose a country.")], status=422, **data)
        with site.store.open() as database:
            complaint = site.store.start(database, country, "helper_present", now()).complaints[0]
            site.store.keep(complaint, msgspec.structs.replace(read_session(complaint), clinician=True))
            return see(link(complaint, f"work?{Asked(FIRST_SETTING).query}"))

    @app.get("/e/{token}/{number}/work", include_in_schema=False)
    async def work(request: Request, token: str, number: int, part: str = "") -> Response:
        with site.store.open() as database:
            complaint = site.complaint(database, token, number)
            asked = asked_in(request)
            if part == "hits":
                data = clinic_view.find(site.library, complaint, read_session(complaint), asked)
                return site.show(request, "work_hits.html", complaint.episode.country, **data)
            return show(site, request, complaint, asked)

    @app.post("/e/{token}/{number}/work", include_in_schema=False)
    async def answer(request: Request, token: str, number: int) -> Response:
        form = await own_form(request)
        with site.store.open() as database:
            complaint = site.complaint(database, token, number)
            asked, at = asked_in(request), place(form)
            if item := first(form, "back"):
                take_back(site, complaint, item)
                return see(link(complaint, f"work?{asked.query}#{at or 'answers'}"))
            if first(form, "none"):
                items = [item for item in form.get("item", ()) if may_deny(site.library, complaint, item)]
                record(site, complaint, [(item, False) for item in items], "questions")
                return see(link(complaint, f"work?{asked.query}#{at or 'bracket'}"))
            typed = one_answer(site, complaint, form)
            if typed.fault:
                return show(site, request, complaint, asked, typed)
            return see(link(complaint, f"work?{asked.query}#{at or 'answers'}"))


def asked_in(request: Request) -> Asked:
    query = request.query_params
    setting = query.get("setting", SETTINGS[0])
    rest = {name: query.get(name, "")[:100] for name in ("q", "group", "all")}
    return Asked(setting=setting if setting in SETTINGS else SETTINGS[0], **rest)


def place(form: Form) -> str:
    """Where on the page the answer was given."""
    at = first(form, "at")
    return at if re.fullmatch(r"[a-z]-?[a-z0-9_]{0,80}", at) else ""


def show(site: Site, request: Request, complaint: Complaint, asked: Asked, typed: Typed = Typed()) -> Response:  # noqa: B008
    judged = site.judge(complaint)
    found = site.report(complaint, judged, clinician=True)
    likely = sources_of(site.library, judged.session, asked.setting)
    data = clinic_view.work(
        site.library, complaint, judged, shown_bracket(site.library, judged.bracket), found, likely, asked, typed
    )
    faults = [Fault(f"{typed.at}-{typed.finding}-n", typed.fault)] if typed.fault else []
    status = 422 if faults else 200
    return site.show(request, "work.html", complaint.episode.country, status=status, faults=faults, **data)


def shown_bracket(library: Library, bracket: Bracket) -> Bracket:
    """The bracket without the red flags that stay on the person's screen."""
    return without(bracket, [flag.id for flag in library.flags if flag.disclose == "screen"])


def sources_of(library: Library, session: Session, setting: str) -> Likely | None:
    """What reasoning says, without private answers; None when no source explains the answers together."""
    visible = kept(session.answers, untold(library, clinician=True))
    try:
        return reasoned(library, visible, setting=setting, clinician=True, kernels=best_kernels())
    except Impossible:
        return None


def with_likely(site: Site, complaint: Complaint, judged: views.Judged, setting: str) -> Assessment:
    """The clinician's result with the sources of this complaint."""
    found = site.report(complaint, judged, clinician=True)
    likely = sources_of(site.library, judged.session, setting)
    return with_sources(found, [likely] if likely else [])


# answers ----------------------------------------------------------------------------------------------


def one_answer(site: Site, complaint: Complaint, form: Form) -> Typed:
    """Record the answer of one row; what was typed, with its fault, when it does not fit."""
    library, name = site.library, pressed(form)
    finding = library.findings.get(name)
    if finding is None or finding.private or name not in library.page_of:
        return Typed(fault="No such finding is given here.")
    try:
        value = read_field(library, finding, form)
    except InputError as error:
        at = place(form).partition("-")[0]
        unit = first(form, f"f-{name}-unit") or finding.unit
        found = error.found.replace("tick Not sure", "press Not known").replace("Not sure", "Not known")
        return Typed(at, name, first(form, f"f-{name}"), unit, f"{named(finding)}: {found}")
    record(site, complaint, [(name, value)], first(form, "kind") or "questions")
    return Typed()


def pressed(form: Form) -> str:
    """The finding of the row whose button was pressed: the one named, or that of the button among several rows."""
    items = form.get("item", ())
    return items[0] if len(items) == 1 else next((item for item in items if first(form, f"f-{item}")), "")


def record(site: Site, complaint: Complaint, answers: list[tuple[str, Value | None]], kind: str) -> None:
    """The answers by the rules of every page: second looks, and facts of the person in each complaint."""
    session = site.store.give(complaint, answers, giver(site.library, kind, beside(complaint)), now())
    share(site, complaint, session, [key for key, _ in answers])
    settle_in(site, complaint, session)


def settle_in(site: Site, complaint: Complaint, session: Session) -> None:
    complaint.areas = views.hurting(site.library, complaint.areas, session)
    site.store.keep(complaint, views.still_gone_on(session, site.judge(complaint).bracket))


def may_deny(library: Library, complaint: Complaint, item: str) -> bool:
    """Whether "no to all of these" may answer this line: a yes/no question, open to all, with no answer yet."""
    session = read_session(complaint)
    finding = library.findings.get(item)
    if finding is None or finding.private or finding.kind != "boolean" or item not in library.page_of:
        return False
    return item not in session.answers and item not in session.unsure


def take_back(site: Site, complaint: Complaint, item: str) -> None:
    """The answer away, as if never given; one that holds an emergency waits for a second look."""
    finding = site.library.findings.get(item)
    if finding is None or finding.private or item == "respondent":
        return
    others = beside(complaint)

    def step(session: Session, name: str, _value: object) -> Session:
        return taken_back(site.library, session, name, others)

    session = site.store.give(complaint, [(item, TAKEN_BACK)], step, now())
    settle_in(site, complaint, session)


def taken_back(library: Library, session: Session, name: str, others: Sequence[Answers]) -> Session:
    """The session without that answer. A fact that another complaint shares stays; so does an emergency's reason."""
    if name in GENERAL and others:
        return session
    left = {key: value for key, value in session.answers.items() if key != name}
    if reasons(library, session.answers, others) - reasons(library, left, others):
        if any(change.finding == name for change in session.settling):
            return session
        return with_fields(session, settling=(*session.settling, Change(name, session.answers[name], None)))
    waiting = tuple(change for change in session.settling if change.finding != name)
    unsure = tuple(one for one in session.unsure if one != name)
    return with_fields(session, answers=left, unsure=unsure, settling=waiting, confirmed=session.confirmed - {name})


# the summary ------------------------------------------------------------------------------------------


def add_summary(app: FastAPI, site: Site) -> None:
    @app.get("/e/{token}/{number}/clinician", include_in_schema=False)
    async def clinician(request: Request, token: str, number: int) -> Response:
        with site.store.open() as database:
            complaint = site.complaint(database, token, number)
            judged, asked = site.judge(complaint), asked_in(request)
            found = with_likely(site, complaint, judged, asked.setting)
            data = clinic_view.summary_page(site.library, found, judged.session, complaint, asked)
            return site.show(request, "clinician.html", complaint.episode.country, **data)

    @app.get("/e/{token}/{number}/clinician.pdf", include_in_schema=False)
    async def letter(request: Request, token: str, number: int) -> Response:
        with site.store.open() as database:
            complaint = site.complaint(database, token, number)
            judged = site.judge(complaint)
            found = with_likely(site, complaint, judged, asked_in(request).setting)
            made = clinician_pdf(site.library, found, judged.session, meta(site.library, complaint))
            return pdf(made, "psoas-clinician.pdf")
