"""What request handlers call."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar, cast

from litestar import Request

from failwell.contract import Contract
from failwell.edge import CONTRACT, EXCHANGE, Exchange, read_json
from failwell.edge.asgi import Scope
from failwell.typing import LimitState

_Body = TypeVar("_Body")
_MAX_BODY = 1 << 20


async def body(request: Request[Any, Any, Any], kind: type[_Body], *, max_bytes: int = _MAX_BODY) -> _Body:
    """Reads a request's JSON body as a msgspec type or a pydantic model.

    Litestar's `data` argument is answered alike, but it does not look at the media type, and its limit is
    `request_max_body_size`.

    Raises:
        Problem: for 413, 415, 400 (no JSON) or invalid input, with a pointer to each failure.
    """
    contract: Contract = cast("Scope", request.scope)[CONTRACT]
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > max_bytes:
            raise contract.problem_for(413, f"The body must not be larger than {max_bytes} bytes.")
        chunks.append(chunk)
    return read_json(contract, b"".join(chunks), request.headers.get("content-type", ""), kind)


def show_limits(request: Request[Any, Any, Any], states: Iterable[LimitState]) -> None:
    """Shows a guard's limit states in the response's headers: `show_limits(request, decision.limits)`."""
    exchange: Exchange = cast("Scope", request.scope)[EXCHANGE]
    exchange.keep_limits(states)
