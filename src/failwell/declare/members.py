"""Members read from a class's annotations: their records, and what raising and the wire need of them."""

from __future__ import annotations

import types
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, Union, get_args, get_origin, get_type_hints

import msgspec

from failwell.declare.record import Exposure, JsonSchema, MemberType
from failwell.exceptions import DeclarationError

_PLAIN_SCHEMAS: dict[Any, JsonSchema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
}


class Member(msgspec.Struct, frozen=True):
    """What an annotation cannot say of a member: `used: Annotated[int, Member(unit="bytes")]`.

    Attributes:
        name: the name in JSON, where it is not the attribute's (less one trailing underscore).
        unit: of a quantity, for instance `bytes`.
        exposure: `public`, `id` (only a keyed hash is kept outside the response) or `secret` (never kept).
        on_wire: False for a value that only templates and headers use.
        statuses: the statuses with which the member comes; empty for all of the type's.
        description: one sentence for pages and schemas.
    """

    name: str = ""
    unit: str = ""
    exposure: Exposure = "public"
    on_wire: bool = True
    statuses: tuple[int, ...] = ()
    description: str = ""


class MemberSet:
    """The members of one class, compiled once.

    Attributes:
        records: their records, in order of declaration.
        annotations: their types by attribute name, as written.
        known: all attribute names.
        needed: the names that raising has to bring.
        defaults: values of the others.
        checks: per name what `isinstance` is asked; `object` where any value may come.
    """

    __slots__ = ("annotations", "checks", "defaults", "known", "needed", "records")

    def __init__(self, records: tuple[MemberType, ...], annotations: Mapping[str, Any]) -> None:
        self.records = records
        self.annotations = annotations
        self.known = frozenset(annotations)
        self.defaults = {m.name: m.default for m in records if m.default is not msgspec.UNSET}
        self.needed = self.known - self.defaults.keys()
        self.checks = {name: runtime_check(hint) for name, hint in annotations.items()}


def read_members(cls: type, reserved: frozenset[str], *, where: str) -> MemberSet:
    """Reads the members that a class and its bases annotate.

    Raises:
        DeclarationError: for a name that every problem has, an annotation that cannot be resolved, a
            type without JSON form, a mutable default, or two members with one name in JSON.
    """
    hints = _member_hints(cls, reserved, where)
    records = tuple(_member_record(cls, name, hint, where) for name, hint in hints.items())
    seen: dict[str, str] = {}
    for record in records:
        other = seen.setdefault(record.wire_name, record.name)
        if other != record.name:
            raise DeclarationError(
                f"the members {other!r} and {record.name!r} are both called {record.wire_name!r} in JSON",
                code="duplicate-member",
                where=where,
                hint='give one of them another name: Annotated[…, Member("other_name")]',
            )
    return MemberSet(records, hints)


def _member_hints(cls: type, reserved: frozenset[str], where: str) -> dict[str, Any]:
    try:
        hints = get_type_hints(cls, include_extras=True)
    except Exception as error:  # annotations are code: anything can come out of them
        raise DeclarationError(
            f"an annotation cannot be resolved: {error}",
            code="unresolved-annotation",
            where=where,
            hint="the types of members must be importable at the top of the module in which the class stands",
        ) from error
    for base in cls.__mro__:
        taken = reserved.intersection(base.__dict__.get("__annotations__", ()))
        for name in sorted(taken if getattr(base, "problem_type", None) is not None or base is cls else ()):
            if get_origin(hints[name]) is not ClassVar:
                raise DeclarationError(
                    f"every problem already has {name!r}",
                    code="reserved-member",
                    where=f"{where}.{name}",
                    hint=f'write `{name}_: …`; on the wire it is {name!r} all the same',
                )
    return {
        name: hint
        for name, hint in hints.items()
        if name not in reserved and not name.startswith("_") and get_origin(hint) is not ClassVar
    }


