"""FastAPI's route whose dependencies are asked before a malformed body is told."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Annotated, Any

import pytest
from fastapi import APIRouter, Body, Depends, FastAPI, Form, Header, HTTPException, Request, UploadFile
from fastapi.exceptions import RequestValidationError

from failwell.fastapi import ChecksFirstRoute
from tests.frameworks.fastapi_app import failures, installed, problem_in, send
from tests.frameworks.shop import LoginNeeded, OutOfStock

pytestmark = pytest.mark.anyio
_JSON = {"Content-Type": "application/json"}
_FORM = {"Content-Type": "multipart/form-data; boundary=b"}
_KNOWN = {"X-Known": "yes"}
_MALFORMED = {
    "no JSON": (b"{", _JSON, "document"),
    "not even text": (b'{"name": "\xff"}', _JSON, "document"),
    "too deep": (b"[" * 100_000, _JSON, "document"),
    "no JSON, though it may be anything": (b"{", _JSON, "anything"),
    "no JSON, though there may be none": (b"{", _JSON, "optional"),
    "no form": (b"--b\r\n\xff\r\n", _FORM, "form"),
}


class Seen:
    """What was asked, and in which order.

    Attributes:
        asked: names of what ran.
    """

    def __init__(self) -> None:
        self.asked: list[str] = []


def make_app(seen: Seen, router: APIRouter) -> FastAPI:  # noqa: C901 - one operation for each thing
    """The routes, in a router with a check."""

    async def known(x_known: Annotated[str | None, Header()] = None) -> None:
        seen.asked.append("known")
        if x_known is None:
            raise LoginNeeded

    async def told(name: Annotated[Any, Body(embed=True)] = None) -> str:
        seen.asked.append("told")
        return str(name)

    async def after(_: Any = Depends(told)) -> None:  # noqa: B008
        seen.asked.append("after")

    async def lent() -> AsyncIterator[None]:
        seen.asked.append("lent")
        try:
            yield
        finally:
            seen.asked.append("returned")

    @router.post("/document")
    async def document(
        count: int,
        name: Annotated[str, Body(embed=True)],
        _: None = Depends(known),  # noqa: FAST002 - it is no name of the module
    ) -> str:
        seen.asked.append("handler")
        return name * count

    @router.post("/anything")
    async def anything(it: Annotated[Any, Body()]) -> Any:
        seen.asked.append("handler")
        return it

    @router.post("/optional")
    async def optional(it: Annotated[dict[str, int] | None, Body()] = None) -> Any:
        seen.asked.append("handler")
        return it

    @router.post("/form")
    async def form(name: Annotated[str, Form()], file: UploadFile) -> str:
        seen.asked.append("handler")
        return f"{name} {(await file.read()).decode()}"

    @router.post("/stream")
    async def stream(request: Request) -> int:
        seen.asked.append("handler")
        return sum([len(part) async for part in request.stream()])

    @router.post("/by_body", dependencies=[Depends(lent), Depends(after)])
    async def by_body() -> str:
        return "yes"

    @router.post("/inner")
    async def inner(it: Annotated[Any, Body()]) -> str:
        seen.asked.append("handler")
        try:
            return str(json.loads(it))
        except json.JSONDecodeError as error:
            row = {"type": "json_invalid", "loc": ("body", error.pos), "msg": "no JSON", "input": it}
            raise RequestValidationError([row], body=it) from error

    @router.post("/refused")
    async def refused(it: Annotated[Any, Body()]) -> None:
        raise HTTPException(400, "Not so.")

    app = installed()
    app.include_router(router, prefix="/v1", dependencies=[Depends(known)])
    return app


@pytest.fixture
def seen() -> Seen:
    return Seen()


@pytest.fixture
def app(seen: Seen) -> FastAPI:
    return make_app(seen, APIRouter(route_class=ChecksFirstRoute))


@pytest.mark.parametrize("case", _MALFORMED)
async def test_who_may_not_call_does_not_hear_of_a_malformed_body(app: FastAPI, case: str) -> None:
    content, headers, path = _MALFORMED[case]
    response = await send(app, f"POST /v1/{path}?count=1", content=content, headers=headers)
    assert problem_in(response) == "login_needed"


@pytest.mark.parametrize("case", _MALFORMED)
async def test_who_may_call_does_and_checks_are_asked_once(app: FastAPI, seen: Seen, case: str) -> None:
    content, headers, path = _MALFORMED[case]
    response = await send(app, f"POST /v1/{path}?count=1", content=content, headers=headers | _KNOWN)
    assert (response.status_code, problem_in(response)) == (400, "bad_request")
    assert seen.asked == ["known"]


async def test_other_routes_tell_of_the_body_first(seen: Seen) -> None:
    app = make_app(seen, APIRouter())
    response = await send(app, "POST /v1/document", content=b"{", headers=_JSON)
    assert (problem_in(response), seen.asked) == ("bad_request", [])


async def test_a_malformed_body_is_told_before_other_input_that_does_not_fit(app: FastAPI) -> None:
    response = await send(app, "POST /v1/document?count=no", content=b"{", headers=_JSON | _KNOWN)
    assert problem_in(response) == "bad_request"
    response = await send(app, "POST /v1/document?count=no", json={"name": 1}, headers=_KNOWN)
    assert [place for place, *_ in failures(response)] == ["query", "body"]


async def test_dependencies_that_take_the_body_come_after_it(app: FastAPI, seen: Seen) -> None:
    response = await send(app, "POST /v1/by_body", content=b"{", headers=_JSON | _KNOWN)
    assert (problem_in(response), seen.asked) == ("bad_request", ["known", "lent", "returned"])


async def test_what_a_handler_finds_malformed_does_not_ask_checks_again(app: FastAPI, seen: Seen) -> None:
    response = await send(app, "POST /v1/inner", json="{", headers=_KNOWN)
    assert (problem_in(response), seen.asked) == ("bad_request", ["known", "handler"])
    seen.asked.clear()
    response = await send(app, "POST /v1/refused", json=1, headers=_KNOWN)
    assert (response.json()["detail"], seen.asked) == ("Not so.", ["known"])


async def test_good_bodies_of_all_kinds_come_as_ever(app: FastAPI, seen: Seen) -> None:
    document = await send(app, "POST /v1/document?count=2", json={"name": "n"}, headers=_KNOWN)
    words: dict[str, Any] = {"data": {"name": "n"}, "files": {"file": ("f", b"content")}}
    form = await send(app, "POST /v1/form", headers=_KNOWN, **words)
    stream = await send(app, "POST /v1/stream", content=b"{", headers=_JSON | _KNOWN)
    assert [one.json() for one in (document, form, stream)] == ["nn", "n content", 1]
    assert seen.asked == ["known", "handler"] * 3


async def test_a_client_that_left_is_not_asked_for_anything(app: FastAPI, seen: Seen) -> None:
    async def receive() -> Any:
        return {"type": "http.disconnect"}

    sent: list[Any] = []

    async def send_nothing(message: Any) -> None:
        sent.append(message)

    scope: Any = {
        "type": "http",
        "method": "POST",
        "path": "/v1/document",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json")],
    }
    await app(scope, receive, send_nothing)
    assert (sent, seen.asked) == ([], [])


async def test_a_problem_of_a_check_stands_for_itself(seen: Seen) -> None:
    router = APIRouter(route_class=ChecksFirstRoute)

    async def out() -> None:
        raise OutOfStock("Gone.", article="tea", left=0)

    @router.post("/", dependencies=[Depends(out)])
    async def take(it: dict[str, int]) -> None: ...

    app = installed()
    app.include_router(router)
    response = await send(app, "POST /", content=b"{", headers=_JSON)
    assert problem_in(response) == "out_of_stock"


async def test_it_serves_routes_of_the_app_itself_and_overridden_checks(seen: Seen) -> None:
    app = installed()
    app.router.route_class = ChecksFirstRoute

    async def check() -> None:
        raise LoginNeeded

    @app.post("/", dependencies=[Depends(check)])
    async def take(it: dict[str, int]) -> None: ...

    assert problem_in(await send(app, "POST /", content=b"{", headers=_JSON)) == "login_needed"
    app.dependency_overrides[check] = lambda: seen.asked.append("other")
    assert problem_in(await send(app, "POST /", content=b"{", headers=_JSON)) == "bad_request"
    assert seen.asked == ["other"]


def test_the_document_is_the_same(seen: Seen) -> None:
    plain = make_app(seen, APIRouter()).openapi()
    assert make_app(seen, APIRouter(route_class=ChecksFirstRoute)).openapi() == plain
