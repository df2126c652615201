"""What Starlette's own exceptions mean."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from failwell.contract import Contract
from failwell.declare import Problem
from failwell.edge import ERRORS, NO_JSON, frames_of, own_text


def is_disconnect(error: Exception) -> bool:
    """Whether an exception only says that the client went away."""
    return isinstance(error, ClientDisconnect)


def translate(contract: Contract, error: Exception) -> Problem | None:
    """The problem that one of Starlette's exceptions means; None for any other."""
    if isinstance(error, HTTPException) and error.status_code in ERRORS:
        text = own_text(error.detail, error.status_code)
        return contract.problem_for(error.status_code, text, tuple((error.headers or {}).items()))
    # Not only broken JSON: texts that are no UTF-8, numbers and nesting beyond what Python takes.
    if isinstance(error, (ValueError, RecursionError)) and _comes_from_request(error):
        return contract.problem_for(400, NO_JSON)
    return None


def _comes_from_request(error: Exception) -> bool:
    """Whether `Request.json` raised it: the same error about anything else is a failure of the server."""
    return any(frame.f_code is Request.json.__code__ for frame in frames_of(error))
