"""What is put into an app: the stamper outermost, catchers inside of its middleware."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar, cast

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ExceptionHandler
from starlette.websockets import WebSocket, WebSocketState

from failwell.answers import Answered, Refused
from failwell.contract import Contract
from failwell.declare import Problem
from failwell.edge import Replier, Translate, check_given, first_of
from failwell.edge.asgi import (
    Answerer,
    ASGIApp,
    Catcher,
    Receive,
    Replacer,
    Scope,
    Send,
    Stamper,
    raw_headers,
)
from failwell.edge.witness import Site, witnessed
from failwell.exceptions import FailwellError
from failwell.starlette import translation
from failwell.starlette.routes import Allowed, operations, walk

_NO_HANDLERS: tuple[dict[Any, Any], dict[int, Any]] = ({}, {})
_POLICY_VIOLATION, _INTERNAL_ERROR = 1008, 1011  # RFC 6455, section 7.4.1


class Seams:
    """The seams of an app, and what they make of Starlette's own errors."""

    kind: ClassVar[type[Starlette]] = Starlette
    where: ClassVar[str] = "failwell.starlette.install"

    def __init__(  # noqa: PLR0913 - what can be said about an app
        self,
        app: Starlette,
        contract: Contract,
        *,
        translate: Translate | None,
        make_request_id: Callable[[], str],
        reraise: bool,
        debug_pages: bool,
    ) -> None:
        """Takes what `install` is given.

        Raises:
            FailwellError: if the app has already answered requests, or has a contract already.
        """
        self._check(app, contract)
        self.app, self.contract = app, contract
        self.answerer = Answerer(Replier(contract, first_of(translate, self.translate)), self.is_disconnect)
        self.allowed = Allowed(lambda: walk(app.routes))
        self.shows_traceback = False
        self._make_request_id, self._reraise, self._debug_pages = make_request_id, reraise, debug_pages
        self._build = app.build_middleware_stack

    def _check(self, app: Starlette, contract: Contract) -> None:
        check_given(app, contract, self.kind, where=self.where)
        has_contract = hasattr(app.state, "failwell_contract")
        if app.middleware_stack is not None or has_contract:
            raise FailwellError(
                "the app has a contract already" if has_contract else "the app has begun to answer requests",
                code="install-too-late",
                where=self.where,
                hint="call install once, where the app is made",
            )

    def translate(self, error: Exception) -> Problem | None:
        """The problem that one of the framework's exceptions means; None for any other."""
        return translation.translate(self.contract, error)

    def is_disconnect(self, error: Exception) -> bool:
        """Whether an exception only says that the client went away."""
        return translation.is_disconnect(error)

    def install(self) -> None:
        """Takes the place of the framework's exception handlers, and of what builds its middleware."""
        self.app.state.failwell_contract = self.contract
        handler = cast("ExceptionHandler", self._handle)
        for kind in (HTTPException, Problem, Refused, Answered, Exception):  # for WebSockets, too
            self.app.exception_handlers.setdefault(kind, handler)
        self.app.build_middleware_stack = self.build  # type: ignore[method-assign]

    # ------------------------------------------------------------------------------------ middleware

    def build(self) -> ASGIApp:
        """Builds the stack of middleware: only now is it known which is innermost."""
        app = self.app
        middleware, debug = app.user_middleware, app.debug
        self.shows_traceback = debug and self._debug_pages
        app.user_middleware = list(self.with_catchers(middleware))
        app.debug = self.shows_traceback
        try:
            stack = self._build()
        finally:
            app.user_middleware, app.debug = middleware, debug
        if isinstance(stack, ServerErrorMiddleware) and self._answers_all_that_escapes():
            stack = stack.app
        if getattr(app, "max_body_size", None) is not None:  # since 1.6; Starlette answers in plain text
            stack = Replacer(stack, self.answerer, {413})
        stamper = Stamper(stack, self.answerer, make_request_id=self._make_request_id, reraise=self._reraise)
        return _Outermost(witnessed(stamper, self.site()))

    def site(self) -> Site:
        """What is known of the app to those who watch it while tests run."""
        return Site(self.contract, lambda: operations(self.app), is_routed=_is_routed)

    def _answers_all_that_escapes(self) -> bool:
        handlers = self.app.exception_handlers
        return not self.shows_traceback and 500 not in handlers and handlers[Exception] == self._handle

    def with_catchers(self, middleware: Sequence[Middleware]) -> Iterator[Middleware]:
        """The middleware with a catcher innermost, and one inside of CORS: browsers may read all errors."""
        for place, one in enumerate(middleware, 1):
            yield one
            is_cors = isinstance(one.cls, type) and issubclass(one.cls, CORSMiddleware)
            if is_cors and place < len(middleware) and not self.shows_traceback:
                yield Middleware(Catcher, self.answerer)
        handlers = self.app.exception_handlers.items()
        is_alone = all(handler == self._handle for key, handler in handlers if _is_for_requests(key))
        yield Middleware(_Innermost, self.answerer, self.answer, is_alone=is_alone)

    # ---------------------------------------------------------------------------------------- errors

    async def _handle(self, request: Request, error: Exception) -> Any:
        """An exception handler of Starlette's: what it returns is called with scope, receive and send."""
        if isinstance(error, Problem) and not self.contract.owns(error):
            raise error  # nobody foresaw it: it is the catcher's, or the server's
        if request.scope["type"] == "websocket":
            return await self._refuse(error, cast("Any", request))
        return partial(self.answer, error)

    def answer(self, error: Exception, scope: Scope, receive: Receive, send: Send) -> Awaitable[bool]:
        """Answers an error, the framework's own included, and tells whether nobody foresaw it."""
        if isinstance(error, Problem) and not self.shows_traceback:
            return self.answerer.answer(error, scope, send)  # without a coroutine more, for it is the usual
        return self._answer(self.understood(error, scope), scope, receive, send)

    async def _answer(self, error: Exception, scope: Scope, receive: Receive, send: Send) -> bool:
        if isinstance(error, HTTPException) and error.status_code < 400:
            await Response(status_code=error.status_code, headers=error.headers)(scope, receive, send)
            return False
        if self.shows_traceback and self.answerer.replier.verdict(error)[1]:
            raise error
        return await self.answerer.answer(error, scope, send)

    def understood(self, error: Exception, scope: Scope) -> Exception:
        """What an error means for this request."""
        if isinstance(error, HTTPException) and error.status_code == 405:
            error.headers = self.allowed.headers(error.headers, scope)
        return error

    async def _refuse(self, error: Exception, websocket: WebSocket) -> Response | None:
        """Refuses a WebSocket: with the problem before it is accepted, with a code of closing after it."""
        problem, _ = self.answerer.replier.verdict(error)
        if websocket.application_state is not WebSocketState.CONNECTING or self.is_closing(error):
            code = _INTERNAL_ERROR if problem.status >= 500 else _POLICY_VIOLATION
            await websocket.close(code, problem.code)
            return None
        status, fields, content = self.contract.parts(problem)
        response = Response(content, status)
        response.raw_headers = [*raw_headers(fields), (b"content-length", b"%d" % len(content))]
        return response

    def is_closing(self, error: Exception) -> bool:  # noqa: ARG002 - for those who know
        """Whether a WebSocket is closed rather than refused, as clients of the framework expect."""
        return False


