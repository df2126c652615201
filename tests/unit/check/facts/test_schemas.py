from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from failwell.check.facts.schemas import compare_schemas

INTEGER, NUMBER, TEXT, NULL = ({"type": name} for name in ("integer", "number", "string", "null"))
OBJECT = {"type": "object", "properties": {"a": INTEGER, "b": TEXT}, "required": ["a"]}
TREE = {
    "$ref": "#/$defs/Tree",
    "$defs": {"Tree": {"type": "object", "properties": {"next": {"$ref": "#/$defs/Tree"}, "size": INTEGER}}},
}
WIDE_TREE = {
    "$ref": "#/$defs/Tree",
    "$defs": {"Tree": {"type": "object", "properties": {"next": {"$ref": "#/$defs/Tree"}, "size": NUMBER}}},
}

ROWS: list[tuple[Any, Any, str, str]] = [
    (INTEGER, NUMBER, "widened", 'type was "integer" and is "number"'),
    (INTEGER, TEXT, "changed", 'type was "integer" and is "string"'),
    (INTEGER, {"anyOf": [INTEGER, NULL]}, "widened", "anyOf was absent and is ["),
    (INTEGER, {"type": ["integer", "null"]}, "widened", 'type was "integer" and is ["integer", "null"]'),
    ({"anyOf": [INTEGER, NULL]}, {"type": ["null", "integer"]}, "equal", ""),
    ({"oneOf": [INTEGER, NULL]}, {"type": ["null", "integer"]}, "equal", ""),
    ({"oneOf": [INTEGER, NUMBER]}, NUMBER, "widened", "oneOf was ["),
    ({**INTEGER, "maximum": 5}, {**INTEGER, "maximum": 9}, "widened", "maximum was 5 and is 9"),
    ({**INTEGER, "maximum": 5}, {**INTEGER, "exclusiveMaximum": 5}, "narrowed", "maximum was 5"),
    ({**INTEGER, "minimum": 1, "maximum": 5}, {**INTEGER, "minimum": 0, "maximum": 4}, "changed", "minimum"),
    ({**TEXT, "maxLength": 5}, TEXT, "widened", "maxLength was 5 and is absent"),
    (TEXT, {**TEXT, "minLength": 1}, "narrowed", "minLength was absent and is 1"),
    ({**TEXT, "pattern": "^a"}, {**TEXT, "pattern": "^b"}, "changed", "pattern"),
    (TEXT, {**TEXT, "pattern": "^b"}, "narrowed", "pattern"),
    ({**TEXT, "format": "uuid"}, {**TEXT, "format": "date"}, "changed", "format"),
    ({"enum": ["a"]}, {"enum": ["a", "b"]}, "widened", 'enum was ["a"] and is ["a", "b"]'),
    ({"enum": ["a", "b"]}, {"enum": ["b", "a"]}, "equal", ""),
    ({"const": True}, {"const": 1}, "changed", "const was true and is 1"),
    ({"const": 1}, {"enum": [1]}, "equal", ""),
    ({"enum": ["a"]}, TEXT, "widened", ""),
    ({"type": "string", "enum": ["a"]}, {"enum": ["a"]}, "equal", ""),
    ({"type": "array", "items": INTEGER}, {"type": "array", "items": NUMBER}, "widened", "type of items was"),
    ({"type": "array", "items": TEXT}, {"type": "array", "items": {**TEXT, "title": "x"}}, "equal", ""),
    (OBJECT, {**OBJECT, "required": ["a", "b"]}, "narrowed", "required"),
    (OBJECT, {**OBJECT, "required": []}, "widened", "required"),
    (OBJECT, {**OBJECT, "properties": {"a": INTEGER}}, "widened", "property b was"),
    (OBJECT, {**OBJECT, "additionalProperties": False}, "narrowed", "additionalProperties was absent"),
    (
        {**OBJECT, "additionalProperties": False},
        {**OBJECT, "properties": {**OBJECT["properties"], "c": TEXT}, "additionalProperties": False},  # type: ignore[dict-item]
        "widened",
        "property c was absent",
    ),
    (OBJECT, {**OBJECT, "properties": {"a": NUMBER, "b": TEXT}}, "widened", 'type of a was "integer"'),
    (TREE, TREE, "equal", ""),
    (TREE, WIDE_TREE, "widened", "$defs was"),
    ({}, TEXT, "narrowed", "type was absent"),
    ({"not": TEXT}, {"not": INTEGER}, "changed", "not was"),
    ({"type": "string", "description": "one"}, {"type": "string", "x-failwell": {}}, "equal", ""),
    ({"type": "array", "prefixItems": [INTEGER]}, {"type": "array", "prefixItems": [NUMBER]}, "widened", ""),
    ({**INTEGER, "minimum": "one"}, {**INTEGER, "minimum": 1}, "changed", "minimum"),
]


