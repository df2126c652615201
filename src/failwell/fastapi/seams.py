"""What is put into an app: Starlette's seams, and what FastAPI needs beyond them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, cast

from fastapi import FastAPI
from fastapi.exception_handlers import (
    http_exception_handler,
    request_validation_exception_handler,
    websocket_request_validation_exception_handler,
)
from fastapi.exceptions import RequestValidationError, WebSocketRequestValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.types import ExceptionHandler

from failwell.declare import Problem
from failwell.edge.asgi import ASGIApp, Replacer, Scope
from failwell.edge.witness import Site
from failwell.fastapi import translation
from failwell.fastapi.document import Document
from failwell.fastapi.routes import operations, walk
from failwell.starlette.routes import Allowed
from failwell.starlette.seams import Seams

_DEFAULTS: tuple[tuple[type[Exception], object], ...] = (
    (HTTPException, http_exception_handler),
    (RequestValidationError, request_validation_exception_handler),
    (WebSocketRequestValidationError, websocket_request_validation_exception_handler),
)
_LIMITER = "starlette._body_limit_responder"
"""Where a scope keeps what watches the size of the body, if something does."""


class FastAPISeams(Seams):
    """The seams of an app, and what they make of FastAPI's own errors."""

    kind: ClassVar[type[Starlette]] = FastAPI
    where: ClassVar[str] = "failwell.fastapi.install"

    def install(self) -> None:
        """Takes the place of FastAPI's default handlers, and puts problems into its document."""
        handlers = self.app.exception_handlers
        for kind, default in _DEFAULTS:
            if handlers.get(kind) is default:
                del handlers[kind]
        super().install()
        handlers.setdefault(WebSocketRequestValidationError, cast("ExceptionHandler", self._handle))
        self.allowed = Allowed(lambda: walk(self.app.routes))
        self._put_problems_into_document()

    def translate(self, error: Exception) -> Problem | None:
        """The problem that one of FastAPI's exceptions means; None for any other."""
        return translation.translate(self.contract, error)

    def is_disconnect(self, error: Exception) -> bool:
        """Whether an exception only says that the client went away."""
        return translation.is_disconnect(error)

    def build(self) -> ASGIApp:
        """Builds the stack of middleware."""
        self._put_problems_into_document()  # for the app may have got a function of its own meanwhile
        return super().build()

    def site(self) -> Site:
        """What is known of the app to those who watch it while tests run."""
        app = cast("FastAPI", self.app)
        return super().site()._replace(operations=lambda: operations(app), document=self._document)

    def _document(self) -> dict[str, Any]:
        return cast("FastAPI", self.app).openapi()

    def with_catchers(self, middleware: Sequence[Middleware]) -> Iterator[Middleware]:
        """The middleware with catchers, and with the problem for routes' limits, told of in plain text."""
        *others, innermost = super().with_catchers(middleware)
        if any(getattr(route, "max_body_size", None) is not None for _, route in walk(self.app.routes)):
            others.append(Middleware(Replacer, self.answerer, {413}))
        return iter((*others, innermost))

    def understood(self, error: Exception, scope: Scope) -> Exception:
        """What an error means for this request."""
        if isinstance(error, RequestValidationError):
            expected = translation.expected_media_type(error, Request(scope))
            if expected:
                return self.contract.problem_for(415, f"The body has to be {expected}.")
        elif isinstance(error, HTTPException) and error.status_code == 413 and _LIMITER in scope:
            # It puts a head of its own, without CORS, in place of any, even of that which says the same.
            scope[_LIMITER].content_length = None
        return super().understood(error, scope)

    def is_closing(self, error: Exception) -> bool:
        """Whether a WebSocket is closed: one whose parameters are wrong is, with a reason of FastAPI's."""
        return isinstance(error, WebSocketRequestValidationError)

    def _put_problems_into_document(self) -> None:
        app: Any = self.app
        if not isinstance(app.openapi, Document):
            app.openapi = Document(app, self.contract, app.openapi)
