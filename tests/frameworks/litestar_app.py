"""The shop on Litestar."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated, Any, NoReturn, cast

import httpx
import msgspec
from litestar import Litestar, Request, Response, Router, get, post, put, route
from litestar.background_tasks import BackgroundTask
from litestar.concurrency import set_asyncio_executor
from litestar.config.cors import CORSConfig
from litestar.di import NamedDependency, Provide
from litestar.enums import HttpMethod
from litestar.exceptions import HTTPException
from litestar.params import FromCookie, FromPath, FromQuery, HeaderParameter, JSONBody
from litestar.response import Stream
from litestar.types import ASGIApp, Message, Receive, Scope, Send

import failwell.litestar
from failwell import Contract, raises
from tests.frameworks.shop import (
    CACHED,
    FROM_ELSEWHERE,
    LIMITS,
    STUCK,
    Line,
    LinkExpired,
    Login,
    LoginNeeded,
    Order,
    OutOfStock,
    SlowDown,
    contract,
    odd_error,
)

INTERFACE = "asgi"
LACKS: Mapping[str, str] = {
    "wrong method": "Litestar answers OPTIONS too, so Allow has one more method (asked in test_litestar)",
    "stream that fails before its first part": "over ASGI the head leaves before the first part is asked for",
}

AnyRequest = Request[Any, Any, Any]
_CONSTANT = Response("the same object each time")
_READS = [HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST]

# Litestar takes the event loop's threads, of which small machines have few; the table wants forty stuck.
set_asyncio_executor(ThreadPoolExecutor(40))


class BrokenMiddleware:
    """User middleware that fails on demand, outside the routes."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("path") == "/middleware/error":
            raise odd_error()
        if scope.get("path") == "/middleware/problem":
            raise SlowDown("In the middleware.", retry_after_seconds=7)
        await self.app(scope, receive, send)


