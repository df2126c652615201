"""Checks of a catalog of 1,000 types as large as those of the examples, reading included.

*lint* reads the document and asks all rules. *diff* reads two documents and asks all rules; between the two
every type has another title, a member less and one more, no way out, and every tenth has another code. The
floor is reading alone, as far as the check needs it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from statistics import median
from typing import Any

from bench.catalogs import TYPES, document, milliseconds
from bench.measure import Row
from failwell.check import Api, Report, diff_apis, lint_api
from failwell.source import read_document

GOALS = {"lint": 1_000.0, "diff": 500.0}
TODAY = date(2026, 11, 20)


def changed(document: bytes) -> bytes:
    data: dict[str, Any] = json.loads(document)
    for number, problem in enumerate(data["problems"]):
        problem["title"] += " again"
        problem["members"] = {**problem["members"], "more": {"type": "string"}}
        del problem["members"]["plan"], problem["resolve"]
        if number % 10 == 0:
            problem["code"] = f"renamed_{number:04}"
    return json.dumps(data).encode()


def read(document: bytes) -> Api:
    return Api(read_document(document), today=TODAY)


def asked(check: Callable[[], Report]) -> Callable[[], None]:
    def work() -> None:
        assert check().checked >= TYPES

    return work


def rows(rounds: int) -> list[Row]:
    before = document()
    after = changed(before)
    ways: dict[str, Callable[[], object]] = {
        "read one": lambda: read(before),
        "read both": lambda: (read(before), read(after)),
        "lint": asked(lambda: lint_api(read(before))),
        "diff": asked(lambda: diff_apis(read(before), read(after))),
    }
    times: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(min(rounds, 15)):  # tenths of a second each
        for way, work in ways.items():
            times[way].append(milliseconds(work))
    cost = {way: median(times[way]) for way in ways}
    floors = {"lint": "read one", "diff": "read both"}
    return [
        Row(
            f"{way}, {TYPES} types",
            "failwell",
            f"{cost[way]:.1f} ms",
            f"{cost[floor]:.1f} ms, reading alone",
            cost[way],
            "ms",
            GOALS[way],
        )
        for way, floor in floors.items()
    ]
