"""Pages of a catalog of 1,000 types, from the whole request to the last byte of the answer, in process.

*Kept* is a page that was asked for before: pages are made once, and again only when the catalog changes.
*First* is the first time that one of a thousand pages is asked for.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Iterator
from functools import partial
from statistics import median
from time import process_time_ns
from typing import Any

from bench.catalogs import TYPES, document
from bench.measure import Row
from failwell.serve import Source, serve_app
from failwell.source import read_document

GOAL = 2.0
CALLS = 50
ORIGIN = "http://127.0.0.1:8400"


def rows(rounds: int) -> list[Row]:
    data = document()
    app = serve_app([Source("drops", lambda: read_document(data))], base_url=ORIGIN)
    loop = asyncio.new_event_loop()
    try:
        return list(_rows(lambda path: loop.run_until_complete(_answer(app, path)), rounds))
    finally:
        loop.close()


def _rows(get: Callable[[str], int], rounds: int) -> Iterator[Row]:
    fresh = (f"/problem_{number:04}" for number in range(1, TYPES))
    kept = {
        "reference page, kept": "/",
        "page of a type, kept": "/problem_0000",
        "catalog.json, kept": "/catalog.json",
        "a mock's answer": "/mock/problem_0000",
        "search for a word": "/?q=bytes",
    }
    times: dict[str, list[float]] = {name: [] for name in (*kept, "page of a type, first")}
    for path in kept.values():
        get(path)
    for _ in range(rounds):
        for name, path in kept.items():
            times[name].append(_milliseconds(partial(get, path), CALLS))
        times["page of a type, first"].append(_milliseconds(lambda: get(next(fresh)), 1))
    for name, costs in times.items():
        cost, goal = median(costs), GOAL if "page" in name else None
        yield Row(name, "failwell", f"{cost:.2f} ms", "none", cost, "ms", goal)


def _milliseconds(work: Callable[[], object], calls: int) -> float:
    gc.collect()
    start = process_time_ns()
    for _ in range(calls):
        work()
    return (process_time_ns() - start) / calls / 1_000_000


async def _answer(app: Any, path: str) -> int:
    """Sends a request to an ASGI application, and gives the size of the answer."""
    path, _, query = path.partition("?")
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": query.encode(), "root_path": "",
        "headers": [(b"host", b"127.0.0.1:8400"), (b"accept", b"text/html")],
        "server": ("127.0.0.1", 8400), "client": ("127.0.0.1", 50_000),
    }  # fmt: skip
    await app(scope, receive, send)
    assert sent[0]["status"] in (200, 409, 413), sent[0]
    return sum(len(message.get("body", b"")) for message in sent)
