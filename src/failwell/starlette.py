"""Starlette: one call makes an app answer with the problems of a contract, whatever goes wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from http import HTTPStatus
from json import JSONDecodeError
from typing import Any, TypeVar, cast

from failwell.contract import Contract
from failwell.declare import Problem
from failwell.edge import (
    CONTRACT,
    EXCHANGE,
    ASGIApp,
    Catcher,
    Exchange,
    Receive,
    Replier,
    Scope,
    Send,
    Stamper,
    read_json,
)
from failwell.exceptions import FailwellError, missing_extra
from failwell.headers import new_request_id
from failwell.operations import Operation, raised_by
from failwell.publish.openapi import to_openapi
from failwell.typing import LimitState

try:
    from starlette.applications import Starlette
    from starlette.exceptions import HTTPException
    from starlette.middleware import Middleware
    from starlette.requests import ClientDisconnect, Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute, Mount, Route, compile_path
    from starlette.types import ExceptionHandler
except ImportError as error:
    raise missing_extra("starlette", "failwell.starlette") from error

__all__ = ["body", "install", "openapi", "operations", "show_limits"]

_Body = TypeVar("_Body")
_MAX_BODY = 1 << 20


def install(
    app: Starlette,
    contract: Contract,
    *,
    make_request_id: Callable[[], str] = new_request_id,
    reraise: bool = True,
    debug_pages: bool = False,
) -> None:
    """Makes an app answer every error with a problem of the contract, and every request with a request id.

    Exception handlers that the app registers for its own exceptions stay in force.

    Args:
        app: the application, before its first request.
        contract: what its errors look like.
        make_request_id: makes request ids; tests freeze it.
        reraise: as Starlette does, raise unhandled errors again after the response, so that the server logs
            the traceback (with the request id under it), and test clients and error trackers see it. If
            False they are logged once by the logger `failwell` and end there.
        debug_pages: with `app.debug`, show Starlette's traceback page instead. Never in production.

    Raises:
        FailwellError: if the app has already answered requests, or has a contract already.
    """
    _check_arguments(app, contract)
    if app.middleware_stack is not None or hasattr(app.state, "failwell_contract"):
        raise FailwellError(
            "the app has begun to answer requests, or has a contract already",
            code="install-too-late",
            where="failwell.starlette.install",
            hint="call install once, where the app is made",
        )
    app.state.failwell_contract = contract
    replier, methods = Replier(contract, partial(_translate, contract)), _Methods(app)

    async def answer(request: Request, error: Exception) -> Any:
        if isinstance(error, HTTPException):
            if error.status_code < 400:
                return Response(status_code=error.status_code, headers=error.headers)
            if error.status_code == 405:
                error.headers = methods.allowed(request.scope["path"], error.headers)
        return _Answer(replier, replier.verdict(error)[0])

    handler = cast("ExceptionHandler", answer)
    app.exception_handlers.setdefault(HTTPException, handler)
    app.exception_handlers.setdefault(Exception, handler)
    stamp = partial(
        Stamper,
        contract=contract,
        replier=replier,
        is_disconnect=_is_disconnect,
        make_request_id=make_request_id,
        reraise=reraise,
    )
    _wrap_stack(app, stamp, Middleware(Catcher, replier, _is_disconnect), debug_pages=debug_pages)


def _check_arguments(app: object, contract: object) -> None:
    if not isinstance(app, Starlette) or not isinstance(contract, Contract):
        raise FailwellError(
            f"{app!r} and {contract!r} are not an application and a contract",
            code="install-what",
            where="failwell.starlette.install",
            hint="call install(app, contract) with a Starlette application and a failwell.Contract",
        )


def _wrap_stack(
    app: Starlette, stamp: Callable[[ASGIApp], ASGIApp], catcher: Middleware, *, debug_pages: bool
) -> None:
    """Puts the seams in when the stack is built, for only then is it known which middleware is innermost."""
    build = app.build_middleware_stack

    def build_with_seams() -> ASGIApp:
        middleware, debug = app.user_middleware, app.debug
        app.user_middleware = [*middleware, catcher]
        app.debug = debug and debug_pages
        try:
            return stamp(build())
        finally:
            app.user_middleware, app.debug = middleware, debug

    app.build_middleware_stack = build_with_seams  # type: ignore[method-assign]


class _Methods:
    """The methods of an app's paths. Starlette tells only those of the first route that matches a path."""

    def __init__(self, app: Starlette) -> None:
        self._app = app
        self._table: list[tuple[re.Pattern[str], str]] | None = None

    def allowed(self, path: str, headers: Mapping[str, str] | None) -> dict[str, str]:
        """The headers of a 405, with all methods of the path in `Allow` (RFC 9110, section 15.5.6)."""
        if self._table is None:
            listed = _routes(self._app.routes, "")
            self._table = [
                (compile_path(full)[0], method) for full, route in listed for method in route.methods or ()
            ]
        allowed = sorted({method for pattern, method in self._table if pattern.match(path)})
        return {**(headers or {}), **({"Allow": ", ".join(allowed)} if allowed else {})}


