"""How guards get to requests: called in an endpoint, or declared above it."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Mapping
from inspect import iscoroutinefunction, signature
from typing import Any, TypeVar, cast

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection, Request
from starlette.websockets import WebSocket

from failwell.edge import MAX_BODY, Exchange
from failwell.edge.guarding import Extractors, aadmit, exchange_in, facts_of_scope
from failwell.exceptions import DeclarationError
from failwell.starlette.requests import read_body
from failwell.typing import Admission, Guard

_Endpoint = TypeVar("_Endpoint", bound=Callable[..., Any])
_METHODS = ("get", "head", "post", "put", "patch", "delete", "options", "query", "on_connect")
_Ask = Callable[[HTTPConnection], Awaitable[Admission]]
_CONNECTIONS: Any = (Request, WebSocket, HTTPConnection)  # the last alone would do, yet is slow to ask
_WHERE = "failwell.starlette.guarded"


async def admit(
    request: HTTPConnection, guard: Guard, /, *, max_bytes: int = MAX_BODY, **values: Any
) -> Admission:
    """Asks a guard for a request, and sees to what it wants of the response.

    Its limits are shown in the response's headers, the response is shown to it, and what the request holds is
    let go when the response is over, background tasks included; of a WebSocket, when it is closed.

    Args:
        request: the request, or a WebSocket.
        guard: admits it, or raises.
        max_bytes: the largest body, for guards that need it.
        values: what the guard's own check takes: `token=…`.

    Raises:
        Exception: what the guard raises: a problem, `Refused` or `Answered`.
        Problem: for 413, if the guard needs the body and it is too large.
    """
    return await _ask(request, guard, max_bytes, values)


def _ask(
    request: HTTPConnection, guard: Guard, max_bytes: int, values: Mapping[str, Any]
) -> Awaitable[Admission]:
    """What `admit` waits for: no coroutine of its own, for each costs something."""
    exchange = exchange_in(request.scope, where="failwell.starlette.admit")
    if guard.needs_body and isinstance(request, Request):
        return _ask_with_body(request, exchange, guard, max_bytes, values)
    return aadmit(exchange, guard, facts_of_scope(request.scope, exchange, b""), values)


async def _ask_with_body(
    request: Request, exchange: Exchange, guard: Guard, max_bytes: int, values: Mapping[str, Any]
) -> Admission:
    facts = facts_of_scope(request.scope, exchange, await read_body(request, max_bytes))
    return await aadmit(exchange, guard, facts, values)


def guarded(
    guard: Guard, /, *, max_bytes: int = MAX_BODY, **extractors: Any
) -> Callable[[_Endpoint], _Endpoint]:
    """Has an endpoint reached only by requests that a guard admits: `@guarded(limit, token=token_of)`.

    It may stand on functions, on `HTTPEndpoint` and `WebSocketEndpoint` classes, and on their methods. Of
    several the first is asked first.

    Args:
        guard: admits requests, or raises.
        max_bytes: the largest body, for guards that need it.
        extractors: what the guard's own check takes, by name: functions of the request, asynchronous ones
            too, or constant values.

    Raises:
        DeclarationError: for what is no guard, or no endpoint.
    """
    told = Extractors(guard, extractors, where=_WHERE)

    async def ask_told(request: HTTPConnection) -> Admission:
        return await _ask(request, guard, max_bytes, await told.avalues(request))

    def ask_plainly(request: HTTPConnection) -> Awaitable[Admission]:
        return _ask(request, guard, max_bytes, told.constants)

    ask = ask_told if told.functions else ask_plainly

    def decorated(endpoint: _Endpoint) -> _Endpoint:
        if isinstance(endpoint, type):
            return cast("_Endpoint", _guarded_class(endpoint, ask))
        _check(endpoint)
        return cast("_Endpoint", _guarded_function(endpoint, ask))

    return decorated


def _check(endpoint: Any) -> None:
    """Refuses what Starlette does not call with a request: routes, apps, and requests themselves."""
    takes = list(signature(endpoint).parameters) if callable(endpoint) else []
    if not takes or takes[-3:] == ["scope", "receive", "send"]:
        raise _misplaced(f"{endpoint!r} is no endpoint: it takes no request")


def _misplaced(
    what: str, hint: str = 'Route("/", guarded(limit, token=token_of)(endpoint))'
) -> DeclarationError:
    return DeclarationError(what, code="guarded-where", where=_WHERE, hint=hint)


def _connection_in(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> HTTPConnection:
    """The request: of a function the first argument, of a method the second."""
    if args and isinstance(args[-1], _CONNECTIONS):
        return cast("HTTPConnection", args[-1])
    for one in (*args, *kwargs.values()):
        if isinstance(one, _CONNECTIONS):
            return cast("HTTPConnection", one)
    raise _misplaced(
        "the endpoint is called without its request, so the guard cannot see it",
        hint="have it take the request; in FastAPI declare guards with failwell.fastapi.guarded",
    )


def _guarded_class(endpoint: Any, ask: _Ask) -> Any:
    methods = [name for name in _METHODS if callable(getattr(endpoint, name, None))]
    if not methods:
        raise _misplaced(
            f"{endpoint!r} has no methods for requests",
            hint="put it on a function, a subclass of HTTPEndpoint, or a method of one",
        )
    for name in methods:
        setattr(endpoint, name, _guarded_function(getattr(endpoint, name), ask))
    return endpoint


def _guarded_function(endpoint: Callable[..., Any], ask: _Ask) -> Callable[..., Any]:
    is_async = iscoroutinefunction(endpoint) or iscoroutinefunction(type(endpoint).__call__)

    @functools.wraps(endpoint)
    async def asked(*args: Any, **kwargs: Any) -> Any:
        await ask(_connection_in(args, kwargs))
        if is_async:
            return await endpoint(*args, **kwargs)
        return await run_in_threadpool(endpoint, *args, **kwargs)

    return asked
