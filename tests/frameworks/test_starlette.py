"""What is Starlette's own: its OpenAPI document, when to install, and apps inside of apps."""

from __future__ import annotations

from typing import Any, cast

import httpx
import pytest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException, WebSocketException
from starlette.middleware import Middleware
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

import failwell.starlette
from failwell import Catalog, Contract, Problem, dialects, standard_types
from failwell.edge import Exchange, current_exchange
from failwell.exceptions import FailwellError
from tests.frameworks import starlette_app
from tests.frameworks.shop import OutOfStock, contract, odd_error, shop


def test_the_openapi_document_lists_what_operations_raise() -> None:
    app = starlette_app.make_app()
    document = failwell.starlette.openapi(app, contract, title="Shop", version="1")
    answers = document["paths"]["/articles/{article}"]["get"]["responses"]
    assert {"409", "429", "500"} <= set(answers)
    schema = answers["409"]["content"]["application/problem+json"]["schema"]
    assert schema["discriminator"] == {
        "propertyName": "code",
        "mapping": {"out_of_stock": "#/components/schemas/OutOfStock"},
    }
    component = document["components"]["schemas"]["OutOfStock"]
    assert component["properties"]["code"] == {"type": "string", "const": "out_of_stock"}
    assert component["properties"]["left"] == {"type": "integer"}
    assert {"type", "code", "article", "left"} <= set(component["required"])
    assert "/inner/articles/{article}" in document["paths"]


def test_install_comes_once_and_first() -> None:
    app = starlette_app.make_app()
    with pytest.raises(FailwellError, match="call install once"):
        failwell.starlette.install(app, contract)


def test_install_says_what_it_takes() -> None:
    app: Any = Starlette()
    with pytest.raises(FailwellError, match="not an application and a contract"):
        failwell.starlette.install(app, cast("Any", shop))
    with pytest.raises(FailwellError, match="not an application and a contract"):
        failwell.starlette.install(cast("Any", contract), app)


