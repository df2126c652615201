"""What became of a request in Litestar, which answers an error and then keeps it to itself."""

from __future__ import annotations

import msgspec
from litestar.exceptions import LitestarException

from failwell.edge.asgi import ASGIApp, Receive, Scope, Send

OUTCOME = "failwell.litestar.outcome"
"""Where a scope keeps the `Outcome`."""


class Outcome(msgspec.Struct):
    """What became of a request.

    Attributes:
        error: the error behind the response, if nobody foresaw it.
        is_logged: whether Litestar has logged it.
    """

    error: Exception | None = None
    is_logged: bool = False


class Outermost:
    """Between the stamper and Litestar: raises what Litestar has kept, for the stamper to report."""

    def __init__(self, app: ASGIApp) -> None:
        """Wraps an app.

        Args:
            app: the app as Litestar calls it.
        """
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        outcome = scope[OUTCOME] = Outcome()
        try:
            await self._app(scope, receive, send)
        except LitestarException as wrapped:
            outcome.error, outcome.is_logged = _unwrapped(wrapped), False
        error, outcome.error = outcome.error, None
        if error is not None and not outcome.is_logged:
            try:
                raise error
            finally:
                del error  # a frame of the traceback that refers to the error would make a cycle


def _unwrapped(error: Exception) -> Exception:
    """The error itself: Litestar wraps what comes after the response's start, once per layer."""
    while type(error) is LitestarException and isinstance(error.__cause__, Exception):
        error = error.__cause__
    return error
