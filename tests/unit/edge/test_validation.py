"""What holds for the errors of every library: order, number, length, and what is no library's at all."""

from __future__ import annotations

import json
from typing import Any

import attrs
import litestar.exceptions
import marshmallow
import msgspec
import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import FormData, ImmutableMultiDict
from werkzeug.datastructures import Headers, MultiDict

from failwell.edge.validation import failures_of, failures_of_messages, pointer
from failwell.edge.validation.given import Given, repeats
from failwell.typing import InputFailure


class Line(pydantic.BaseModel):
    count: int


class Order(pydantic.BaseModel):
    lines: list[Line] = []
    prices: dict[str, int] = {}


def _error_of(document: object) -> pydantic.ValidationError:
    with pytest.raises(pydantic.ValidationError) as caught:
        Order.model_validate(document)
    return caught.value


@pytest.mark.parametrize(
    ("steps", "text"), [((), ""), (("a", 0), "/a/0"), (("", "a/b", "~"), "//a~1b/~0"), (("~1",), "/~01")]
)
def test_a_pointer_is_escaped(steps: tuple[object, ...], text: str) -> None:
    assert pointer(steps) == text


def test_a_hostile_body_makes_a_hundred_failures_and_no_more() -> None:
    error = _error_of({"lines": [{"count": "x"}] * 10_000})
    failures = failures_of(error)
    assert [one.pointer for one in failures] == [f"/lines/{index}/count" for index in range(100)]
    assert failures == failures_of(error)


@pytest.mark.parametrize("name", ["k" * 101, "line\nbreak", "\x00", "\u202e"])
def test_a_hostile_name_ends_the_pointer_before_it(name: str) -> None:
    (failure,) = failures_of(_error_of({"prices": {name: "x"}}))
    assert (failure.pointer, failure.code) == ("/prices", "int_parsing")
    assert failure.detail == "has an entry that has to be a valid integer"


def test_a_pointer_has_an_end_however_deep_the_input() -> None:
    messages: Any = ["Not a valid integer."]
    for _ in range(300):
        messages = {"deeper": messages}
    (failure,) = failures_of_messages(messages, place="body")
    assert 300 < len(failure.pointer) <= 400
    assert failure.detail == "has an entry that has to be a valid integer"


@pytest.mark.parametrize(
    "error", [ValueError("hunter2"), RuntimeError(), KeyError("hunter2"), "hunter2", None]
)
def test_an_error_of_nobody_is_one_failure_of_the_whole(error: object) -> None:
    assert failures_of(error, "query") == (
        InputFailure(pointer="", place="query", code="invalid", detail="is not valid"),
    )


def test_an_error_without_failures_is_one_too() -> None:
    assert [one.code for one in failures_of(_error_named("ValidationError", "marshmallow", messages={}))] == [
        "invalid"
    ]


class Unreadable(Exception):
    def __str__(self) -> str:
        raise RuntimeError("hunter2")


@pytest.mark.parametrize(
    "error",
    [
        litestar.exceptions.ValidationException(extra=["hunter2"]),
        marshmallow.ValidationError({"a": {"_schema": None}}),
        msgspec.ValidationError(Unreadable()),
        ValueError(Unreadable()),
        ValueError,
    ],
)
def test_what_cannot_be_read_is_still_an_invalid_input(error: object) -> None:
    assert [(one.code, one.detail) for one in failures_of(error)] == [("invalid", "is not valid")]


def _error_named(name: str, module: str, **held: object) -> Exception:
    cls = type(name, (Exception,), {"__module__": module, "data": None, **held})
    error: Exception = cls()
    return error


def test_classes_derived_from_a_librarys_are_read_like_it() -> None:
    class Own(msgspec.ValidationError):
        pass

    assert failures_of(Own("Expected `int`, got `str` - at `$.a`"))[0].pointer == "/a"


@attrs.define
class Tea:
    name: str = attrs.field(validator=attrs.validators.in_(["assam", "ceylon"]))
    count: int = attrs.field(default=1, validator=attrs.validators.instance_of(int))