class _Answer:
    """What an exception handler returns to Starlette: something to call with scope, receive and send."""

    def __init__(self, replier: Replier, problem: Problem) -> None:
        self._replier, self._problem = replier, problem

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        await self._replier.answer(self._problem, scope, send)


def _is_disconnect(error: Exception) -> bool:
    return isinstance(error, ClientDisconnect)


def _translate(contract: Contract, error: Exception) -> Problem | None:
    if isinstance(error, HTTPException) and error.status_code >= 400:
        return contract.problem_for(
            error.status_code, _own_detail(error), tuple((error.headers or {}).items())
        )
    if isinstance(error, JSONDecodeError) and _comes_from_request(error):
        return contract.problem_for(400, "The body is not JSON.")
    return None


def _own_detail(error: HTTPException) -> str | None:
    """The text that somebody wrote; the status's own phrase says nothing that the title does not say."""
    try:
        phrase = HTTPStatus(error.status_code).phrase
    except ValueError:
        phrase = ""
    return error.detail if error.detail != phrase else None


def _comes_from_request(error: Exception) -> bool:
    """Whether `Request.json` raised it: the same error about anything else is a failure of the server."""
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code is Request.json.__code__:
            return True
        trace = trace.tb_next
    return False


async def body(request: Request, kind: type[_Body], *, max_bytes: int = _MAX_BODY) -> _Body:
    """Reads a request's JSON body as a msgspec type or a pydantic model.

    Raises:
        Problem: for 413, 415, 400 (no JSON) or invalid input, with a pointer to each failure.
    """
    contract: Contract = request.scope[CONTRACT]
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > max_bytes:
            raise contract.problem_for(413, f"The body must not be larger than {max_bytes} bytes.")
        chunks.append(chunk)
    return read_json(contract, b"".join(chunks), request.headers.get("content-type", ""), kind)


def show_limits(request: Request, states: Iterable[LimitState]) -> None:
    """Shows a guard's limit states in the response's headers: `show_limits(request, decision.limits)`."""
    exchange: Exchange = request.scope[EXCHANGE]
    exchange.keep_limits(states)


def operations(app: Starlette) -> tuple[Operation, ...]:
    """The app's operations, mounted ones included, with the problems that `@raises` declares."""
    return tuple(
        _operation(route, method, compile_path(path)[1])
        for path, route in _routes(app.routes, "")
        if route.include_in_schema
        for method in sorted((route.methods or set()) - {"HEAD"})
    )


def _routes(routes: Iterable[BaseRoute], prefix: str) -> Iterator[tuple[str, Route]]:
    """All routes, mounted ones included, with their whole paths."""
    for route in routes:
        if isinstance(route, Mount):
            yield from _routes(route.routes, prefix + route.path)
        elif isinstance(route, Route):
            yield prefix + route.path, route


def _operation(route: Route, method: str, path: str) -> Operation:
    handler: Any = getattr(route.endpoint, method.lower(), route.endpoint)
    summary = (handler.__doc__ or "").strip().partition("\n")[0]
    problems = tuple(dict.fromkeys((*raised_by(handler), *raised_by(route.endpoint))))
    return Operation(method=method, path=path, problems=problems, name=route.name, summary=summary)


def openapi(app: Starlette, contract: Contract, *, title: str, version: str) -> Mapping[str, Any]:
    """An OpenAPI 3.1 document of the app's operations with their problems."""
    return to_openapi(contract, operations(app), title=title, version=version)
