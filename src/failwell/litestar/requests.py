"""What request handlers call."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar, cast

from litestar import Request

from failwell.contract import Contract
from failwell.edge import CONTRACT, EXCHANGE, MAX_BODY, Exchange, read_json, read_stream
from failwell.edge.asgi import Scope
from failwell.typing import LimitState

_Body = TypeVar("_Body")


async def body(request: Request[Any, Any, Any], kind: type[_Body], *, max_bytes: int = MAX_BODY) -> _Body:
    """Reads a request's JSON body as a msgspec type or a pydantic model.

    Litestar's `data` argument is answered alike, but it does not look at the media type, and its limit is
    `request_max_body_size`.

    Raises:
        Problem: for 413, 415, 400 (no JSON) or invalid input, with a pointer to each failure.
    """
    contract: Contract = cast("Scope", request.scope)[CONTRACT]
    raw = await read_stream(contract, request.stream(), max_bytes)
    return read_json(contract, raw, request.headers.get("content-type", ""), kind)


def show_limits(request: Request[Any, Any, Any], states: Iterable[LimitState]) -> None:
    """Shows a guard's limit states in the response's headers: `show_limits(request, decision.limits)`."""
    exchange: Exchange = cast("Scope", request.scope)[EXCHANGE]
    exchange.keep_limits(states)