class CachingMiddleware:
    """User middleware that means well with everything under /cached, errors included."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def cached(message: Message) -> None:
            if message["type"] == "http.response.start":
                stale = [(name.lower().encode(), value.encode()) for name, value in CACHED]
                message["headers"] = [*message["headers"], *stale]
            await send(message)

        await self.app(scope, receive, cached if scope.get("path", "").startswith("/cached") else send)


@route("/articles/{article:str}", http_method=_READS)
@raises(OutOfStock, SlowDown)
async def buy(article: FromPath[str]) -> NoReturn:
    """Order an article."""
    raise OutOfStock("Only 2 left.", article=article, left=2)


@put("/articles/{article:str}")
async def replace(article: FromPath[str]) -> str:
    return f"{article} replaced"


@get("/articles/{article:str}")
@raises(OutOfStock, SlowDown)
async def buy_inside(article: FromPath[str]) -> NoReturn:
    """Order an article."""
    raise OutOfStock("Only 2 left.", article=article, left=2)


@get("/middleware/{kind:str}")
async def behind_middleware(kind: FromPath[str]) -> str:
    return f"{kind} was not raised"


@get("/thread", sync_to_thread=True)
@raises(SlowDown)
def in_thread() -> NoReturn:
    raise SlowDown(retry_after_seconds=12)


@get("/unhandled")
async def unhandled() -> NoReturn:
    raise odd_error()


@get("/problem")
async def problem() -> NoReturn:
    raise OutOfStock("Gone.", article="tea", left=0)


@get("/http/{status:int}")
async def http_error(status: FromPath[int]) -> NoReturn:
    raise HTTPException("As asked.", status_code=status, headers={"X-Own": "kept"}, extra={"secret": 1})


@get("/http-text")
async def http_error_text() -> NoReturn:
    raise HTTPException("No such article.", status_code=404)


@get("/group/{kind:str}")
async def group(kind: FromPath[str]) -> NoReturn:
    problem = OutOfStock("In a task.", article="a", left=0)
    others = [odd_error()] if kind == "mixed" else []
    raise ExceptionGroup("tasks", [ExceptionGroup("inner", [problem]), *others])


@post("/orders")
async def order(request: AnyRequest) -> dict[str, str]:
    taken = await failwell.litestar.body(request, Order, max_bytes=500)
    return {"email": taken.email}


@post("/login")
async def login(request: AnyRequest) -> NoReturn:
    await failwell.litestar.body(request, Login)
    raise LoginNeeded


@post("/plain-json")
async def plain_json(request: AnyRequest) -> Any:
    return await request.json()


@get("/broken-upstream")
async def broken_upstream() -> Any:
    return json.loads("{")


@get("/link")
async def link() -> NoReturn:
    raise LinkExpired


@get("/late")
async def late() -> Stream:
    async def parts() -> AsyncIterator[bytes]:
        yield b"first"
        raise OutOfStock("Too late to say.", article="a", left=0)

    return Stream(parts())


@get("/early")
async def early() -> Stream:
    async def parts() -> AsyncIterator[bytes]:
        raise OutOfStock("Early.", article="a", left=0)
        yield b""

    return Stream(parts())


@get("/background")
async def background() -> Response[str]:
    def task() -> None:
        raise odd_error()

    return Response("done", background=BackgroundTask(task))


async def provide_login() -> NoReturn:
    raise LoginNeeded


@get("/dependency", dependencies={"user": Provide(provide_login)})
async def dependency(user: NamedDependency[str]) -> str:
    return user


@get("/odd-member")
async def odd_member() -> NoReturn:
    raise OutOfStock("Odd.", article=object(), left=2)  # type: ignore[arg-type]


@get("/stuck", sync_to_thread=True)
def stuck() -> str:
    return STUCK.enter()


@get("/limited")
async def limited(request: AnyRequest, status: FromQuery[int] = 200) -> Response[None]:
    failwell.litestar.show_limits(request, LIMITS)
    return Response(None, status_code=status)


@get("/gone")
async def gone(request: AnyRequest) -> str:
    return (await request.body()).decode()


@get("/constant")
async def constant() -> Response[str]:
    return _CONSTANT


@get("/upstream/{kind:str}")
async def upstream(kind: FromPath[str]) -> NoReturn:
    problem = FROM_ELSEWHERE[kind]()
    raise problem


@get("/cached/articles/{article:str}")
async def buy_cached(article: FromPath[str]) -> NoReturn:
    raise OutOfStock("Only 2 left.", article=article, left=2)


class NativeOrder(msgspec.Struct):
    """What Litestar itself validates."""

    email: str
    lines: list[Line]


@post("/native/{number:int}", status_code=200)
async def native(
    number: FromPath[int],
    count: FromQuery[int],
    data: JSONBody[NativeOrder],
    token: Annotated[int | None, HeaderParameter(name="X-Token")] = None,
    basket: FromCookie[int | None] = None,
) -> dict[str, bool]:
    return {"ok": (number, count, len(data.lines), token, basket) == (1, 1, 1, None, None)}


HANDLERS = [
    buy,
    replace,
    behind_middleware,
    in_thread,
    unhandled,
    http_error,
    http_error_text,
    group,
    order,
    login,
    plain_json,
    broken_upstream,
    link,
    late,
    early,
    background,
    dependency,
    odd_member,
    stuck,
    limited,
    gone,
    constant,
    upstream,
    buy_cached,
    native,
]


def make_app(contract: Contract = contract, *, debug: bool = False, reraise: bool = True) -> Litestar:
    """The shop as a Litestar application."""
    return Litestar(
        [*HANDLERS, Router("/inner", route_handlers=[buy_inside])],
        cors_config=CORSConfig(allow_origins=["https://shop.example"]),
        middleware=[BrokenMiddleware, CachingMiddleware],
        plugins=[failwell.litestar.Plugin(contract, reraise=reraise)],
        debug=debug,
        logging_config=None,  # it would take the handlers of the root logger away, pytest's included
    )


def make(*handlers: Any, contract: Contract = contract, plugin: Any = None, **options: Any) -> Litestar:
    """An app with nothing but the handlers, quiet about what it logs."""
    plugins = [plugin or failwell.litestar.Plugin(contract)]
    return Litestar(list(handlers), plugins=plugins, **{"logging_config": None, **options})


async def answer(app: Litestar, method: str, path: str, **words: Any) -> httpx.Response:
    """Sends one request. What the app raises after its answer comes through."""
    transport = httpx.ASGITransport(cast("Any", app))
    async with httpx.AsyncClient(transport=transport, base_url="http://shop.test") as client:
        return await client.request(method, path, **words)
