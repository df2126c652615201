"""Validation errors of msgspec and pydantic as input failures: where and what, never the value that came."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import msgspec

from failwell.typing import InputFailure, Place

_MSGSPEC_PATH = re.compile(r" - at `(?P<key>key in )?\$(?P<path>.*)`\Z", re.DOTALL)
_STEP = re.compile(r"\.(?P<name>[^.\[]+)|\[(?P<index>\d+|\.\.\.)\]")
_FIELD = re.compile(r"Object (?P<what>missing required|contains unknown) field `(?P<name>.*)`\Z", re.DOTALL)
_EXPECTED = re.compile(r"Expected (?P<what>.+?)(?:, got .*)?\Z", re.DOTALL)
_PYDANTIC_ECHOES = frozenset({"value_error", "assertion_error", "union_tag_invalid", "json_invalid"})
_NOT_VALID = "is not valid"
_HAS_UNKNOWN = "has a field that is not known"  # its name is input too
_SHORTEST_ECHO = 3


def failures_of(error: Exception, place: Place = "body") -> tuple[InputFailure, ...]:
    """What is wrong with an input, from the error of the library that validated it.

    Args:
        error: `msgspec.ValidationError`, or pydantic's `ValidationError`.
        place: the part of the request that was validated.
    """
    if isinstance(error, msgspec.ValidationError):
        return (_from_msgspec(str(error), place),)
    return tuple(_from_pydantic(row, place) for row in error.errors(include_url=False, include_context=False))  # type: ignore[attr-defined]


def pointer(steps: Iterable[object]) -> str:
    """A JSON Pointer (RFC 6901)."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def _from_msgspec(message: str, place: Place) -> InputFailure:
    found = _MSGSPEC_PATH.search(message)
    steps = [step["name"] or step["index"] for step in _STEP.finditer(found["path"])] if found else []
    said = message[: found.start()] if found else message
    field = _FIELD.match(said)
    if field:
        if field["what"] == "contains unknown":
            return InputFailure(pointer=pointer(steps), place=place, code="unknown", detail=_HAS_UNKNOWN)
        steps.append(field["name"])
        return InputFailure(pointer=pointer(steps), place=place, code="missing", detail="is required")
    if "matching regex" in said:
        return InputFailure(
            pointer=pointer(steps), place=place, code="pattern", detail="has not the right form"
        )
    expected = _EXPECTED.match(said)
    if expected:
        return InputFailure(
            pointer=pointer(steps),
            place=place,
            code="type",
            detail="has to be " + expected["what"].replace("`", ""),
        )
    return InputFailure(pointer=pointer(steps), place=place, code="invalid", detail=_NOT_VALID)


def _from_pydantic(row: dict[str, Any], place: Place) -> InputFailure:
    code, message = str(row["type"]), str(row["msg"])
    if code == "extra_forbidden":
        return InputFailure(
            pointer=pointer(row["loc"][:-1]), place=place, code="unknown", detail=_HAS_UNKNOWN
        )
    value = str(row.get("input", ""))
    echoes = code in _PYDANTIC_ECHOES or (len(value) >= _SHORTEST_ECHO and value in message)
    detail = _NOT_VALID if echoes else message[:1].lower() + message[1:]
    return InputFailure(pointer=pointer(row["loc"]), place=place, code=code, detail=detail)
