"""A call that ends in a problem, through failwell.httpx, over bare httpx with raise_for_status.

`python -m bench.client_httpx` prints medians of CPU time per call, and of the ratio, over interleaved rounds.
The transport is in this process; its responses come as streams still to be read, as from the network.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from statistics import median
from time import process_time_ns

import httpx

import failwell.httpx
from failwell import Catalog, Contract, Problem, Retry, dialects

ROUNDS = 101
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


def bare_refused() -> None:
    try:
        bare.get("/refused").raise_for_status()
    except httpx.HTTPStatusError:
        return
    raise AssertionError("not refused, so this measures something else")


def our_refused() -> None:
    try:
        ours.get("/refused")
    except QuotaExceeded:
        return
    raise AssertionError("not refused, so this measures something else")


def bare_published() -> None:
    bare.get("/published").raise_for_status()


def our_published() -> None:
    ours.get("/published")


def microseconds(call: Callable[[], None]) -> float:
    """CPU time per call."""
    gc.collect()
    start = process_time_ns()
    for _ in range(CALLS):
        call()
    return (process_time_ns() - start) / CALLS / 1_000


def compare(label: str, floor: Callable[[], None], measured: Callable[[], None]) -> float:
    """Measures both in turn, in changing order, and prints a row of the table."""
    pairs = []
    for number in range(ROUNDS):
        if number % 2:
            mine, theirs = microseconds(measured), microseconds(floor)
        else:
            theirs, mine = microseconds(floor), microseconds(measured)
        pairs.append((theirs, mine))
    ratio = median(mine / theirs for theirs, mine in pairs)
    medians = median(theirs for theirs, _ in pairs), median(mine for _, mine in pairs)
    print(f"{label:<20}{medians[0]:>10.1f} µs{medians[1]:>10.1f} µs{ratio:>8.3f}")
    return ratio


def main() -> None:
    print(f"{'one call':<20}{'httpx':>13}{'failwell':>13}{'ratio':>8}")
    ratio = compare("ends in a problem", bare_refused, our_refused)
    compare("ends in a 200", bare_published, our_published)
    print(f"goal for a problem: at most {GOAL}, {'met' if ratio <= GOAL else 'missed'}")


if __name__ == "__main__":
    main()
