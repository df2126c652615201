"""Annotations written from JSON Schemas: what they say, and that they say no more."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from failwell.publish.python_types import Scope, TypeWriter, attribute_name, camel_case, says

POINT = {
    "title": "Point",
    "description": "Where it is.",
    "type": "object",
    "properties": {"x": {"type": "integer", "minimum": 0}, "the-label": {"type": "string", "default": ""}},
    "required": ["x"],
}

EXACT: list[tuple[dict[str, Any], str]] = [
    ({"type": "string"}, "str"),
    ({"type": "integer"}, "int"),
    ({"type": "number"}, "float"),
    ({"type": "boolean"}, "bool"),
    ({"type": "string", "format": "date-time"}, "Annotated[datetime, Meta(tz=True)]"),
    ({"type": "string", "format": "date"}, "date"),
    ({"type": "string", "format": "time"}, "Annotated[time, Meta(tz=True)]"),
    ({"type": "string", "format": "duration"}, "timedelta"),
    ({"type": "string", "format": "uuid"}, "UUID"),
    ({"type": "string", "format": "decimal"}, "Decimal"),
    ({"type": "string", "contentEncoding": "base64"}, "bytes"),
    ({"enum": ["a", "b"]}, 'Literal["a", "b"]'),
    ({"type": "array"}, "list[Any]"),
    ({"type": "array", "items": {"type": "integer"}}, "list[int]"),
    ({"type": "object"}, "dict[str, Any]"),
    ({"type": "object", "additionalProperties": {"type": "number"}}, "dict[str, float]"),
    ({"type": "integer", "minimum": 1, "maximum": 5}, "Annotated[int, Meta(ge=1, le=5)]"),
    ({"type": "number", "exclusiveMinimum": 0.5}, "Annotated[float, Meta(gt=0.5)]"),
    ({"type": "string", "maxLength": 9, "pattern": "^a"}, 'Annotated[str, Meta(max_length=9, pattern="^a")]'),
    (
        {"type": "array", "items": {"type": "string"}, "minItems": 1},
        "Annotated[list[str], Meta(min_length=1)]",
    ),
    ({"type": "string", "description": "A."}, 'Annotated[str, Meta(description="A.")]'),
    ({"anyOf": [{"type": "integer"}, {"type": "string"}]}, "int | str"),
    (POINT, "Point"),
    ({"type": "array", "items": POINT}, "list[Point]"),
]

NEAR: list[tuple[dict[str, Any], str]] = [
    ({"type": "string", "format": "email"}, "str"),
    ({"const": "a"}, 'Literal["a"]'),
    ({"enum": ["b", "a"]}, 'Literal["b", "a"]'),
    ({"enum": ["a", None]}, "object"),
    ({"type": ["string", "null"]}, "object"),
    ({"type": "array", "items": {"type": "string"}, "uniqueItems": True}, "list[str]"),
    ({"type": "object", "properties": {"a": {"type": "string"}}}, "dict[str, Any]"),
    ({"type": "integer", "minimum": 10**30}, "int"),
    ({"anyOf": [{"type": "string"}, {"enum": ["a"]}]}, "object"),
    ({"not": {}}, "object"),
    ({}, "object"),
]


def writer() -> TypeWriter:
    return TypeWriter(Scope(()))


@pytest.mark.parametrize(("schema", "source"), EXACT)
def test_an_annotation_has_the_schema_it_was_written_from(schema: dict[str, Any], source: str) -> None:
    typed = writer().member(schema, required=True, owner="Owner")
    assert typed.source == source
    assert says(typed.hint, schema)


@pytest.mark.parametrize(("schema", "source"), NEAR)
def test_what_no_annotation_says_has_the_nearest_one(schema: dict[str, Any], source: str) -> None:
    typed = writer().member(schema, required=True, owner="Owner")
    assert typed.source == source
    assert not says(typed.hint, schema)
    msgspec.json.Decoder(typed.hint)


def test_strings_stay_strings_where_templates_put_them_in() -> None:
    schema = {"type": "string", "format": "date"}
    assert writer().member(schema, required=True, owner="Owner", as_text=True).source == "str"


def test_any_value_may_be_absent_where_none_is_required() -> None:
    assert writer().member({}, required=False, owner="Owner").source == "Any"


def test_an_object_with_a_title_becomes_a_class() -> None:
    types = writer()
    types.member(POINT, required=True, owner="Owner")
    types.member({"type": "array", "items": POINT}, required=True, owner="Other")
    assert types.structs == {
        "Point": (
            "class Point(Struct, frozen=True):\n"
            '    """Where it is."""\n\n'
            "    x: Annotated[int, Meta(ge=0)]\n"
            '    the_label: str = field(name="the-label", default="")'
        )
    }


def test_long_literals_get_a_name_once() -> None:
    types = writer()
    schema = {"enum": [f"a_long_word_{number}" for number in range(6)]}
    first = types.member(schema, required=True, owner="OwnerKind")
    assert types.member(schema, required=True, owner="OtherKind") == first
    assert first.source == "OwnerKind"
    assert list(types.aliases) == ["OwnerKind"]


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("plain", "plain"),
        ("the-label", "the_label"),
        ("class", "class_"),
        ("1st", "n1st"),
        ("_x", "x"),
        ("-", "member"),
    ],
)
def test_a_name_in_json_becomes_an_attribute(key: str, name: str) -> None:
    assert attribute_name(key) == name


@pytest.mark.parametrize(
    ("code", "name"),
    [("quota_exceeded", "QuotaExceeded"), ("a.b-c", "ABC"), ("NOT_FOUND", "NotFound"), ("aB", "AB")],
)
def test_a_code_becomes_the_name_of_a_class(code: str, name: str) -> None:
    assert camel_case(code) == name


def test_names_are_defined_once_and_never_hide_others() -> None:
    scope = Scope(["date", "Point"])
    assert scope.use("datetime", "date") == "date_"
    assert scope.use("builtins", "int") == "int"
    assert scope.imports == {"datetime": {"date": "date_"}}
    assert [scope.define("Shop"), scope.define("Shop"), scope.define("Point")] == ["Shop", "Shop2", "Point2"]
    assert scope.define("ConnectionError", "Problem") == "ConnectionErrorProblem"
