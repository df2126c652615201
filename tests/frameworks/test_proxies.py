"""Where headers are lists: a caller whose proxy adds a line of its own cannot pass for another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import litestar
import litestar.testing
import pytest
import starlette.testclient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

import failwell.litestar
import failwell.starlette
from failwell.guard import Bucket, Proxies, RateLimit
from failwell.store import Memory
from tests.frameworks.shop import contract

PEER = "10.0.0.1"
PROXIES = Proxies("10.0.0.0/8")


def on_starlette(limit: RateLimit) -> Any:
    @failwell.starlette.guarded(
        limit, ip=lambda request: PROXIES.caller(PEER, request.headers.getlist("x-forwarded-for"))
    )
    async def endpoint(_: Request) -> Response:
        return Response()

    app = Starlette(routes=[Route("/", endpoint)])
    failwell.starlette.install(app, contract)
    return starlette.testclient.TestClient(app)


def on_litestar(limit: RateLimit) -> Any:
    guard = failwell.litestar.guarded(
        limit, ip=lambda connection: PROXIES.caller(PEER, connection.headers.getall("x-forwarded-for", []))
    )

    @litestar.get("/", guards=[guard])
    async def endpoint() -> str:
        return ""

    app = litestar.Litestar([endpoint], plugins=[failwell.litestar.Plugin(contract)])
    return litestar.testing.TestClient(app)


@pytest.mark.parametrize("make", [on_starlette, on_litestar])
def test_a_line_of_the_callers_own_changes_nothing(make: Callable[[RateLimit], Any]) -> None:
    with make(RateLimit(Bucket("ip", 1, per="day"), store=Memory())) as client:

        def ask(written: str, added: str) -> int:
            lines = [("X-Forwarded-For", written), ("X-Forwarded-For", added)]
            status: int = client.get("/", headers=lines).status_code
            return status

        assert [ask(f"203.0.113.{number}", "192.0.2.7") for number in range(3)] == [200, 429, 429]
        assert ask("203.0.113.0", "192.0.2.8") == 200
