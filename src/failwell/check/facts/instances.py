"""Whether a single JSON value fits a JSON Schema, for the keywords whose meaning is known here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from failwell.declare.record import JsonSchema

ANNOTATIONS = frozenset(
    {"title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly", "discriminator"}
    | {"$comment", "$schema", "$id", "$anchor"}
)
"""Keywords that say nothing about which values fit (JSON Schema Validation, section 9)."""


def is_annotation(keyword: str) -> bool:
    """Whether a keyword says nothing about which values fit; those of extensions do not."""
    return keyword in ANNOTATIONS or keyword.startswith("x-")


def same(one: object, other: object) -> bool:
    """Whether two JSON values are equal: 1 and 1.0 are, 1 and true are not (JSON Schema Core, 4.2.2)."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        a, b = cast("Mapping[str, object]", one), cast("Mapping[str, object]", other)
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(one, list) and isinstance(other, list):
        x, y = cast("list[object]", one), cast("list[object]", other)
        return len(x) == len(y) and all(map(same, x, y))
    return one == other


def fits(value: object, schema: object) -> bool:
    """Whether a value is shown to fit; a keyword that is not known here shows nothing."""
    if isinstance(schema, bool):
        return schema
    words = cast("JsonSchema", schema)
    return all(_fits_word(value, word, words[word], words) for word in words if not is_annotation(word))


def _fits_word(value: Any, word: str, said: Any, schema: JsonSchema) -> bool:  # noqa: PLR0911 - one per word
    match word:
        case "type":
            names = cast("list[str]", said) if isinstance(said, list) else [str(said)]
            return any(_is_a(value, name) for name in names)
        case "enum":
            return any(same(value, one) for one in said)
        case "const":
            return same(value, said)
        case "anyOf":
            return any(fits(value, part) for part in said)
        case "allOf":
            return all(fits(value, part) for part in said)
        case "items" | "minItems" | "maxItems" if not isinstance(value, list):
            return True
        case "items":
            return "prefixItems" not in schema and all(fits(one, said) for one in cast("list[object]", value))
        case "properties" | "required" | "additionalProperties" if not isinstance(value, Mapping):
            return True
        case "properties" | "required" | "additionalProperties":
            return _fits_object(cast("Mapping[str, object]", value), word, said, schema)
        case _:
            return _fits_size(value, word, said)


def _is_a(value: object, name: str) -> bool:
    if isinstance(value, bool) or value is None:
        return name == ("null" if value is None else "boolean")
    if isinstance(value, int | float):
        return name == "number" or (name == "integer" and value == int(value))
    kinds = {"string": str, "array": list, "object": Mapping}
    return name in kinds and isinstance(value, kinds[name])


def _fits_object(value: Mapping[str, object], word: str, said: Any, schema: JsonSchema) -> bool:
    if word == "required":
        return all(name in value for name in said)
    if word == "properties":
        return all(fits(value[name], said[name]) for name in said if name in value)
    others = [one for name, one in value.items() if name not in schema.get("properties", {})]
    return all(fits(one, said) for one in others)


def _fits_size(value: Any, word: str, said: Any) -> bool:
    if word in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"):
        if not isinstance(value, int | float) or isinstance(value, bool):
            return True
        holds: dict[str, bool] = {
            "minimum": value >= said,
            "maximum": value <= said,
            "exclusiveMinimum": value > said,
            "exclusiveMaximum": value < said,
        }
        return holds[word]
    kinds = {"Length": str, "Items": list, "Properties": Mapping}
    kind = kinds.get(word[3:])
    if kind is None or word[:3] not in ("min", "max"):
        return False  # format, pattern and others: not shown
    if not isinstance(value, kind):
        return True
    size = len(cast("Sequence[object]", value))
    return size >= said if word[:3] == "min" else size <= said