def _is_routed(scope: Mapping[str, Any]) -> bool:
    """Whether a route was found: it leaves its endpoint in the scope."""
    return "endpoint" in scope


def _is_for_requests(key: object) -> bool:
    """Whether an exception handler has to do with requests, and not with WebSockets alone."""
    return not (isinstance(key, type) and key.__name__.startswith("WebSocket"))  # FastAPI has another one


class _Innermost(Catcher):
    """The catcher around Starlette's ExceptionMiddleware, or in its place.

    Where an app has no exception handlers of its own, that middleware does nothing for requests but ask for
    them, each time, at several levels. WebSockets always get it.
    """

    def __init__(
        self, app: ASGIApp, answerer: Answerer, answer: Callable[..., Awaitable[bool]], *, is_alone: bool
    ) -> None:
        self._original, self._answer, self._is_replacing = app, answer, False
        if is_alone and isinstance(app, ExceptionMiddleware) and not _is_patched(type(app)):
            self._is_replacing, app = True, app.app
        super().__init__(app, answerer)

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Answers one request."""
        if scope["type"] != "http":
            return self._original(scope, receive, send)
        if self._is_replacing:
            scope["starlette.exception_handlers"] = _NO_HANDLERS  # routes ask for those of the original
        return self.watch(scope, receive, send)

    def answer(self, error: Exception, scope: Scope, receive: Receive, send: Send) -> Awaitable[bool]:
        """Answers an error as the app's seams do."""
        return self._answer(error, scope, receive, send)


def _is_patched(middleware: type[ExceptionMiddleware]) -> bool:
    """Whether an error tracker has put code of its own into Starlette's class, which then has to run."""
    return middleware.__call__.__code__.co_filename != sys.modules[middleware.__module__].__file__


class _Outermost(ServerErrorMiddleware):
    """The stamper in the guise of Starlette's outermost middleware.

    Tools that instrument apps look for that one at the head of the stack, and for the rest in its `app`.
    """

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Any:
        """Answers one request."""
        return self.app(scope, receive, send)
