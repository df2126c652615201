"""A call that ends in a problem, through failwell.httpx, over bare httpx with raise_for_status.

The transport is in this process; its responses come as streams still to be read, as from the network.
"""

from __future__ import annotations

import httpx

import failwell.httpx
from bench.measure import Race, Row
from failwell import Catalog, Contract, Problem, Retry, dialects

CALLS = 150
GOAL = 1.08

drops = Catalog("drops", base="https://errors.drops.example/")


class QuotaExceeded(
    Problem,
    catalog=drops,
    code="quota_exceeded",
    status=413,
    title="Quota exceeded",
    retry=Retry.AFTER_ACTION,
    suggestion="Free up space, or upgrade the plan.",
):
    """A limit of the plan was hit."""

    limit: int
    used: int
    requested: int


contract = Contract(drops, dialect=dialects.PROBLEM)
refusal = contract.render(
    QuotaExceeded("12 MB do not fit.", limit=10, used=9, requested=12), request_id="req_1"
)
ANSWERS = {
    "/refused": (refusal.status, refusal.headers, refusal.body),
    "/published": (
        200,
        (("Content-Type", "application/json"), ("X-Request-Id", "req_1")),
        b'{"id":"drop_1"}',
    ),
}


def answer(request: httpx.Request) -> httpx.Response:
    status, headers, body = ANSWERS[request.url.path]
    length = ("Content-Length", str(len(body)))
    return httpx.Response(status, headers=[*headers, length], stream=httpx.ByteStream(body))


transport = httpx.MockTransport(answer)
bare = httpx.Client(transport=transport, base_url="https://api.drops.example")
ours = failwell.httpx.Client(contract, transport=transport, base_url="https://api.drops.example")


def bare_refused(calls: int) -> None:
    for _ in range(calls):
        try:
            bare.get("/refused").raise_for_status()
        except httpx.HTTPStatusError:
            continue
        raise AssertionError("not refused, so this measures something else")


def our_refused(calls: int) -> None:
    for _ in range(calls):
        try:
            ours.get("/refused")
        except QuotaExceeded:
            continue
        raise AssertionError("not refused, so this measures something else")


def bare_published(calls: int) -> None:
    for _ in range(calls):
        bare.get("/published").raise_for_status()


def our_published(calls: int) -> None:
    for _ in range(calls):
        ours.get("/published")


def rows(rounds: int) -> list[Row]:
    problem = Race({"httpx": bare_refused, "failwell": our_refused}, calls=CALLS, rounds=rounds)
    success = Race({"httpx": bare_published, "failwell": our_published}, calls=CALLS, rounds=rounds)
    return [
        problem.ratio("failwell", "httpx", work="call ending in a problem", goal=GOAL),
        success.ratio("failwell", "httpx", work="call ending in a 200"),
    ]
