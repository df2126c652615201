"""What handlers do with a request: read its body, and show where the caller stands with its limits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from starlette.requests import Request

from failwell.contract import Contract
from failwell.edge import CONTRACT, EXCHANGE, MAX_BODY, Exchange, read_json, read_stream
from failwell.typing import LimitState

_Body = TypeVar("_Body")


async def body(request: Request, kind: type[_Body], *, max_bytes: int = MAX_BODY) -> _Body:
    """Reads a request's JSON body as a msgspec type or a pydantic model.

    Raises:
        Problem: for 413, 415, 400 (no JSON) or invalid input, with a pointer to each failure.
    """
    contract: Contract = request.scope[CONTRACT]
    raw = await read_stream(contract, request.stream(), max_bytes)
    return read_json(contract, raw, request.headers.get("content-type", ""), kind)


def show_limits(request: Request, states: Iterable[LimitState]) -> None:
    """Shows a guard's limit states in the response's headers: `show_limits(request, decision.limits)`."""
    exchange: Exchange = request.scope[EXCHANGE]
    exchange.keep_limits(states)
