"""What msgspec says, and Litestar after it: one message with a path at its end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from failwell.edge.validation.custom import of_custom
from failwell.edge.validation.failure import (
    ENTRY,
    HAS_UNKNOWN,
    IS_REQUIRED,
    NO_CHOICE,
    NOT_VALID,
    WRONG_FORM,
    WRONG_TYPE,
    failure,
)
from failwell.edge.validation.given import Given
from failwell.edge.validation.phrase import find, phrase
from failwell.typing import InputFailure, Place

_PLACE = re.compile(r" - at `(?P<key>key(?:\[[^`]*\])?` in `)?\$(?P<path>.*)`", re.DOTALL)
_STEP = re.compile(r"\.(?P<name>[^.\[]+)|\[(?P<index>\d+|\.\.\.)\]")
_FIELD = re.compile(r"Object (?P<what>missing required|contains unknown) field `(?P<name>.*)`", re.DOTALL)

_KIND = r"((?:int|float|bool|str|null|array|object|bytes|decimal|uuid|datetime|date|time|duration|ext|\|| )+)"
_PHRASES = (
    phrase(rf"Expected `{_KIND}`(?:, got `[^`]*`)?", "type", r"has to be \1"),
    phrase(rf"Expected `{_KIND}` (>=|<=|>|<) #", "range", r"has to be \1 \2 \3"),
    phrase(rf"Expected `{_KIND}` that's a multiple of #", "multiple", r"has to be a multiple of \2"),
    phrase(rf"Expected `{_KIND}` of length (>=|<=) #", "length", r"has to be \1 of length \2 \3"),
    phrase(
        r"Expected `array` of at least length #(?:, got .*)?", "length", r"has to be array of length >= \1"
    ),
    phrase(
        r"Expected `array` of at most length #(?:, got .*)?", "length", r"has to be array of length <= \1"
    ),
    phrase(r"Expected `array` of length # to #(?:, .*)?", "length", r"has to be array of length \1 to \2"),
    phrase(r"Expected `array` of length #(?:, got .*)?", "length", r"has to be array of length \1"),
    phrase(r"Expected `str` matching regex .*", "pattern", WRONG_FORM),
    phrase(rf"Expected `{_KIND}` with a timezone component", "format", r"has to be \1 with a timezone"),
    phrase(rf"Expected `{_KIND}` with no timezone component", "format", r"has to be \1 without a timezone"),
    phrase(r"Expected .*", "type", WRONG_TYPE),
    phrase(r"Invalid enum value .*|Invalid value .*", "choice", NO_CHOICE),
    phrase(r"Invalid RFC3339 encoded (datetime|date|time)", "format", r"has to be a \1 (RFC 3339)"),
    phrase(r"Invalid ISO8601 duration", "format", "has to be a duration (ISO 8601)"),
    phrase(r"Invalid UUID(?: bytes)?", "format", "has to be a UUID"),
    phrase(r"Invalid decimal string", "format", "has to be a decimal number"),
    phrase(r"Invalid base64 encoded string", "format", "has to be Base64"),
    phrase(r"Invalid epoch timestamp|Timestamp is out of range *", "range", "has to be a timestamp in range"),
    phrase(r"Integer value out of range|Number out of range", "range", "is out of range"),
    phrase(r"Duration is out of range", "range", "is out of range"),
)


def read(error: Any, place: Place, given: Given) -> Iterator[InputFailure]:
    """The failure of a `msgspec.ValidationError`; it tells the first only."""
    said, steps, is_key = divide(error)
    cause = error.__cause__
    if cause is None:
        yield told(said, steps, place, given, is_key=is_key)
    else:
        yield of_custom(cause, _known(steps, given), place, given)


def divide(error: Any) -> tuple[str, list[object], bool]:
    """A message without its path, the path, and whether it is about the key of an entry.

    What a `__post_init__` or a hook raised is msgspec's cause. Its text may hold whatever the input holds,
    something like a path as well; what msgspec has put behind it is the path.
    """
    message, cause = str(error), str(error.__cause__ or "")
    start = len(cause) if cause and message.startswith(cause) else message.rfind(" - at `")
    found = _PLACE.fullmatch(message, start) if start >= 0 else None
    if found is None:
        return message, [], False
    return message[:start], steps_of(found["path"]), found["key"] is not None


def steps_of(path: str) -> list[object]:
    """The steps of a path such as `.lines[0].count`."""
    return [step["name"] or _index(step["index"]) for step in _STEP.finditer(path)]


def told(said: str, steps: list[object], place: Place, given: Given, *, is_key: bool = False) -> InputFailure:
    """What msgspec says itself about the value at a path."""
    field = _FIELD.fullmatch(said)
    if field and field["what"] == "missing required":
        return failure(_known([*steps, field["name"]], given), place, "missing", IS_REQUIRED)
    if field:
        return failure(_known(steps, given), place, "unknown", HAS_UNKNOWN)
    code, detail = find(_PHRASES, said) or ("invalid", NOT_VALID)
    if is_key:
        detail = f"has a key that {detail}"
    return failure(_known(steps, given), place, code, detail)


def _known(steps: list[object], given: Given) -> list[object]:
    """The path as far as the input has it: names with dots cannot be told from steps."""
    until = steps.index(ENTRY) if ENTRY in steps else len(steps)
    return [*given.path(steps[:until], absent=True), *steps[until:]]


def _index(text: str) -> object:
    return text if text == ENTRY else int(text)
