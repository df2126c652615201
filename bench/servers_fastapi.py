"""Errors through FastAPI, in process; floors and *+ id* as in servers_starlette.

Invalid input is a JSON body that lacks two fields of a pydantic model. fastapi-problem has its defaults.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import fastapi_problem.error
import fastapi_problem.handler
from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import BaseModel

import failwell.fastapi
from bench import drops, task
from bench.asgi import WithId, drivers
from bench.measure import Row
from bench.task import BY_HAND, ERROR, FLOOR, FLOOR_ID, INVALID, OURS, SUCCESS, UNHANDLED, Task

Endpoint = Callable[..., Any]
CALLS = 120
PEER = "fastapi-problem + id"


class NewDrop(BaseModel):
    """What is published."""

    title: str
    size: int
    draft: bool = False


# ------------------------------------------------------------------------------------------- endpoints


async def fine() -> Response:
    return Response(drops.BODY, media_type=drops.MEDIA_TYPE)


async def constant() -> Response:
    return Response(drops.BODY, 404, media_type=drops.MEDIA_TYPE)


async def by_failwell() -> Response:
    raise drops.drop_not_found()


async def by_hand() -> Response:
    raise drops.hand_written()


async def by_fastapi() -> Response:
    raise HTTPException(404, drops.DETAIL)


async def by_fastapi_problem() -> Response:
    raise fastapi_problem.error.NotFoundProblem(drops.DETAIL, drop="d_1", workspace="w_1", revision=7)


async def unhandled() -> Response:
    raise RuntimeError("boom")


async def publish(drop: NewDrop) -> Response:
    raise AssertionError(f"{drop} is not a whole drop")


# ------------------------------------------------------------------------------------------------ apps


def plain(endpoint: Endpoint) -> FastAPI:
    app = FastAPI()
    app.add_api_route("/", endpoint, methods=["POST" if endpoint is publish else "GET"], response_model=None)
    return app


def with_failwell(endpoint: Endpoint) -> FastAPI:
    app = plain(endpoint)
    failwell.fastapi.install(app, drops.contract)
    return app


def with_handlers(endpoint: Endpoint) -> WithId:
    async def not_found(_: Request, error: Exception) -> Response:
        assert isinstance(error, drops.HandWrittenError)
        body = drops.body_by_hand(error)
        return Response(body, 404, drops.HAND_WRITTEN_HEADERS, media_type=drops.MEDIA_TYPE)

    async def invalid(_: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        body = drops.invalid_by_hand([(row["loc"][1:], row["type"], row["msg"]) for row in error.errors()])
        return Response(body, 422, drops.HAND_WRITTEN_HEADERS, media_type=drops.MEDIA_TYPE)

    app = plain(endpoint)
    app.add_exception_handler(drops.HandWrittenError, not_found)
    app.add_exception_handler(RequestValidationError, invalid)
    return WithId(app)


def with_fastapi_problem(endpoint: Endpoint) -> WithId:
    app = plain(endpoint)
    fastapi_problem.handler.add_exception_handler(app, fastapi_problem.handler.new_exception_handler())
    return WithId(app)


# ------------------------------------------------------------------------------------------- the table


def tasks() -> list[Task]:
    errors = {
        FLOOR_ID: WithId(plain(constant)),
        OURS: with_failwell(by_failwell),
        BY_HAND: with_handlers(by_hand),
        "FastAPI HTTPException + id": WithId(plain(by_fastapi)),
        PEER: with_fastapi_problem(by_fastapi_problem),
        FLOOR: plain(constant),
    }
    unhandled_errors = {
        "FastAPI's text + id": WithId(plain(unhandled)),
        OURS: with_failwell(unhandled),
        PEER: with_fastapi_problem(unhandled),
    }
    invalid = {
        "FastAPI's 422 + id": WithId(plain(publish)),
        OURS: with_failwell(publish),
        BY_HAND: with_handlers(publish),
        PEER: with_fastapi_problem(publish),
    }
    successes = {
        FLOOR: plain(fine),
        FLOOR_ID: WithId(plain(fine)),
        OURS: with_failwell(fine),
        PEER: with_fastapi_problem(fine),
    }
    return [
        Task(ERROR, errors, 404, drops.NOT_FOUND, goal=1.18),
        Task(UNHANDLED, unhandled_errors, 500, drops.INTERNAL),
        Task(INVALID, invalid, 422, drops.INVALID, drops.INCOMPLETE),
        Task(SUCCESS, successes, 200),
    ]


def rows(rounds: int) -> list[Row]:
    with drivers() as drive:
        return task.rows(tasks(), drive, calls=CALLS, rounds=rounds)
