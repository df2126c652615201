"""Errors through Litestar, in process; floors and *+ id* as in servers_starlette.

Invalid input is a JSON body that lacks two fields of a msgspec struct; msgspec reports the first. Litestar
answers that with a 400, and what is not HTTP's own with a 500 that it does not raise again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from litestar import Litestar, Request, Response, get, post
from litestar.exceptions import NotFoundException, ValidationException
from litestar.plugins.problem_details import (
    ProblemDetailsConfig,
    ProblemDetailsException,
    ProblemDetailsPlugin,
)

import failwell.litestar
from bench import drops, task
from bench.asgi import WithId, drivers
from bench.measure import Row
from bench.task import BY_HAND, ERROR, FLOOR, FLOOR_ID, INVALID, OURS, SUCCESS, UNHANDLED, Task

CALLS = 200
PEER = "Litestar's ProblemDetailsPlugin + id"
MEMBERS = {"drop": "d_1", "workspace": "w_1", "revision": 7}


class NewDrop(msgspec.Struct):
    """What is published."""

    title: str
    size: int
    draft: bool = False


# ------------------------------------------------------------------------------------------- endpoints


@get("/")
async def fine() -> Response[bytes]:
    return Response(drops.BODY, media_type=drops.MEDIA_TYPE)


@get("/")
async def constant() -> Response[bytes]:
    return Response(drops.BODY, status_code=404, media_type=drops.MEDIA_TYPE)


@get("/")
async def by_failwell() -> Response[bytes]:
    raise drops.drop_not_found()


@get("/")
async def by_hand() -> Response[bytes]:
    raise drops.hand_written()


@get("/")
async def by_litestar() -> Response[bytes]:
    raise NotFoundException(drops.DETAIL, extra=MEMBERS)


@get("/")
async def by_plugin() -> Response[bytes]:
    raise ProblemDetailsException(
        drops.DETAIL,
        status_code=404,
        type_="https://errors.drops.example/drop_not_found",
        title="Drop not found",
        extra=MEMBERS,
    )


@get("/")
async def unhandled() -> Response[bytes]:
    raise RuntimeError("boom")


@post("/")
async def publish(data: NewDrop) -> Response[bytes]:
    raise AssertionError(f"{data} is not a whole drop")


# ------------------------------------------------------------------------------------------------ apps


def plain(handler: Any, **options: Any) -> Litestar:
    return Litestar([handler], openapi_config=None, **options)


def with_failwell(handler: Any) -> Litestar:
    return plain(handler, plugins=[failwell.litestar.Plugin(drops.contract)])


def with_handlers(handler: Any) -> WithId:
    def not_found(_: Request[Any, Any, Any], error: drops.HandWrittenError) -> Response[bytes]:
        return answered(drops.body_by_hand(error), 404)

    def invalid(_: Request[Any, Any, Any], error: ValidationException) -> Response[bytes]:
        failures: Any = error.extra or []
        rows = [(row.get("key", "").split("."), "invalid", row["message"]) for row in failures]
        return answered(drops.invalid_by_hand(rows), 400)

    def answered(body: bytes, status: int) -> Response[bytes]:
        headers = drops.HAND_WRITTEN_HEADERS
        return Response(body, status_code=status, headers=headers, media_type=drops.MEDIA_TYPE)

    handlers: dict[Any, Callable[..., Any]] = {
        drops.HandWrittenError: not_found,
        ValidationException: invalid,
    }
    return WithId(plain(handler, exception_handlers=handlers))


def with_plugin(handler: Any) -> WithId:
    config = ProblemDetailsConfig(enable_for_all_http_exceptions=True)
    return WithId(plain(handler, plugins=[ProblemDetailsPlugin(config)]))


# ------------------------------------------------------------------------------------------- the table


def tasks() -> list[Task]:
    errors = {
        FLOOR_ID: WithId(plain(constant)),
        OURS: with_failwell(by_failwell),
        BY_HAND: with_handlers(by_hand),
        "Litestar NotFoundException + id": WithId(plain(by_litestar)),
        PEER: with_plugin(by_plugin),
        FLOOR: plain(constant),
    }
    unhandled_errors = {
        "Litestar's JSON + id": WithId(plain(unhandled)),
        OURS: with_failwell(unhandled),
        PEER: with_plugin(unhandled),
    }
    invalid = {
        "Litestar's 400 + id": WithId(plain(publish)),
        OURS: with_failwell(publish),
        BY_HAND: with_handlers(publish),
        PEER: with_plugin(publish),
    }
    successes = {
        FLOOR: plain(fine),
        FLOOR_ID: WithId(plain(fine)),
        OURS: with_failwell(fine),
        PEER: with_plugin(fine),
    }
    return [
        Task(ERROR, errors, 404, drops.NOT_FOUND, goal=1.25),
        Task(UNHANDLED, unhandled_errors, 500, drops.INTERNAL),
        Task(INVALID, invalid, 422, drops.INVALID, drops.INCOMPLETE, elsewhere=400),
        Task(SUCCESS, successes, 200),
    ]


def rows(rounds: int) -> list[Row]:
    with drivers() as drive:
        return task.rows(tasks(), drive, calls=CALLS, rounds=rounds)
