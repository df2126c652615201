"""Guards on FastAPI: dependencies of operations and parameters."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Header, Request
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import PlainTextResponse, StreamingResponse

import failwell.fastapi
from failwell import raises
from failwell.fastapi import guarded
from failwell.typing import Admission
from tests.frameworks.guard_parts import LONG, PARTS, Guards, Speaking
from tests.frameworks.shop import LoginNeeded, OutOfStock, SlowDown, contract, odd_error

INTERFACE = "asgi"


@raises(LoginNeeded)
def token_of(x_token: Annotated[str | None, Header()] = None) -> str | None:
    return x_token


async def ip_of(token: Annotated[str | None, Depends(token_of)]) -> str | None:
    return token


def make_app(guards: Guards) -> FastAPI:  # noqa: C901 - one operation for each thing that is asked
    router = APIRouter()

    def on(path: str, *asked: Any) -> Any:
        needed = [Depends(one) for one in asked]
        return router.api_route(
            path, methods=["GET", "POST"], dependencies=needed, response_class=PlainTextResponse
        )

    @on("/limited", guarded(guards.limit, token=token_of))
    @raises(SlowDown)
    def limited() -> str:
        """Says yes, in a thread."""
        return "yes"

    @on("/own", guarded(guards.own, ip=ip_of, org="o"))
    async def own() -> str:
        return "yes"

    @on("/copy", guarded(guards.copy))
    async def copy() -> str:
        return "fresh"

    @on("/kept", guarded(guards.archive))
    async def kept() -> Any:
        return PlainTextResponse("done", 201, {"X-Own": "kept"})

    @on("/kept_long", guarded(guards.archive))
    async def kept_long() -> str:
        return "x" * LONG

    async def parts() -> AsyncIterator[bytes]:
        for part in PARTS:
            yield part

    @on("/kept_stream", guarded(guards.archive))
    async def kept_stream() -> Any:
        return StreamingResponse(parts(), media_type="text/plain")

    @on("/kept_events", guarded(guards.archive))
    async def kept_events() -> Any:
        return StreamingResponse(parts(), media_type="text/event-stream")

    async def breaking() -> AsyncIterator[bytes]:
        yield PARTS[0]
        raise odd_error()

    @on("/kept_late", guarded(guards.archive), guarded(guards.room))
    async def kept_late() -> Any:
        return StreamingResponse(breaking())

    @on("/kept_problem", guarded(guards.archive))
    async def kept_problem() -> str:
        raise OutOfStock("Gone.", article="tea", left=0)

    @on("/kept_closed", guarded(guards.archive), guarded(guards.closed))
    async def kept_closed() -> str:
        return "open"

    @on("/held")
    async def held(admission: Admission = Depends(guarded(guards.room))) -> str:  # noqa: B008
        assert admission.held is not None
        return guards.room.seen_inside()

    @on("/held_stream", guarded(guards.room))
    async def held_stream() -> Any:
        async def counts() -> AsyncIterator[bytes]:
            for _ in PARTS:
                yield str(guards.room.inside).encode()

        return StreamingResponse(counts())

    @on("/held_late", guarded(guards.room))
    async def held_late() -> Any:
        return StreamingResponse(breaking())

    @on("/held_unhandled", guarded(guards.room))
    async def held_unhandled() -> str:
        raise odd_error()

    @on("/held_problem", guarded(guards.room))
    async def held_problem() -> str:
        raise OutOfStock("Gone.", article="tea", left=0)

    @on("/slow", guarded(guards.room))
    async def slow() -> str:
        await guards.room.work()
        return "never"

    @on("/signed", guarded(guards.signature, max_bytes=100))
    async def signed(request: Request) -> str:
        return (await request.body()).decode()

    @on("/ordered", guarded(guards.notes, n=1), guarded(guards.notes, n=2, token=token_of))
    async def ordered() -> str:
        return "yes"

    @on("/where/{rest:path}", guarded(guards.where))
    async def where() -> str:
        return "here"

    @on("/by_hand")
    async def by_hand(request: Request) -> str:
        await failwell.fastapi.admit(request, guards.room)
        await failwell.fastapi.admit(request, guards.limit, token="t")
        return "yes"

    @on("/classy", guarded(guards.limit, token=Depends(token_of)))
    @raises(OutOfStock)
    async def classy() -> str:
        """One of a class."""
        return "yes"

    app = FastAPI()
    app.include_router(router)
    app.add_middleware(Speaking)
    app.add_middleware(CORSMiddleware, allow_origins=["https://shop.example"])
    failwell.fastapi.install(app, contract)
    return app
