"""Flask: one call makes an app answer with the problems of a contract, whatever goes wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TypeVar

from failwell.contract import Contract
from failwell.declare import Problem
from failwell.edge import Replier, Translate, first_of, read_json
from failwell.edge.wsgi import Stamper
from failwell.exceptions import FailwellError, missing_extra
from failwell.headers import new_request_id
from failwell.typing import LimitState

try:
    from flask import Flask, current_app, request
    from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
except ImportError as error:
    raise missing_extra("flask", "failwell.flask") from error

from failwell.flask.document import add_problems, openapi, operations
from failwell.flask.seam import Seam, exchange_of_request
from failwell.flask.translation import translated

__all__ = ["add_problems", "body", "install", "openapi", "operations", "show_limits"]

_Body = TypeVar("_Body")
_NAME = "failwell"
"""Where `app.extensions` keeps the contract."""
_MAX_BODY = 1 << 20


def install(  # noqa: PLR0913 - one word per decision
    app: Flask,
    contract: Contract,
    *,
    translate: Translate | None = None,
    make_request_id: Callable[[], str] = new_request_id,
    reraise: bool = True,
    debug_pages: bool = False,
) -> None:
    """Makes an app answer every error with a problem of the contract, and every request with a request id.

    Error handlers of the app and its blueprints stay in force, those for single problems too. The handler
    with which flask-smorest answers is replaced: call install after its `Api(app)`.

    Args:
        app: the application, before its first request.
        contract: what its errors look like.
        translate: makes problems of exceptions of yours or of a library; None for one that it does not know.
        make_request_id: makes request ids; tests freeze it.
        reraise: as Flask does, let unhandled errors through to the test client where `app.testing` or
            `PROPAGATE_EXCEPTIONS` says so. If False they are always answered.
        debug_pages: with `app.debug`, let them through to Werkzeug's debugger. Never in production.

    Raises:
        FailwellError: if the app has already answered requests, or has a contract already.
    """
    _check_arguments(app, contract)
    if _NAME in app.extensions:
        raise _too_late()
    replier = Replier(contract, first_of(translate, partial(translated, contract)))
    seam = Seam(app, replier, reraise=reraise, debug_pages=debug_pages)
    handlers = app.error_handler_spec[None][None]
    try:
        for kind in (HTTPException, Problem, Exception):
            if kind not in handlers or _is_smorest(handlers[kind]):
                app.register_error_handler(kind, seam.answer)
    except AssertionError:  # so Flask says that it has begun to answer requests
        raise _too_late() from None
    app.extensions[_NAME] = contract
    app.handle_exception = seam.handle_exception  # type: ignore[method-assign]
    stamper = Stamper(app.wsgi_app, replier, make_request_id=make_request_id, reraises=seam.lets_through)
    app.wsgi_app = stamper  # type: ignore[method-assign]


def _check_arguments(app: object, contract: object) -> None:
    if not isinstance(app, Flask) or not isinstance(contract, Contract):
        raise FailwellError(
            f"{app!r} and {contract!r} are not an application and a contract",
            code="install-what",
            where="failwell.flask.install",
            hint="call install(app, contract) with a Flask application and a failwell.Contract",
        )


def _too_late() -> FailwellError:
    return FailwellError(
        "the app has begun to answer requests, or has a contract already",
        code="install-too-late",
        where="failwell.flask.install",
        hint="call install once, where the app is made",
    )


def _is_smorest(handler: object) -> bool:
    return str(getattr(handler, "__module__", "")).partition(".")[0] == "flask_smorest"


def body(kind: type[_Body], *, max_bytes: int = _MAX_BODY) -> _Body:
    """Reads the request's JSON body as a msgspec type or a pydantic model.

    Args:
        kind: what it has to be.
        max_bytes: the largest body; a smaller `MAX_CONTENT_LENGTH` of the app counts instead.

    Raises:
        Problem: for 413, 415, 400 (no JSON) or invalid input, with a pointer to each failure.
    """
    contract: Contract = current_app.extensions[_NAME]
    limit = request.max_content_length
    request.max_content_length = most = max_bytes if limit is None else min(max_bytes, limit)
    try:
        raw = request.get_data()
    except RequestEntityTooLarge:
        raw = None
    if raw is None or len(raw) > most:
        raise contract.problem_for(413, f"The body must not be larger than {most} bytes.")
    return read_json(contract, raw, request.headers.get("content-type", ""), kind)


def show_limits(states: Iterable[LimitState]) -> None:
    """Shows a guard's limit states in the response's headers: `show_limits(decision.limits)`."""
    exchange_of_request().keep_limits(states)
