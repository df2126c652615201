"""The one call that puts Failwell into an app."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import FastAPI

from failwell.contract import Contract
from failwell.edge import Translate
from failwell.fastapi.seams import FastAPISeams
from failwell.headers import new_request_id


def install(  # noqa: PLR0913 - what can be said about an app
    app: FastAPI,
    contract: Contract,
    *,
    translate: Translate | None = None,
    make_request_id: Callable[[], str] = new_request_id,
    reraise: bool = True,
    debug_pages: bool = False,
) -> None:
    """Makes an app answer every error with a problem of the contract, and its document say which.

    FastAPI's default exception handlers are replaced. Those that the app registers itself stay in force.

    Args:
        app: the application, before its first request.
        contract: what its errors look like.
        translate: makes problems of exceptions of yours or of a library; None for one that it does not know.
        make_request_id: makes request ids; tests freeze it.
        reraise: as FastAPI does, raise unhandled errors again after the response, so that the server logs
            the traceback (with the request id under it), and test clients and error trackers see it. If
            False they are logged once by the logger `failwell` and end there.
        debug_pages: with `app.debug`, show Starlette's traceback page instead. Never in production.

    Raises:
        FailwellError: if the app has already answered requests, or has a contract already.
    """
    FastAPISeams(
        app,
        contract,
        translate=translate,
        make_request_id=make_request_id,
        reraise=reraise,
        debug_pages=debug_pages,
    ).install()
