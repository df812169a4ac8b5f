"""The routes. Each parses, calls one function of the core, and renders."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from fastapi import FastAPI, HTTPException
from fastapi.exceptions import RequestValidationError
from fastapi.staticfiles import StaticFiles
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from sqlalchemy.orm import Session as Database
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from psoas.assessment import Assessment, Names, assess, for_person, shareable
from psoas.errors import PsoasError
from psoas.interview import Session, Step, next_step, one_item
from psoas.library import Library, Urgency, load
from psoas.triage import contradictions, joined, together, triage
from psoas.web import source_views, views
from psoas.web.api import api
from psoas.web.clinic import add_clinic
from psoas.web.export import as_csv, as_json
from psoas.web.forms import Fault, read_step
from psoas.web.posting import beside, giver, link, meta, now, own_form, pdf, see, share
from psoas.web.report import person_pdf
from psoas.web.security import Limits, csrf_token, guard, set_cookie
from psoas.web.settings import Settings
from psoas.web.source_pages import add_sources, with_list
from psoas.web.store import Complaint, Episode, Store, read_session

HERE = Path(__file__).parent
LOG = logging.getLogger("psoas.web")
RESPONDENTS = ("self", "helper_present", "proxy")


def create_app(settings: Settings, library: Library | None = None) -> FastAPI:
    """The app over a library and a database, which is brought to the newest schema."""
    app = FastAPI(title="Psoas", docs_url=None, redoc_url=None, openapi_url="/api/v1/openapi.json")
    app.state.library = library or load()
    app.state.store = Store(settings.database)
    app.state.pages = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    app.state.pages.filters.update(views.FILTERS)
    app.add_middleware(
        BaseHTTPMiddleware, dispatch=guard(settings.hosts, settings.max_body, Limits(settings.per_minute))
    )
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    app.include_router(api(app.state.library))
    add_pages(app)
    add_errors(app)
    return app


class Site:
    """What every route needs: the library, the store and the templates."""

    def __init__(self, app: FastAPI) -> None:
        self.library: Library = app.state.library
        self.store: Store = app.state.store
        self.pages: Environment = app.state.pages

    def show(self, request: Request, name: str, country: str = "zz", status: int = 200, **data: Any) -> HTMLResponse:
        """A page, with the browser's form token in it."""
        token = csrf_token(request)
        html = self.pages.get_template(name).render(
            csrf=token, library=self.library, names=Names(self.library, country), faults=data.pop("faults", []), **data
        )
        response = HTMLResponse(html, status)
        set_cookie(request, response, token)
        return response

    def episode(self, database: Database, token: str) -> Episode:
        found = self.store.episode(database, token)
        if found is None:
            raise HTTPException(404)
        return found

    def complaint(self, database: Database, token: str, number: int) -> Complaint:
        episode = self.episode(database, token)
        for complaint in episode.complaints:
            if complaint.number == number:
                return complaint
        raise HTTPException(404)

    def judge(self, complaint: Complaint) -> views.Judged:
        """Triage of this complaint together with the person's others."""
        session = read_session(complaint)
        others = beside(complaint)
        if not others:
            return views.Judged(session, triage(self.library, session.answers), session.answers)
        every = [session.answers, *others]
        held = any(contradictions(self.library, other) for other in others)
        whole = joined(self.library, every, session.answers)
        return views.Judged(session, together(self.library, every), whole, held)

    def result(self, complaint: Complaint, judged: views.Judged) -> Assessment:
        whole = assess(
            self.library,
            judged.session,
            country=complaint.episode.country,
            bracket=judged.bracket,
            known=judged.answers,
            held=judged.held,
        )
        return for_person(whole)

    def report(self, complaint: Complaint, judged: views.Judged, *, clinician: bool) -> Assessment:
        """The result for paper and files: without what must not leave the screen."""
        return shareable(
            self.library,
            judged.session,
            country=complaint.episode.country,
            clinician=clinician,
            bracket=judged.bracket,
            known=judged.answers,
            held=judged.held,
        )