@pytest.mark.parametrize(
    ("document", "where"), [({"name": "hunter2"}, "/name"), ({"name": "assam", "count": "hunter2"}, "/count")]
)
def test_attrs_tells_the_attribute_and_its_texts_repeat_the_value(
    document: dict[str, Any], where: str
) -> None:
    with pytest.raises((ValueError, TypeError)) as caught:
        Tea(**document)
    assert "hunter2" in str(caught.value)
    assert failures_of(caught.value, document=document) == (
        InputFailure(pointer=where, place="body", code="invalid", detail="is not valid"),
    )


@pytest.mark.parametrize(
    ("document", "text", "shown"),
    [
        ({"a": "rose", "b": "lily"}, "The passwords differ.", "the passwords differ"),
        ({"a": "rose"}, "IBAN has a wrong checksum", "IBAN has a wrong checksum"),
        ({"a": "rose"}, "'rose' is no password.", "is not valid"),
        ({"a": "Rose"}, "rose is no password", "is not valid"),
        ({"a": " rose\t"}, "rose is no password", "is not valid"),
        ({"a": "hunter2 and more"}, "Not so: hunter2…", "is not valid"),
        ({"a": 7}, "7 is too many", "is not valid"),
        ({"a": 7}, "more than 70 is too many", "more than 70 is too many"),
        ({"a": 1500.5}, "1,500.5 is too much", "is not valid"),
        ({"a": [{"b": ["rose"]}]}, "a rose", "is not valid"),
        ({"rose": 1}, "nobody knows rose", "is not valid"),
        ({"a": b"rose"}, "a rose", "is not valid"),
        ({"a": object()}, "a text", "is not valid"),
        ({"a": "x" * 6000}, "a text", "is not valid"),
        ({"a": True, "b": None}, "True or None", "true or None"),
        ({"a": "rose"}, "x" * 301, "is not valid"),
        ({"a": "rose"}, " ", "is not valid"),
        ({"a": "!!@#"}, "not so: !!@#", "is not valid"),
        ({"a": "!!@#"}, "not so!", "not so!"),
        ({"a": "rose"}, "two\nlines", "is not valid"),
        ({"a": "\ud800"}, "not so: \ud800", "is not valid"),
        (None, "a text", "is not valid"),
    ],
)
def test_a_custom_text_is_shown_where_it_does_not_repeat_the_input(
    document: object, text: str, shown: str
) -> None:
    assert failures_of(ValueError(text), document=document)[0].detail == shown


def test_a_mistake_of_the_program_is_no_word_of_a_validator() -> None:
    assert failures_of(KeyError("internal"), document={"a": 1})[0].detail == "is not valid"


@given(st.recursive(st.text(min_size=1), lambda inner: st.lists(inner, min_size=1), max_leaves=5), st.text())
def test_whatever_stands_in_an_input_is_seen_in_a_text(document: Any, around: str) -> None:
    value = document
    while isinstance(value, list):
        value = value[-1]
    if value.strip():
        assert Given([document]).repeated_in(f"{around} {value} {around}")


def test_a_phrase_may_share_words_with_an_input_but_not_hold_a_value() -> None:
    assert not repeats("has to be one of: green, red", "greenish")
    assert repeats("has to be one of: green, red", "green")
    assert not repeats("has to be > 3", "3")
    assert repeats("has to be one of: +++", "+++")


def test_the_multi_valued_mappings_of_frameworks_show_all_their_values() -> None:
    pairs: list[Any] = [("a", "rose"), ("a", "lily")]
    for held in (FormData(pairs), ImmutableMultiDict(pairs), MultiDict(pairs), Headers([("A", "rose")])):
        assert Given(held).repeated_in("a rose")
        assert not Given(held).repeated_in("tulips")
    assert Given(MultiDict(pairs)).repeated_in("lily")
    assert Given(FormData(pairs)).repeated_in("lily")


def test_failures_go_out_as_json() -> None:
    (failure,) = failures_of(_error_of({"lines": [{}]}))
    assert json.loads(msgspec.json.encode(failure)) == {
        "pointer": "/lines/0/count",
        "in": "body",
        "code": "missing",
        "detail": "is required",
    }
