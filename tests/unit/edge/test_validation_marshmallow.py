"""marshmallow's messages, and those of webargs and flask-smorest, which are by location."""

from __future__ import annotations

import enum
from typing import Any

import pytest
from flask import Flask, Response
from marshmallow import Schema, ValidationError, fields, validate, validates_schema
from webargs.flaskparser import use_kwargs

from failwell.edge.validation import failures_of, failures_of_messages


class Colour(enum.Enum):
    RED = "red"


class Line(Schema):
    count = fields.Integer(required=True)


def _refuse(value: str) -> None:
    raise ValidationError(f"{value} is refused" if value != "rose" else "Not in winter.")


class Everything(Schema):
    whole = fields.Integer()
    short = fields.String(validate=validate.Length(max=3))
    between = fields.String(validate=validate.Length(min=1, max=3))
    choice = fields.String(validate=validate.OneOf(["red", "green"]))
    form = fields.String(validate=validate.Regexp("^a$"))
    range_ = fields.Integer(validate=validate.Range(min=3), data_key="x.y/z")
    colour = fields.Enum(Colour)
    address = fields.Email()
    link = fields.URL()
    identity = fields.UUID()
    at = fields.DateTime()
    line = fields.Nested(Line)
    lines = fields.List(fields.Nested(Line))
    many = fields.Nested(Line, many=True)
    prices = fields.Dict(keys=fields.String(validate=validate.Length(max=3)), values=fields.Integer())
    plucked = fields.Pluck(Line, "count")
    custom = fields.String(validate=_refuse)
    echo = fields.String(validate=validate.NoneOf(["hunter2"], error="{input} is refused"))
    forged = fields.String(validate=validate.OneOf(["red"], error="Must be one of: {input}."))
    both = fields.String(validate=[validate.Length(max=3), validate.Equal("red")])


def _error_of(document: Any, schema: Schema | None = None) -> ValidationError:
    with pytest.raises(ValidationError) as caught:
        (schema or Everything()).load(document)
    return caught.value


CASES: list[tuple[Any, list[tuple[str, str, str]]]] = [
    ({"whole": "hunter2"}, [("/whole", "type", "has to be a valid integer")]),
    ({"whole": None}, [("/whole", "null", "may not be null")]),
    ({"short": "hunter2"}, [("/short", "length", "has to be of length <= 3")]),
    ({"between": "hunter2"}, [("/between", "length", "has to be of length 1 to 3")]),
    ({"choice": "hunter2"}, [("/choice", "choice", "has to be one of: red, green")]),
    ({"form": "hunter2"}, [("/form", "pattern", "has not the right form")]),
    ({"x.y/z": 1}, [("/x.y~1z", "range", "has to be greater than or equal to 3")]),
    ({"colour": "hunter2"}, [("/colour", "choice", "has to be one of: RED")]),
    ({"address": "hunter2"}, [("/address", "type", "has to be a valid email address")]),
    ({"link": "hunter2"}, [("/link", "type", "has to be a valid URL")]),
    ({"identity": "hunter2"}, [("/identity", "type", "has to be a valid UUID")]),
    ({"at": "hunter2"}, [("/at", "type", "has to be a valid datetime")]),
    ({"line": {"count": "hunter2"}}, [("/line/count", "type", "has to be a valid integer")]),
    ({"line": {}}, [("/line/count", "missing", "is required")]),
    ({"line": {"count": 1, "hunter2": 1}}, [("/line", "unknown", "has a field that is not known")]),
    ({"lines": [{"count": 1}, {}, "x"]}, [
        ("/lines/1/count", "missing", "is required"), ("/lines/2", "type", "has not the right type"),
    ]),
    ({"many": [{}]}, [("/many/0/count", "missing", "is required")]),
    ({"prices": {"tea": "x"}}, [("/prices/tea", "type", "has to be a valid integer")]),
    ({"prices": {"hunter2": 1}}, [("/prices", "length", "has a key that has to be of length <= 3")]),
    ({"plucked": "hunter2"}, [("/plucked", "type", "has to be a valid integer")]),
    ({"custom": "hunter2"}, [("/custom", "invalid", "is not valid")]),
    ({"custom": "rose"}, [("/custom", "invalid", "not in winter")]),
    ({"echo": "hunter2"}, [("/echo", "invalid", "is not valid")]),
    ({"forged": "hunter2"}, [("/forged", "choice", "is none of the choices")]),
    ({"both": "hunter2"}, [
        ("/both", "length", "has to be of length <= 3"), ("/both", "value", "has to be equal to red"),
    ]),
    ({"hunter2": 1}, [("", "unknown", "has a field that is not known")]),
    ("hunter2", [("", "type", "has not the right type")]),
]  # fmt: skip