def likely(request: Request, site: Site) -> str:
    """The country that the browser's languages point to, or elsewhere."""
    tags = (part.split(";")[0].strip() for part in request.headers.get("accept-language", "").split(","))
    regions = [tag.partition("-")[2][-2:].lower() for tag in tags]
    return next((region for region in regions if region in site.library.countries), "zz")


def add_pages(app: FastAPI) -> None:
    site = Site(app)
    add_start(app, site)
    add_interview(app, site)
    add_sources(app, site)
    add_results(app, site)
    add_clinic(app, site)
    add_data(app, site)


def add_start(app: FastAPI, site: Site) -> None:
    @app.get("/", include_in_schema=False)
    async def start(request: Request) -> Response:
        return site.show(
            request, "start.html", countries=views.countries(site.library), chosen=likely(request, site), who=""
        )

    @app.post("/start", include_in_schema=False)
    async def begin(request: Request) -> Response:
        form = await own_form(request)
        country, who = (form.get(name, [""])[0] for name in ("country", "who"))
        if country not in site.library.countries or who not in RESPONDENTS:
            faults = [Fault("who", "Choose who answers.")] if who not in RESPONDENTS else []
            faults += [Fault("country", "Choose a country.")] if country not in site.library.countries else []
            data: dict[str, Any] = {"countries": views.countries(site.library), "chosen": country, "who": who}
            return site.show(request, "start.html", faults=faults, status=422, **data)
        with site.store.open() as database:
            episode = site.store.start(database, country, who, now())
            return see(link(episode.complaints[0], "ask"))

    @app.get("/example", include_in_schema=False)
    async def example(request: Request) -> Response:
        session = views.example_session()
        result = assess(site.library, session, country="gb")
        data = views.result(site.library, result, session, None) | {"origin": None}
        return site.show(request, "result.html", "gb", **data)

    @app.get("/about", include_in_schema=False)
    async def about(request: Request) -> Response:
        return site.show(request, "about.html")

    @app.get("/away", include_in_schema=False)
    async def away(request: Request) -> Response:
        return site.show(request, "away.html")

    @app.get("/e/{token}", include_in_schema=False)
    async def episode(request: Request, token: str) -> Response:
        with site.store.open() as database:
            found = site.episode(database, token)
            data = views.episode(site.library, found)
            return site.show(request, "episode.html", found.country, **data)

    @app.post("/e/{token}/add", include_in_schema=False)
    async def add(request: Request, token: str) -> Response:
        form = await own_form(request)
        with site.store.open() as database:
            found = site.episode(database, token)
            session = views.shared_session(site.library, read_session(found.complaints[0]))
            rest = "work" if form.get("to") == ["work"] else "ask"
            return see(link(site.store.add_complaint(database, found, session), rest))


