"""What the routes share: the posted form, the clock, links, and how an answer is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from fastapi import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from psoas.findings import Answers
from psoas.interview import Session, answered, give
from psoas.library import Library
from psoas.triage import GENERAL
from psoas.web import views
from psoas.web.forms import Form
from psoas.web.report_parts import Meta
from psoas.web.security import is_own_form
from psoas.web.store import Complaint, read_session

if TYPE_CHECKING:
    from psoas.web.app import Site


async def own_form(request: Request) -> Form:
    """The posted fields. Raises 403 when the form is not from our own page."""
    data = await request.form()
    form: dict[str, list[str]] = {}
    for key, value in data.multi_items():
        if isinstance(value, str):
            form.setdefault(key, []).append(value)
    if not is_own_form(request, (form.get("csrf") or [""])[0]):
        raise HTTPException(403)
    return form


def now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def see(path: str) -> RedirectResponse:
    return RedirectResponse(path, 303)


def link(complaint: Complaint, rest: str) -> str:
    return f"/e/{complaint.token}/{complaint.number}/{rest}"


def giver(library: Library, kind: str, others: Sequence[Answers] = ()) -> Callable[[Session, str, Any], Session]:
    return lambda session, key, value: give(library, session, key, value, kind, others)


def beside(complaint: Complaint) -> list[Answers]:
    """The answers of the person's other complaints."""
    return [read_session(other).answers for other in complaint.episode.complaints if other is not complaint]


def share(site: Site, complaint: Complaint, session: Session, given: list[str]) -> None:
    """A fact of the person, once it stands in one complaint, stands in each."""
    facts = [(key, session.answers[key]) for key in given if key in GENERAL and key in session.answers]
    for other in complaint.episode.complaints:
        if other is not complaint and facts:
            site.store.give(other, facts, answered, now())


def meta(library: Library, complaint: Complaint) -> Meta:
    places = views.places(library, complaint)
    return Meta(made_on=now().date(), country=complaint.episode.country, places=places, title="Hip and back pain")


def pdf(body: bytes, name: str) -> Response:
    return Response(body, media_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'})
