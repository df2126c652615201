"""Guards on Litestar: guards of its own kind on handlers and a controller."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, NoReturn

from litestar import Controller, Litestar, MediaType, Request, Response, get, route
from litestar.config.cors import CORSConfig
from litestar.connection import ASGIConnection
from litestar.enums import HttpMethod
from litestar.response import Stream

import failwell.litestar
from failwell import raises
from failwell.litestar import guarded
from tests.frameworks.guard_parts import LONG, PARTS, Guards, Speaking
from tests.frameworks.shop import OutOfStock, SlowDown, contract, odd_error

INTERFACE = "asgi"
AnyRequest = Request[Any, Any, Any]
Connection = ASGIConnection[Any, Any, Any, Any]


async def token_of(connection: Connection) -> str | None:
    return connection.headers.get("x-token")


def make_app(guards: Guards) -> Litestar:  # noqa: C901 - one handler for each thing that is asked
    def on(path: str, *asked: Any, media_type: str = MediaType.TEXT) -> Any:
        methods = [HttpMethod.GET, HttpMethod.POST]
        return route(path, http_method=methods, guards=[*asked], media_type=media_type, status_code=200)

    @on("/limited", guarded(guards.limit, token=token_of))
    @raises(SlowDown)
    async def limited() -> str:
        """Says yes."""
        return "yes"

    @on("/own", guarded(guards.own, ip=lambda connection: connection.headers["x-token"], org="o"))
    async def own() -> str:
        return "yes"

    @on("/copy", guarded(guards.copy))
    async def copy() -> str:
        return "fresh"

    @on("/kept", guarded(guards.archive))
    async def kept() -> Response[str]:
        return Response("done", status_code=201, headers={"X-Own": "kept"}, media_type=MediaType.TEXT)

    @on("/kept_long", guarded(guards.archive))
    async def kept_long() -> str:
        return "x" * LONG

    async def parts() -> AsyncIterator[bytes]:
        for part in PARTS:
            yield part

    @on("/kept_stream", guarded(guards.archive))
    async def kept_stream() -> Stream:
        return Stream(parts(), media_type="text/plain")

    @on("/kept_events", guarded(guards.archive), media_type="text/event-stream")
    async def kept_events() -> Stream:
        return Stream(parts(), media_type="text/event-stream")

    async def breaking() -> AsyncIterator[bytes]:
        yield PARTS[0]
        raise odd_error()

    @on("/kept_late", guarded(guards.archive), guarded(guards.room))
    async def kept_late() -> Stream:
        return Stream(breaking())

    @on("/kept_problem", guarded(guards.archive))
    async def kept_problem() -> NoReturn:
        raise OutOfStock("Gone.", article="tea", left=0)

    @on("/kept_closed", guarded(guards.archive), guarded(guards.closed))
    async def kept_closed() -> str:
        return "open"

    @on("/held", guarded(guards.room))
    async def held() -> str:
        return guards.room.seen_inside()

    @on("/held_stream", guarded(guards.room))
    async def held_stream() -> Stream:
        async def counts() -> AsyncIterator[bytes]:
            for _ in PARTS:
                yield str(guards.room.inside).encode()

        return Stream(counts())

    @on("/held_late", guarded(guards.room))
    async def held_late() -> Stream:
        return Stream(breaking())

    @on("/held_unhandled", guarded(guards.room))
    async def held_unhandled() -> NoReturn:
        raise odd_error()

    @on("/held_problem", guarded(guards.room))
    async def held_problem() -> NoReturn:
        raise OutOfStock("Gone.", article="tea", left=0)

    @on("/slow", guarded(guards.room))
    async def slow() -> str:
        await guards.room.work()
        return "never"

    @on("/signed", guarded(guards.signature, max_bytes=100))
    async def signed(request: AnyRequest) -> bytes:
        return await request.body()

    @on("/ordered", guarded(guards.notes, n=1), guarded(guards.notes, n=2, token=token_of))
    async def ordered() -> str:
        return "yes"

    @on("/where/{rest:path}", guarded(guards.where))
    async def where() -> str:
        return "here"

    @on("/by_hand")
    async def by_hand(request: AnyRequest) -> str:
        await failwell.litestar.admit(request, guards.room)
        await failwell.litestar.admit(request, guards.limit, token="t")
        return "yes"

    class Classy(Controller):
        @get("/classy", media_type=MediaType.TEXT)
        @raises(OutOfStock)
        async def get_one(self) -> str:
            """One of a class."""
            return "yes"

    Classy.guards = [guarded(guards.limit, token=token_of)]
    handlers: list[Any] = [
        limited,
        own,
        copy,
        kept,
        kept_long,
        kept_stream,
        kept_events,
        kept_late,
        kept_problem,
    ]
    handlers += [
        kept_closed,
        held,
        held_stream,
        held_late,
        held_unhandled,
        held_problem,
        signed,
        ordered,
        where,
    ]
    return Litestar(
        [*handlers, by_hand, slow, Classy],
        cors_config=CORSConfig(allow_origins=["https://shop.example"]),
        middleware=[Speaking],
        plugins=[failwell.litestar.Plugin(contract, reraise=True)],
        logging_config=None,
    )
