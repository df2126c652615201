"""Members read from a class's annotations: their records, and what raising and the wire need of them."""

from __future__ import annotations

import re
import types
from collections.abc import Mapping
from itertools import chain
from typing import (
    Annotated,
    Any,
    ClassVar,
    Literal,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

import msgspec

from failwell.declare.record import Exposure, JsonSchema, MemberType
from failwell.exceptions import DeclarationError

_PLAIN_SCHEMAS: dict[Any, JsonSchema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
}

_KINDS: dict[Any, Any] = {float: (float, int), list: (list, tuple), Any: object}
"""What `isinstance` is asked instead of these types, which take more than their own instances or none."""


_WIRE_NAME = re.compile(r'[^"\\\x00-\x1f\ud800-\udfff]+\Z')


def is_wire_name(name: str) -> bool:
    """Whether a text can be a name in JSON objects as it is, without escapes."""
    return _WIRE_NAME.match(name) is not None


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
        count: how many there are.
        needed: the names that raising has to bring.
        defaults: values of the others.
        checks: per name what `isinstance` is asked; `object` where any value may come.
    """

    __slots__ = ("annotations", "checks", "count", "defaults", "known", "needed", "records")

    def __init__(self, records: tuple[MemberType, ...], annotations: Mapping[str, Any]) -> None:
        self.records = records
        self.annotations = annotations
        self.known = frozenset(annotations)
        self.count = len(self.known)
        self.defaults = {m.name: m.default for m in records if m.default is not msgspec.UNSET}
        self.needed = self.known - self.defaults.keys()
        self.checks = {name: runtime_check(hint) for name, hint in annotations.items()}


def read_members(cls: type, root: type, reserved: frozenset[str], *, where: str) -> MemberSet:
    """Reads the members that a class and its bases below `root` annotate.

    Raises:
        DeclarationError: for a name that every problem has or that begins with an underscore, a name in JSON
            that would need escapes, an annotation that cannot be resolved, a type without JSON form, an
            exposure that does not exist, a mutable default, or two members with one name in JSON.
    """
    hints = _member_hints(cls, root, reserved, where)
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


def _member_hints(cls: type, root: type, reserved: frozenset[str], where: str) -> dict[str, Any]:
    try:
        hints = get_type_hints(cls, include_extras=True)
    except Exception as error:  # annotations are code: anything can come out of them
        raise DeclarationError(
            f"an annotation cannot be resolved: {error}",
            code="unresolved-annotation",
            where=where,
            hint="the types of members must be importable at the top of the module in which the class stands",
        ) from error
    bases = [base for base in reversed(cls.__mro__) if base not in root.__mro__]
    own = dict.fromkeys(name for base in bases for name in getattr(base, "__annotations__", ()))
    members = {name: hints[name] for name in own if get_origin(hints[name]) is not ClassVar}
    for name in members:
        _check_name(name, reserved, where)
    return members


def _check_name(name: str, reserved: frozenset[str], where: str) -> None:
    if name in reserved:
        raise DeclarationError(
            f"every problem already has {name!r}",
            code="reserved-member",
            where=f"{where}.{name}",
            hint=f"write `{name}_: …`; on the wire it is {name!r} all the same",
        )
    if name.startswith("_"):
        raise DeclarationError(
            f"{name!r} begins with an underscore, as the state that a problem keeps for itself does",
            code="private-member",
            where=f"{where}.{name}",
            hint="name it without the underscore; `ClassVar[…]` marks what is not a member",
        )


def _member_record(cls: type, name: str, hint: Any, where: str) -> MemberType:
    said = _said(hint) or Member()
    place = f"{where}.{name}"
    # Not getattr: `mro` and others are attributes of every class without being anybody's default.
    default = next((vars(base)[name] for base in cls.__mro__ if name in vars(base)), msgspec.UNSET)
    if isinstance(default, (list, dict, set, bytearray)):
        raise DeclarationError(
            f"the default {default!r} would be shared by all occurrences",
            code="mutable-default",
            where=place,
            hint="use a tuple, a frozenset or None",
        )
    _check_said(said, place)
    wire_name = said.name or name.removesuffix("_")
    if not is_wire_name(wire_name):
        raise DeclarationError(
            f"{wire_name!r} cannot be a name in JSON here",
            code="bad-wire-name",
            where=place,
            hint="leave out quotes, backslashes and control characters",
        )
    return MemberType(
        name=name,
        wire_name=wire_name,
        schema=json_schema(hint, where=place),
        required=not _admits_none(hint),
        default=default,
        unit=said.unit,
        exposure=said.exposure,
        on_wire=said.on_wire,
        statuses=said.statuses,
        description=said.description,
    )


def _check_said(said: Member, place: str) -> None:
    if said.exposure not in get_args(Exposure):
        raise DeclarationError(
            f"{said.exposure!r} is not an exposure",
            code="bad-exposure",
            where=place,
            hint=f"use one of {', '.join(get_args(Exposure))}",
        )
    statuses = cast("object", said.statuses)  # no type checker stands before a slip such as statuses=413
    if not isinstance(statuses, tuple):
        raise DeclarationError(
            f"statuses= is {type(statuses).__name__}",
            code="wrong-word",
            where=place,
            hint="write Member(statuses=(413,)): a tuple of the type's statuses",
        )


def _said(hint: Any) -> Member | None:
    """The `Member` of an annotation, also where it stands inside: `Annotated[int, Member(…)] | None`."""
    if get_origin(hint) is Annotated:
        inner, *extras = get_args(hint)
        return next((extra for extra in extras if isinstance(extra, Member)), None) or _said(inner)
    options = _options(hint)
    return next(filter(None, map(_said, options)), None) if len(options) > 1 else None


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
    rest = tuple(_without_none(option) for option in options if option not in (None, type(None)))
    return Union[rest]  # noqa: UP007 - the options are only known at run time