@pytest.mark.parametrize(("before", "after", "kind", "what"), ROWS)
def test_it_tells_what_became_of_the_values_that_fit(before: Any, after: Any, kind: str, what: str) -> None:
    relation = compare_schemas(before, after)
    assert relation.kind == kind
    if kind != "equal":
        assert str(relation).startswith(what)
    opposite = {"narrowed": "widened", "widened": "narrowed"}
    assert compare_schemas(after, before).kind == opposite.get(kind, kind)


def test_it_tells_which_listed_values_came_and_which_went() -> None:
    relation = compare_schemas({"enum": ["a", "b"]}, {"enum": ["b", "c"]})
    assert relation.kind == "changed"
    assert relation.aspect == "values"
    assert relation.values(added=True) == ["c"]
    assert relation.values(added=False) == ["a"]
    assert compare_schemas({"enum": ["a"]}, {"type": "string"}).aspect == "type"
    assert compare_schemas({"format": "uuid"}, {"format": "date"}).aspect == "format"


# -------------------------------------------------------------------------------------------- properties

_NAMES = ["a", "b", "c"]
_CONSTANTS = st.sampled_from([None, True, False, 0, 1, 2, 1.5, "", "a", "ab", [], [1], {}, {"a": 1}])
_SMALL = st.integers(0, 3)
_LEAVES = st.one_of(
    st.sampled_from([INTEGER, NUMBER, TEXT, NULL, {"type": "boolean"}, {}, True, False]),
    st.fixed_dictionaries({"type": st.sampled_from(["integer", "number"])}, optional={
        "minimum": _SMALL, "maximum": _SMALL, "exclusiveMinimum": _SMALL, "exclusiveMaximum": _SMALL,
        "multipleOf": st.integers(1, 2),
    }),
    st.fixed_dictionaries({"type": st.just("string")}, optional={
        "minLength": _SMALL, "maxLength": _SMALL, "pattern": st.sampled_from(["^a", "b"]),
        "format": st.just("uuid"),
    }),
    st.fixed_dictionaries({"enum": st.lists(_CONSTANTS, min_size=1, max_size=3)}, optional={
        "type": st.sampled_from(["string", "integer"])
    }),
    st.fixed_dictionaries({"const": _CONSTANTS}),
    st.fixed_dictionaries({"type": st.lists(
        st.sampled_from(["integer", "number", "string", "null"]), min_size=1, max_size=2, unique=True
    )}, optional={"minimum": _SMALL, "minLength": _SMALL}),
)  # fmt: skip


