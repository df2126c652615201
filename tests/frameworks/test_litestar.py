"""What is Litestar's own: exception handlers, hooks, logging, its exceptions, middleware and CORS."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator
from typing import Any, NoReturn, cast

import pytest
from litestar import Controller, Request, Response, Router, WebSocket, get, websocket
from litestar.config.compression import CompressionConfig
from litestar.config.cors import CORSConfig
from litestar.connection import ASGIConnection
from litestar.datastructures import MutableScopeHeaders
from litestar.di import NamedDependency, Provide
from litestar.exceptions import (
    HTTPException,
    InternalServerException,
    NotAuthorizedException,
    NotFoundException,
    PermissionDeniedException,
    ValidationException,
)
from litestar.handlers.base import BaseRouteHandler
from litestar.logging.config import LoggingConfig
from litestar.middleware.rate_limit import RateLimitConfig
from litestar.params import FromPath, FromQuery
from litestar.plugins.problem_details import ProblemDetailsException
from litestar.response import ServerSentEvent
from litestar.testing import TestClient
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from starlette.exceptions import HTTPException as StarletteHTTPException

import failwell.litestar
from failwell import Contract, Problem, dialects
from tests.frameworks import litestar_app
from tests.frameworks.litestar_app import answer, make, problem, unhandled
from tests.frameworks.servers import Server
from tests.frameworks.shop import (
    SECRET,
    LoginNeeded,
    OutOfStock,
    SlowDown,
    contract,
    odd_error,
    shop,
)

AnyRequest = Request[Any, Any, Any]
Connection = ASGIConnection[Any, Any, Any, Any]


# ------------------------------------------------------------------------- the application's own handlers


def _teapot(_: AnyRequest, error: Exception) -> Response[str]:
    return Response(f"{type(error).__name__} handled", status_code=418)


class Odd(Exception):
    """An exception of the application's own."""


@get("/odd")
async def odd() -> NoReturn:
    raise Odd


@pytest.mark.anyio
@pytest.mark.parametrize("layer", ["app", "router", "controller", "handler"])
@pytest.mark.parametrize("key", [Odd, Exception, 500])
async def test_exception_handlers_of_every_layer_stay_in_force(layer: str, key: Any) -> None:
    on: dict[str, Any] = {
        name: {key: _teapot} if name == layer else None for name in ("app", "router", "controller", "handler")
    }

    class Shop(Controller):
        exception_handlers = on["controller"]

        @get("/odd", exception_handlers=on["handler"])
        async def odd(self) -> NoReturn:
            raise Odd

    router = Router("/", route_handlers=[Shop], exception_handlers=on["router"])
    response = await answer(make(router, exception_handlers=on["app"]), "GET", "/odd")
    assert (response.status_code, response.text) == (418, "Odd handled")
    assert response.headers["x-request-id"].startswith("req_")


@pytest.mark.anyio
@pytest.mark.parametrize("key", [404, NotFoundException, HTTPException])
async def test_handlers_of_litestars_exceptions_stay_in_force(key: Any) -> None:
    response = await answer(make(problem, exception_handlers={key: _teapot}), "GET", "/nowhere")
    assert (response.status_code, response.text) == (418, "NotFoundException handled")


@pytest.mark.anyio
@pytest.mark.parametrize("key", [Exception, 500])
async def test_a_handler_for_everything_does_not_take_problems(key: Any) -> None:
    response = await answer(make(problem, exception_handlers={key: _teapot}), "GET", "/problem")
    assert (response.status_code, response.json()["code"]) == (409, "out_of_stock")


@pytest.mark.anyio
async def test_what_an_own_handler_answered_is_not_raised_again() -> None:
    plugin = failwell.litestar.Plugin(contract, reraise=True)
    response = await answer(make(odd, plugin=plugin, exception_handlers={Odd: _teapot}), "GET", "/odd")
    assert response.status_code == 418


@pytest.mark.anyio
async def test_exceptions_of_the_application_can_be_made_problems() -> None:
    def translate(error: Exception) -> Problem | None:
        return (
            OutOfStock("Sold.", article="tea", left=0)
            if isinstance(error, Odd | ValidationException)
            else None
        )

    @get("/number")
    async def number(value: FromQuery[int]) -> str:
        return str(value)

    app = make(odd, number, plugin=failwell.litestar.Plugin(contract, translate=translate))
    for path in ("/odd", "/number?value=x"):
        response = await answer(app, "GET", path)
        assert (response.status_code, response.json()["code"]) == (409, "out_of_stock")


