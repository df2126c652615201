"""Errors through Starlette, in process, by the smallest ASGI driver that can run them all.

The floor is an endpoint that returns constant bytes: as many as Failwell's body has, with the same status.
*+ id* means behind a thin ASGI wrapper that adds a random request id to the response; Failwell does that
itself. starlette-problem brings the exceptions of rfc9457. Nothing is logged: what that costs is logging's.
Starlette raises an unhandled exception again after its 500; catching it is part of what is measured.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Mapping
from typing import Any

import rfc9457
import starlette_problem.handler
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import failwell.starlette
from bench.measure import Race, Row
from failwell import Catalog, Contract, Problem, Retry, dialects, standard_types

CALLS = 400
MEDIA_TYPE = "application/problem+json"
DETAIL = "There is no drop with this id."
FLOOR, FLOOR_ID, OURS = "constant bytes", "constant bytes + id", "failwell"

drops = Catalog("drops", base="https://errors.drops.example/")
standard_types(drops)


class DropNotFound(
    Problem,
    catalog=drops,
    code="drop_not_found",
    status=404,
    title="Drop not found",
    retry=Retry.NEVER,
    suggestion="Check the id.",
):
    """No drop has this id."""

    drop: str
    workspace: str
    revision: int


class HandWrittenError(Exception):
    def __init__(self, detail: str, *, drop: str, workspace: str, revision: int) -> None:
        super().__init__(detail)
        self.detail, self.drop, self.workspace, self.revision = detail, drop, workspace, revision


contract = Contract(drops, dialect=dialects.PROBLEM)
EXAMPLE = DropNotFound(DETAIL, drop="d_1", workspace="w_1", revision=7)
BODY = contract.render(EXAMPLE, request_id="req_" + "0" * 32).body

# ----------------------------------------------------------------------------------------- endpoints


async def fine(_: Request) -> Response:
    return Response(BODY, media_type=MEDIA_TYPE)


async def constant(_: Request) -> Response:
    return Response(BODY, 404, media_type=MEDIA_TYPE)


async def by_failwell(_: Request) -> Response:
    raise DropNotFound(DETAIL, drop="d_1", workspace="w_1", revision=7)


async def by_hand(_: Request) -> Response:
    raise HandWrittenError(DETAIL, drop="d_1", workspace="w_1", revision=7)


async def by_starlette(_: Request) -> Response:
    raise HTTPException(404, DETAIL)


async def by_rfc9457(_: Request) -> Response:
    raise rfc9457.NotFoundProblem(DETAIL, drop="d_1", workspace="w_1", revision=7)


async def unhandled(_: Request) -> Response:
    raise RuntimeError("boom")


# ------------------------------------------------------------------------------------------------ apps


class WithId:
    """The thin wrapper of the floor: a random request id on every response, and nothing else."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request_id = b"req_" + os.urandom(16).hex().encode()

        async def stamped(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"].append((b"x-request-id", request_id))
            await send(message)

        await self.app(scope, receive, stamped)


def plain(endpoint: Callable[[Request], Any]) -> Starlette:
    return Starlette(routes=[Route("/", endpoint)])


def with_failwell(endpoint: Callable[[Request], Any]) -> ASGIApp:
    app = plain(endpoint)
    failwell.starlette.install(app, contract)
    return app


def with_handler(endpoint: Callable[[Request], Any]) -> ASGIApp:
    async def handler(_: Request, error: Exception) -> Response:
        assert isinstance(error, HandWrittenError)
        return JSONResponse(
            {
                "type": "https://errors.drops.example/drop_not_found",
                "title": "Drop not found",
                "status": 404,
                "detail": error.detail,
                "code": "drop_not_found",
                "retryable": False,
                "suggestion": "Check the id.",
                "drop": error.drop,
                "workspace": error.workspace,
                "revision": error.revision,
            },
            404,
            {"cache-control": "no-store"},
            media_type=MEDIA_TYPE,
        )

    app = plain(endpoint)
    app.add_exception_handler(HandWrittenError, handler)
    return WithId(app)


def with_starlette_problem(endpoint: Callable[[Request], Any]) -> ASGIApp:
    app = plain(endpoint)
    starlette_problem.handler.add_exception_handler(app)
    return WithId(app)


# ---------------------------------------------------------------------------------------------- driver


class Driver:
    """Sends requests to an app, one after another. All share an event loop: handlers may use its threads."""

    def __init__(self, runner: asyncio.Runner, app: ASGIApp, expected: int) -> None:
        self._runner, self._app = runner, app
        self._status = 0
        self(1)
        assert self._status == expected, f"{self._status} instead of {expected}: this measures something else"

    def __call__(self, calls: int) -> None:
        self._runner.run(self._requests(calls))

    async def _requests(self, calls: int) -> None:
        for _ in range(calls):
            try:
                await self._app(scope(), receive, self._send)
            except RuntimeError:
                continue

    async def _send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]


def scope() -> Scope:
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": "/",
        "raw_path": b"/",
        "root_path": "",
        "query_string": b"",
        "headers": [(b"host", b"localhost"), (b"accept", b"*/*"), (b"user-agent", b"bench")],
        "server": ("127.0.0.1", 80),
        "client": ("127.0.0.1", 50_000),
        "state": {},
    }


async def receive() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


# ------------------------------------------------------------------------------------------- the table


def rows(rounds: int) -> list[Row]:
    level = logging.root.manager.disable
    logging.disable()
    try:
        with asyncio.Runner() as runner:
            return [*errors(runner, rounds), *unhandled_errors(runner, rounds), *successes(runner, rounds)]
    finally:
        logging.disable(level)


def errors(runner: asyncio.Runner, rounds: int) -> list[Row]:
    apps: dict[str, ASGIApp] = {
        FLOOR_ID: WithId(plain(constant)),
        OURS: with_failwell(by_failwell),
        "Starlette HTTPException, text + id": WithId(plain(by_starlette)),
        "handler by hand, JSONResponse + id": with_handler(by_hand),
        "starlette-problem, rfc9457 + id": with_starlette_problem(by_rfc9457),
        FLOOR: plain(constant),
    }
    _, *others = apps
    race = raced(runner, rounds, apps, 404)
    goals = {OURS: 1.35}
    return [race.ratio(name, FLOOR_ID, work="error, 404", goal=goals.get(name)) for name in others]


def unhandled_errors(runner: asyncio.Runner, rounds: int) -> list[Row]:
    apps: dict[str, ASGIApp] = {
        "Starlette's text + id": WithId(plain(unhandled)),
        OURS: with_failwell(unhandled),
        "starlette-problem, rfc9457 + id": with_starlette_problem(unhandled),
    }
    baseline, *others = apps
    race = raced(runner, rounds, apps, 500)
    return [race.ratio(name, baseline, work="unhandled, 500") for name in others]


def successes(runner: asyncio.Runner, rounds: int) -> list[Row]:
    apps: dict[str, ASGIApp] = {FLOOR: plain(fine), OURS: with_failwell(fine), FLOOR_ID: WithId(plain(fine))}
    _, *others = apps
    race = raced(runner, rounds, apps, 200)
    goals = {OURS: 3.0}
    return [race.excess(name, FLOOR, work="added to a 200", goal=goals.get(name)) for name in others]


def raced(runner: asyncio.Runner, rounds: int, apps: Mapping[str, ASGIApp], status: int) -> Race:
    ways = {name: Driver(runner, app, status) for name, app in apps.items()}
    return Race(ways, calls=CALLS, rounds=rounds)
