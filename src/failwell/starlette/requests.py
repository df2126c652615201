"""What handlers do with a request: read its body, and show where the caller stands with its limits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from starlette.requests import Request

from failwell.contract import Contract
from failwell.edge import CONTRACT, EXCHANGE, MAX_BODY, Exchange, read_json, read_stream
from failwell.exceptions import FailwellError
from failwell.typing import LimitState

_Body = TypeVar("_Body")


async def body(request: Request, kind: type[_Body], *, max_bytes: int = MAX_BODY) -> _Body:
    """Reads a request's JSON body as a msgspec type or a pydantic model.

    Raises:
        Problem: for 413, 415, 400 (no JSON) or invalid input, with a pointer to each failure.
    """
    raw = await read_body(request, max_bytes)
    return read_json(request.scope[CONTRACT], raw, request.headers.get("content-type", ""), kind)


async def read_body(request: Request, max_bytes: int) -> bytes:
    """Reads a request's body, and has the request keep it for whoever asks for it afterwards.

    Raises:
        Problem: for 413.
        FailwellError: if somebody has read it as a stream or a form, of which nothing is kept.
    """
    contract: Contract = request.scope[CONTRACT]
    try:
        raw = await read_stream(contract, request.stream(), max_bytes)
    except RuntimeError as error:  # so Starlette says that its stream was read
        raise FailwellError(
            "the body was read before, as a stream or a form, so nobody can see it any more",
            code="body-gone",
            where=f"{request.method} {request.url.path}",
            hint="read it with `await request.body()` first, or let the guard be asked before",
        ) from error
    request._body = raw  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] # where Starlette keeps it
    return raw


def show_limits(request: Request, states: Iterable[LimitState]) -> None:
    """Shows a guard's limit states in the response's headers: `show_limits(request, decision.limits)`."""
    exchange: Exchange = request.scope[EXCHANGE]
    exchange.keep_limits(states)
