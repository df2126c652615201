"""What JSON Schemas of members say of their values: the kind, and whether it is said at all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeGuard, cast

_KINDS: Mapping[type, str] = {bool: "boolean", str: "string", int: "number", float: "number"}
_CHOICES = ("anyOf", "oneOf")
_SAYS = frozenset(
    {"type", "enum", "const", "$ref", "$dynamicRef", "anyOf", "oneOf", "allOf", "not", "if", "properties"}
)
_OBJECT_SAYS = frozenset(
    {"properties", "patternProperties", "additionalProperties", "$ref", "allOf", "anyOf", "oneOf", "if"}
)
_BOUNDS = frozenset({"enum", "const", "format", "pattern", "anyOf", "oneOf"})
_DEPTH = 4
"""How deep schemas are followed."""


def kind_of(schema: Mapping[str, Any], depth: int = _DEPTH) -> str:
    """The kind of the values: `string`, `number`, `boolean`, `object`, `array of string`; empty if not clear.

    Whole numbers are numbers, and null is the absence of a value.
    """
    if depth == 0:
        return ""
    for word in _CHOICES:
        if word in schema:
            return _one_of(
                kind_of(choice, depth - 1) for choice in _schemas(schema[word]) if not _is_null(choice)
            )
    if "const" in schema or "enum" in schema:
        values: Any = schema.get("enum", [schema.get("const")])
        return _one_of(_KINDS.get(value.__class__, "") for value in _list(values) if value is not None)
    kind: Any = schema.get("type")
    if _is_list(kind):
        kinds = [one for one in kind if one != "null"]
        kind = kinds[0] if len(kinds) == 1 else ""
    if kind == "array":
        inner = [kind_of(items, depth - 1) for items in _schemas([schema.get("items")])]
        return f"array of {inner[0]}" if inner and inner[0] else "array"
    return "number" if kind == "integer" else kind if isinstance(kind, str) else ""


def differ(one: str, other: str) -> bool:
    """Whether two kinds are not the same; `array` goes with each kind of array."""
    return bool(one and other) and not (one.startswith(other) or other.startswith(one))


def is_untyped(schema: Mapping[str, Any]) -> bool:
    """Whether a schema lets any value pass, any object or any array, without saying so."""
    for word in _CHOICES:
        if any(_says_nothing(choice) for choice in _schemas(schema.get(word))):
            return True
    return _says_nothing(schema)


def _says_nothing(schema: Mapping[str, Any]) -> bool:
    if _SAYS.isdisjoint(schema):
        return True
    kind = schema.get("type")
    if kind == "object":
        return _OBJECT_SAYS.isdisjoint(schema)
    return kind == "array" and "items" not in schema and "prefixItems" not in schema


def is_free_text(schema: Mapping[str, Any]) -> bool:
    """Whether the values are strings of any content: no choice of a few, no form."""
    choices = [one for word in _CHOICES for one in _schemas(schema.get(word)) if not _is_null(one)]
    if choices:
        return all(map(_is_free, choices))
    return _is_free(schema)


def _is_free(schema: Mapping[str, Any]) -> bool:
    return kind_of(schema) == "string" and _BOUNDS.isdisjoint(schema)


def _list(value: object) -> list[Any]:
    return value if _is_list(value) else []


def _is_list(value: object) -> TypeGuard[list[Any]]:
    return isinstance(value, list)


def _schemas(value: object) -> list[Mapping[str, Any]]:
    return [one for one in _list(value) if isinstance(one, Mapping)]


def _is_null(schema: Mapping[str, Any]) -> bool:
    return schema.get("type") == "null"


def _one_of(kinds: Any) -> str:
    """The only kind that there is; empty if there are several."""
    known = set(kinds)
    return cast("str", known.pop()) if len(known) == 1 else ""
