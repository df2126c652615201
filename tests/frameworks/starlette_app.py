"""The shop on Starlette."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping

from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import failwell.starlette
from failwell import Contract, raises
from tests.frameworks.shop import (
    CACHED,
    FROM_ELSEWHERE,
    LIMITS,
    STUCK,
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
    "stream that fails before its first part": "over ASGI the head leaves before the first part is asked for",
    "raised in a dependency": "Starlette has no dependencies",
    "native validation": "Starlette validates nothing by itself",
}
_CONSTANT = PlainTextResponse("the same object each time")
CACHE_HEADERS = [(name.lower().encode(), value.encode()) for name, value in CACHED]


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
                message["headers"] = [*message["headers"], *CACHE_HEADERS]
            await send(message)

        await self.app(scope, receive, cached if scope.get("path", "").startswith("/cached") else send)


@raises(OutOfStock, SlowDown)
async def article(request: Request) -> Response:
    """Order an article."""
    raise OutOfStock("Only 2 left.", article=request.path_params["article"], left=2)


@raises(SlowDown)
def in_thread(_: Request) -> Response:
    raise SlowDown(retry_after_seconds=12)


async def unhandled(_: Request) -> Response:
    raise odd_error()


async def http_error(request: Request) -> Response:
    raise HTTPException(request.path_params["status"], headers={"X-Own": "kept"})


async def http_error_text(_: Request) -> Response:
    raise HTTPException(404, "No such article.")


async def group(request: Request) -> Response:
    problem = OutOfStock("In a task.", article="a", left=0)
    others = [odd_error()] if request.path_params["kind"] == "mixed" else []
    raise ExceptionGroup("tasks", [ExceptionGroup("inner", [problem]), *others])


async def order(request: Request) -> Response:
    taken = await failwell.starlette.body(request, Order, max_bytes=500)
    return JSONResponse({"email": taken.email})


async def login(request: Request) -> Response:
    await failwell.starlette.body(request, Login)
    raise LoginNeeded


async def plain_json(request: Request) -> Response:
    return JSONResponse(await request.json())


async def broken_upstream(_: Request) -> Response:
    return JSONResponse(json.loads("{"))


async def link(_: Request) -> Response:
    raise LinkExpired


async def late(_: Request) -> Response:
    async def parts() -> AsyncIterator[bytes]:
        yield b"first"
        raise OutOfStock("Too late to say.", article="a", left=0)

    return StreamingResponse(parts())


async def early(_: Request) -> Response:
    async def parts() -> AsyncIterator[bytes]:
        raise OutOfStock("Early.", article="a", left=0)
        yield b""

    return StreamingResponse(parts())


async def background(_: Request) -> Response:
    def task() -> None:
        raise odd_error()

    return PlainTextResponse("done", background=BackgroundTask(task))


async def odd_member(_: Request) -> Response:
    raise OutOfStock("Odd.", article=object(), left=2)  # type: ignore[arg-type]


def stuck(_: Request) -> Response:
    return PlainTextResponse(STUCK.enter())


async def limited(request: Request) -> Response:
    failwell.starlette.show_limits(request, LIMITS)
    status = int(request.query_params.get("status", "200"))
    return Response(status_code=status)


async def gone(_: Request) -> Response:
    raise ClientDisconnect


async def upstream(request: Request) -> Response:
    problem = FROM_ELSEWHERE[request.path_params["kind"]]()
    raise problem


async def constant(_: Request) -> Response:
    return _CONSTANT


def make_app(contract: Contract = contract, *, debug: bool = False, reraise: bool = True) -> Starlette:
    """The shop as a Starlette application."""
    routes = [
        Route("/articles/{article}", article, methods=["GET", "POST"]),
        Route("/articles/{article}", constant, methods=["PUT"]),
        Route("/thread", in_thread),
        Route("/unhandled", unhandled),
        Route("/http/{status:int}", http_error),
        Route("/http-text", http_error_text),
        Route("/group/{kind}", group),
        Route("/orders", order, methods=["POST"]),
        Route("/login", login, methods=["POST"]),
        Route("/plain-json", plain_json, methods=["POST"]),
        Route("/broken-upstream", broken_upstream),
        Route("/link", link),
        Route("/late", late),
        Route("/limited", limited),
        Route("/gone", gone),
        Route("/constant", constant),
        Route("/upstream/{kind}", upstream),
        Route("/early", early),
        Route("/background", background),
        Route("/odd-member", odd_member),
        Route("/stuck", stuck),
        Route("/cached/articles/{article}", article),
        Mount("/inner", routes=[Route("/articles/{article:str}", article)]),
    ]
    middleware = [
        Middleware(CORSMiddleware, allow_origins=["https://shop.example"]),
        Middleware(BrokenMiddleware),
        Middleware(CachingMiddleware),
    ]
    app = Starlette(debug=debug, routes=routes, middleware=middleware)
    failwell.starlette.install(app, contract, reraise=reraise)
    return app
