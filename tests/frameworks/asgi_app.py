"""The shop on nothing but ASGI: a dictionary of routes, and exceptions of its own."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import parse_qs

import anyio.to_thread
from starlette.middleware.cors import CORSMiddleware

import failwell.asgi
from failwell import Contract, Problem
from failwell.edge import EXCHANGE, read_json
from failwell.edge.asgi import ASGIApp, Receive, Scope, Send
from tests.frameworks import shop
from tests.frameworks.shop import (
    FROM_ELSEWHERE,
    LIMITS,
    STUCK,
    LinkExpired,
    Login,
    LoginNeeded,
    Order,
    OutOfStock,
    SlowDown,
    odd_error,
)
from tests.frameworks.starlette_app import BrokenMiddleware, CachingMiddleware

INTERFACE = "asgi"
LACKS: Mapping[str, str] = {
    "raised in a dependency": "the interface knows no dependencies",
    "native validation": "the interface validates nothing",
    "background tasks": "the interface knows no background tasks",
    "stream that fails before its first part": "the app itself sends the head before the first part",
}


class HttpError(Exception):
    """What a home-made framework has for errors."""

    def __init__(self, status: int, text: str | None = None, headers: Mapping[str, str] = {}) -> None:
        super().__init__(text)
        self.status, self.text, self.headers = status, text, headers


class ClientGone(Exception):
    """What a home-made framework has for clients that went away."""


def translate(error: Exception, contract: Contract) -> Problem | None:
    """What its errors mean."""
    if isinstance(error, HttpError):
        return contract.problem_for(error.status, error.text, tuple(error.headers.items()))
    return None


class Request:
    """A request of the home-made framework."""

    def __init__(self, contract: Contract, scope: Scope, receive: Receive, send: Send) -> None:
        self.contract, self.scope, self._receive, self._send = contract, scope, receive, send
        self.argument = scope["path"].rpartition("/")[2]
        self.query = parse_qs(scope["query_string"].decode())

    async def read(self, most: int = 1 << 20) -> bytes:
        """The body."""
        body: bytes = b""
        while True:
            message = await self._receive()
            part: bytes = message.get("body", b"")
            body += part
            if len(body) > most:
                raise HttpError(413)
            if not message.get("more_body"):
                return body

    async def answer(self, body: bytes = b"", status: int = 200, headers: Mapping[str, str] = {}) -> None:
        """Sends a whole response."""
        await self.begin(status, {"Content-Type": "text/plain", **headers})
        await self.part(body, more_body=False)

    async def begin(self, status: int, headers: Mapping[str, str]) -> None:
        """Sends a head."""
        raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        await self._send({"type": "http.response.start", "status": status, "headers": raw})

    async def part(self, body: bytes, *, more_body: bool = True) -> None:
        """Sends a part of a body."""
        await self._send({"type": "http.response.body", "body": body, "more_body": more_body})

    @property
    def content_type(self) -> str:
        """The media type of the body."""
        fields: Mapping[bytes, bytes] = dict(self.scope["headers"])
        return fields.get(b"content-type", b"").decode("latin-1")


async def article(request: Request) -> None:
    raise OutOfStock("Only 2 left.", article=request.argument, left=2)


async def constant(request: Request) -> None:
    await request.answer(b"the same object each time")


async def thread(_: Request) -> None:
    def work() -> None:
        raise SlowDown(retry_after_seconds=12)

    await anyio.to_thread.run_sync(work)


async def unhandled(_: Request) -> None:
    raise odd_error()


async def http(request: Request) -> None:
    status = int(request.argument)
    if status < 400:
        await request.answer(status=status, headers={"X-Own": "kept"})
    else:
        raise HttpError(status, headers={"X-Own": "kept"})


async def http_text(_: Request) -> None:
    raise HttpError(404, "No such article.")


async def group(request: Request) -> None:
    problem = OutOfStock("In a task.", article="a", left=0)
    others = [odd_error()] if request.argument == "mixed" else []
    raise ExceptionGroup("tasks", [ExceptionGroup("inner", [problem]), *others])


async def order(request: Request) -> None:
    taken = read_json(request.contract, await request.read(500), request.content_type, Order)
    await request.answer(taken.email.encode())


async def login(request: Request) -> None:
    read_json(request.contract, await request.read(), request.content_type, Login)
    raise LoginNeeded


async def plain_json(request: Request) -> None:
    body = await request.read()
    try:
        json.loads(body)
    except ValueError:
        raise HttpError(400, "The body is not JSON.") from None
    await request.answer(body)


async def broken_upstream(_: Request) -> None:
    json.loads("{")


async def link(_: Request) -> None:
    raise LinkExpired


async def late(request: Request) -> None:
    await request.begin(200, {"Content-Type": "text/plain"})
    await request.part(b"first")
    raise OutOfStock("Too late to say.", article="a", left=0)


async def limited(request: Request) -> None:
    request.scope[EXCHANGE].keep_limits(LIMITS)
    status = int(request.query.get("status", ["200"])[0])
    await request.answer(status=status)


async def gone(_: Request) -> None:
    raise ClientGone


async def upstream(request: Request) -> None:
    problem = FROM_ELSEWHERE[request.argument]()
    raise problem


async def odd_member(_: Request) -> None:
    raise OutOfStock("Odd.", article=object(), left=2)  # type: ignore[arg-type]


async def stuck(request: Request) -> None:
    await request.answer((await anyio.to_thread.run_sync(STUCK.enter)).encode())


Handler = Callable[[Request], Awaitable[None]]
ROUTES: Mapping[str, Mapping[str, Handler]] = {
    "/articles/": {"GET": article, "HEAD": article, "POST": article, "PUT": constant},
    "/inner/articles/": {"GET": article},
    "/cached/articles/": {"GET": article},
    "/thread": {"GET": thread},
    "/unhandled": {"GET": unhandled},
    "/http/": {"GET": http},
    "/http-text": {"GET": http_text},
    "/group/": {"GET": group},
    "/orders": {"POST": order},
    "/login": {"POST": login},
    "/plain-json": {"POST": plain_json},
    "/broken-upstream": {"GET": broken_upstream},
    "/link": {"GET": link},
    "/late": {"GET": late},
    "/limited": {"GET": limited},
    "/gone": {"GET": gone},
    "/constant": {"GET": constant},
    "/upstream/": {"GET": upstream},
    "/odd-member": {"GET": odd_member},
    "/stuck": {"GET": stuck},
}


class Shop:
    """The home-made framework: what it does not find it says in plain text."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(self._contract, scope, receive, send)
        path = scope["path"]
        handlers = ROUTES.get(path) or ROUTES.get(path[: path.rfind("/") + 1])
        if handlers is None:
            await request.answer(b"Nothing here: " + shop.SECRET.encode(), 404)
        elif scope["method"] not in handlers:
            await request.answer(b"No: " + shop.SECRET.encode(), 405, {"Allow": ", ".join(handlers)})
        else:
            await handlers[scope["method"]](request)


def make_app(contract: Contract = shop.contract, *, debug: bool = False, reraise: bool = True) -> ASGIApp:
    """The shop, wrapped inside of the middleware and outside of it. It has no debug mode."""

    def wrap(app: Any) -> ASGIApp:
        return failwell.asgi.wrap(
            app,
            contract,
            translate=lambda error: translate(error, contract),
            is_disconnect=lambda error: isinstance(error, ClientGone),
            reraise=reraise,
        )

    inner: Any = wrap(BrokenMiddleware(CachingMiddleware(Shop(contract))))
    return wrap(CORSMiddleware(inner, allow_origins=["https://shop.example"]))
