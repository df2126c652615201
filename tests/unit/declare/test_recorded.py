"""Classes of types that were read: plain types for their members, whatever their schemas say."""

from __future__ import annotations

import json
from typing import Any, Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from failwell.declare.record import MemberType
from failwell.declare.recorded import annotation_of, class_name
from failwell.wire.values import decoder_of

TYPES: tuple[tuple[dict[str, Any], Any], ...] = (
    ({"type": "string"}, str),
    ({"type": "integer", "minimum": 1}, int),
    ({"type": "number"}, float),
    ({"type": "boolean"}, bool),
    ({"type": "array", "items": {"type": "string"}}, list[str]),
    ({"type": "array"}, list[Any]),
    ({"type": "array", "items": False}, list[Any]),
    ({"type": "object"}, dict[str, Any]),
    ({"type": "object", "additionalProperties": {"type": "integer"}}, dict[str, int]),
    ({"type": "object", "properties": {}, "additionalProperties": {"type": "integer"}}, dict[str, Any]),
    ({"type": "object", "additionalProperties": False}, dict[str, Any]),
    ({"enum": ["a", 1]}, Literal["a", 1]),
    ({"const": "a"}, Literal["a"]),
    ({"enum": [1.5]}, Any),
    ({"enum": [True]}, Any),
    ({"enum": [None, "a"]}, Any),
    ({"enum": [2**70]}, Any),
    ({"enum": []}, Any),
    ({"enum": "abc", "type": "string"}, str),
    ({"enum": 5}, Any),
    ({"type": ["string", "null"]}, Any),
    ({"type": "null"}, Any),
    ({"type": 5}, Any),
    ({"anyOf": [{"type": "string"}]}, Any),
    ({}, Any),
)


def member(schema: dict[str, Any], *, required: bool = True) -> MemberType:
    return MemberType(name="x", wire_name="x", schema=schema, required=required)


@pytest.mark.parametrize(("schema", "kind"), TYPES, ids=str)
def test_a_schema_in_plain_terms_has_a_plain_type(schema: dict[str, Any], kind: Any) -> None:
    assert annotation_of(member(schema)) == kind


def test_an_optional_member_may_be_none() -> None:
    assert annotation_of(member({"type": "string"}, required=False)) == str | None
    assert annotation_of(member({"enum": ["a"]}, required=False)) == Literal["a"] | None


def test_a_schema_beyond_all_depth_is_any_value() -> None:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(5000):
        schema = {"type": "array", "items": schema}
    assert decoder_of(annotation_of(member(schema)))(b"[[[[[[[[[1]]]]]]]]]") == [[[[[[[[[1]]]]]]]]]


_ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(
    st.dictionaries(
        st.sampled_from(["type", "enum", "const", "items", "additionalProperties", "properties"]),
        st.sampled_from(["string", "array", "object"]) | _ANY_JSON,
    )
)
def test_any_schema_makes_a_type_that_decodes(schema: dict[str, Any]) -> None:
    decode = decoder_of(annotation_of(member(schema, required=False)))
    for value in ("a", 1, [1], {"a": 1}, None):
        try:
            decode(json.dumps(value).encode())
        except msgspec.ValidationError as error:
            assert str(error)  # noqa: PT017 - either is right, but nothing else


@pytest.mark.parametrize(
    ("code", "name"), [("quota_exceeded", "QuotaExceeded"), ("a-b.c1", "ABC1"), ("HTTP", "HTTP"), ("x", "X")]
)
def test_a_class_is_called_after_its_code(code: str, name: str) -> None:
    assert class_name(code) == name
