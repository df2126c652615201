"""The inner seam, which is Flask's own error handling: inside of all `after_request` functions."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from typing import Any, cast

from flask import Flask, Response
from werkzeug.exceptions import HTTPException, InternalServerError

from failwell.edge import Exchange, Replier, current_exchange, note_request
from failwell.edge.wsgi import status_line
from failwell.headers import new_request_id


class Seam:
    """What Flask asks when something went wrong."""

    def __init__(self, app: Flask, replier: Replier, *, reraise: bool, debug_pages: bool) -> None:
        self._app, self._replier = app, replier
        self._reraise, self._debug_pages = reraise, debug_pages
        self._handle_exception = app.handle_exception

    def answer(self, error: Exception) -> Any:
        """The app's handler for what has no other. What nobody foresaw is raised on, to be reported."""
        if isinstance(error, HTTPException) and (error.response is not None or (error.code or 0) < 400):
            return error
        reported = error.original_exception if isinstance(error, InternalServerError) else None
        exchange = exchange_of_request()
        status, fields, body, unforeseen = self._replier.reply(cast("Exception", reported or error), exchange)
        if reported is None:
            if unforeseen:
                raise error
            error.__traceback__ = None  # an instance that is raised again and again would collect frames
        kind, line = self._app.response_class, status_line(status)
        exchange.head = head = [*fields, ("Content-Length", str(len(body)))]
        return _Answer(line, head, body) if kind is Response else kind(body, line, fields)

    def handle_exception(self, e: Exception) -> Response:
        """In the place of Flask's: for what no handler answered, and what handlers raised themselves."""
        error, exchange = e, exchange_of_request()
        if not self._replier.verdict(error)[1]:
            return self._app.finalize_request(self.answer(error), from_error_handler=True)
        note_request(error, exchange.request_id)
        try:
            return self._handle_exception(error)  # sends the signal, and logs
        except Exception as raised:
            if raised is not error or self.lets_through():
                raise
            self._app.log_exception(sys.exc_info())
        answer = self._app.handle_http_exception(InternalServerError(original_exception=error))
        return self._app.finalize_request(answer, from_error_handler=True)

    def lets_through(self) -> bool:
        """Whether unhandled errors go on to the server, the test client or the debugger."""
        config = cast("Mapping[str, bool | None]", self._app.config)
        asked = config["PROPAGATE_EXCEPTIONS"]
        by_habit = self._app.testing if asked is None else asked
        return self._shows_pages() or (self._reraise and by_habit)

    def _shows_pages(self) -> bool:
        return self._debug_pages and self._app.debug


class _Answer(Response):
    """A problem's response. It is put together only if somebody looks into it, or changes something."""

    def __init__(self, line: str, head: list[tuple[str, str]], body: bytes) -> None:
        self.__dict__["_known"] = line, head, body

    def _complete(self) -> None:
        known = self.__dict__.pop("_known", None)
        if known is not None:
            line, head, body = known
            super().__init__(body, line, head)

    def __getattr__(self, name: str) -> Any:
        if "_known" not in self.__dict__:
            raise AttributeError(name)
        self._complete()
        return getattr(self, name)

    def __setattr__(self, name: str, value: object) -> None:
        self._complete()
        super().__setattr__(name, value)

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        known = self.__dict__.get("_known")
        if known is None:
            return super().__call__(environ, start_response)
        line, head, body = known
        start_response(line, head)
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]


def exchange_of_request() -> Exchange:
    """The exchange; a new one in a test's request context, around which there is no stamper."""
    return current_exchange.get() or Exchange(new_request_id())
