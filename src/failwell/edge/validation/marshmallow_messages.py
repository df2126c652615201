"""What marshmallow says, and webargs and flask-smorest after it: messages in a tree like the input's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from failwell.edge.validation.custom import own_words
from failwell.edge.validation.failure import (
    HAS_UNKNOWN,
    IS_REQUIRED,
    NO_CHOICE,
    NOT_VALID,
    WRONG_FORM,
    WRONG_TYPE,
    failure,
)
from failwell.edge.validation.given import Given, repeats
from failwell.edge.validation.phrase import find, phrase
from failwell.typing import InputFailure, Place

_WHOLE = "_schema"
_MISSING = "Missing data for required field."
_LOCATIONS: dict[str, Place] = {
    "json": "body",
    "form": "body",
    "files": "body",
    "json_or_form": "body",
    "query": "query",
    "querystring": "query",
    "view_args": "path",
    "path": "path",
    "match_info": "path",
    "headers": "header",
    "cookies": "cookie",
}
_NOUN = (
    r"(valid (?:boolean|number|integer|(?:utf-8 )?string|list|tuple|mapping type|date|time|"
    r"(?:aware |naive )?datetime|period of time|UUID|URL|email address|IP(?:v4|v6)? (?:address|interface)))"
)
_PHRASES = (
    phrase(r"Missing data for required field\.", "missing", IS_REQUIRED),
    phrase(r"Unknown field\.", "unknown", HAS_UNKNOWN),
    phrase(r"Field may not be null\.", "null", "may not be null"),
    phrase(r"Invalid (?:input )?type\.", "type", WRONG_TYPE),
    phrase(rf"Not a {_NOUN}\.", "type", r"has to be a \1"),
    phrase(r"Longer than maximum length #\.", "length", r"has to be of length <= \1"),
    phrase(r"Shorter than minimum length #\.", "length", r"has to be of length >= \1"),
    phrase(r"Length must be between # and #\.", "length", r"has to be of length \1 to \2"),
    phrase(r"Length must be #\.", "length", r"has to be of length \1"),
    phrase(r"Must be one of: (.*)\.", "choice", r"has to be one of: \1"),
    phrase(r"One or more of the choices you made was (?:not )?in: .*", "choice", NO_CHOICE),
    phrase(r"Must be ((?:greater|less) than(?: or equal to)? .*)\.", "range", r"has to be \1"),
    phrase(r"Number too large\.", "range", "is too large"),
    phrase(r"Special numeric values .*", "range", "has to be a finite number"),
    phrase(r"Must be equal to (.*)\.", "value", r"has to be equal to \1"),
    phrase(r"String does not match expected pattern\.", "pattern", WRONG_FORM),
    phrase(r"Invalid (?:input|value)\.", "invalid", NOT_VALID),
)


def read(error: Any, place: Place, given: Given) -> Iterator[InputFailure]:
    """The failures of a `ValidationError`; one of webargs has its messages by location."""
    messages, given = error.messages, given if given.known else Given(error.data)
    raised = error.args[0] if error.args else None
    if isinstance(messages, dict) and messages is not raised:
        return read_located(cast("dict[object, object]", messages), place, given)
    return read_messages(messages, place, given)


def read_located(messages: Mapping[object, object], place: Place, given: Given) -> Iterator[InputFailure]:
    """The failures of messages by location: `{"json": …, "query": …}`."""
    for location, tree in messages.items():
        yield from read_messages(tree, _LOCATIONS.get(str(location), place), given)


def read_messages(
    tree: Any, place: Place, given: Given, steps: tuple[object, ...] = ()
) -> Iterator[InputFailure]:
    """The failures of a tree of messages: of mappings by field or index, and of lists of texts."""
    if isinstance(tree, Mapping):
        parts = cast("Mapping[object, object]", tree)
        of_entry = given.known and bool(steps) and _is_about_entry(parts, given.at(steps))
        for step, part in parts.items():
            if step == "key" and of_entry:
                yield from read_messages(part, place, given, (*steps[:-1], _KeyOf(steps[-1])))
            else:
                further = () if step == _WHOLE or (step == "value" and of_entry) else (step,)
                yield from read_messages(part, place, given, (*steps, *further))
    elif isinstance(tree, list):
        for part in cast("list[object]", tree):
            yield from read_messages(part, place, given, steps)
    else:
        yield _told(str(tree), steps, place, given)


def _is_about_entry(parts: Mapping[object, object], value: object) -> bool:
    """Whether `key` and `value` are the sides of a mapping's entry; an object can have fields so named."""
    if not parts.keys() <= {"key", "value"}:
        return False
    if not isinstance(value, Mapping):
        return True
    return not any(step in value or part == [_MISSING] for step, part in parts.items())


class _KeyOf(str):
    """The step to an entry whose key is what fails."""

    __slots__ = ()


def _told(message: str, steps: tuple[object, ...], place: Place, given: Given) -> InputFailure:
    code, detail = find(_PHRASES, message) or ("invalid", own_words(message, given))
    if steps and isinstance(steps[-1], _KeyOf):
        return failure(given.path(steps[:-1], absent=True), place, code, f"has a key that {detail}")
    if code == "unknown":
        return failure(given.path(steps[:-1], absent=True), place, code, detail)
    if repeats(detail, given.at(steps)):
        detail = NO_CHOICE if code == "choice" else NOT_VALID
    return failure(given.path(steps, absent=True), place, code, detail)
