"""What Starlette's own exceptions mean."""

from __future__ import annotations

from http import HTTPStatus
from json import JSONDecodeError
from typing import cast

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from failwell.contract import Contract
from failwell.declare import Problem


def is_disconnect(error: Exception) -> bool:
    """Whether an exception only says that the client went away."""
    return isinstance(error, ClientDisconnect)


def translate(contract: Contract, error: Exception) -> Problem | None:
    """The problem that one of Starlette's exceptions means; None for any other."""
    if isinstance(error, HTTPException) and error.status_code >= 400:
        return contract.problem_for(
            error.status_code, _own_detail(error), tuple((error.headers or {}).items())
        )
    if isinstance(error, JSONDecodeError) and _comes_from_request(error):
        return contract.problem_for(400, "The body is not JSON.")
    return None


def _own_detail(error: HTTPException) -> str | None:
    """The text that somebody wrote; the status's own phrase says nothing that the title does not say."""
    detail = cast("object", error.detail)  # FastAPI's may be anything that is JSON
    if not isinstance(detail, str):
        return None
    try:
        phrase = HTTPStatus(error.status_code).phrase
    except ValueError:
        phrase = ""
    return detail if detail != phrase else None


def _comes_from_request(error: Exception) -> bool:
    """Whether `Request.json` raised it: the same error about anything else is a failure of the server."""
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code is Request.json.__code__:
            return True
        trace = trace.tb_next
    return False
