"""What an exception tells beside its class: where it comes from, and what somebody wrote into it."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from types import FrameType

ERRORS = range(400, 600)
"""The statuses of errors (RFC 9110, section 15). An exception with any other is a failure of the server."""


def frames_of(error: BaseException) -> Iterator[FrameType]:
    """The frames that an error has passed through, from where it was caught to where it was raised."""
    trace = error.__traceback__
    while trace is not None:
        yield trace.tb_frame
        trace = trace.tb_next


def own_text(text: object, status: int) -> str | None:
    """The text that somebody wrote for a status; its phrase says nothing that the title does not say.

    None for anything else than a text: what a framework lets into an exception is not all for clients.
    """
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = ""
    return text if isinstance(text, str) and text != phrase else None
