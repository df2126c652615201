"""What FastAPI does with requests and responses: validation, media types, body limits, streams."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Annotated, Any, cast

import pydantic
import pytest
from fastapi import (
    APIRouter,
    Body,
    Cookie,
    FastAPI,
    Form,
    Header,
    Query,
)
from fastapi.exceptions import RequestValidationError, ResponseValidationError
from fastapi.responses import PlainTextResponse, StreamingResponse
from fastapi.sse import EventSourceResponse

from tests.frameworks.fastapi_app import failures, installed, problem_in, send
from tests.frameworks.shop import (
    SECRET,
    OutOfStock,
    SlowDown,
    odd_error,
)

_JSON = {"Content-Type": "application/json"}
_ORIGIN = {"Origin": "https://shop.example"}


class Account(pydantic.BaseModel):
    """What a handler returns."""

    name: str
    age: int


# ----------------------------------------------------------------------------------------- validation


@pytest.mark.anyio
async def test_each_place_of_a_request_is_told() -> None:
    app = installed()

    @app.post("/{number}")
    async def take(  # noqa: PLR0913, PLR0917 - each place once
        number: int,
        count: Annotated[int, Query(gt=5)],
        x_token: Annotated[int, Header()],
        basket: Annotated[int, Cookie()],
        account: Account,
        extra: Annotated[dict[str, list[int]], Body()],
    ) -> None: ...

    response = await send(
        app,
        "POST /one?count=1",
        json={"account": {"name": "n", "age": SECRET}, "extra": {"a/b": [1, SECRET]}},
        headers={"X-Token": SECRET, "Cookie": f"basket={SECRET}"},
    )
    assert problem_in(response) == "unprocessable_content"
    assert failures(response) == [
        ("path", "/number", "int_parsing"),
        ("query", "/count", "greater_than"),
        ("header", "/x-token", "int_parsing"),
        ("cookie", "/basket", "int_parsing"),
        ("body", "/account/age", "int_parsing"),
        ("body", "/extra/a~1b/1", "int_parsing"),
    ]
    assert SECRET not in response.text


@pytest.mark.anyio
async def test_forms_are_validated_alike() -> None:
    app = installed()

    @app.post("/")
    async def take(name: Annotated[str, Form(max_length=3)], age: Annotated[int, Form()]) -> None: ...

    response = await send(app, "POST /", data={"name": SECRET})
    assert failures(response) == [("body", "/name", "string_too_long"), ("body", "/age", "missing")]
    assert SECRET not in response.text


@pytest.fixture
def taking() -> FastAPI:
    """Takes a document, and bytes, and a form."""
    app = installed()

    @app.post("/document")
    async def document(account: Account, number: int = 0) -> str:
        return account.name

    @app.post("/two")
    async def two(account: Annotated[Account, Body()], other: Annotated[int, Body()]) -> str:
        return account.name

    @app.post("/bytes")
    async def raw(content: Annotated[bytes, Body(max_length=5)], number: int = 0) -> int:
        return len(content)

    @app.post("/form")
    async def form(name: Annotated[str, Form()]) -> str:
        return name

    return app


_ACCOUNT = b'{"name":"n","age":1}'


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("path", "content_type", "content", "status"),
    [
        ("/document", "application/json", _ACCOUNT, 200),
        ("/document", "application/vnd.shop+json; charset=utf-8", _ACCOUNT, 200),
        ("/document", "text/plain", _ACCOUNT, 415),
        ("/document?number=x", "text/plain", _ACCOUNT, 415),
        ("/document", "application/x-www-form-urlencoded", b"name=n&age=1", 415),
        ("/document", None, _ACCOUNT, 415),
        ("/document", "application/json", b"", 422),
        ("/document", "application/json", b'{"name":', 400),
        ("/document", "application/json", b'{"name":"\xff"}', 400),
        ("/document", "application/json", b"[" * 100_000, 400),
        ("/document", "application/json", b'"text"', 422),
        ("/two", "text/plain", _ACCOUNT, 415),
        ("/bytes", "application/octet-stream", b"12345", 200),
        ("/bytes", "application/octet-stream", b"123456", 422),
        ("/bytes?number=x", "application/octet-stream", b"12345", 422),
        ("/form", "application/x-www-form-urlencoded", b"name=n", 200),
        ("/form", "application/x-www-form-urlencoded", b"age=1", 422),
        ("/form", "application/json", b'{"name":"n"}', 415),
        ("/form", "multipart/form-data", b"", 400),
    ],
)
async def test_bodies_that_are_not_what_they_should_be(
    taking: FastAPI, path: str, content_type: str | None, content: bytes, status: int
) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    response = await send(taking, f"POST {path}", content=content, headers={**headers, **_ORIGIN})
    assert response.status_code == status
    assert response.headers["access-control-allow-origin"] == "https://shop.example"
    codes = {400: "bad_request", 415: "unsupported_media_type", 422: "unprocessable_content"}
    if status != 200:
        assert problem_in(response) == codes[status]


@pytest.mark.anyio
async def test_bodies_may_come_without_a_media_type_where_the_app_says_so() -> None:
    app = installed(strict_content_type=False)

    @app.post("/")
    async def take(account: Account) -> str:
        return account.name

    assert (await send(app, "POST /", content=_ACCOUNT)).json() == "n"
    assert problem_in(await send(app, "POST /", content=b"{")) == "bad_request"
    text = await send(app, "POST /", content=_ACCOUNT, headers={"Content-Type": "text/plain"})
    assert problem_in(text) == "unsupported_media_type"


@pytest.mark.anyio
async def test_an_app_may_raise_validation_errors_itself() -> None:
    app = installed()

    @app.get("/")
    async def fail() -> None:
        raise RequestValidationError(
            [{"loc": ("query", "day"), "msg": "Closed on Mondays", "type": "closed"}]
        )

    assert failures(await send(app, "GET /")) == [("query", "/day", "closed")]


@pytest.mark.anyio
async def test_a_wrong_json_text_in_a_field_is_no_malformed_body() -> None:
    app = installed()

    @app.post("/")
    async def take(settings: Annotated[pydantic.Json[dict[str, int]], Body(embed=True)]) -> None: ...

    response = await send(app, "POST /", json={"settings": "{" + SECRET})
    assert failures(response) == [("body", "/settings", "json_invalid")]
    assert SECRET not in response.text


@pytest.mark.anyio
async def test_a_response_that_is_wrong_is_the_servers_failure_and_never_shown() -> None:
    app = installed()

    @app.get("/", response_model=Account)
    async def fail() -> dict[str, str]:
        return {"name": "n", "age": SECRET}

    response = await send(app, "GET /")
    assert problem_in(response) == "internal"
    assert SECRET not in response.text
    with pytest.raises(ResponseValidationError):
        await send(app, "GET /", reraise=True)


# ------------------------------------------------------------------------------------ streams, bodies


@pytest.mark.anyio
@pytest.mark.parametrize("kind", ["lines", "raw", "response"])
async def test_a_stream_that_fails_breaks_off_and_is_reported(kind: str) -> None:
    app = installed()

    @app.get("/lines")
    async def lines() -> AsyncIterator[int]:
        yield 1
        raise odd_error()

    @app.get("/raw", response_class=StreamingResponse)
    async def raw() -> AsyncIterator[str]:
        yield "1\n"
        raise odd_error()

    @app.get("/response", response_model=None)
    async def response() -> StreamingResponse:
        return StreamingResponse(raw())

    assert (await send(app, f"GET /{kind}")).text == "1\n"
    with pytest.raises(RuntimeError, match="hunter2") as caught:
        await send(app, f"GET /{kind}", reraise=True)
    assert any("Request id: req_" in note for note in caught.value.__notes__)


@pytest.mark.anyio
async def test_an_event_stream_that_fails_is_reported() -> None:
    app = installed()

    @app.get("/", response_class=EventSourceResponse)
    async def events() -> AsyncIterator[int]:
        yield 1
        raise odd_error()

    with pytest.raises(ExceptionGroup) as caught:
        await send(app, "GET /", reraise=True)
    assert any("Request id: req_" in note for note in caught.value.__notes__)


async def _chunks() -> AsyncIterator[bytes]:
    for _ in range(10):
        yield b'"0123456789"'


def _limited(app: FastAPI, route: int | None = None) -> None:
    @app.post("/read", max_body_size=route)
    async def read(document: Annotated[Any, Body()]) -> Any:
        return document

    @app.post("/unread", max_body_size=route)
    async def unread() -> str:
        return "done"

    @app.post("/failing", max_body_size=route)
    async def failing() -> None:
        raise OutOfStock("", article="a", left=0)


@pytest.mark.anyio
@pytest.mark.parametrize("limit", ["app", "route", "both"])
@pytest.mark.parametrize("path", ["/read", "/unread", "/failing"])
async def test_a_body_over_a_limit_is_the_contracts_413(limit: str, path: str) -> None:
    app = installed(max_body_size=100 if limit != "route" else None)
    _limited(app, 90 if limit != "app" else None)
    response = await send(app, f"POST {path}", content=b" " * 101, headers={**_JSON, **_ORIGIN})
    is_early = (limit, path) == ("route", "/failing")  # it fails before somebody looks at the body
    assert problem_in(response) == ("out_of_stock" if is_early else "content_too_large")
    assert len(response.headers.get_list("content-length")) == 1
    if path == "/read" or limit == "route":
        assert response.headers["access-control-allow-origin"] == "https://shop.example"
        assert response.headers.get_list("vary") == ["Origin"]


@pytest.mark.anyio
@pytest.mark.parametrize("limit", ["app", "route"])
async def test_a_chunked_body_over_a_limit_is_the_contracts_413(limit: str) -> None:
    app = installed(max_body_size=100 if limit == "app" else None)
    _limited(app, 90 if limit == "route" else None)
    response = await send(app, "POST /read", content=_chunks(), headers={**_JSON, **_ORIGIN})
    assert problem_in(response) == "content_too_large"
    assert response.headers["access-control-allow-origin"] == "https://shop.example"
    assert problem_in(await send(app, "POST /failing", content=_chunks())) == "out_of_stock"


@pytest.mark.anyio
async def test_a_body_within_the_limit_passes_and_own_texts_stay() -> None:
    app = installed(max_body_size=100)
    _limited(app)

    @app.get("/text")
    async def text() -> PlainTextResponse:
        return PlainTextResponse("by hand", 404)

    assert (await send(app, "POST /read", json=[1])).json() == [1]
    assert (await send(app, "GET /text")).text == "by hand"


@pytest.mark.anyio
async def test_the_limit_of_an_included_router_is_told_alike() -> None:
    app, router = installed(), APIRouter(prefix="/v1", max_body_size=90)

    @router.post("/read")
    async def read(document: Annotated[Any, Body()]) -> Any:
        return document

    app.include_router(router)
    response = await send(app, "POST /v1/read", content=b" " * 101, headers={**_JSON, **_ORIGIN})
    assert problem_in(response) == "content_too_large"
    assert response.headers["access-control-allow-origin"] == "https://shop.example"


async def _call_with_receive(app: FastAPI, receive: Any) -> list[Any]:
    sent: list[Any] = []

    async def keep(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/read",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json")],
    }
    await app(cast("Any", scope), receive, keep)
    return sent


@pytest.mark.anyio
async def test_a_client_that_goes_away_while_it_sends_its_body_is_no_error(
    caplog: pytest.LogCaptureFixture,
) -> None:
    app = installed()
    _limited(app)

    async def receive() -> Any:
        return {"type": "http.disconnect"}

    assert await _call_with_receive(app, receive) == []
    assert not caplog.records


@pytest.mark.anyio
async def test_a_problem_raised_while_the_body_is_read_is_answered() -> None:
    """FastAPI makes a 400 of anything; middleware that counts or unpacks bodies raises there."""
    app = installed()
    _limited(app)

    async def receive() -> Any:
        raise SlowDown(retry_after_seconds=3)

    head, content = await _call_with_receive(app, receive)
    assert (head["status"], json.loads(content["body"])["code"]) == (429, "slow_down")
