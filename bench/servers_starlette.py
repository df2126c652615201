"""Errors through Starlette, in process.

The floor is an endpoint that returns constant bytes: as many as Failwell's body has, with the same status.
*+ id* means behind a thin ASGI wrapper that adds a random request id to the response; Failwell does that
itself. By hand is an async exception handler whose body msgspec encodes; it has no request id in the body.
starlette-problem brings the exceptions of rfc9457. Nothing is logged: what that costs is logging's.
Starlette raises an unhandled exception again after its 500; catching it is part of what is measured.
For invalid input Starlette has nothing of its own: by hand is msgspec, and a handler for its error.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import rfc9457
import starlette_problem.handler
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

import failwell.starlette
from bench import drops, task
from bench.asgi import WithId, drivers
from bench.measure import Row
from bench.task import BY_HAND, ERROR, FLOOR, FLOOR_ID, INVALID, OURS, SUCCESS, UNHANDLED, Task

Endpoint = Callable[[Request], Any]
CALLS = 400
PEER = "starlette-problem, rfc9457 + id"


class NewDrop(msgspec.Struct):
    """What is published."""

    title: str
    size: int
    draft: bool = False


# ------------------------------------------------------------------------------------------- endpoints


async def fine(_: Request) -> Response:
    return Response(drops.BODY, media_type=drops.MEDIA_TYPE)


async def constant(_: Request) -> Response:
    return Response(drops.BODY, 404, media_type=drops.MEDIA_TYPE)


async def by_failwell(_: Request) -> Response:
    raise drops.drop_not_found()


async def by_hand(_: Request) -> Response:
    raise drops.hand_written()


async def by_starlette(_: Request) -> Response:
    raise HTTPException(404, drops.DETAIL)


async def by_rfc9457(_: Request) -> Response:
    raise rfc9457.NotFoundProblem(drops.DETAIL, drop="d_1", workspace="w_1", revision=7)


async def unhandled(_: Request) -> Response:
    raise RuntimeError("boom")


async def publish_by_failwell(request: Request) -> Response:
    await failwell.starlette.body(request, NewDrop)
    return await fine(request)


async def publish_by_hand(request: Request) -> Response:
    msgspec.json.decode(await request.body(), type=NewDrop)
    return await fine(request)


# ------------------------------------------------------------------------------------------------ apps


def plain(endpoint: Endpoint) -> Starlette:
    return Starlette(routes=[Route("/", endpoint, methods=["GET", "POST"])])


def with_failwell(endpoint: Endpoint) -> Starlette:
    app = plain(endpoint)
    failwell.starlette.install(app, drops.contract)
    return app


def with_handlers(endpoint: Endpoint) -> WithId:
    async def not_found(_: Request, error: Exception) -> Response:
        assert isinstance(error, drops.HandWrittenError)
        body = drops.body_by_hand(error)
        return Response(body, 404, drops.HAND_WRITTEN_HEADERS, media_type=drops.MEDIA_TYPE)

    async def invalid(_: Request, error: Exception) -> Response:
        body = msgspec.json.encode({"code": "invalid_input", "detail": str(error)})
        return Response(body, 422, drops.HAND_WRITTEN_HEADERS, media_type=drops.MEDIA_TYPE)

    app = plain(endpoint)
    app.add_exception_handler(drops.HandWrittenError, not_found)
    app.add_exception_handler(msgspec.ValidationError, invalid)
    return WithId(app)


def with_starlette_problem(endpoint: Endpoint) -> WithId:
    app = plain(endpoint)
    starlette_problem.handler.add_exception_handler(app)
    return WithId(app)


# ------------------------------------------------------------------------------------------- the table


def tasks() -> list[Task]:
    errors = {
        FLOOR_ID: WithId(plain(constant)),
        OURS: with_failwell(by_failwell),
        BY_HAND: with_handlers(by_hand),
        "Starlette HTTPException, text + id": WithId(plain(by_starlette)),
        PEER: with_starlette_problem(by_rfc9457),
        FLOOR: plain(constant),
    }
    unhandled_errors = {
        "Starlette's text + id": WithId(plain(unhandled)),
        OURS: with_failwell(unhandled),
        PEER: with_starlette_problem(unhandled),
    }
    invalid = {BY_HAND: with_handlers(publish_by_hand), OURS: with_failwell(publish_by_failwell)}
    successes = {
        FLOOR: plain(fine),
        FLOOR_ID: WithId(plain(fine)),
        OURS: with_failwell(fine),
        PEER: with_starlette_problem(fine),
    }
    return [
        Task(ERROR, errors, 404, drops.NOT_FOUND, goal=1.35),
        Task(UNHANDLED, unhandled_errors, 500, drops.INTERNAL),
        Task(INVALID, invalid, 422, drops.INVALID, drops.INCOMPLETE),
        Task(SUCCESS, successes, 200, goal=3.0),
    ]


def rows(rounds: int) -> list[Row]:
    with drivers() as drive:
        return task.rows(tasks(), drive, calls=CALLS, rounds=rounds)