@pytest.mark.parametrize(("document", "expected"), CASES)
def test_each_message_has_its_code_and_words(document: Any, expected: list[tuple[str, str, str]]) -> None:
    found = failures_of(_error_of(document))
    assert [(one.pointer, one.code, one.detail) for one in found] == expected


def test_items_of_a_list_have_their_index() -> None:
    error = _error_of([{"count": 1}, {"count": "hunter2"}, 3], Line(many=True))
    assert [one.pointer for one in failures_of(error)] == ["/1/count", "/2"]


def test_fields_named_key_and_value_are_fields() -> None:
    schema = Schema.from_dict({"key": fields.Integer(), "value": fields.Integer()})()
    found = failures_of(_error_of({"key": "x", "value": "y"}, schema))
    assert [one.pointer for one in found] == ["/key", "/value"]
    nested = Schema.from_dict({"a": fields.Nested(schema)})()
    found = failures_of(_error_of({"a": {"key": "x", "value": "y"}}, nested))
    assert [one.pointer for one in found] == ["/a/key", "/a/value"]
    blind = failures_of_messages({"a": {"key": ["No."]}, "value": ["No."]}, place="body")
    assert [one.pointer for one in blind] == ["/a/key", "/value"]
    assert failures_of_messages({"key": ["No."]}, place="body", document="x")[0].pointer == ""


def test_entries_that_are_objects_are_told_from_fields_named_key_and_value() -> None:
    short = fields.String(validate=validate.Length(max=3))
    schema = Schema.from_dict({"lines": fields.Dict(keys=short, values=fields.Nested(Line))})()
    found = failures_of(_error_of({"lines": {"tea": {}, "hunter2": {"count": 1}}}, schema))
    assert [(one.pointer, one.detail) for one in found] == [
        ("/lines", "has a key that has to be of length <= 3"),
        ("/lines/tea/count", "is required"),
    ]
    both = Schema.from_dict({"key": fields.Integer(required=True), "value": fields.Integer(required=True)})
    nested = Schema.from_dict({"a": fields.Nested(both)})()
    assert [one.pointer for one in failures_of(_error_of({"a": {}}, nested))] == ["/a/key", "/a/value"]


class Whole(Schema):
    name = fields.String()
    note = fields.String()

    @validates_schema
    def _refuse(self, data: dict[str, str], **_: object) -> None:
        raise ValidationError(f"not {data['note']}" if "note" in data else "Nothing is said.")


def test_a_validator_of_the_schema_speaks_of_the_whole() -> None:
    (echoing,) = failures_of(_error_of({"note": "hunter2"}, Whole()))
    (plain,) = failures_of(_error_of({"name": "rose"}, Whole()))
    assert (echoing.pointer, echoing.detail) == ("", "is not valid")
    assert (plain.pointer, plain.detail) == ("", "nothing is said")


def test_an_error_raised_by_hand_has_no_input_and_is_not_shown_without_it() -> None:
    error = ValidationError("Sold out.")
    assert failures_of(error)[0].detail == "is not valid"
    assert failures_of(error, document={"a": 1})[0].detail == "sold out"
    assert failures_of(ValidationError({"line": {"count": ["Sold out."]}}))[0].pointer == "/line/count"


@pytest.mark.parametrize(
    ("location", "request_", "place"),
    [
        ("json", {"json": {"count": "hunter2"}}, "body"),
        ("form", {"data": {"count": "hunter2"}}, "body"),
        ("json_or_form", {"data": {"count": "hunter2"}}, "body"),
        ("query", {"query_string": {"count": "hunter2"}}, "query"),
        ("headers", {"headers": {"count": "hunter2"}}, "header"),
        ("cookies", {}, "cookie"),
    ],
)
def test_webargs_tells_the_place(location: str, request_: Any, place: str) -> None:
    app = Flask("shop")
    seen = []

    @app.errorhandler(422)
    def _(error: Any) -> Response:
        seen.append(error)
        return Response(status=422)

    @app.post("/")
    @use_kwargs(Line(), location=location)
    def _(**_: object) -> str:
        return ""

    client = app.test_client()
    client.set_cookie("count", "hunter2")
    assert client.post("/", **request_).status_code == 422
    (failure,) = failures_of(seen[0].exc)
    assert (failure.place, failure.pointer, failure.code) == (place, "/count", "type")
    assert failures_of_messages(seen[0].data["messages"]) == (failure,)


def test_messages_of_several_places_are_told_apart() -> None:
    messages = {"query": {"q": ["Unknown field."]}, "json": {0: {"a": ["Field may not be null."]}}}
    found = failures_of_messages(messages)
    assert [(one.place, one.pointer, one.code) for one in found] == [
        ("query", "", "unknown"),
        ("body", "/0/a", "null"),
    ]