@pytest.mark.anyio
async def test_an_error_in_an_exception_handler_is_internal() -> None:
    def broken(_: AnyRequest, __: Exception) -> Response[str]:
        raise odd_error()

    app = make(odd, exception_handlers={Odd: broken})
    response = await answer(app, "GET", "/odd")
    assert (response.status_code, response.json()["code"]) == (500, "internal")
    assert SECRET not in response.text


# ---------------------------------------------------------------------------- hooks, logging, test client


@pytest.mark.anyio
async def test_after_exception_hooks_hear_of_unhandled_errors_and_not_of_problems() -> None:
    heard: list[str] = []

    async def hook(error: Exception, scope: Scope) -> None:
        heard.append(f"{type(error).__name__} {scope['path']}")

    app = make(problem, unhandled, after_exception=[hook])
    for path in ("/problem", "/unhandled", "/nowhere"):
        await answer(app, "GET", path)
    assert heard == ["RuntimeError /unhandled", "NotFoundException /nowhere"]


@pytest.mark.anyio
async def test_after_exception_hooks_do_not_hear_of_clients_that_went_away() -> None:
    heard: list[Exception] = []

    async def hook(error: Exception, _: Scope) -> None:
        heard.append(error)

    app = make(litestar_app.gone, after_exception=[hook])
    server = Server("litestar", make, litestar_app.INTERFACE, {})
    assert await server.call(app, "/gone", connected=False) == []
    assert heard == []


@pytest.fixture
def litestar_log() -> Iterator[list[logging.LogRecord]]:
    """What Litestar's logger gets; its configuration takes pytest's handlers away."""
    records: list[logging.LogRecord] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            records.append(record)

    keep, loggers = Keep(), [logging.getLogger("litestar"), logging.getLogger("failwell")]
    before = [(logger.handlers, logger.level, logger.propagate) for logger in loggers]
    yield_to = {"litestar": loggers[0], "failwell": loggers[1]}
    for logger in yield_to.values():
        logger.handlers = [keep]
    yield records
    for logger, (handlers, level, propagate) in zip(loggers, before, strict=True):
        logger.handlers, logger.level, logger.propagate = handlers, level, propagate


class Quiet(LoggingConfig):
    """Litestar's logging without its setting up of Python's."""

    def configure(self) -> Any:
        return logging.getLogger


@pytest.mark.anyio
@pytest.mark.parametrize("log_exceptions", ["always", "never"])
async def test_an_unhandled_error_is_logged_once_with_its_request_id(
    log_exceptions: Any, litestar_log: list[logging.LogRecord]
) -> None:
    app = make(problem, unhandled, logging_config=Quiet(log_exceptions=log_exceptions))
    await answer(app, "GET", "/problem")
    assert litestar_log == []
    response = await answer(app, "GET", "/unhandled")
    (record,) = litestar_log
    assert record.name == ("litestar" if log_exceptions == "always" else "failwell")
    assert response.headers["x-request-id"] in logging.Formatter().format(record)


@pytest.mark.anyio
async def test_what_is_raised_again_is_left_to_the_server_to_log(
    litestar_log: list[logging.LogRecord],
) -> None:
    plugin = failwell.litestar.Plugin(contract, reraise=True)
    config = Quiet(log_exceptions="always")
    app = make(unhandled, odd, plugin=plugin, logging_config=config, exception_handlers={Odd: _teapot})
    with pytest.raises(RuntimeError) as caught:
        await answer(app, "GET", "/unhandled")
    assert len(caught.value.__notes__) == 1
    assert litestar_log == []
    await answer(app, "GET", "/odd")  # which has a handler: nobody else would log it
    assert [record.name for record in litestar_log] == ["litestar"]


def test_two_apps_may_share_a_plugin_and_configurations() -> None:
    plugin, config = failwell.litestar.Plugin(contract), Quiet(log_exceptions="always")
    handler = config.exception_logging_handler
    apps = [make(problem, plugin=plugin, logging_config=config) for _ in range(2)]
    assert config.exception_logging_handler is handler
    for app in apps:
        assert "/problem" in app.openapi_schema.to_schema()["paths"]
        with TestClient(app) as http:
            assert http.get("/problem").json()["code"] == "out_of_stock"