def _member_record(cls: type, name: str, hint: Any, where: str) -> MemberType:
    said = next((extra for extra in get_args(hint)[1:] if isinstance(extra, Member)), Member()) if get_origin(hint) is Annotated else Member()
    place = f"{where}.{name}"
    default = getattr(cls, name, msgspec.UNSET)
    if isinstance(default, (list, dict, set, bytearray)):
        raise DeclarationError(
            f"the default {default!r} would be shared by all occurrences",
            code="mutable-default",
            where=place,
            hint="use a tuple, a frozenset or None",
        )
    return MemberType(
        name=name,
        wire_name=said.name or name.removesuffix("_"),
        schema=json_schema(hint, where=place),
        required=not _admits_none(hint),
        default=default,
        unit=said.unit,
        exposure=said.exposure,
        on_wire=said.on_wire,
        statuses=said.statuses,
        description=said.description,
    )


def json_schema(hint: Any, *, where: str) -> JsonSchema:
    """JSON Schema of an annotation, self-contained. None is left out: a member without value is absent.

    Raises:
        DeclarationError: if the type has no JSON form.
    """
    bare = _without_none(hint)
    plain = _PLAIN_SCHEMAS.get(bare)
    if plain is not None:
        return dict(plain)
    try:
        schema = msgspec.json.schema(bare, schema_hook=_foreign_schema)
    except (TypeError, NotImplementedError, ValueError) as error:
        raise DeclarationError(
            f"the type {bare!r} has no JSON form: {error}",
            code="member-without-json",
            where=where,
            hint="use a type that msgspec or pydantic can encode, for instance a dataclass or a msgspec.Struct",
        ) from error
    definitions = schema.pop("$defs", {})
    inlined: JsonSchema = _inlined(schema, definitions, ())
    return inlined


def _foreign_schema(kind: type) -> JsonSchema:
    describe = getattr(kind, "model_json_schema", None)  # pydantic's, without importing it
    if describe is None:
        raise NotImplementedError(f"{kind.__qualname__} is not a type that msgspec or pydantic know")
    schema: JsonSchema = describe()
    definitions = schema.pop("$defs", {})
    inlined: JsonSchema = _inlined(schema, definitions, ())
    return inlined


def _inlined(node: Any, definitions: Mapping[str, Any], open_refs: tuple[str, ...]) -> Any:
    """Puts definitions where they are referred to; a type that contains itself ends as any object."""
    if isinstance(node, list):
        return [_inlined(item, definitions, open_refs) for item in node]
    if not isinstance(node, dict):
        return node
    name = str(node.get("$ref", "")).removeprefix("#/$defs/")
    if name in definitions:
        if name in open_refs:
            return {"type": "object"}
        return _inlined(definitions[name], definitions, (*open_refs, name))
    return {key: _inlined(value, definitions, open_refs) for key, value in node.items()}


def runtime_check(hint: Any) -> type | tuple[type, ...]:
    """What `isinstance` can be asked of a value of this type: the outermost shape, not what is inside."""
    bare = _unwrapped(hint)
    origin = get_origin(bare)
    if origin in (Union, types.UnionType):
        checks = [runtime_check(option) for option in get_args(bare)]
        return tuple(kind for check in checks for kind in (check if isinstance(check, tuple) else (check,)))
    if origin is Literal:
        return tuple({type(value) for value in get_args(bare)})
    if bare is None:
        return type(None)
    if bare is float:
        return (float, int)
    candidate = origin or bare
    if candidate is list:
        return (list, tuple)
    return candidate if isinstance(candidate, type) else object


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
    bare = _unwrapped(hint)
    return get_args(bare) if get_origin(bare) in (Union, types.UnionType) else (bare,)


def _admits_none(hint: Any) -> bool:
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
    rest = tuple(option for option in options if option not in (None, type(None)))
    return Union[rest]  # noqa: UP007 - the options are only known at run time