def add_interview(app: FastAPI, site: Site) -> None:
    @app.get("/e/{token}/{number}/ask", include_in_schema=False)
    async def ask(request: Request, token: str, number: int, skip: str = "") -> Response:
        with site.store.open() as database:
            complaint = site.complaint(database, token, number)
            judged = site.judge(complaint)
            session = judged.session
            if views.interrupts(site.library, session, judged.bracket):
                return see(link(complaint, "now"))
            step = views.current_step(site.library, session, skip)
            if step.kind == "done":
                return see(link(complaint, "check"))
            return show_step(site, request, complaint, session, step, skip)

    @app.post("/e/{token}/{number}/ask", include_in_schema=False)
    async def answer(request: Request, token: str, number: int, skip: str = "") -> Response:
        form = await own_form(request)
        with site.store.open() as database:
            complaint = site.complaint(database, token, number)
            session = read_session(complaint)
            step = views.posted_step(site.library, form)
            read = read_step(site.library, step, form)
            if read.areas is not None:
                complaint.areas = ",".join(read.areas)
            kind = (form.get("kind") or ["questions"])[0]
            session = site.store.give(complaint, read.answers, giver(site.library, kind, beside(complaint)), now())
            share(site, complaint, session, [key for key, _ in read.answers])
            complaint.areas = views.hurting(site.library, complaint.areas, session)
            site.store.keep(complaint, views.still_gone_on(session, site.judge(complaint).bracket))
            if read.faults and next_step(site.library, session).kind not in ("settle", "confirm"):
                left = views.without_answers(step, [key for key, _ in read.answers])
                shown = {"faults": read.faults, "status": 422, "form": form}
                return show_step(site, request, complaint, session, left, skip, **shown)
            return see(link(complaint, "ask") + (f"?skip={skip}" if skip else ""))

    @app.post("/e/{token}/{number}/recap", include_in_schema=False)
    async def recap(request: Request, token: str, number: int) -> Response:
        form = await own_form(request)
        with site.store.open() as database:
            complaint = site.complaint(database, token, number)
            again = [item for item in form.get("again", ()) if item in site.library.findings]
            value: Any = again or form.get("right") == ["yes"]
            if next_step(site.library, read_session(complaint)).kind == "recap":
                site.store.give(complaint, [("recap", value)], giver(site.library, "recap"), now())
            return see(link(complaint, "ask"))

    @app.get("/e/{token}/{number}/page/{page}", include_in_schema=False)
    async def back(request: Request, token: str, number: int, page: str) -> Response:
        with site.store.open() as database:
            complaint = site.complaint(database, token, number)
            session = read_session(complaint)
            step = views.whole_page(site.library, session, page)
            if step is None:
                raise HTTPException(404)
            return show_step(
                site, request, complaint, session, step, "", form=views.filled(site.library, complaint, session)
            )

    @app.get("/e/{token}/{number}/change/{finding}", include_in_schema=False)
    async def change(request: Request, token: str, number: int, finding: str) -> Response:
        with site.store.open() as database:
            complaint = site.complaint(database, token, number)
            session = read_session(complaint)
            if finding not in session.answers:
                raise HTTPException(404)
            if site.library.page_of[finding].asks == "source":
                return see(link(complaint, f"source?item={finding}&to=check"))
            step = one_item(site.library, "questions", finding)
            filled = views.filled(site.library, complaint, session)
            return show_step(site, request, complaint, session, step, "", form=filled, kind="change")

    @app.get("/e/{token}/{number}/check", include_in_schema=False)
    async def check(request: Request, token: str, number: int) -> Response:
        with site.store.open() as database:
            complaint = site.complaint(database, token, number)
            data = views.check(site.library, complaint, site.judge(complaint))
            return site.show(request, "check.html", complaint.episode.country, **data)


def show_step(
    site: Site, request: Request, complaint: Complaint, session: Session, step: Step, skip: str, **data: Any
) -> Response:
    form = data.pop("form", {})
    context = views.step(site.library, complaint, session, step, skip, form)
    return site.show(request, context.pop("template"), complaint.episode.country, **{**context, **data})


def add_results(app: FastAPI, site: Site) -> None:
    @app.get("/e/{token}/{number}/now", include_in_schema=False)
    async def interrupt(request: Request, token: str, number: int) -> Response:
        with site.store.open() as database:
            complaint = site.complaint(database, token, number)
            judged = site.judge(complaint)
            if judged.bracket.certain is not Urgency.emergency:
                return see(link(complaint, "ask"))
            data = views.interrupt(site.library, site.result(complaint, judged), judged.bracket, complaint)
            return site.show(request, "now.html", complaint.episode.country, **data)

    @app.post("/e/{token}/{number}/carry-on", include_in_schema=False)
    async def carry_on(request: Request, token: str, number: int) -> Response:
        await own_form(request)
        with site.store.open() as database:
            complaint = site.complaint(database, token, number)
            judged = site.judge(complaint)
            site.store.keep(complaint, views.carrying_on(judged.session, judged.bracket))
            return see(link(complaint, "ask"))

    @app.get("/e/{token}/{number}/result", include_in_schema=False)
    async def result(request: Request, token: str, number: int) -> Response:
        with site.store.open() as database:
            complaint = site.complaint(database, token, number)
            judged = site.judge(complaint)
            found = site.result(complaint, judged)
            data = views.result(site.library, found, judged.session, complaint)
            data["origin"] = source_views.section(site.library, found, judged.session, complaint)
            return site.show(request, "result.html", complaint.episode.country, **data)

    @app.get("/e/{token}/{number}/report.pdf", include_in_schema=False)
    async def report(token: str, number: int) -> Response:
        with site.store.open() as database:
            complaint = site.complaint(database, token, number)
            return pdf(
                person_pdf(site.library, shared_report(site, complaint), meta(site.library, complaint)), "psoas.pdf"
            )


