"""/api/v1: stateless calls for programs. The answers come in, the assessment goes out, nothing is kept."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import msgspec
from fastapi import APIRouter, HTTPException, Path, Request, Response
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from pydantic import BaseModel, Field

from psoas import intake
from psoas.assessment import Names, asked
from psoas.errors import InputError
from psoas.intake import checked, judged, next_of, read_json, whole_answers
from psoas.interview import Session
from psoas.inventory import find, ids_of
from psoas.library import Library

JsonValue = bool | float | str | None


class AssessIn(BaseModel, extra="forbid"):
    """answers: finding -> value; absent = not asked, null = asked and not known. Or complaints, each with its own."""

    answers: dict[str, JsonValue] = Field(
        {}, examples=[{"age_years": 44, "low_back_pain": True, "saddle_anaesthesia": True}]
    )
    complaints: list[dict[str, Any]] = []
    explained: dict[str, str] = {}
    setting: str = "self_referred"
    country: str = "zz"
    mode: str = "person"


class StrictRequest(Request):
    """A request whose JSON may hold each name only once."""

    async def json(self) -> Any:
        try:
            return read_json(await self.body())
        except InputError as error:
            raise HTTPException(422, f"{error.where} {error.found} {error.do}") from None
        except UnicodeDecodeError as error:
            raise HTTPException(400, f"The body is not UTF-8 (byte {error.start}).") from None


class StrictRoute(APIRoute):
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def strict(request: Request) -> Response:
            return await handle(StrictRequest(request.scope, request.receive))

        return strict


class ErrorOut(BaseModel):
    """Where, what was found, what would fit, what to do."""

    error: dict[str, str]


def api(library: Library) -> APIRouter:
    """The routes over one library."""
    router = APIRouter(prefix="/api/v1", tags=["psoas"], route_class=StrictRoute)
    bad: dict[int | str, dict[str, Any]] = {code: {"model": ErrorOut} for code in (400, 404, 422)}
    bad_body: dict[int | str, dict[str, Any]] = {code: bad[code] for code in (400, 422)}

    @router.post("/assess", responses=bad_body, response_model=dict[str, Any])
    async def assess(body: AssessIn) -> JSONResponse:
        """Urgency, why, what to do, safety net, the likely sources, what to ask next."""
        return answered(lambda: judged(library, request_of(library, body)))

    @router.post("/next", responses=bad_body, response_model=dict[str, Any])
    async def next_question(body: AssessIn) -> JSONResponse:
        """The next question, of danger first and then of the source, or null when nothing is worth asking."""
        return answered(lambda: {"next_question": question(library, request_of(library, body))})

    @router.get("/library/{kind}", responses=bad, response_model=list[str])
    async def listed(kind: str = Path(examples=["red_flags"])) -> JSONResponse:
        """The ids of one kind: findings, red_flags, hazards, conditions, mechanisms, contradictions, sources,
        countries, pages or words.
        """
        return answered(lambda: ids_of(library, kind), missing=404)

    @router.get("/library/{kind}/{id}", responses=bad, response_model=dict[str, Any])
    async def one(kind: str, id: str) -> JSONResponse:
        """One piece of knowledge."""
        return answered(lambda: find(library, id, kind), missing=404)

    return router


def request_of(library: Library, body: AssessIn) -> intake.Request:
    """The request, from what was really sent: neither answers nor complaints is an error, as on the command line."""
    return checked(library, body.model_dump(exclude_unset=True))


def question(library: Library, request: intake.Request) -> dict[str, Any] | None:
    whole = whole_answers(library, request)
    session = Session(answers=whole, confirmed=frozenset(whole), recap="done", clinician=request.mode == "clinician")
    return asked(library, session, Names(library, request.country)) or next_of(library, request)


def answered(job: Any, missing: int = 422) -> JSONResponse:
    """The job's value as JSON, or its error in the one shape of errors."""
    try:
        return JSONResponse(msgspec.to_builtins(job()))
    except InputError as error:
        return JSONResponse({"error": error.as_dict()}, missing)
