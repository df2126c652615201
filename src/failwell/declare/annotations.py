"""Annotations of members: their JSON Schema, and what `isinstance` can be asked."""

from __future__ import annotations

import types
from collections.abc import Mapping
from datetime import datetime, time
from itertools import chain
from typing import (
    Annotated,
    Any,
    Literal,
    Union,
    cast,
    get_args,
    get_origin,
    is_typeddict,
)

import msgspec

from failwell.declare.record import Exposure, JsonSchema
from failwell.exceptions import DeclarationError

_PLAIN_SCHEMAS: dict[Any, JsonSchema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    datetime: {"type": "string", "format": "date-time"},  # msgspec says it only of those with a zone
    time: {"type": "string", "format": "time"},
}

_KINDS: dict[Any, Any] = {float: (float, int), list: (list, tuple), Any: object}
"""What `isinstance` is asked instead of these types, which take more than their own instances or none."""


class Member(msgspec.Struct, frozen=True):
    """What an annotation cannot say of a member: `used: Annotated[int, Member(unit="bytes")]`.

    Attributes:
        name: the name in JSON, where it is not the attribute's (less one trailing underscore).
        unit: of a quantity, for instance `bytes`.
        exposure: `public`, `id` (only a keyed hash is kept outside the response) or `secret` (never kept).
        on_wire: False for a value that only templates and headers use.
        statuses: the statuses with which the member comes; empty for all of the type's.
        description: one sentence for pages and schemas.
        schema: JSON Schema of the value, where the annotation says less.
    """

    name: str = ""
    unit: str = ""
    exposure: Exposure = "public"
    on_wire: bool = True
    statuses: tuple[int, ...] = ()
    description: str = ""
    schema: JsonSchema | None = None


def said_of(hint: Any) -> Member | None:
    """The `Member` of an annotation, also where it stands inside: `Annotated[int, Member(…)] | None`."""
    if get_origin(hint) is Annotated:
        inner, *extras = get_args(hint)
        return next((extra for extra in extras if isinstance(extra, Member)), None) or said_of(inner)
    options = _options(hint)
    return next(filter(None, map(said_of, options)), None) if len(options) > 1 else None


def json_schema(hint: Any, *, where: str) -> JsonSchema:
    """JSON Schema of an annotation, self-contained. None is left out: a member without value is absent.

    Raises:
        DeclarationError: if the type has no JSON form.
    """
    bare = _without_none(hint)
    plain = _PLAIN_SCHEMAS.get(bare) if isinstance(bare, type) else None
    if plain is not None:
        return dict(plain)
    try:
        schema = msgspec.json.schema(bare, schema_hook=_foreign_schema)
    except Exception as error:  # what describes a type is the type's own code, as pydantic's is
        raise DeclarationError(
            f"the type {bare!r} has no JSON form: {_first_line(error)}",
            code="member-without-json",
            where=where,
            hint="use a type that msgspec or pydantic can encode, such as a dataclass or a msgspec.Struct",
        ) from error
    return _self_contained(schema)


def _foreign_schema(kind: Any) -> JsonSchema:
    describe = getattr(kind, "model_json_schema", None)  # pydantic's, without importing it
    if describe is None:
        raise TypeError("neither msgspec nor pydantic know it")
    return _self_contained(describe())


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]


def _self_contained(schema: JsonSchema) -> JsonSchema:
    definitions = schema.pop("$defs", {})
    return cast("JsonSchema", _inlined(schema, definitions, ()))


def _inlined(node: Any, definitions: Mapping[str, Any], open_refs: tuple[str, ...]) -> Any:
    """Puts definitions where they are referred to; a type that contains itself ends as any object."""
    if isinstance(node, list):
        return [_inlined(item, definitions, open_refs) for item in node]  # pyright: ignore[reportUnknownVariableType]
    if not isinstance(node, dict):
        return node
    fields = cast("JsonSchema", node)
    if isinstance(fields.get("description"), str):  # of a type's docstring, only what it means
        fields["description"] = " ".join(fields["description"].partition("\n\n")[0].split())
    name = str(fields.get("$ref", "")).removeprefix("#/$defs/")
    if name not in definitions:
        return {key: _inlined(value, definitions, open_refs) for key, value in fields.items()}
    if name in open_refs:
        return {"type": "object"}
    beside = {key: value for key, value in fields.items() if key != "$ref"}
    return {**_inlined(definitions[name], definitions, (*open_refs, name)), **beside}


def runtime_check(hint: Any) -> type | tuple[type, ...]:
    """What `isinstance` can be asked of a value of this type: the outermost shape, not what is inside."""
    options = _options(hint)
    if len(options) > 1:
        kinds = [runtime_check(option) for option in options]
        flat = chain.from_iterable(kind if isinstance(kind, tuple) else (kind,) for kind in kinds)
        return tuple(dict.fromkeys(flat))
    bare = _unwrapped(hint)
    if bare is None:
        return type(None)
    if get_origin(bare) is Literal:
        literals: list[type] = [type(value) for value in get_args(bare)]
        return tuple(dict.fromkeys(literals))
    kind = get_origin(bare) or bare
    if is_typeddict(kind):
        return dict
    return cast("type | tuple[type, ...]", _KINDS.get(kind, kind if isinstance(kind, type) else object))


def _unwrapped(hint: Any) -> Any:
    while True:
        if get_origin(hint) is Annotated:
            hint = get_args(hint)[0]
        elif hasattr(hint, "__supertype__"):  # typing.NewType
            hint = hint.__supertype__
        elif hasattr(hint, "__value__"):  # typing.TypeAliasType
            hint = hint.__value__
        else:
            return hint


def _options(hint: Any) -> tuple[Any, ...]:
    """The types that a union is made of, and None apart from the other values of a Literal."""
    bare = _unwrapped(hint)
    if get_origin(bare) in (Union, types.UnionType):
        return get_args(bare)
    if get_origin(bare) is Literal and None in get_args(bare):
        return (Literal[tuple(value for value in get_args(bare) if value is not None)], None)
    return (bare,)


def admits_none(hint: Any) -> bool:
    """Whether None is among the values of a type."""
    return any(option in (None, type(None), Any) for option in _options(hint))


def _without_none(hint: Any) -> Any:
    """The annotation less `Member` and less None, but with constraints such as `msgspec.Meta`."""
    if get_origin(hint) is Annotated:
        inner, *extras = get_args(hint)
        constraints = [extra for extra in extras if not isinstance(extra, Member)]
        return Annotated[_without_none(inner), *constraints] if constraints else _without_none(inner)
    options = _options(hint)
    if len(options) == 1:
        return hint
    rest = tuple(_without_none(option) for option in options if option not in (None, type(None)))
    return Union[rest]  # noqa: UP007 - the options are only known at run time