def add_data(app: FastAPI, site: Site) -> None:
    @app.get("/e/{token}/data", include_in_schema=False)
    async def data(request: Request, token: str) -> Response:
        with site.store.open() as database:
            found = site.episode(database, token)
            return site.show(request, "data.html", found.country, **views.episode(site.library, found))

    @app.get("/e/{token}/export.json", include_in_schema=False)
    async def json_file(token: str) -> Response:
        with site.store.open() as database:
            episode = site.episode(database, token)
            reports = [shared_report(site, own) for own in episode.complaints]
            body = as_json(site.library, episode, reports)
        headers = {"Content-Disposition": 'attachment; filename="psoas.json"'}
        return Response(body, media_type="application/json", headers=headers)

    @app.get("/e/{token}/export.csv", include_in_schema=False)
    async def csv_file(token: str) -> Response:
        with site.store.open() as database:
            body = as_csv(site.library, site.episode(database, token))
        headers = {"Content-Disposition": 'attachment; filename="psoas.csv"'}
        return Response(body, media_type="text/csv; charset=utf-8", headers=headers)

    @app.post("/e/{token}/erase", include_in_schema=False)
    async def erase(request: Request, token: str) -> Response:
        form = await own_form(request)
        with site.store.open() as database:
            found = site.episode(database, token)
            if form.get("sure") != ["yes"]:
                faults = [Fault("sure", "Tick the box if you want to erase everything.")]
                data = views.episode(site.library, found)
                return site.show(request, "data.html", found.country, faults=faults, status=422, **data)
            site.store.erase(database, found)
        LOG.info("an episode was erased")
        return site.show(request, "erased.html")


def shared_report(site: Site, complaint: Complaint) -> Assessment:
    """What paper and files say of a complaint, with its likely sources."""
    judged = site.judge(complaint)
    return with_list(site.library, site.report(complaint, judged, clinician=False), judged.session, complaint)


def add_errors(app: FastAPI) -> None:
    site = Site(app)
    messages = {
        403: "The page was open too long, came from elsewhere, or your browser keeps no cookies. Psoas needs one "
        "cookie, which ends with the browser. Allow it, open the page again and answer once more. What you "
        "answered before is kept.",
        404: "Nothing is here. The link may be wrong, or the record was erased.",
    }

    @app.exception_handler(StarletteHTTPException)
    async def known(request: Request, error: StarletteHTTPException) -> Response:
        if request.url.path.startswith("/api/"):
            found = {"where": request.url.path, "found": str(error.detail)}
            return JSONResponse({"error": found}, error.status_code, error.headers)
        text = messages.get(error.status_code, "That did not work.")
        return site.show(request, "error.html", status=error.status_code, message=text)

    @app.exception_handler(PsoasError)
    async def unfit(request: Request, error: PsoasError) -> Response:
        """Neither page nor log repeats an answer."""
        if request.url.path.startswith("/api/"):
            return JSONResponse({"error": error.as_dict()}, 422)
        return site.show(request, "error.html", status=422, message="Two answers do not fit together.")

    @app.exception_handler(RequestValidationError)
    async def misshapen(request: Request, error: RequestValidationError) -> Response:
        if not request.url.path.startswith("/api/"):
            return site.show(request, "error.html", status=404, message=messages[404])
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        return JSONResponse({"error": {"where": where, "found": str(first["msg"])}}, 422)
