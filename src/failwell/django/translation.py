"""Django's exceptions as problems."""

from __future__ import annotations

import logging
from typing import Any

from failwell.contract import Contract
from failwell.declare import Problem
from failwell.django.rest import translated_exception
from failwell.django.untyped import (
    BadRequest,
    Http404,
    MultiPartParserError,
    PermissionDenied,
    RequestAborted,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
    UnreadablePostError,
    ValidationError,
    log_response,
)
from failwell.edge import failures_of

_STATUSES: tuple[tuple[Any, int], ...] = (
    (Http404, 404),
    (PermissionDenied, 403),
    (BadRequest, 400),
    (MultiPartParserError, 400),
    (RequestDataTooBig, 413),
    (SuspiciousOperation, 400),
    (RequestAborted, 400),  # the client went away: nobody reads the answer
    (UnreadablePostError, 400),
)
_SPEAKING = (Http404, PermissionDenied, BadRequest)
"""Those whose texts are the site's own; the others repeat what came, or tell how the site is made."""
_ROW_MISSING = " matches the given query."
"""How the text of `get_object_or_404` ends, which names a class."""


def translated(contract: Contract, error: Exception) -> Problem | None:
    """The problem that an exception of Django or Django REST framework means; None for any other."""
    for kind, status in _STATUSES:
        if isinstance(error, kind):
            return contract.problem_for(status, _own_text(error))
    if isinstance(error, ValidationError):
        return contract.invalid_input(failures_of(error))
    if hasattr(error, "get_full_details"):  # so does REST framework's: then it is there
        return translated_exception(contract, error)
    return None


def _own_text(error: Exception) -> str | None:
    """The text that somebody wrote. That of an unknown route is none: it lists the site's routes."""
    text = error.args[0] if error.args else None
    if not isinstance(error, _SPEAKING) or not isinstance(text, str) or text.endswith(_ROW_MISSING):
        return None
    return text or None


def settle(request: Any, error: Exception, answer: Any) -> None:
    """Does what Django does besides when it answers such an error: security has a log of its own."""
    if isinstance(error, (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)):
        request._mark_post_parse_error()  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
    if isinstance(error, SuspiciousOperation):
        logger = logging.getLogger(f"django.security.{type(error).__name__}")
        log_response(
            str(error), request=request, response=answer, exception=error, level="error", logger=logger
        )
