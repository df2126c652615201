"""What views do with a request: read its body, and show where the caller stands with its limits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from flask import current_app, request
from werkzeug.exceptions import RequestEntityTooLarge

from failwell.contract import Contract
from failwell.edge import MAX_BODY, read_json, too_large
from failwell.flask.seams import NAME, exchange_of_request
from failwell.typing import LimitState

_Body = TypeVar("_Body")


def body(kind: type[_Body], *, max_bytes: int = MAX_BODY) -> _Body:
    """Reads the request's JSON body as a msgspec type or a pydantic model.

    Args:
        kind: what it has to be.
        max_bytes: the largest body; a smaller `MAX_CONTENT_LENGTH` of the app counts instead.

    Raises:
        Problem: for 413, 415, 400 (no JSON) or invalid input, with a pointer to each failure.
    """
    raw = read_body(max_bytes)
    return read_json(current_app.extensions[NAME], raw, request.headers.get("content-type", ""), kind)


def read_body(max_bytes: int) -> bytes:
    """Reads the request's body, which Flask keeps for whoever asks for it afterwards.

    Raises:
        Problem: for 413.
    """
    contract: Contract = current_app.extensions[NAME]
    limit = request.max_content_length
    request.max_content_length = most = max_bytes if limit is None else min(max_bytes, limit)
    try:
        raw = request.get_data()
    except RequestEntityTooLarge:
        raw = None
    if raw is None or len(raw) > most:
        raise too_large(contract, most)
    return raw


def show_limits(states: Iterable[LimitState]) -> None:
    """Shows a guard's limit states in the response's headers: `show_limits(decision.limits)`."""
    exchange_of_request().keep_limits(states)
