"""Guards on Starlette: decorators on functions and on a class, and one that is asked in a handler."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from starlette.applications import Starlette
from starlette.endpoints import HTTPEndpoint
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

import failwell.starlette
from failwell import raises
from failwell.starlette import guarded
from tests.frameworks.guard_parts import LONG, PARTS, Guards, Speaking
from tests.frameworks.shop import OutOfStock, SlowDown, contract, odd_error

INTERFACE = "asgi"


async def token_of(request: Request) -> str | None:
    return request.headers.get("x-token")


def make_app(guards: Guards) -> Starlette:  # noqa: C901 - one endpoint for each thing that is asked
    @raises(SlowDown)
    @guarded(guards.limit, token=token_of)
    def limited(_: Request) -> Response:
        """Says yes, in a thread."""
        return PlainTextResponse("yes")

    @guarded(guards.own, ip=lambda request: request.headers["x-token"], org="o")
    async def own(_: Request) -> Response:
        return PlainTextResponse("yes")

    @guarded(guards.copy)
    async def copy(_: Request) -> Response:
        return PlainTextResponse("fresh")

    @guarded(guards.archive)
    async def kept(_: Request) -> Response:
        return PlainTextResponse("done", 201, {"X-Own": "kept"})

    @guarded(guards.archive)
    async def kept_long(_: Request) -> Response:
        return PlainTextResponse("x" * LONG)

    @guarded(guards.archive)
    async def kept_stream(_: Request) -> Response:
        async def parts() -> AsyncIterator[bytes]:
            for part in PARTS:
                yield part

        return StreamingResponse(parts(), media_type="text/plain")

    @guarded(guards.archive)
    async def kept_events(_: Request) -> Response:
        async def parts() -> AsyncIterator[bytes]:
            for part in PARTS:
                yield part

        return StreamingResponse(parts(), media_type="text/event-stream")

    async def breaking() -> AsyncIterator[bytes]:
        yield PARTS[0]
        raise odd_error()

    @guarded(guards.archive)
    @guarded(guards.room)
    async def kept_late(_: Request) -> Response:
        return StreamingResponse(breaking())

    @guarded(guards.archive)
    async def kept_problem(_: Request) -> Response:
        raise OutOfStock("Gone.", article="tea", left=0)

    @guarded(guards.archive)
    @guarded(guards.closed)
    async def kept_closed(_: Request) -> Response:
        return PlainTextResponse("open")

    @guarded(guards.room)
    async def held(_: Request) -> Response:
        return PlainTextResponse(guards.room.seen_inside())

    @guarded(guards.room)
    async def held_stream(_: Request) -> Response:
        async def parts() -> AsyncIterator[bytes]:
            for _ in PARTS:
                yield str(guards.room.inside).encode()

        return StreamingResponse(parts())

    @guarded(guards.room)
    async def held_late(_: Request) -> Response:
        return StreamingResponse(breaking())

    @guarded(guards.room)
    async def held_unhandled(_: Request) -> Response:
        raise odd_error()

    @guarded(guards.room)
    async def held_problem(_: Request) -> Response:
        raise OutOfStock("Gone.", article="tea", left=0)

    @guarded(guards.room)
    async def slow(_: Request) -> Response:
        await guards.room.work()
        return PlainTextResponse("never")

    @guarded(guards.signature, max_bytes=100)
    async def signed(request: Request) -> Response:
        return Response(await request.body())

    @guarded(guards.notes, n=1)
    @guarded(guards.notes, n=2, token=token_of)
    async def ordered(_: Request) -> Response:
        return PlainTextResponse("yes")

    @guarded(guards.where)
    async def where(_: Request) -> Response:
        return PlainTextResponse("here")

    async def by_hand(request: Request) -> Response:
        await failwell.starlette.admit(request, guards.room)
        await failwell.starlette.admit(request, guards.limit, token="t")
        return PlainTextResponse("yes")

    @guarded(guards.limit, token=token_of)
    class Classy(HTTPEndpoint):
        @raises(OutOfStock)
        async def get(self, _: Request) -> Response:
            """One of a class."""
            return PlainTextResponse("yes")

    endpoints: list[Any] = [limited, own, kept, kept_long, kept_stream, kept_events, kept_late, kept_problem]
    endpoints += [kept_closed, held, held_stream, held_late, held_unhandled, held_problem, signed]
    endpoints += [ordered, by_hand, copy, slow]
    routes = [Route(f"/{one.__name__}", one, methods=["GET", "POST"]) for one in endpoints]
    routes.append(Route("/where/{rest:path}", where, methods=["POST"]))
    routes.append(Route("/classy", Classy, methods=["GET"]))
    middleware = [Middleware(CORSMiddleware, allow_origins=["https://shop.example"]), Middleware(Speaking)]
    app = Starlette(routes=routes, middleware=middleware)
    failwell.starlette.install(app, contract)
    return app
