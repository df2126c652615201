"""The members of a problem type: their records, and what raising and the wire need of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar, cast, get_args, get_origin, get_type_hints

import msgspec

from failwell.declare.annotations import Member, admits_none, json_schema, runtime_check, said_of
from failwell.declare.record import Exposure, MemberType
from failwell.exceptions import DeclarationError

_WIRE_NAME = re.compile(r'[^"\\\x00-\x1f\ud800-\udfff]+\Z')


def is_wire_name(name: str) -> bool:
    """Whether a text can be a name in JSON objects as it is, without escapes."""
    return _WIRE_NAME.match(name) is not None


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
        DeclarationError: for an annotation that cannot be resolved, a type without JSON form, a mutable
            default, and for what `check_members` finds.
    """
    hints = _member_hints(cls, root, where)
    records = tuple(_member_record(cls, name, hint, where) for name, hint in hints.items())
    check_members(records, reserved, where=where)
    return MemberSet(records, hints)


def check_members(records: tuple[MemberType, ...], reserved: frozenset[str], *, where: str) -> None:
    """Checks the members of one type, wherever they come from.

    Raises:
        DeclarationError: for a name that every problem has or that begins with an underscore, a name in JSON
            that would need escapes, an exposure that does not exist, or two members with one name.
    """
    seen: dict[str, str] = {}
    for record in records:
        _check_name(record.name, reserved, where)
        _check_said(record, f"{where}.{record.name}")
        other = seen.setdefault(record.wire_name, record.name)
        if other != record.name:
            raise DeclarationError(
                f"the members {other!r} and {record.name!r} are both called {record.wire_name!r} in JSON",
                code="duplicate-member",
                where=where,
                hint='give one of them another name: Annotated[…, Member("other_name")]',
            )
    if len({record.name for record in records}) < len(records):
        raise DeclarationError(
            "two members have one name in Python",
            code="duplicate-member",
            where=where,
            hint='give one of them another: name = "…"',
        )


def _member_hints(cls: type, root: type, where: str) -> dict[str, Any]:
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
    return {name: hints[name] for name in own if get_origin(hints[name]) is not ClassVar}


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
    if not name.isidentifier():
        raise DeclarationError(
            f"{name!r} cannot be the name of an attribute",
            code="bad-member-name",
            where=f"{where}.{name}",
            hint="letters, digits and underscores, not beginning with a digit; the name in JSON is free",
        )


def _member_record(cls: type, name: str, hint: Any, where: str) -> MemberType:
    said = said_of(hint) or Member()
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
    return MemberType(
        name=name,
        wire_name=said.name or name.removesuffix("_"),
        schema=json_schema(hint, where=place) if said.schema is None else said.schema,
        required=not admits_none(hint),
        default=default,
        unit=said.unit,
        exposure=said.exposure,
        on_wire=said.on_wire,
        statuses=said.statuses,
        description=said.description,
    )


def _check_said(record: MemberType, place: str) -> None:
    if not is_wire_name(record.wire_name):
        raise DeclarationError(
            f"{record.wire_name!r} cannot be a name in JSON here",
            code="bad-wire-name",
            where=place,
            hint="leave out quotes, backslashes and control characters",
        )
    if record.exposure not in get_args(Exposure):
        raise DeclarationError(
            f"{record.exposure!r} is not an exposure",
            code="bad-exposure",
            where=place,
            hint=f"use one of {', '.join(get_args(Exposure))}",
        )
    statuses = cast("object", record.statuses)  # no type checker stands before a slip such as statuses=413
    if not isinstance(statuses, tuple):
        raise DeclarationError(
            f"statuses= is {type(statuses).__name__}",
            code="wrong-word",
            where=place,
            hint="write Member(statuses=(413,)): a tuple of the type's statuses",
        )
