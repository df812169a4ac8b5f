"""The routes that ask where the pain may come from: one question a page, and never before the danger is settled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from fastapi import FastAPI, HTTPException
from sqlalchemy.orm import Session as Database
from starlette.requests import Request
from starlette.responses import Response

from psoas.assessment import Assessment, with_sources
from psoas.errors import InputError
from psoas.findings import Value
from psoas.interview import Session, next_step
from psoas.library import Library
from psoas.reasoning import Impossible
from psoas.web import source_views, views
from psoas.web.forms import Fault, Form, first, named, read_field
from psoas.web.posting import beside, giver, link, now, own_form, see, share
from psoas.web.store import Complaint, read_session

if TYPE_CHECKING:
    from psoas.web.app import Site

LIST = "result#sources"


def add_sources(app: FastAPI, site: Site) -> None:
    @app.get("/e/{token}/{number}/source", include_in_schema=False)
    async def ask(request: Request, token: str, number: int, item: str = "", to: str = "") -> Response:
        with site.store.open() as database:
            complaint, found = place(site, database, token, number)
            if isinstance(found, str):
                return see(link(complaint, found))
            asked = source_views.to_ask(site.library, found, item)
            if asked is None:
                return see(link(complaint, LIST))
            return show(site, request, complaint, found, asked, to)

    @app.post("/e/{token}/{number}/source", include_in_schema=False)
    async def answer(request: Request, token: str, number: int, to: str = "") -> Response:
        form = await own_form(request)
        with site.store.open() as database:
            complaint = site.complaint(database, token, number)
            session = read_session(complaint)
            item = source_views.posted(site.library, first(form, "item"))
            try:
                given = answers(site.library, session, item, form)
            except InputError as error:
                fault = Fault(f"f-{item}", f"{named(site.library.findings[item])}: {error.found}")
                asked = source_views.to_ask(site.library, session, item)
                if asked is None:
                    raise HTTPException(404) from None
                data = {"faults": [fault], "status": 422, "form": form}
                return show(site, request, complaint, session, asked, to, **data)
            write(site, complaint, given, enough="enough" in form)
            return see(link(complaint, LIST if "enough" in form else "check" if to == "check" else "source"))

    @app.post("/e/{token}/{number}/source/more", include_in_schema=False)
    async def more(request: Request, token: str, number: int) -> Response:
        await own_form(request)
        with site.store.open() as database:
            complaint = site.complaint(database, token, number)
            site.store.keep(complaint, msgspec.structs.replace(read_session(complaint), enough=False))
            return see(link(complaint, "source"))


def place(site: Site, database: Database, token: str, number: int) -> tuple[Complaint, Session | str]:
    """The complaint and its session; or, in place of the session, the page that comes before any such question."""
    complaint = site.complaint(database, token, number)
    judged = site.judge(complaint)
    if views.interrupts(site.library, judged.session, judged.bracket):
        return complaint, "now"
    if next_step(site.library, judged.session).kind != "done":
        return complaint, "ask"
    if not source_views.ready(site.library, site.result(complaint, judged), judged.session):
        return complaint, "result"
    return complaint, judged.session


def answers(library: Library, session: Session, item: str, form: Form) -> list[tuple[str, Value | None]]:
    """What the form says of its own question; nothing when that is known already. Raises InputError when unfit.

    Skipped is not known, but never takes an answer back; who has had enough need not answer.
    """
    known = session.answers
    if not item or ("skip" in form and item in known):
        return []
    try:
        value = None if "skip" in form else read_field(library, library.findings[item], form)
    except InputError:
        if "enough" in form:
            return []
        raise
    return [] if item in known and known[item] == value else [(item, value)]


def write(site: Site, complaint: Complaint, given: list[tuple[str, Value | None]], *, enough: bool) -> None:
    """Write the answers, and that the person has had enough; an emergency that they raise is seen by the next page."""
    session = read_session(complaint)
    if given:
        session = site.store.give(complaint, given, giver(site.library, "questions", beside(complaint)), now())
        share(site, complaint, session, [key for key, _ in given])
        session = views.still_gone_on(session, site.judge(complaint).bracket)
    site.store.keep(complaint, msgspec.structs.replace(session, enough=session.enough or enough))


def show(
    site: Site,
    request: Request,
    complaint: Complaint,
    session: Session,
    asked: source_views.Asked,
    to: str,
    **data: Any,
) -> Response:
    form = data.pop("form", None)
    context = source_views.page(site.library, complaint, session, asked, to, form)
    return site.show(request, "source.html", complaint.episode.country, **{**context, **data})


def with_list(library: Library, report: Assessment, session: Session, complaint: Complaint) -> Assessment:
    """A shareable assessment with the list that the screen shows; without it as long as the screen shows none.

    It does not hang on what was said in private: neither the report nor the answers that count hold it.
    """
    if not source_views.ready(library, report, session) or not source_views.begun(library, session):
        return report
    try:
        return with_sources(report, [source_views.list_of(library, session, complaint)])
    except Impossible:
        return report
