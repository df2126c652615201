"""The reason phrases of statuses, in lower case."""

from __future__ import annotations

from http import HTTPStatus

_KNOWN = frozenset(HTTPStatus)
_OTHERS = {
    413: ("content too large", "payload too large", "request entity too large"),
    414: ("uri too long", "request-uri too long"),
    422: ("unprocessable content", "unprocessable entity"),
}
"""Phrases that a version of HTTP, or of Python, has had for a status."""


def phrases_of(status: int) -> tuple[str, ...]:
    """The phrases that a status has, or has had; none for a status that is not registered."""
    known = (HTTPStatus(status).phrase.casefold(),) if status in _KNOWN else ()
    return (*known, *_OTHERS.get(status, ()))
