"""The one call that puts Failwell into an app."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from failwell.contract import Contract
from failwell.edge import Translate
from failwell.flask.seams import Seams
from failwell.headers import new_request_id


def install(  # noqa: PLR0913 - what can be said about an app
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
    Seams(
        app,
        contract,
        translate=translate,
        make_request_id=make_request_id,
        reraise=reraise,
        debug_pages=debug_pages,
    ).install()
