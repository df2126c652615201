"""Guards in an app that is written to ASGI itself: it asks them, and reads bodies for them."""

from __future__ import annotations

from typing import Any

from starlette.middleware.cors import CORSMiddleware

import failwell.asgi
from failwell.asgi import admit
from tests.frameworks.guard_parts import LONG, PARTS, Guards, Speaking
from tests.frameworks.shop import OutOfStock, contract, odd_error


def make_app(guards: Guards) -> Any:
    inner = failwell.asgi.wrap(Speaking(App(guards)), contract)
    return failwell.asgi.wrap(CORSMiddleware(inner, allow_origins=["https://shop.example"]), contract)


class App:
    """Answers each path with the method of its name."""

    def __init__(self, guards: Guards) -> None:
        self.guards = guards

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await getattr(self, scope["path"].split("/")[1])(Request(scope, receive, send))

    async def limited(self, request: Request) -> None:
        await admit(request.scope, self.guards.limit, token=request.token)
        await request.respond(b"yes")

    async def own(self, request: Request) -> None:
        await admit(request.scope, self.guards.own, ip=request.token, org="o")
        await request.respond(b"yes")

    async def by_hand(self, request: Request) -> None:
        await admit(request.scope, self.guards.room)
        await admit(request.scope, self.guards.limit, token="t")
        await request.respond(b"yes")

    async def ordered(self, request: Request) -> None:
        await admit(request.scope, self.guards.notes, n=1)
        await admit(request.scope, self.guards.notes, n=2, token=request.token)
        await request.respond(b"yes")

    async def copy(self, request: Request) -> None:
        await admit(request.scope, self.guards.copy)
        await request.respond(b"fresh")

    async def where(self, request: Request) -> None:
        await admit(request.scope, self.guards.where)
        await request.respond()

    async def signed(self, request: Request) -> None:
        body = await request.body()
        await admit(request.scope, self.guards.signature, body=body)
        await request.respond(body)

    async def unread(self, request: Request) -> None:
        await admit(request.scope, self.guards.signature)
        await request.respond()

    async def kept(self, request: Request) -> None:
        await admit(request.scope, self.guards.archive)
        await request.respond(b"done", status=201)

    async def kept_long(self, request: Request) -> None:
        await admit(request.scope, self.guards.archive)
        await request.respond(b"x" * LONG)

    async def kept_stream(self, request: Request) -> None:
        await admit(request.scope, self.guards.archive)
        await request.respond(*PARTS)

    async def kept_events(self, request: Request) -> None:
        await admit(request.scope, self.guards.archive)
        await request.respond(*PARTS, kind="text/event-stream")

    async def kept_late(self, request: Request) -> None:
        await admit(request.scope, self.guards.archive)
        await admit(request.scope, self.guards.room)
        await request.respond(PARTS[0], breaks=True)

    async def kept_problem(self, request: Request) -> None:
        await admit(request.scope, self.guards.archive)
        raise OutOfStock("Gone.", article="tea", left=0)

    async def kept_closed(self, request: Request) -> None:
        await admit(request.scope, self.guards.archive)
        await admit(request.scope, self.guards.closed)
        await request.respond(b"open")

    async def held(self, request: Request) -> None:
        await admit(request.scope, self.guards.room)
        await request.respond(self.guards.room.seen_inside().encode())

    async def held_stream(self, request: Request) -> None:
        await admit(request.scope, self.guards.room)
        await request.respond(*(str(self.guards.room.inside).encode() for _ in PARTS))

    async def held_late(self, request: Request) -> None:
        await admit(request.scope, self.guards.room)
        await request.respond(PARTS[0], breaks=True)

    async def held_unhandled(self, request: Request) -> None:
        await admit(request.scope, self.guards.room)
        raise odd_error()

    async def held_problem(self, request: Request) -> None:
        await admit(request.scope, self.guards.room)
        raise OutOfStock("Gone.", article="tea", left=0)

    async def slow(self, request: Request) -> None:
        await admit(request.scope, self.guards.room)
        await self.guards.room.work()


class Request:
    """A request, and the response to it."""

    def __init__(self, scope: Any, receive: Any, send: Any) -> None:
        self.scope, self._receive, self._send = scope, receive, send

    @property
    def token(self) -> str | None:
        fields: Any = self.scope["headers"]
        return next((value.decode() for name, value in fields if name == b"x-token"), None)

    async def body(self) -> bytes:
        body, has_more = b"", True
        while has_more:
            message = await self._receive()
            body, has_more = body + message.get("body", b""), message.get("more_body", False)
        return body

    async def respond(
        self, *parts: bytes, status: int = 200, kind: str = "text/plain", breaks: bool = False
    ) -> None:
        headers = [(b"content-type", kind.encode()), (b"x-own", b"kept")]
        await self._send({"type": "http.response.start", "status": status, "headers": headers})
        for part in parts:
            await self._send({"type": "http.response.body", "body": part, "more_body": True})
        if breaks:
            raise odd_error()
        await self._send({"type": "http.response.body"})
