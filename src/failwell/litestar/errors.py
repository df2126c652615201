"""What an app does with its errors: answers them, tells its hooks, logs them."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from copy import copy
from functools import partial
from traceback import format_exception
from typing import Any, cast

from litestar import Litestar
from litestar.exceptions import HTTPException, responses

from failwell.answers import Answered, Refused
from failwell.declare import Problem
from failwell.edge import EXCHANGE, Exchange, Translate, failures_of, first_of, forget_traceback, note_request
from failwell.edge.asgi import Answerer, Scope, Send, raw_headers
from failwell.litestar.outcome import OUTCOME, Outcome
from failwell.litestar.routes import named_as_sent
from failwell.litestar.translation import fields_of, has_rows, is_disconnect, is_starlettes


class Errors:
    """The errors of one app."""

    def __init__(self, answerer: Answerer, translate: Translate | None, *, debug_pages: bool) -> None:
        """Takes what answers are made of.

        Args:
            answerer: sends them.
            translate: what the app's developer makes problems of.
            debug_pages: whether unhandled errors are shown with their traceback in debug mode.
        """
        self._answerer, self._replier = answerer, answerer.replier
        self._translate, self._debug_pages = first_of(translate), debug_pages

    def take_over(self, app: Litestar, *, reraise: bool) -> None:
        """Takes the errors of an app for which it has no handlers of its own, and its hooks and logging."""
        config: Any = app  # Litestar leaves type parameters open
        handlers: dict[Any, Any] = config.exception_handlers
        for kind, handler in handlers.items():
            if is_starlettes(kind) and handler.__module__.startswith("litestar."):
                handlers[kind] = self.answer
        for kind in (Problem, Refused, Answered, Exception):
            handlers.setdefault(kind, self.answer)
        config.after_exception = [partial(self._tell, hook) for hook in config.after_exception]
        own = getattr(config.logging_config, "exception_logging_handler", None)
        if own is not None:
            config.logging_config = copy(config.logging_config)
            config.logging_config.exception_logging_handler = partial(self._log, own, reraise=reraise)

    def answer(self, request: Any, error: Exception) -> Any:
        """The exception handler. Litestar asks what it returns for an ASGI app."""
        contract = self._replier.contract
        if isinstance(error, Problem) and contract.owns(error):
            return _Response(self._send, error)
        if isinstance(error, HTTPException) and error.status_code < 400:
            return _Response(_send_bare, error)
        if has_rows(error) and self._translate(error) is None:
            failures = tuple(named_as_sent(request.route_handler, failure) for failure in failures_of(error))
            return _Response(self._send, contract.invalid_input(failures))
        if not is_disconnect(error) and self._replier.verdict(error)[1]:
            own = _handlers_for(request.scope).get(500)
            if own is not None and not isinstance(error, HTTPException):  # else Litestar has found it
                return own(request, error)
            if self._debug_pages and request.app.debug:
                request.scope[OUTCOME].error = error
                return cast("Any", responses).create_debug_response(request, error)
        return _Response(self._send, error)

    async def _send(self, error: Exception, scope: Scope, send: Send) -> None:
        if is_disconnect(error):
            return
        if await self._answerer.answer(error, scope, send):
            outcome: Outcome = scope[OUTCOME]
            outcome.error = error
        else:
            forget_traceback(error)

    async def _tell(self, hook: Callable[..., Awaitable[None]], error: Exception, scope: Scope) -> None:
        """Calls an `after_exception` hook, but not for problems: they are answers."""
        if not self._is_answer(error, scope):
            await hook(error, scope)

    def _log(
        self, own: Callable[..., None], logger: Any, scope: Scope, lines: list[str], *, reraise: bool
    ) -> None:
        """Logs what Litestar's configuration wants logged, with the request id, and problems not at all."""
        error = sys.exc_info()[1]
        if not isinstance(error, Exception) or scope["type"] != "http":
            own(logger, scope, lines)
        elif not (self._is_answer(error, scope) or (reraise and self._is_ours(error, scope))):
            exchange: Exchange = scope[EXCHANGE]
            note_request(error, exchange.request_id)
            own(logger, scope, format_exception(error))
            outcome: Outcome = scope[OUTCOME]
            outcome.is_logged = True

    def _is_answer(self, error: Exception, scope: Scope) -> bool:
        """Whether the contract foresaw an error. Litestar's own are told and logged as ever."""
        if scope["type"] != "http":
            return False
        return is_disconnect(error) or not (
            isinstance(error, HTTPException) or self._replier.verdict(error)[1]
        )

    def _is_ours(self, error: Exception, scope: Scope) -> bool:
        """Whether an error that nobody foresaw is answered here, and so raised again."""
        handlers = _handlers_for(scope)
        chosen = next(handlers[cls] for cls in type(error).__mro__ if cls in handlers)
        status = error.status_code if isinstance(error, HTTPException) else 500
        return chosen == self.answer and status not in handlers and self._replier.verdict(error)[1]


class _Response:
    """What the exception handler returns to Litestar in place of one of its responses."""

    __slots__ = ("_answer", "_error")

    def __init__(self, answer: Callable[[Any, Scope, Send], Awaitable[None]], error: Exception) -> None:
        self._answer, self._error = answer, error

    def to_asgi_response(self, app: object, request: object, type_encoders: object) -> _Response:  # noqa: ARG002
        return self

    def __call__(self, scope: Scope, receive: object, send: Send) -> Awaitable[None]:  # noqa: ARG002
        return self._answer(self._error, scope, send)


async def _send_bare(error: HTTPException, _: Scope, send: Send) -> None:
    """Sends an exception that is no error: a redirect, or that nothing has changed."""
    headers = raw_headers(fields_of(error))
    if error.status_code not in (204, 304):
        headers.append((b"content-length", b"0"))
    await send({"type": "http.response.start", "status": error.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


def _handlers_for(scope: Scope) -> dict[Any, Any]:
    """The exception handlers that hold for a request."""
    handler = scope.get("route_handler")
    layered: dict[Any, Any] = (
        scope["litestar_app"].exception_handlers if handler is None else handler.resolve_exception_handlers()
    )
    return layered
