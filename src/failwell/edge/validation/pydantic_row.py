"""What pydantic says, and FastAPI after it: rows with a type, a message, a location and the input."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_args

from failwell.edge.validation.custom import own_code, own_words
from failwell.edge.validation.failure import (
    HAS_UNKNOWN,
    IS_REQUIRED,
    NO_CHOICE,
    WRONG_FORM,
    WRONG_TYPE,
    failure,
)
from failwell.edge.validation.given import UNKNOWN, Given, repeats
from failwell.typing import InputFailure, Place

Row = Mapping[str, Any]
"""One of pydantic's errors as a mapping: `type`, `msg`, `loc`, and mostly `input` and `ctx`."""

_PLACES = frozenset(get_args(Place))
_KEY = "[key]"  # behind the key of an entry, where the key is what fails
_MISSING = frozenset({"missing", "missing_argument", "missing_keyword_only_argument"})
_UNKNOWN = frozenset({"extra_forbidden", "unexpected_keyword_argument"})
_AN_OBJECT = "has to be an object"
_DETAILS = {
    **dict.fromkeys(_MISSING, IS_REQUIRED),
    **dict.fromkeys(("model_type", "model_attributes_type", "dataclass_type", "dict_type"), _AN_OBJECT),
    **dict.fromkeys(
        ("dataclass_exact_type", "is_instance_of", "is_subclass_of", "callable_type"), WRONG_TYPE
    ),
    **dict.fromkeys(("date_from_datetime_inexact",), "has to be a date without a time"),
    **dict.fromkeys(("frozen_field", "frozen_instance"), "may not be changed"),
    **dict.fromkeys(("int_parsing_size", "recursion_depth_exceeded"), "is too large"),
    "json_invalid": "has to be JSON",
    "string_pattern_mismatch": WRONG_FORM,
    "union_tag_invalid": NO_CHOICE,
    "union_tag_not_found": "does not say which of the alternatives it is",
    "url_scheme": "has not one of the right URL schemes",
    "url_syntax_violation": "has to be a valid URL",
    "uuid_version": "has not the right UUID version",
}
_CHOICES = frozenset({"literal_error", "enum"})
_CHOICE = re.compile(r"Input should be (?P<choices>.+)", re.DOTALL)
_OWN = re.compile(
    r"(none|greater|less|multiple|finite|too|iterable|string|bool|int|float|bytes|date|time|datetime|"
    r"timezone|time_delta|dict|frozen_dict|mapping|list|deque|tuple|set|frozen_set|url|uuid|decimal|complex)"
    r"_(than|than_equal|of|number|type|unicode|parsing|too_short|too_long|short|long|not_ascii|from_float|past|"
    r"future|aware|naive|required|max_digits|max_places|whole_digits|from_datetime_parsing|from_date_parsing|"
    r"str_parsing)"
)
_SHOULD = re.compile(
    r"(?:[A-Z]\w*)(?: input)? should (?P<negated>not )?(?P<what>(?:be|have|contain|match) [^,]+?)"
    r"(?: after validation)?(?:,.*)?",
    re.DOTALL,
)
_CUSTOM = re.compile(r"(?:Value error|Assertion failed), ")


def read(error: Any, place: Place, given: Given) -> Iterator[InputFailure]:
    """The failures of pydantic's `ValidationError`."""
    return read_rows(error.errors(), place, given)


def read_located(error: Any, _place: Place, given: Given) -> Iterator[InputFailure]:
    """The failures of FastAPI's `RequestValidationError`, which knows the body."""
    return read_rows(error.errors(), None, given if given.known else Given(getattr(error, "body", None)))


def read_rows(rows: Iterable[Row], place: Place | None, given: Given) -> Iterator[InputFailure]:
    """The failures of rows.

    Args:
        rows: the rows.
        place: the part of the request that was validated; None if each `loc` begins with it.
        given: what was validated; the body if each `loc` begins with the place.
    """
    for row in rows:
        loc: tuple[Any, ...] = tuple(row["loc"])
        if place is not None:
            yield _read_row(row, loc, place, given)
        elif loc and loc[0] in _PLACES:
            yield _read_row(row, loc[1:], loc[0], given if loc[0] == "body" else UNKNOWN)
        else:
            yield _read_row(row, loc, "body", UNKNOWN)


def is_malformed_json(rows: Iterable[Row]) -> bool:
    """Whether the input as a whole is no JSON: pydantic reports that like a wrong value.

    A field that is to hold JSON as text has a path.
    """
    return any(row["type"] == "json_invalid" and not row["loc"] for row in rows)


def _read_row(row: Row, loc: tuple[Any, ...], place: Place, given: Given) -> InputFailure:
    code = str(row["type"])
    if code in _UNKNOWN:
        return failure(_path(loc[:-1], row, given), place, "unknown", HAS_UNKNOWN)
    detail = _detail(code, row, given)
    if _KEY in loc:
        before = loc[: max(loc.index(_KEY) - 1, 0)]
        return failure(_path(before, row, given), place, code, f"has a key that {detail}")
    if code not in _DETAILS:  # of what is missing, the input is all that came
        code = own_code(code, row.get("input"))
    return failure(_path(loc, row, given), place, code, detail)


def _path(loc: tuple[Any, ...], row: Row, given: Given) -> tuple[object, ...]:
    """The location without names of union members, validators and tags, as far as they can be told.

    They can where the input is known. Where it is not, the names of simple types, tags and models stay.
    """
    if given.known:
        return given.path(loc, absent=row["type"] in _MISSING)
    model = row.get("ctx", {}).get("class_name")
    if model and loc and loc[-1] == model:
        loc = loc[:-1]
    return tuple(step for step in loc if not (isinstance(step, str) and step.endswith("]") and "[" in step))


def _detail(code: str, row: Row, given: Given) -> str:
    if code in _DETAILS:
        return _DETAILS[code]
    message = str(row["msg"])
    choice = _CHOICE.fullmatch(message) if code in _CHOICES else None
    if choice:
        detail = f"has to be {choice['choices']}"
        return NO_CHOICE if repeats(detail, row.get("input")) else detail
    should = _SHOULD.fullmatch(message) if _OWN.fullmatch(code) else None
    if should:
        return f"{'may not' if should['negated'] else 'has to'} {should['what']}"
    return own_words(_CUSTOM.sub("", message, count=1), given)