def test_the_test_client_gets_the_answer_to_an_unhandled_error_or_the_error() -> None:
    with TestClient(make(unhandled)) as http:
        assert http.get("/unhandled").json()["code"] == "internal"
    with (
        TestClient(make(unhandled, plugin=failwell.litestar.Plugin(contract, reraise=True))) as http,
        pytest.raises(RuntimeError) as caught,
    ):
        http.get("/unhandled")
    assert any("Request id: req_" in note for note in caught.value.__notes__)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("debug", "debug_pages", "shown"), [(True, True, True), (False, True, False), (True, False, False)]
)
async def test_the_traceback_page_needs_two_words(*, debug: bool, debug_pages: bool, shown: bool) -> None:
    app = make(unhandled, debug=debug, plugin=failwell.litestar.Plugin(contract, debug_pages=debug_pages))
    response = await answer(app, "GET", "/unhandled", headers={"Accept": "text/html"})
    assert response.status_code == 500
    assert (SECRET in response.text) is shown


# ---------------------------------------------------------------------------- what Litestar's errors mean


@get("/own/{kind:str}")
async def own(kind: FromPath[str]) -> NoReturn:
    raise {
        "validation": ValidationException("The dates overlap.", extra=[{"message": SECRET, "key": "x"}]),
        "extra": PermissionDeniedException("Not yours.", extra={"secret": SECRET}),
        "bare": NotAuthorizedException(),
        "server": InternalServerException("Try the other one."),
        "details": ProblemDetailsException("Too many.", status_code=409, title=SECRET),
        "starlette": StarletteHTTPException(404, "No such page."),
        "redirect": HTTPException(status_code=302, headers={"Location": "/x"}),
        "no-text": HTTPException(detail=cast("Any", {"secret": SECRET}), status_code=400),
    }[kind]


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("kind", "status", "detail"),
    [
        ("validation", 400, "The dates overlap."),
        ("extra", 403, "Not yours."),
        ("bare", 401, None),
        ("server", 500, "Try the other one."),
        ("details", 409, "Too many."),
        ("starlette", 404, "No such page."),
        ("no-text", 400, None),
    ],
)
async def test_exceptions_that_the_application_raises(kind: str, status: int, detail: str | None) -> None:
    response = await answer(make(own), "GET", f"/own/{kind}")
    sent = contract.parse(response.status_code, response.headers, response.content)
    assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json")
    assert detail in (None, sent.detail)
    assert SECRET not in response.text
    assert ("www-authenticate" in response.headers) == (status == 401)


@pytest.mark.anyio
async def test_an_exception_that_is_a_redirect_stays_one() -> None:
    response = await answer(make(own), "GET", "/own/redirect")
    assert (response.status_code, response.headers["location"], response.content) == (302, "/x", b"")


@pytest.mark.anyio
async def test_allow_has_all_methods_of_the_path() -> None:
    response = await answer(litestar_app.make_app(), "DELETE", "/articles/tea")
    assert (response.status_code, response.json()["code"]) == (405, "method_not_allowed")
    assert sorted(response.headers["allow"].split(", ")) == ["GET", "HEAD", "OPTIONS", "POST", "PUT"]


@pytest.mark.anyio
async def test_a_dependency_of_a_wrong_type_is_a_failure_of_the_server() -> None:
    async def provide() -> Any:
        return "no number"

    @get("/", dependencies={"page": Provide(provide)})
    async def handler(page: NamedDependency[int]) -> int:
        return page

    plugin = failwell.litestar.Plugin(contract, reraise=True)
    with pytest.raises(InternalServerException) as caught:
        await answer(make(handler, plugin=plugin), "GET", "/")
    assert any("Request id: req_" in note for note in caught.value.__notes__)


@pytest.mark.anyio
async def test_a_response_that_cannot_be_written_is_a_failure_of_the_server() -> None:
    @get("/")
    async def handler() -> Any:
        return object()

    response = await answer(make(handler), "GET", "/")
    assert (response.status_code, response.json()["code"]) == (500, "internal")


