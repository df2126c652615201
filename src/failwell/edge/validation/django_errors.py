"""What Django's forms and Django REST framework say: trees of errors with codes."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from failwell.edge.validation.custom import own_code, own_words
from failwell.edge.validation.failure import (
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

_WHOLE_FORM = "__all__"
_BY_CODE = {
    "required": IS_REQUIRED,
    "missing": IS_REQUIRED,
    "null": "may not be null",
    "blank": "may not be blank",
    "empty": "may not be empty",
    "invalid_choice": NO_CHOICE,
    "does_not_exist": "does not exist",
    "incorrect_type": WRONG_TYPE,
    "not_a_list": "has to be a list",
    "not_a_dict": "has to be an object",
    "invalid_list": "has to be a list",
    "incomplete": "is not complete",
    "max_string_length": "is too long",
    "overflow": "is out of range",
    "unique": "is taken",
    "invalid_extension": "has not one of the right file extensions",
    "invalid_image": "has to be an image",
    "null_characters_not_allowed": "may not have null characters",
}
_LIMITS = {
    "max_value": "has to be <= {}",
    "min_value": "has to be >= {}",
    "max_length": "has to be of length <= {}",
    "min_length": "has to be of length >= {}",
    "max_digits": "has to have at most {} digits",
    "max_decimal_places": "has to have at most {} decimal places",
    "max_whole_digits": "has to have at most {} digits before the decimal point",
}
_VALID = (
    r"(valid (?:integer|biginteger|number|boolean|string|UUID|URL|email address|date|date/time|time|duration|"
    r"JSON|value|IPv4 address|IPv6 address|IPv4 or IPv6 address))"
)
_FORMAT = r"(Date|Datetime|Time|Duration) has wrong format\. Use one of these formats instead: (.*)\."
_PHRASES = (
    phrase(rf"(?:A|Enter a|Must be a) {_VALID}(?: is required)?\.", "invalid", r"has to be a \1"),
    phrase(r"Not a valid string\.", "invalid", "has to be a valid string"),
    phrase(r"Enter a number\.", "invalid", "has to be a number"),
    phrase(r"Enter a whole number\.", "invalid", "has to be a whole number"),
    phrase(r"Enter a list of values\.", "invalid", "has to be a list"),
    phrase(r"Enter a valid .slug. consisting of .*", "invalid", "has characters that it may not have"),
    phrase(r"Value must be valid JSON\.", "invalid", "has to be JSON"),
    phrase(r"This value does not match the required pattern\.", "invalid", WRONG_FORM),
    phrase(_FORMAT, "invalid", WRONG_FORM),
    phrase(r"Invalid data\. Expected a dictionary, but got \w+\.", "invalid", "has to be an object"),
    phrase(r"(?:The submitted data was not a file|No file was submitted)\..*", "invalid", "has to be a file"),
)
_NUMBERS = tuple(
    phrase(r"Ensure [a-z ]+ #(?: [a-z ]+)?(?: \(it has #\))?\.", code, limit.replace("{}", r"\1"))
    for code, limit in _LIMITS.items()
)


def read_detail(error: Any, place: Place, given: Given) -> Iterator[InputFailure]:
    """The failures of Django REST framework's `ValidationError`."""
    settings: Any = sys.modules.get("rest_framework.settings")  # who raised this has loaded it
    whole = settings.api_settings.NON_FIELD_ERRORS_KEY if settings else "non_field_errors"
    return _read_tree(error.detail, (), place, given, whole)


def read_error(error: Any, place: Place, given: Given) -> Iterator[InputFailure]:
    """The failures of Django's `ValidationError`: of fields, or of the whole."""
    fields: dict[str, Any] = getattr(error, "error_dict", None) or {_WHOLE_FORM: error.error_list}
    return _read_fields(fields, place, given)


def read_form(form: Any, place: Place, given: Given) -> Iterator[InputFailure]:
    """The failures of a form; it knows its data."""
    return _read_fields(form.errors.as_data(), place, given if given.known else Given(form.data))


def read_errors(errors: Any, place: Place, given: Given) -> Iterator[InputFailure]:
    """The failures of a form's `errors`."""
    return _read_fields(errors.as_data(), place, given)


def _read_tree(
    tree: Any, steps: tuple[object, ...], place: Place, given: Given, whole: str
) -> Iterator[InputFailure]:
    if isinstance(tree, Mapping):
        for key, part in cast("Mapping[object, object]", tree).items():
            yield from _read_tree(part, steps if key == whole else (*steps, key), place, given, whole)
    elif isinstance(tree, (list, tuple)):
        for index, part in enumerate(cast("list[object]", tree)):
            further = () if isinstance(part, str) else (index,)
            yield from _read_tree(part, (*steps, *further), place, given, whole)
    else:
        code = getattr(tree, "code", None) or "invalid"
        detail = _detail(code, str(tree), None, given)
        yield failure(given.path(steps, absent=True), place, own_code(code, given.at(steps)), detail)


def _read_fields(fields: Mapping[str, Iterable[Any]], place: Place, given: Given) -> Iterator[InputFailure]:
    for name, errors in fields.items():
        steps = () if name == _WHOLE_FORM else (name,)
        for error in errors:
            code = error.code or "invalid"
            limit = _limit(error.params)
            detail = _detail(code, _text(error), limit, given)
            yield failure(given.path(steps, absent=True), place, own_code(code, given.at(steps)), detail)


def _detail(code: str, message: str, limit: str | None, given: Given) -> str:
    """Our own words where the code tells enough, in whichever language the message is."""
    if code in _BY_CODE:
        return _BY_CODE[code]
    if code in _LIMITS and limit is not None:
        return _LIMITS[code].format(limit)
    known = find(tuple(one for one in _NUMBERS if one.code == code) or _PHRASES, message)
    return known[1] if known else own_words(message, given)


def _limit(params: Any) -> str | None:
    """The schema's limit among the parameters of a message; the others are about the value."""
    if not isinstance(params, Mapping):
        return None
    held = cast("Mapping[str, object]", params)
    limit = held.get("limit_value", held.get("max"))
    return str(limit) if isinstance(limit, (int, float)) or hasattr(limit, "is_finite") else None


def _text(error: Any) -> str:
    """A message with its parameters in it."""
    return str(next(iter(error.messages), NOT_VALID))