@pytest.mark.anyio
async def test_two_contracts_in_one_process_and_one_inside_the_other() -> None:
    other = Catalog("other", base="https://errors.other.example/")
    standard_types(other, naming="kebab-case")
    outer = Starlette(routes=[Mount("/shop", app=starlette_app.make_app())])
    failwell.starlette.install(outer, Contract(other, dialect=dialects.CODED))
    transport = httpx.ASGITransport(outer, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://shop.test") as client:
        inside, outside = await client.get("/shop/articles/tea"), await client.get("/nowhere")
        broken = await client.get("/shop/unhandled")
    assert inside.json()["code"] == "out_of_stock"
    assert outside.json() == {"error": "not-found", "message": "Not found"}
    assert (broken.status_code, broken.json()["code"]) == (500, "internal")
    assert [len(r.headers.get_list("x-request-id")) for r in (inside, outside, broken)] == [1, 1, 1]


class OwnError(Exception):
    """An exception that the app has a handler for."""


async def _raise_own(_: Request) -> Response:
    raise OwnError


async def _raise_unhandled(_: Request) -> Response:
    raise odd_error()


async def _raise_problem(_: Request) -> Response:
    raise OutOfStock(article="tea", left=2)


async def _read(request: Request) -> Response:
    return Response(await request.body())


_ROUTES = [
    Route("/own", _raise_own),
    Route("/unhandled", _raise_unhandled),
    Route("/problem", _raise_problem),
    Route("/read", _read, methods=["POST"]),
]


async def _ask(app: Any, method: str, path: str, **words: Any) -> httpx.Response:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://shop.test") as client:
        return await client.request(method, path, **words)


@pytest.mark.anyio
async def test_handlers_of_the_app_stay_in_force() -> None:
    async def own(_: Request, __: Exception) -> Response:
        return PlainTextResponse("mine", 418)

    async def gone(_: Request, error: Exception) -> Response:
        return PlainTextResponse(type(error).__name__, 404)

    app = Starlette(routes=_ROUTES, exception_handlers={OwnError: own, 404: gone})
    failwell.starlette.install(app, contract)
    answers = [await _ask(app, "GET", path) for path in ("/own", "/nowhere", "/problem", "/unhandled")]
    assert [answer.status_code for answer in answers] == [418, 404, 409, 500]
    assert [answer.text for answer in answers[:2]] == ["mine", "HTTPException"]
    assert [answer.json()["code"] for answer in answers[2:]] == ["out_of_stock", "internal"]


@pytest.mark.anyio
async def test_a_handler_of_the_app_for_everything_still_sees_what_nobody_foresaw() -> None:
    seen: list[Exception] = []

    async def everything(_: Request, error: Exception) -> Response:
        seen.append(error)
        return PlainTextResponse("never sent", 500)

    app = Starlette(routes=_ROUTES, exception_handlers={Exception: everything})
    failwell.starlette.install(app, contract)
    answer = await _ask(app, "GET", "/unhandled")
    assert (answer.json()["code"], [str(error) for error in seen]) == ("internal", [str(odd_error())])


@pytest.mark.anyio
@pytest.mark.parametrize("headers", [{}, {"Transfer-Encoding": "chunked"}])
async def test_a_body_over_starlettes_own_limit_is_a_problem(headers: dict[str, str]) -> None:
    app = Starlette(routes=_ROUTES, max_body_size=10)
    failwell.starlette.install(app, contract)
    answer = await _ask(app, "POST", "/read", content=b" " * 11, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "content_too_large")
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    assert (await _ask(app, "POST", "/read", content=b" " * 10)).status_code == 200


@pytest.mark.anyio
async def test_tools_that_instrument_apps_find_what_they_look_for() -> None:
    """They expect Starlette's own middleware at the head of the stack, and wrap what it wraps."""
    app = Starlette(routes=_ROUTES)
    failwell.starlette.install(app, contract)
    head = app.build_middleware_stack()
    assert isinstance(head, ServerErrorMiddleware)
    for stack in (app, head.app):
        answer = await _ask(stack, "GET", "/problem")
        assert (answer.status_code, answer.json()["request_id"]) == (409, answer.headers["x-request-id"])


@pytest.mark.anyio
async def test_the_traceback_page_comes_only_where_it_is_asked_for() -> None:
    pages = {}
    for debug_pages in (False, True):
        app = Starlette(debug=True, routes=_ROUTES)
        failwell.starlette.install(app, contract, debug_pages=debug_pages)
        pages[debug_pages] = await _ask(app, "GET", "/unhandled", headers={"Accept": "text/html"})
    assert pages[False].json()["code"] == "internal"
    assert "Traceback" in pages[True].text


@pytest.mark.anyio
async def test_exceptions_of_libraries_get_a_meaning_in_one_place() -> None:
    def meaning(error: Exception) -> Problem | None:
        return contract.problem_for(404, "No row.") if isinstance(error, OwnError) else None

    app = Starlette(routes=_ROUTES)
    failwell.starlette.install(app, contract, translate=meaning)
    own, unhandled = await _ask(app, "GET", "/own"), await _ask(app, "GET", "/unhandled")
    assert (own.status_code, own.json()["detail"]) == (404, "No row.")
    assert (unhandled.status_code, unhandled.json()["code"]) == (500, "internal")


def test_a_problem_refuses_a_websocket_or_closes_it() -> None:
    async def refuse(_: WebSocket) -> None:
        raise OutOfStock(article="tea", left=0)

    async def close(socket: WebSocket) -> None:
        await socket.accept()
        raise HTTPException(503)

    app = Starlette(routes=[WebSocketRoute("/refuse", refuse), WebSocketRoute("/close", close)])
    failwell.starlette.install(app, contract)
    client = TestClient(app)
    with pytest.raises(WebSocketDenialResponse) as denied, client.websocket_connect("/refuse"):
        pass
    assert (denied.value.status_code, denied.value.json()["code"]) == (409, "out_of_stock")
    with client.websocket_connect("/close") as socket, pytest.raises(WebSocketDisconnect) as closed:
        socket.receive_text()
    assert (closed.value.code, closed.value.reason) == (1011, "service_unavailable")


def test_websockets_pass_through_untouched() -> None:
    async def echo(socket: WebSocket) -> None:
        await socket.accept()
        await socket.send_text(await socket.receive_text())
        await socket.close()

    async def refuse(_: WebSocket) -> None:
        raise WebSocketException(4001, "no")

    app = Starlette(routes=[WebSocketRoute("/echo", echo), WebSocketRoute("/refuse", refuse)])
    failwell.starlette.install(app, contract)
    client = TestClient(app)
    with client.websocket_connect("/echo") as socket:
        socket.send_text("hello")
        assert socket.receive_text() == "hello"
    with pytest.raises(WebSocketDisconnect) as closed, client.websocket_connect("/refuse"):
        pass
    assert closed.value.code == 4001


@pytest.mark.anyio
async def test_a_clients_own_id_and_its_trace_are_kept_beside_the_request_id() -> None:
    seen: list[Exchange] = []

    async def look(_: Request) -> Response:
        exchange = current_exchange.get()
        assert exchange is not None
        seen.append(exchange)
        return Response()

    app = Starlette(routes=[Route("/", look)])
    failwell.starlette.install(app, contract)
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    fields = {"X-Request-Id": "mine-1", "traceparent": f"00-{trace}-00f067aa0ba902b7-01"}
    answer = await _ask(app, "GET", "/", headers=fields)
    await _ask(app, "GET", "/", headers={"X-Request-Id": "two words", "traceparent": "garbage"})
    assert [exchange.client_request_id for exchange in seen] == ["mine-1", None]
    assert [exchange.trace and exchange.trace.trace_id for exchange in seen] == [trace, None]
    assert answer.headers["x-request-id"] == seen[0].request_id != "mine-1"


@pytest.mark.anyio
async def test_compressed_problems_stay_readable() -> None:
    app = Starlette(routes=_ROUTES, middleware=[Middleware(GZipMiddleware, minimum_size=10)])
    failwell.starlette.install(app, contract)
    answer = await _ask(app, "GET", "/problem", headers={"Accept-Encoding": "gzip"})
    assert (answer.headers["content-encoding"], answer.json()["code"]) == ("gzip", "out_of_stock")
    assert answer.headers.get_list("vary") == ["Accept-Encoding"]


@pytest.mark.anyio
async def test_error_trackers_that_patch_starlettes_middleware_get_their_turn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[str] = []
    original = ExceptionMiddleware.__call__

    async def tracked(self: ExceptionMiddleware, scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["path"])
        await original(self, scope, receive, send)

    app = Starlette(routes=_ROUTES)
    failwell.starlette.install(app, contract)
    monkeypatch.setattr(ExceptionMiddleware, "__call__", tracked)
    assert (await _ask(app, "GET", "/problem")).json()["code"] == "out_of_stock"
    assert seen == ["/problem"]
