"""Schemas as OpenAPI 3.0 writes them."""

from __future__ import annotations

from typing import Any

import pytest

from failwell.publish.openapi.oldstyle import old_schema


@pytest.mark.parametrize(
    ("new", "old"),
    [
        ({"type": "string", "const": "a"}, {"type": "string", "enum": ["a"]}),
        ({"type": "null", "const": None}, {"enum": [None], "nullable": True}),
        ({"type": "null"}, {"enum": [None], "nullable": True}),
        ({"type": ["string", "null"]}, {"type": "string", "nullable": True}),
        ({"type": ["string", "integer"]}, {"anyOf": [{"type": "string"}, {"type": "integer"}]}),
        (
            {"anyOf": [{"type": "null"}, {"type": "string", "const": "a"}], "default": None},
            {"type": "string", "enum": ["a", None], "default": None, "nullable": True},
        ),
        (
            {"oneOf": [{"type": "null"}, {"$ref": "#/a"}]},
            {"oneOf": [{"enum": [None], "nullable": True}, {"$ref": "#/a"}]},
        ),
        (
            {"anyOf": [{"type": "integer"}, {"type": "null"}, True]},
            {"anyOf": [{"type": "integer"}, {"enum": [None], "nullable": True}, {}]},
        ),
        ({"anyOf": [True, {"type": "null"}]}, {"anyOf": [{}, {"enum": [None], "nullable": True}]}),
        (
            {"type": "integer", "exclusiveMinimum": 0},
            {"type": "integer", "minimum": 0, "exclusiveMinimum": True},
        ),
        (
            {"type": "number", "exclusiveMaximum": 1},
            {"type": "number", "maximum": 1, "exclusiveMaximum": True},
        ),
        ({"type": "number", "exclusiveMaximum": True}, {"type": "number", "exclusiveMaximum": True}),
        (
            {"type": "array", "prefixItems": [{"const": 1}, {}], "items": False, "minItems": 2},
            {"type": "array", "items": {"anyOf": [{"enum": [1]}, {}]}, "minItems": 2},
        ),
        ({"type": "array"}, {"type": "array", "items": {}}),
        ({"type": "array", "items": True}, {"type": "array", "items": {}}),
        ({"$ref": "#/a"}, {"$ref": "#/a"}),
        ({"$ref": "#/a", "description": "b"}, {"description": "b", "allOf": [{"$ref": "#/a"}]}),
        ({"type": "string", "contentEncoding": "base64"}, {"type": "string", "format": "byte"}),
        ({"type": "string", "examples": ["a", "b"]}, {"type": "string", "example": "a"}),
        (
            {"type": "object", "additionalProperties": False},
            {"type": "object", "additionalProperties": False},
        ),
        (
            {"additionalProperties": {"const": 1}, "propertyNames": {"pattern": "a"}, "$comment": "b"},
            {"additionalProperties": {"enum": [1]}},
        ),
        ({"properties": {"const": {"const": 1}}}, {"properties": {"const": {"enum": [1]}}}),
        ({"not": {"const": 1}, "allOf": [True, False]}, {"not": {"enum": [1]}, "allOf": [{}, {"not": {}}]}),
        ({"x-unit": "bytes", "type": "integer"}, {"x-unit": "bytes", "type": "integer"}),
    ],
)
def test_a_schema_in_the_words_of_3_0(new: Any, old: Any) -> None:
    assert old_schema(new) == old


def test_the_given_schema_is_not_changed() -> None:
    given = {"type": ["string", "null"], "const": "a", "examples": ["a"]}
    old_schema(given)
    assert given == {"type": ["string", "null"], "const": "a", "examples": ["a"]}
