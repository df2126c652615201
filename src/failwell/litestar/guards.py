"""How guards get to requests: called in a handler, or declared as guards of Litestar's."""

from __future__ import annotations

import functools
from collections.abc import Callable, Coroutine
from typing import Any, cast

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler

from failwell.contract import Contract
from failwell.edge import CONTRACT, MAX_BODY, too_large
from failwell.edge.asgi import Scope
from failwell.edge.guarding import Extractors, aadmit, exchange_in, facts_of_scope
from failwell.exceptions import DeclarationError
from failwell.typing import Admission, Guard

Connection = ASGIConnection[Any, Any, Any, Any]
_WHERE = "failwell.litestar.guarded"


async def admit(
    connection: Connection, guard: Guard, /, *, max_bytes: int = MAX_BODY, **values: Any
) -> Admission:
    """Asks a guard for a request, and sees to what it wants of the response.

    Its limits are shown in the response's headers, the response is shown to it, and what the request holds is
    let go when the response is over, background tasks included; of a WebSocket, when it is closed.

    Args:
        connection: the request, or a WebSocket.
        guard: admits it, or raises.
        max_bytes: the largest body, for guards that need it; a smaller `request_max_body_size` counts.
        values: what the guard's own check takes: `token=…`.

    Raises:
        Exception: what the guard raises: a problem, `Refused` or `Answered`.
        Problem: for 413, if the guard needs the body and it is too large.
    """
    scope = cast("Scope", connection.scope)
    exchange = exchange_in(scope, where="failwell.litestar.admit")
    body = b""
    if guard.needs_body and isinstance(connection, Request):
        body = await _read_body(connection, scope[CONTRACT], max_bytes)
    return await aadmit(exchange, guard, facts_of_scope(scope, exchange, body), values)


async def _read_body(request: Request[Any, Any, Any], contract: Contract, max_bytes: int) -> bytes:
    """Reads a body, which Litestar keeps for its own parameters."""
    if (request.content_length or 0) > max_bytes:
        raise too_large(contract, max_bytes)
    body = await request.body()
    if len(body) > max_bytes:
        raise too_large(contract, max_bytes)
    return body


class _Asking(functools.partial[Coroutine[Any, Any, None]]):
    """What asks a guard, and says so if it is put where no guard is. Litestar looks through partials."""

    def __call__(self, /, *given: Any, **words: Any) -> Coroutine[Any, Any, None]:
        if len(given) != 2 or words:
            raise DeclarationError(
                "guards are no decorators in Litestar, no middleware and no hooks",
                code="guarded-where",
                where=_WHERE,
                hint='@get("/", guards=[guarded(limit, token=token_of)])',
            )
        return super().__call__(*given)


def guarded(
    guard: Guard, /, *, max_bytes: int = MAX_BODY, **extractors: Any
) -> Callable[[Connection, BaseRouteHandler], Coroutine[Any, Any, None]]:
    """A guard of Litestar's that asks one of ours: `guards=[guarded(limit, token=token_of)]`.

    It may stand on handlers, controllers, routers and the app. Of several the first is asked first, those of
    outer layers before.

    Args:
        guard: admits requests, or raises.
        max_bytes: the largest body, for guards that need it.
        extractors: what the guard's own check takes, by name: functions of the connection, asynchronous ones
            too, or constant values.

    Raises:
        DeclarationError: for what is no guard; and where it is used as a decorator.
    """
    told = Extractors(guard, extractors, where=_WHERE)

    async def asked(connection: Connection, _: BaseRouteHandler) -> None:
        await admit(connection, guard, max_bytes=max_bytes, **await told.avalues(connection))

    return _Asking(asked)
