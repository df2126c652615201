"""Which reader reads which library's errors."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from failwell.edge.validation import (
    custom,
    django_errors,
    litestar_extra,
    marshmallow_messages,
    msgspec_message,
    pydantic_row,
)
from failwell.edge.validation.failure import NOT_VALID, failure
from failwell.edge.validation.given import Given
from failwell.edge.validation.pydantic_row import Row
from failwell.typing import InputFailure, Place

_MOST_FAILURES = 100
"""A hostile input can have any number; nobody reads more."""

_Reader = Callable[[Any, Any, Given], Iterator[InputFailure]]
"""Takes what a library says, the place if it is known, and the input."""

_READERS: dict[tuple[str, str], _Reader] = {
    ("msgspec", "ValidationError"): msgspec_message.read,
    ("pydantic_core", "ValidationError"): pydantic_row.read,
    ("pydantic", "ValidationError"): pydantic_row.read,
    ("fastapi", "RequestValidationError"): pydantic_row.read_located,
    ("fastapi", "WebSocketRequestValidationError"): pydantic_row.read_located,
    ("litestar", "ExtendedMsgSpecValidationError"): litestar_extra.read_rows_of,
    ("litestar", "ValidationException"): litestar_extra.read,
    ("marshmallow", "ValidationError"): marshmallow_messages.read,
    ("rest_framework", "ValidationError"): django_errors.read_detail,
    ("django", "ValidationError"): django_errors.read_error,
    ("django", "ErrorDict"): django_errors.read_errors,
    ("django", "BaseForm"): django_errors.read_form,
}
"""Who reads which class: its package and its name. Classes derived from it are read alike."""


def failures_of(error: object, place: Place = "body", document: object = None) -> tuple[InputFailure, ...]:
    """What is wrong with an input, from the error of the library that validated it.

    Args:
        error: the validation error of msgspec, pydantic, FastAPI, Litestar, marshmallow (webargs,
            flask-smorest), Django, Django REST framework or attrs, or a form of Django's, or its `errors`.
            Any other error is one failure of the whole.
        place: the part of the request that was validated, where the error does not tell it.
        document: what was validated, decoded, if the caller has it. Pointers are true to it then: without it,
            pydantic's may have the name of a union's member among their steps. Texts of custom validators
            are shown if they do not repeat it, and without it not at all. marshmallow, FastAPI and forms
            bring it themselves.

    Returns:
        The failures, at least one, in the library's order, and no more than a hundred. An error that cannot
        be read, for instance one raised by hand with other contents, is one failure of the whole.
    """
    for cls in type(error).__mro__:
        reader = _READERS.get((cls.__module__.partition(".")[0], cls.__name__))
        if reader is not None:
            return _read(reader, error, place, document)
    return _read(custom.read, error, place, document)


def failures_of_rows(
    rows: Iterable[Row], *, place: Place | None = None, document: object = None
) -> tuple[InputFailure, ...]:
    """What is wrong with an input, from the rows that pydantic's and FastAPI's `errors()` return.

    Args:
        rows: the rows.
        place: the part of the request that was validated; None if each `loc` begins with it, as FastAPI's do.
        document: what was validated, or the body if each `loc` begins with the place; see `failures_of`.
    """
    return _read(pydantic_row.read_rows, rows, place, document)


def failures_of_messages(
    messages: Any, *, place: Place | None = None, document: object = None
) -> tuple[InputFailure, ...]:
    """What is wrong with an input, from the messages of marshmallow.

    Args:
        messages: mappings by field or index, down to lists of texts.
        place: the part of the request that was validated; None if messages are by location, as those of
            webargs and flask-smorest are: `{"json": …, "query": …}`.
        document: what was validated; see `failures_of`.
    """
    if place is None:
        return _read(marshmallow_messages.read_located, messages, "body", document)
    return _read(marshmallow_messages.read_messages, messages, place, document)


def _read(reader: _Reader, said: Any, place: Place | None, document: object) -> tuple[InputFailure, ...]:
    try:
        found = tuple(islice(reader(said, place, Given(document)), _MOST_FAILURES))
    except Exception:  # noqa: BLE001 - raised by hand, an error can hold anything; the input is not valid still
        found = ()
    return found or (failure((), place or "body", "invalid", NOT_VALID),)
