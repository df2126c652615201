"""What a limit of two buckets adds to a request through Starlette, in process, headers included.

The floor is the same app, with Failwell in it, and without a limit: an endpoint that returns constant bytes.
Beside it slowapi, with one limit by its decorator and its headers switched on; its floor is bare Starlette.
Both keep what was spent in memory.
"""

from __future__ import annotations

from typing import Any

from slowapi import Limiter, _rate_limit_exceeded_handler
from slowapi.errors import RateLimitExceeded
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

import failwell.starlette
from bench import drops, task
from bench.asgi import drivers
from bench.limiters import ENOUGH, rate_limit
from bench.measure import Race, Row, Work
from failwell import Contract, dialects
from failwell.store import Memory

CALLS = 400
GOAL = 10.0
BARE, SAFE, LIMITED, SHUT = (
    "bare Starlette",
    "Failwell, no limit",
    "Failwell, two buckets",
    "Failwell, denied",
)
SLOW, SLOW_SHUT = "slowapi, one limit", "slowapi, denied"


async def constant(_: Request) -> Response:
    return Response(drops.BODY, media_type=drops.MEDIA_TYPE)


def plain(endpoint: Any) -> Starlette:
    return Starlette(routes=[Route("/", endpoint)])


def with_failwell(endpoint: Any) -> Starlette:
    app = plain(endpoint)
    contract = Contract(drops.contract.catalog, dialect=dialects.PROBLEM, limit_headers="ietf")
    failwell.starlette.install(app, contract)
    return app


def limited(per_minute: int) -> Starlette:
    limit = rate_limit(Memory(), per_minute, ENOUGH, problem=None)
    guard = failwell.starlette.guarded(limit, token="token_1", org="org_1")
    return with_failwell(guard(constant))


def by_slowapi(rate: str) -> Starlette:
    limiter = Limiter(key_func=lambda: "token_1", headers_enabled=True)

    @limiter.limit(rate)
    async def endpoint(request: Request) -> Response:
        return await constant(request)

    app = plain(endpoint)
    app.state.limiter = limiter
    app.add_exception_handler(RateLimitExceeded, _rate_limit_exceeded_handler)  # type: ignore[arg-type]
    return app


def rows(rounds: int) -> list[Row]:
    with drivers() as make_driver:
        request = task.Request()
        apps = {
            BARE: plain(constant),
            SAFE: with_failwell(constant),
            LIMITED: limited(ENOUGH),
            SLOW: by_slowapi(f"{ENOUGH}/minute"),
        }
        admitted: dict[str, Work] = {name: make_driver(app, request) for name, app in apps.items()}
        race = Race(admitted, calls=CALLS, rounds=rounds)
        result = [
            race.excess(name, BARE, work="a 200 with headers", goal=GOAL if name == LIMITED else None)
            for name in (SAFE, LIMITED, SLOW)
        ]
        denied: dict[str, Work] = {
            BARE: make_driver(plain(constant), request),
            SHUT: make_driver(limited(1), request),
            SLOW_SHUT: make_driver(by_slowapi("1/minute"), request),
        }
        race = Race(denied, calls=CALLS, rounds=rounds)
        return result + [race.excess(name, BARE, work="a 429") for name in (SHUT, SLOW_SHUT)]