def _deeper(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    parts = st.lists(inner, min_size=1, max_size=2)
    return st.one_of(
        st.fixed_dictionaries({"type": st.just("array")}, optional={
            "items": inner, "minItems": _SMALL, "maxItems": _SMALL, "uniqueItems": st.booleans(),
            "prefixItems": parts,
        }),
        st.fixed_dictionaries({"type": st.just("object")}, optional={
            "properties": st.dictionaries(st.sampled_from(_NAMES), inner, max_size=2),
            "required": st.lists(st.sampled_from(_NAMES), max_size=2, unique=True),
            "additionalProperties": inner, "minProperties": _SMALL, "maxProperties": _SMALL,
            "patternProperties": st.fixed_dictionaries({"^a": inner}),
        }),
        st.fixed_dictionaries({}, optional={
            "anyOf": parts, "oneOf": parts, "allOf": parts, "not": inner, "$ref": st.just("#/$defs/Node"),
            "minimum": _SMALL, "maxLength": _SMALL,
        }),
    )  # fmt: skip


_NESTED = st.recursive(_LEAVES, _deeper, max_leaves=6)
_ROOTS = st.builds(
    lambda schema, node: {**(schema if isinstance(schema, dict) else {}), "$defs": {"Node": node}},
    _NESTED,
    st.one_of(_LEAVES, st.fixed_dictionaries({
        "type": st.just("object"),
        "properties": st.fixed_dictionaries(
            {"a": st.just({"$ref": "#/$defs/Node"})}, optional={"b": _LEAVES}
        ),
    })),
)  # fmt: skip
_VALUES = st.recursive(
    st.one_of(_CONSTANTS, st.integers(-1, 4), st.sampled_from([0.5, 2.0, 2.5, "abc", "b", "abcd"])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(_NAMES), inner, max_size=3)
    ),
    max_leaves=5,
)


@st.composite
def _pairs(draw: st.DrawFn) -> tuple[Any, Any]:
    """Two schemas, often alike: a keyword of the one is another one's in the other."""
    before = draw(_ROOTS)
    if draw(st.booleans()):
        return before, draw(_ROOTS)
    after = dict(before)
    for key in draw(st.lists(st.sampled_from(sorted(after)), max_size=2)):
        after.pop(key, None)
    other = draw(_ROOTS)
    return before, {**after, **{key: other[key] for key in list(other)[: draw(st.integers(0, 2))]}}


@given(pair=_pairs(), values=st.lists(_VALUES, min_size=5, max_size=20))
def test_what_is_called_narrowed_or_widened_is(pair: tuple[Any, Any], values: list[Any]) -> None:
    before, after = pair
    kind = compare_schemas(before, after).kind
    assume(kind != "changed")
    old, new = Draft202012Validator(before), Draft202012Validator(after)
    for value in values:
        fitted, fits = old.is_valid(value), new.is_valid(value)
        if kind in ("narrowed", "equal"):
            assert fitted or not fits, f"{value!r} fits only after"
        if kind in ("widened", "equal"):
            assert fits or not fitted, f"{value!r} fits only before"


_KEYWORDS = st.sampled_from([
    "type", "enum", "const", "anyOf", "oneOf", "allOf", "items", "prefixItems", "properties", "required",
    "additionalProperties", "minimum", "maxLength", "pattern", "$ref", "$defs", "not", "title",
])  # fmt: skip
_ODD = st.recursive(
    st.one_of(_CONSTANTS, st.sampled_from(["string", "#/$defs/a", "number"])),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(_KEYWORDS, inner, max_size=3)),
    max_leaves=8,
)


@given(
    before=st.dictionaries(_KEYWORDS, _ODD, max_size=3), after=st.dictionaries(_KEYWORDS, _ODD, max_size=3)
)
def test_what_is_no_schema_is_compared_all_the_same(before: Any, after: Any) -> None:
    relation = compare_schemas(before, after)
    assert relation.kind == "equal" or str(relation)
    assert compare_schemas(before, before).kind == "equal"


@given(schema=_ROOTS)
def test_a_schema_is_equal_to_itself(schema: Any) -> None:
    assert compare_schemas(schema, schema).kind == "equal"


@given(pair=_pairs())
def test_the_way_back_is_the_opposite(pair: tuple[Any, Any]) -> None:
    kinds = [compare_schemas(*pair).kind, compare_schemas(*pair[::-1]).kind]
    assert sorted(kinds) in (["changed"] * 2, ["equal"] * 2, ["narrowed", "widened"])
