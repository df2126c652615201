"""What Litestar says: rows with a message, a key and a source, made of what msgspec and pydantic say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, cast, get_args

from failwell.edge.validation import msgspec_message, pydantic_row
from failwell.edge.validation.custom import of_custom
from failwell.edge.validation.failure import IS_REQUIRED, NOT_VALID, failure
from failwell.edge.validation.given import UNKNOWN, Given
from failwell.typing import InputFailure, Place

_PLACES: dict[object, Place] = {place: place for place in get_args(Place)}
_BODY = "data"  # the name of the parameter that takes the body
_ABSENT = re.compile(r"Missing required (?P<place>header|cookie|query|path) parameter ")


def read(error: Any, place: Place, given: Given) -> Iterator[InputFailure]:
    """The failures of a `ValidationException`.

    Its rows name parameters as the handler does, not as the request: `tok` for the header `x-token`.
    The cause knows more than the rows: all that pydantic said, and where in a list msgspec has stopped.
    """
    cause, rows = error.__cause__, error.extra
    if isinstance(getattr(cause, "errors", None), list):
        yield from pydantic_row.read_rows(cause.errors, "body", given)
    elif isinstance(rows, list):
        for row in cast("list[dict[str, Any]]", rows):
            yield _read_row(row, cause, place, given)
    else:
        yield _read_bare(error, place)


def read_rows_of(error: Any, place: Place, given: Given) -> Iterator[InputFailure]:
    """The failures of the error by which Litestar hands on what pydantic says."""
    return pydantic_row.read_rows(error.errors, place, given)


def _read_row(row: dict[str, Any], cause: Any, place: Place, given: Given) -> InputFailure:
    source = row.get("source", place)
    place = _PLACES.get(getattr(source, "value", source), place)
    key, said = str(row.get("key", "")), str(row["message"])
    if place != "body":
        given = UNKNOWN
    if said == repr(key):  # a KeyError's text: nothing came
        return failure([] if place == "body" else [key], place, "missing", IS_REQUIRED)
    steps = _steps_of_cause(cause, key, said, place)
    if steps is not None and cause.__cause__ is not None:
        return of_custom(cause.__cause__, steps, place, given)
    if steps is None:
        steps = [] if place == "body" and key == _BODY else msgspec_message.steps_of(f".{key}")
    return msgspec_message.told(said, steps, place, given)


def _steps_of_cause(cause: Any, key: str, said: str, place: Place) -> list[object] | None:
    """The path in the cause, where it is about the same failure; a row has none that begins with an index."""
    if cause is None:
        return None
    message, steps, _ = msgspec_message.divide(cause)
    same = message.startswith(said) and steps[:1] == [_BODY if place == "body" else key]
    if not same:
        return None
    return steps[1:] if place == "body" else steps


def _read_bare(error: Any, place: Place) -> InputFailure:
    """An exception without rows: a parameter that did not come, or one that the application raised."""
    absent = _ABSENT.match(str(getattr(error, "detail", "")))
    if absent and isinstance(error.__cause__, KeyError):
        return failure([error.__cause__.args[0]], _PLACES[absent["place"]], "missing", IS_REQUIRED)
    return failure((), place, "invalid", NOT_VALID)
