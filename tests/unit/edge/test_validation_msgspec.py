"""msgspec's messages, each provoked."""

from __future__ import annotations

import datetime as dt
import decimal
import enum
import json
import uuid
from typing import Annotated, Any, Literal, NamedTuple

import msgspec
import pytest
from msgspec import Meta, Struct

from failwell.edge.validation import failures_of


class Colour(enum.Enum):
    RED = "red"


class Cat(Struct, tag="cat"):
    lives: int


class Dog(Struct, tag="dog"):
    tricks: int


class Line(Struct, forbid_unknown_fields=True):
    count: int


class Row(Struct, array_like=True, forbid_unknown_fields=True):
    x: int
    y: int


class Pair(NamedTuple):
    x: int
    y: int


class Strict(Struct):
    name: str

    def __post_init__(self) -> None:
        if self.name != "rose":
            raise ValueError(self.name)
        raise ValueError("No roses in winter.")


class Dotted(Struct, rename={"count": "a.b"}):
    count: int


def _error_of(document: Any, kind: Any) -> msgspec.ValidationError:
    with pytest.raises(msgspec.ValidationError) as caught:
        msgspec.json.decode(json.dumps(document), type=kind)
    return caught.value


CASES: list[tuple[Any, Any, tuple[str, str, str]]] = [
    (int, "x", ("", "type", "has to be int")),
    (int | str | None, [], ("", "type", "has to be int | str | null")),
    (Annotated[int, Meta(ge=0)], -1, ("", "range", "has to be int >= 0")),
    (Annotated[int, Meta(lt=0)], 0, ("", "range", "has to be int <= -1")),
    (Annotated[float, Meta(gt=2)], 1.5, ("", "range", "has to be float > 2.0")),
    (Annotated[int, Meta(multiple_of=2)], 1, ("", "multiple", "has to be a multiple of 2")),
    (Annotated[str, Meta(max_length=3)], "hunter2", ("", "length", "has to be str of length <= 3")),
    (Annotated[str, Meta(pattern="^, got a$")], "hunter2", ("", "pattern", "has not the right form")),
    (Annotated[list[int], Meta(min_length=1)], [], ("", "length", "has to be array of length >= 1")),
    (Annotated[dict[str, int], Meta(min_length=1)], {}, ("", "length", "has to be object of length >= 1")),
    (Colour, "hunter2", ("", "choice", "is none of the choices")),
    (Literal["a", 1], 3, ("", "choice", "is none of the choices")),
    (list[Cat | Dog], [{"type": "hunter2"}], ("/0/type", "choice", "is none of the choices")),
    (Cat | Dog, {"lives": 1}, ("/type", "missing", "is required")),
    (Cat | Dog, {"type": 3}, ("/type", "type", "has to be str")),
    (Row, [1], ("", "length", "has to be array of length >= 2")),
    (Row, [1, 2, 3], ("", "length", "has to be array of length <= 2")),
    (Pair, [1], ("", "length", "has to be array of length 2")),
    (tuple[int, str], [1, 2], ("/1", "type", "has to be str")),
    (Line, {"hunter2": 1}, ("", "unknown", "has a field that is not known")),
    (
        list[Line],
        [{"count": 1}, {"count": 1, "hunter2": 2}],
        ("/1", "unknown", "has a field that is not known"),
    ),
    (list[Line], [{}], ("/0/count", "missing", "is required")),
    (dict[str, int], {"hunter2": "x"}, ("", "type", "has an entry that has to be int")),
    (dict[str, list[int]], {"hunter2": [1, "x"]}, ("", "type", "has an entry that has to be int")),
    (dict[str, Line], {"hunter2": {}}, ("", "missing", "has an entry that is not complete")),
    (
        dict[str, Line],
        {"hunter2": {"count": 1, "x": 1}},
        ("", "unknown", "has an entry with a field that is not known"),
    ),
    (dict[int, int], {"hunter2": 1}, ("", "type", "has a key that has to be int")),
    (dict[Colour, int], {"hunter2": 1}, ("", "choice", "has a key that is none of the choices")),
    (dt.datetime, "hunter2", ("", "format", "has to be a datetime (RFC 3339)")),
    (dt.date, "hunter2", ("", "format", "has to be a date (RFC 3339)")),
    (dt.timedelta, "hunter2", ("", "format", "has to be a duration (ISO 8601)")),
    (
        Annotated[dt.datetime, Meta(tz=True)],
        "2020-01-01T00:00:00",
        ("", "format", "has to be datetime with a timezone"),
    ),
    (uuid.UUID, "hunter2", ("", "format", "has to be a UUID")),
    (decimal.Decimal, "hunter2", ("", "format", "has to be a decimal number")),
    (bytes, "hunter2!", ("", "format", "has to be Base64")),
    (Strict, {"name": "hunter2"}, ("", "invalid", "is not valid")),
    (list[Strict], [{"name": "hunter2"}], ("/0", "invalid", "is not valid")),
    (Dotted, {}, ("/a.b", "missing", "is required")),
]


@pytest.mark.parametrize(("kind", "document", "expected"), CASES)
def test_each_message_has_its_code_and_words(
    kind: Any, document: Any, expected: tuple[str, str, str]
) -> None:
    (failure,) = failures_of(_error_of(document, kind))
    assert (failure.pointer, failure.code, failure.detail) == expected
    assert failures_of(_error_of(document, kind), document=document) == (failure,)


def test_a_number_out_of_range_is_told_as_such() -> None:
    with pytest.raises(msgspec.ValidationError) as caught:
        msgspec.json.decode("1e999", type=float)
    assert failures_of(caught.value)[0].code == "range"


@pytest.mark.parametrize(
    "value", ["Expected `hunter2`", "x - at `$.hunter2`", "Object missing required field `hunter2`", ""]
)
def test_a_post_init_that_repeats_a_forged_message_tells_nothing(value: str) -> None:
    (failure,) = failures_of(_error_of([{"name": value}], list[Strict]))
    assert (failure.pointer, failure.code, failure.detail) == ("/0", "invalid", "is not valid")


@pytest.mark.parametrize(
    ("document", "kind"),
    [
        ({"type": "hunter2` - at `$.hunter2"}, list[Cat | Dog]),
        ({"count": 1, "x` - at `$.hunter2": 1}, list[Line]),
        ("x - at `$.hunter2`", list[Colour]),
    ],
)
def test_a_value_that_looks_like_a_path_is_none(document: Any, kind: Any) -> None:
    (failure,) = failures_of(_error_of([document], kind))
    assert failure.pointer in ("/0", "/0/type")
    assert "hunter2" not in str(failure)


def test_a_custom_text_is_shown_where_the_document_shows_that_it_repeats_nothing() -> None:
    document = {"name": "rose"}
    assert failures_of(_error_of(document, Strict))[0].detail == "is not valid"
    document = {"name": "rose", "note": "cut"}
    assert failures_of(_error_of(document, Strict), document=document)[0].detail == "is not valid"  # "roses"
    error = msgspec.ValidationError("No lilies in winter.")
    error.__cause__ = ValueError("No lilies in winter.")
    assert failures_of(error, document=document)[0].detail == "no lilies in winter"


def test_a_type_that_only_the_developer_knows_is_not_named() -> None:
    error = msgspec.ValidationError("Expected `Internal`, got `int` - at `$.a`")
    assert failures_of(error)[0].detail == "has not the right type"


def test_the_place_is_the_callers() -> None:
    assert failures_of(_error_of("x", int), "query")[0].place == "query"
