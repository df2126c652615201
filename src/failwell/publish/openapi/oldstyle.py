"""Schemas of OpenAPI 3.0, whose dialect of JSON Schema is an older one, from those of draft 2020-12."""

from __future__ import annotations

from typing import Any, cast

from failwell.publish.openapi.components import Json

_SAME = frozenset({
    "$ref", "title", "description", "default", "deprecated", "readOnly", "writeOnly", "externalDocs",
    "format", "type", "enum", "required", "nullable", "properties", "additionalProperties", "items",
    "allOf", "anyOf", "oneOf", "not", "multipleOf", "maximum", "exclusiveMaximum", "minimum",
    "exclusiveMinimum", "maxLength", "minLength", "pattern", "maxItems", "minItems", "uniqueItems",
    "maxProperties", "minProperties", "discriminator", "example",
})  # fmt: skip
"""The keywords of OpenAPI 3.0.3, section 4.7.24. Others have no meaning there and are left out."""

_UNIONS = ("allOf", "anyOf", "oneOf")
_NULL: Json = {"type": "null"}


def old_schema(schema: Any) -> Json:
    """A schema as OpenAPI 3.0 writes it: it takes all that the given one takes, and little more."""
    if not isinstance(schema, dict):
        return {} if schema else {"not": {}}
    return _with_old_parts(_with_old_words(dict(cast("Json", schema))))


def _with_old_words(schema: Json) -> Json:
    """Puts old keywords in the place of new ones, at the top of a schema."""
    if "const" in schema:
        schema["enum"] = [schema.pop("const")]
    if "prefixItems" in schema:
        schema["items"] = {"anyOf": schema["prefixItems"]}
    if schema.get("examples"):
        schema["example"] = schema["examples"][0]
    if schema.get("contentEncoding") == "base64":
        schema["format"] = "byte"
    for word, limit in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        value = schema.get(word)
        if value is not None and not isinstance(value, bool):
            schema |= {limit: value, word: True}
    if "$ref" in schema and len(schema) > 1:  # what stands beside a reference would be ignored
        schema["allOf"] = [*schema.get("allOf", ()), {"$ref": schema.pop("$ref")}]
    return _with_nullable(schema)


def _with_nullable(schema: Json) -> Json:
    """Puts `nullable` in the place of the type null, and a union in that of several types."""
    kinds = schema.get("type", [])
    listed = cast("list[str]", kinds if isinstance(kinds, list) else [kinds])
    rest = [kind for kind in listed if kind != "null"]
    has_null = len(rest) < len(listed)
    if has_null or len(rest) > 1:
        schema.pop("type")
        if len(rest) == 1:
            schema["type"] = rest[0]
        elif rest:
            schema.setdefault("anyOf", [{"type": kind} for kind in rest])
        else:
            schema["enum"] = [None]
    schema = {**schema, "nullable": True} if has_null else schema
    for word in ("anyOf", "oneOf"):
        options = cast("list[Any]", schema.get(word, []))
        rest = [option for option in options if option != _NULL]
        if len(rest) == 1 < len(options) and isinstance(rest[0], dict) and "$ref" not in rest[0]:
            del schema[word]
            schema |= _or_null(_with_old_words(dict(cast("Json", rest[0]))))
    return schema


def _or_null(schema: Json) -> Json:
    """A schema that takes null, too. An enumeration has to name it besides (OpenAPI 3.0.3, 4.7.24)."""
    enum = {"enum": [*schema["enum"], None]} if "enum" in schema else {}
    return {**schema, **enum, "nullable": True}


def _with_old_parts(schema: Json) -> Json:
    """Rewrites the schemas inside a schema, and leaves out keywords without meaning."""
    if schema.get("type") == "array" and not isinstance(schema.get("items"), dict):
        schema["items"] = {}
    written: Json = {}
    for word, value in schema.items():
        if word == "properties":
            written[word] = {name: old_schema(part) for name, part in value.items()}
        elif word in ("items", "not") or (word == "additionalProperties" and not isinstance(value, bool)):
            written[word] = old_schema(value)
        elif word in _UNIONS:
            written[word] = [old_schema(part) for part in cast("list[Any]", value)]
        elif word in _SAME or word.startswith("x-"):
            written[word] = value
    return written
