"""Catalogs of 1,000 types with members, prose, examples and a way out, until the first parse.

*Ready* is reading all of it with every check, putting the contract together, and parsing a first response.
Classes are made when they are first needed, so only one is. The floor is decoding the document's JSON.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time_ns
from typing import Any

import msgspec

from bench.measure import Row
from failwell import Contract
from failwell.source import read_document, read_folder, to_json, write_folder

TYPES = 1_000
GOALS = {"document": 50.0, "files": 1_000.0}
LAST = f"problem_{TYPES - 1:04}"

Read = Callable[[], Contract]


def problem(number: int) -> dict[str, Any]:
    """A type as large as those of the examples."""
    return {
        "code": f"problem_{number:04}",
        "status": [413, 403] if number % 3 == 0 else [409],
        "title": f"Problem number {number}",
        "retry": "after_action",
        "prose": "A limit of the plan was hit: bytes in one drop, or in all. Nothing was stored.",
        "why": "Each plan has limits, and somebody came to one of them. The members tell which.",
        "what_to_do": "Free up space, or upgrade. Then the same request succeeds.",
        "category": f"Part {number // 50}",
        "detail": "{used} of {limit} bytes are used.",
        "members": {
            "limit": {"type": "integer"},
            "used": {"type": "integer", "x-failwell": {"unit": "bytes", "description": "Bytes in use."}},
            "plan": {"type": "string", "x-failwell": {"required": False, "default": None}},
            "wait": {"type": "integer", "x-failwell": {"on_wire": False}},
        },
        "suggestion": "Free up space, or upgrade the plan.",
        "resolve": {
            "action": "upgrade_plan",
            "message": "Upgrade",
            "url": "https://drops.example/plans/{plan}",
        },
        "headers": {"Retry-After": "{wait}"},
        "since": "2026-11",
        "owner": "storage",
        "examples": [{"members": {"limit": 10, "used": 9}, "detail": "9 of 10 bytes are used."}],
        "links": [{"title": "Plans", "url": "https://drops.example/plans"}],
    }


def document() -> bytes:
    """The document, indented as `failwell export` writes it."""
    head = {"failwell": 1, "name": "drops", "base": "https://errors.drops.example/", "dialect": "problem"}
    whole = {**head, "problems": [problem(number) for number in range(TYPES)]}
    return to_json(read_document(msgspec.json.encode(whole)))


def ready(read: Read) -> Callable[[], object]:
    body = msgspec.json.encode({"code": LAST, "title": "x", "status": 409, "limit": 10, "used": 9})
    headers = (("Content-Type", "application/problem+json"),)

    def work() -> None:
        first = read().parse(409, headers, body)
        assert first.code == LAST

    return work


def milliseconds(work: Callable[[], object]) -> float:
    gc.collect()
    start = process_time_ns()
    work()
    return (process_time_ns() - start) / 1_000_000


def rows(rounds: int) -> list[Row]:
    data = document()
    with TemporaryDirectory() as name:
        folder = Path(name)
        write_folder(read_document(data), folder)
        ways = {
            "decode": lambda: msgspec.json.decode(data),
            "document": ready(lambda: read_document(data)),
            "files": ready(lambda: read_folder(folder)),
        }
        times: dict[str, list[float]] = {way: [] for way in ways}
        for _ in range(rounds):
            for way, work in ways.items():
                times[way].append(milliseconds(work))
    floor = median(times["decode"])
    return [
        Row(
            f"{way}, {TYPES} types → first parse",
            "failwell",
            f"{cost:.1f} ms",
            f"{floor:.1f} ms, decoding the JSON",
            cost,
            "ms",
            GOALS[way],
        )
        for way, cost in ((way, median(times[way])) for way in GOALS)
    ]
