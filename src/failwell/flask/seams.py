"""What is put into an app: the stamper outermost, and Flask's own error handling as the inner seam.

That one is inside of all `after_request` functions, so CORS headers and sessions are there on errors, too.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, cast

from flask import Flask, Response
from werkzeug.exceptions import HTTPException, InternalServerError

from failwell.answers import Answered, Refused
from failwell.contract import Contract
from failwell.declare import Problem
from failwell.edge import (
    Exchange,
    Replier,
    Translate,
    check_given,
    current_exchange,
    first_of,
    forget_traceback,
    note_request,
)
from failwell.edge.witness import Site, witnessed_wsgi
from failwell.edge.wsgi import Stamper, status_line
from failwell.exceptions import FailwellError
from failwell.flask.routes import operations
from failwell.flask.translation import translate as translate_flasks
from failwell.headers import find, new_request_id

NAME = "failwell"
"""Where `app.extensions` keeps the contract."""
_WHERE = "failwell.flask.install"


class Seams:
    """The seams of an app, and what Flask asks when something went wrong."""

    def __init__(  # noqa: PLR0913 - what can be said about an app
        self,
        app: Flask,
        contract: Contract,
        *,
        translate: Translate | None,
        make_request_id: Callable[[], str],
        reraise: bool,
        debug_pages: bool,
    ) -> None:
        """Takes what `install` is given.

        Raises:
            FailwellError: if they are not an app and a contract.
        """
        check_given(app, contract, Flask, where=_WHERE)
        self._app, self._contract = app, contract
        self._replier = Replier(contract, first_of(translate, partial(translate_flasks, contract)))
        self._make_request_id, self._reraise, self._debug_pages = make_request_id, reraise, debug_pages
        self._handle_exception = app.handle_exception

    def install(self) -> None:
        """Takes the place of Flask's error handling, where the app has none of its own.

        Raises:
            FailwellError: if the app has already answered requests, or has a contract already.
        """
        app = self._app
        if NAME in app.extensions:
            raise _too_late("has a contract already")
        handlers = app.error_handler_spec[None][None]
        try:
            for kind in (HTTPException, Problem, Refused, Answered, Exception):
                if kind not in handlers or _is_smorest(handlers[kind]):
                    app.register_error_handler(kind, self.answer)
        except AssertionError:  # so Flask says that it has begun to answer requests
            raise _too_late("has begun to answer requests") from None
        app.extensions[NAME] = self._contract
        app.handle_exception = self.handle_exception  # type: ignore[method-assign]
        stamper = Stamper(
            app.wsgi_app, self._replier, make_request_id=self._make_request_id, reraises=self.lets_through
        )
        site = Site(self._contract, lambda: operations(app), is_routed=partial(_is_routed, app))
        app.wsgi_app = witnessed_wsgi(stamper, site)  # type: ignore[assignment, method-assign]

    def answer(self, error: Exception) -> Any:
        """The app's handler for what has no other. What nobody foresaw is raised on, to be reported."""
        if isinstance(error, HTTPException) and (error.response is not None or (error.code or 0) < 400):
            return error
        reported = error.original_exception if isinstance(error, InternalServerError) else None
        exchange = exchange_of_request()
        if isinstance(error, Answered):
            return self._given(error, exchange)
        status, fields, body, unforeseen = self._replier.reply(cast("Exception", reported or error), exchange)
        if reported is None:
            if unforeseen:
                raise error
            forget_traceback(error)
        kind, line = self._app.response_class, status_line(status)
        exchange.head = head = [*fields, ("Content-Length", str(len(body)))]
        return _Answer(line, head, body) if kind is Response else kind(body, line, fields)

    def _given(self, answered: Answered, exchange: Exchange) -> Response:
        """A response that was known without the view, as it stands."""
        status, fields, body = self._replier.answer(answered, exchange)
        forget_traceback(answered)
        response = self._app.response_class(body, status_line(status), list(fields))
        if find(fields, "content-type") is None:
            response.headers.pop("Content-Type", None)  # one that Flask has made up
        return response

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


def _is_routed(app: Flask, environ: Mapping[str, Any]) -> bool:
    """Whether there is a route. Flask leaves no word of it in the environment, so it is looked for again."""
    try:
        app.url_map.bind_to_environ(dict(environ)).match()
    except HTTPException:
        return False
    return True


def _too_late(what: str) -> FailwellError:
    return FailwellError(
        f"the app {what}",
        code="install-too-late",
        where=_WHERE,
        hint="call install once, where the app is made",
    )


def _is_smorest(handler: object) -> bool:
    return str(getattr(handler, "__module__", "")).partition(".")[0] == "flask_smorest"


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