@pytest.mark.anyio
async def test_guards_and_hooks_raise_problems() -> None:
    def guard(_: Connection, __: BaseRouteHandler) -> None:
        raise LoginNeeded

    def before(_: AnyRequest) -> None:
        raise SlowDown(retry_after_seconds=1)

    def after(_: Response[Any]) -> Response[Any]:
        raise OutOfStock("After.", article="tea", left=0)

    @get("/guarded", guards=[guard])
    async def guarded() -> None: ...

    @get("/before", before_request=before)
    async def hooked() -> None: ...

    @get("/after", after_request=after)
    async def followed() -> None: ...

    app = make(guarded, hooked, followed)
    codes = [(await answer(app, "GET", path)).json()["code"] for path in ("/guarded", "/before", "/after")]
    assert codes == ["login_needed", "slow_down", "out_of_stock"]


@pytest.mark.anyio
async def test_an_error_in_a_before_send_hook_is_answered() -> None:
    async def hook(message: Message, _: Scope) -> None:
        if message["type"] == "http.response.start":
            raise odd_error()

    response = await answer(make(problem, before_send=[hook]), "GET", "/problem")
    assert (response.status_code, response.json()["code"]) == (500, "internal")


@pytest.mark.anyio
async def test_events_that_break_off_are_reported() -> None:
    async def events() -> AsyncIterator[str]:
        yield "first"
        raise odd_error()

    @get("/events")
    async def handler() -> ServerSentEvent:
        return ServerSentEvent(events())

    plugin = failwell.litestar.Plugin(contract, reraise=True)
    with pytest.raises(ExceptionGroup) as caught:
        await answer(make(handler, plugin=plugin), "GET", "/events")
    assert caught.group_contains(RuntimeError)
    assert any("Request id: req_" in note for note in caught.value.__notes__)


# ----------------------------------------------------------------------------------- middleware and CORS


class Overwriting:
    """Middleware that sets headers as Litestar's own does: in the list that it is given."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def overwriting(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableScopeHeaders.from_message(message)
                headers["Cache-Control"], headers["ETag"] = "public", '"stale"'
                headers["X-Frame-Options"] = "DENY"
            await send(message)

        await self.app(scope, receive, overwriting)


@pytest.mark.anyio
async def test_middleware_that_writes_into_the_head_does_not_spoil_it() -> None:
    response = await answer(make(problem, middleware=[Overwriting]), "GET", "/problem")
    assert response.headers.get_list("cache-control") == ["no-store"]
    assert response.headers["x-frame-options"] == "DENY"
    assert "etag" not in response.headers


@pytest.mark.anyio
@pytest.mark.parametrize("path", ["/problem", "/unhandled", "/nowhere"])
async def test_cors_does_not_take_the_vary_of_a_problem(path: str) -> None:
    offering = Contract(shop, dialect=dialects.PROBLEM, offers=("text/html",))
    app = make(
        problem, unhandled, contract=offering, cors_config=CORSConfig(allow_origins=["https://a.example"])
    )
    response = await answer(app, "GET", path, headers={"Origin": "https://a.example", "Accept": "text/html"})
    assert response.headers["access-control-allow-origin"] == "https://a.example"
    (vary,) = response.headers.get_list("vary")
    assert {"Accept", "Origin"} <= set(vary.split(", "))


@pytest.mark.anyio
async def test_a_preflight_has_a_request_id() -> None:
    app = make(problem, cors_config=CORSConfig(allow_origins=["https://a.example"]))
    response = await answer(app, "OPTIONS", "/problem", headers={"Origin": "https://a.example"})
    assert (response.status_code, len(response.headers.get_list("x-request-id"))) == (204, 1)


@pytest.mark.anyio
async def test_compressed_problems_can_be_read() -> None:
    app = make(problem, compression_config=CompressionConfig(backend="gzip", minimum_size=1))
    response = await answer(app, "GET", "/problem", headers={"Accept-Encoding": "gzip"})
    assert response.json()["code"] == "out_of_stock"


@pytest.mark.anyio
async def test_litestars_rate_limit_keeps_its_headers() -> None:
    app = make(problem, middleware=[RateLimitConfig(rate_limit=("minute", 1)).middleware])
    responses = [await answer(app, "GET", "/problem") for _ in range(2)]
    assert [response.status_code for response in responses] == [409, 429]
    assert responses[1].headers["ratelimit-remaining"] == "0"


def test_websockets_are_left_alone() -> None:
    @websocket("/")
    async def handler(socket: WebSocket[Any, Any, Any]) -> None:
        await socket.accept()
        await socket.send_text("hello")
        await socket.close()

    with TestClient(make(handler)) as http, http.websocket_connect("/") as socket:
        assert socket.receive_text() == "hello"
