"""Whether every value that fits one JSON Schema fits another one, as far as that can be shown.

Sound and small: the answer yes is right, the answer no may mean that it is not known. Keywords that are not
known here can only be shown to be kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, cast

from failwell.check.facts.instances import ANNOTATIONS, fits, is_annotation, same
from failwell.declare.record import JsonSchema

_ALL = frozenset({"null", "boolean", "string", "integer", "fraction", "array", "object"})
_DEEPEST = 24
_STEPS = 20_000
_SIZES = {
    "string": (("minLength", "maxLength"),),
    "array": (("minItems", "maxItems"),),
    "object": (("minProperties", "maxProperties"),),
}
_KEPT = {
    "number": ("multipleOf",),
    "string": ("pattern", "format", "contentEncoding", "contentMediaType", "contentSchema"),
    "array": ("uniqueItems",),
    "object": ("propertyNames", "dependentRequired"),
}
"""Keywords of which nothing is shown but that they are the same."""

_KNOWN = frozenset(
    {"type", "enum", "const", "anyOf", "oneOf", "allOf", "$ref", "$defs", "items", "prefixItems"}
    | {"properties", "required", "additionalProperties"}
    | {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}
    | {"minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"}
    | {keyword for keywords in _KEPT.values() for keyword in keywords}
    | ANNOTATIONS
)


def types_of(schema: JsonSchema) -> frozenset[str]:
    """The types of the values that can fit; `integer` and `fraction` are the two halves of `number`."""
    named = schema.get("type")
    if named is None:
        return _ALL
    names = [str(name) for name in cast("list[object]", named)] if isinstance(named, list) else [str(named)]
    return (
        frozenset(names) if "number" not in names else frozenset({*names, "integer", "fraction"} - {"number"})
    )


class Containment:
    """One question: is what fits `inner` all there is in `outer`?"""

    def __init__(self, inner: JsonSchema, outer: JsonSchema) -> None:
        self._inner, self._outer = inner, outer
        self._open: set[tuple[str, str]] = set()
        self._steps = 0

    def holds(self) -> bool:
        """Whether it could be shown."""
        try:
            return self._within(self._inner, self._outer, 0)
        except (AttributeError, TypeError, ValueError):  # written by hand, and no schema after all
            return False

    def _within(self, inner: object, outer: object, depth: int) -> bool:
        self._steps += 1
        if depth > _DEEPEST or self._steps > _STEPS:  # hand-written schemas can be odd without end
            return False
        if outer is True or inner is False or outer == {}:
            return True
        a = cast("JsonSchema", {}) if inner is True else inner
        if not (isinstance(a, dict) and isinstance(outer, dict)):
            return False
        return self._objects(cast("JsonSchema", a), cast("JsonSchema", outer), depth + 1)

    def _objects(self, inner: JsonSchema, outer: JsonSchema, depth: int) -> bool:  # noqa: PLR0911 - one per form
        a, b = _meaning(inner), _meaning(outer)
        if "$ref" in a or "$ref" in b:
            return self._referred(a, b, depth)
        if not (_is_known(a) and _is_known(b)):
            return _text(a) == _text(b) and "$ref" not in _text(a)
        if b.get("allOf"):
            parts = [*b["allOf"], _without(b, "allOf")]
            return all(self._within(a, part, depth) for part in parts)
        for union in ("anyOf", "oneOf"):
            if union in b:
                return self._in_union(a, b, union, depth)
        for union in ("anyOf", "oneOf"):
            if union in a:
                rest = _without(a, union)
                every = all(self._within(part, b, depth) for part in a[union])
                return every or self._within(rest, b, depth)
        if "allOf" in a:
            return any(self._within(part, b, depth) for part in [*a["allOf"], _without(a, "allOf")])
        return self._plain(a, b, depth)

    def _referred(self, a: JsonSchema, b: JsonSchema, depth: int) -> bool:
        """Follows references. A pair that is being looked at already is taken as shown: it ends in itself."""
        pair = (_text(a), _text(b))
        if pair in self._open:
            return True
        one, other = _target(a, self._inner), _target(b, self._outer)
        if one is None or other is None:
            return False
        self._open.add(pair)
        found = self._within(one, other, depth)
        self._open.discard(pair)
        return found

    def _in_union(self, a: JsonSchema, b: JsonSchema, union: str, depth: int) -> bool:
        """Whether each kind of value of `a` is in one part of a union."""
        if not self._within(a, _without(b, union), depth):
            return False
        parts = cast("list[Any]", b[union])
        if union == "oneOf" and not _are_apart(parts):
            return _text(a.get("oneOf")) == _text(parts) and "$ref" not in _text(parts)
        if any(self._within(a, part, depth) for part in parts):
            return True
        return self._split_fits(a, parts, depth)

    def _split_fits(self, a: JsonSchema, parts: list[Any], depth: int) -> bool:
        union: Any = {"anyOf": parts}
        for word in ("anyOf", "oneOf"):
            if word in a:
                return all(self._within(part, union, depth) for part in a[word])
        if "enum" in a or "const" in a:
            values = _values(a)
            return len(values) > 1 and all(self._within({"const": one}, union, depth) for one in values)
        kinds = sorted(types_of(a) & _ALL)
        named = a.get("type")
        if not isinstance(named, list) or len(kinds) < 2:
            return False
        return all(self._within({**a, "type": kind}, union, depth) for kind in cast("list[str]", named))

    def _plain(self, a: JsonSchema, b: JsonSchema, depth: int) -> bool:
        if "enum" in a or "const" in a:
            return all(fits(value, b) for value in _values(a))
        if "enum" in b or "const" in b:
            return False
        types = types_of(a)
        if not types <= types_of(b):
            return False
        numbers = not types.isdisjoint({"integer", "fraction"})
        return (
            (not numbers or (_bounds_hold(a, b) and _kept(a, b, "number")))
            and all(_sizes_hold(a, b, kind) and _kept(a, b, kind) for kind in _SIZES if kind in types)
            and ("array" not in types or self._arrays(a, b, depth))
            and ("object" not in types or self._members(a, b, depth))
        )

    def _arrays(self, a: JsonSchema, b: JsonSchema, depth: int) -> bool:
        first, other = a.get("prefixItems", []), b.get("prefixItems", [])
        return (
            len(first) == len(other)
            and all(self._within(one, two, depth) for one, two in zip(first, other, strict=True))
            and self._within(a.get("items", True), b.get("items", True), depth)
        )

    def _members(self, a: JsonSchema, b: JsonSchema, depth: int) -> bool:
        if not set(b.get("required", ())) <= set(a.get("required", ())):
            return False
        one, two = a.get("properties", {}), b.get("properties", {})
        rest, other = a.get("additionalProperties", True), b.get("additionalProperties", True)
        return self._within(rest, other, depth) and all(
            self._within(one.get(name, rest), two.get(name, other), depth) for name in {**one, **two}
        )


def _meaning(schema: JsonSchema) -> JsonSchema:
    """Without what says nothing about values."""
    return {key: value for key, value in schema.items() if key != "$defs" and not is_annotation(key)}


def _is_known(schema: JsonSchema) -> bool:
    return _KNOWN.issuperset(schema)


def _without(schema: JsonSchema, keyword: str) -> JsonSchema:
    return {key: value for key, value in schema.items() if key != keyword}


def _target(schema: JsonSchema, root: JsonSchema) -> object:
    """What a reference means; None if it stands beside other words, or leads elsewhere."""
    if "$ref" not in schema:
        return schema
    name = str(schema["$ref"]).removeprefix("#/$defs/")
    definitions: Mapping[str, object] = root.get("$defs", {})
    return definitions.get(name) if len(schema) == 1 else None


def _values(schema: JsonSchema) -> list[Any]:
    """The listed values, less those that do not fit the rest."""
    values = [schema["const"]] if "const" in schema else list(schema["enum"])
    rest = {key: value for key, value in schema.items() if key not in ("enum", "const")}
    if "const" in schema and "enum" in schema:
        values = [value for value in values if any(same(value, one) for one in schema["enum"])]
    named = types_of(rest)
    return [value for value in values if named == _ALL or fits(value, {"type": rest["type"]})]


def _bounds_hold(a: JsonSchema, b: JsonSchema) -> bool:
    """Whether the numbers of `a` are within those of `b`."""
    low, below = _bound(a, "minimum", "exclusiveMinimum", 1), _bound(b, "minimum", "exclusiveMinimum", 1)
    high, above = _bound(a, "maximum", "exclusiveMaximum", -1), _bound(b, "maximum", "exclusiveMaximum", -1)
    return low >= below and high >= above


def _bound(schema: JsonSchema, inclusive: str, exclusive: str, sign: int) -> tuple[float, bool]:
    """How tight a bound is: greater is tighter."""
    bounds = [(sign * schema[inclusive], False)] if inclusive in schema else []
    bounds += [(sign * schema[exclusive], True)] if exclusive in schema else []
    return max(bounds, default=(float("-inf"), False))


def _sizes_hold(a: JsonSchema, b: JsonSchema, kind: str) -> bool:
    for least, most in _SIZES[kind]:
        if a.get(least, 0) < b.get(least, 0):
            return False
        if most in b and a.get(most, float("inf")) > b[most]:
            return False
    return True


def _kept(a: JsonSchema, b: JsonSchema, kind: str) -> bool:
    return all(
        _text(a.get(word)) == _text(b[word]) and "$ref" not in _text(b[word])
        for word in _KEPT[kind]
        if word in b
    )


def _are_apart(parts: Iterable[Any]) -> bool:
    """Whether no value fits two parts of a union, for they are of different types."""
    seen: set[str] = set()
    for part in parts:
        types = types_of(cast("JsonSchema", part)) if isinstance(part, dict) else _ALL
        if types & seen:
            return False
        seen |= types
    return True


def _text(value: object) -> str:
    return json.dumps(value, sort_keys=True)
