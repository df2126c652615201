"""What schemathesis does besides: it calls with a credential, moves the clock, reads errors by the contract.

It imports this in its own process, by the name in SCHEMATHESIS_HOOKS; EXAM names a file that says for which
service.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import schemathesis

from examples.stage.clock import Clock
from failwell import Contract


class Exam(msgspec.Struct, frozen=True, kw_only=True):
    """What the process of schemathesis is told.

    Attributes:
        contract: where it is: `examples.drops.errors:contract`.
        clock: the file of the service's clock.
        seconds: by which each request moves it.
        headers: with which operations are called, by the beginning of `/v1/drops POST`; the longest counts.
        injected: codes that may come with 500.
        seen: the file to which operations and the statuses of their answers are written.
    """

    contract: str
    clock: str
    seconds: float
    headers: Mapping[str, Mapping[str, str]]
    injected: frozenset[str]
    seen: str


_EXAM = msgspec.json.decode(Path(os.environ["EXAM"]).read_bytes(), type=Exam)
_CLOCK = Clock(Path(_EXAM.clock))


def _contract() -> Contract:
    module, _, name = _EXAM.contract.partition(":")
    found: Contract = getattr(importlib.import_module(module), name)
    return found


_CONTRACT = _contract()


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    _CLOCK.advance(_EXAM.seconds)
    case.headers.update(_headers(case))


@schemathesis.hook
def after_call(context: Any, case: Any, response: Any) -> None:
    with Path(_EXAM.seen).open("a", encoding="utf-8") as seen:
        seen.write(f"{_name(case)} {response.status_code}\n")


def _headers(case: Any) -> Mapping[str, str]:
    starts = [start for start in _EXAM.headers if _name(case).startswith(start)]
    return _EXAM.headers[max(starts, key=len)] if starts else {}


def _name(case: Any) -> str:
    return f"{case.operation.path} {case.operation.method.upper()}"


@schemathesis.check
def errors_are_of_the_contract(ctx: Any, response: Any, case: Any) -> None:
    """Whatever refuses or fails is a problem of the contract, as it renders them; and 500 only on purpose."""
    status = response.status_code
    if status < 400:
        return
    headers = tuple((name, value) for name, values in response.headers.items() for value in values)
    problem, fields = _CONTRACT.parse(status, headers, response.content), dict(headers)
    known = _CONTRACT.catalog.types.get(problem.code)
    assert known is type(problem), f"Not a problem of the contract: {problem!r}"
    assert not problem.unreadable, f"Members that cannot be read: {problem.unreadable}"
    assert status in problem.problem_type.statuses, f"A status that {problem.code} does not have: {status}"
    assert fields["content-type"] == _CONTRACT.dialect.media_type, "Not the media type of the contract"
    assert _CONTRACT.request_id_header.lower() in fields, "No request id"
    assert status != 500 or problem.code in _EXAM.injected, f"A failure of the service: {problem!r}"
