"""Problem types as plain data, and back: their part of the JSON document.

A problem has the fields of `ProblemType`, in their order, those at their default absent; only `statuses` is
called `status`, and `retry` is always there. A member is its JSON Schema under its wire name. What a schema
cannot say stands in its keyword `x-failwell`: the fields of `MemberType`, with `name` only where it differs
from the wire name, and with `default` exactly where an occurrence need not bring a value (null for None).
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, TypeGuard, TypeVar, cast

import msgspec

from failwell.declare.declaration import Words, problem_type
from failwell.declare.members import check_members
from failwell.declare.problem import RESERVED
from failwell.declare.prose import Prose
from failwell.declare.record import (
    Example,
    JsonSchema,
    Lifecycle,
    Link,
    MemberType,
    ProblemType,
    Redirect,
    Resolve,
    Retry,
    Translation,
)
from failwell.exceptions import DeclarationError, EncodingError
from failwell.wire.values import decode, encode

Data = dict[str, Any]
"""A JSON object of the document."""

EXTENSION = "x-failwell"
"""Keyword of a member's schema that holds what JSON Schema has no words for."""

_Part = TypeVar("_Part", bound=msgspec.Struct)
_NOT_IN_NAMES = re.compile(r"\W")
_OWN_WORDS = frozenset(Words.__annotations__) | {"code", "status", "title"}
_WORDS = _OWN_WORDS | {"why", "what_to_do", "members", "fills_gap", "retry_by_status"}
_MEMBER_WORDS = frozenset(MemberType.__struct_fields__) - {"wire_name", "schema"}

# ------------------------------------------------------------------------------------------------ reading


def read_problem(data: Mapping[str, Any], *, where: str) -> ProblemType:
    """Makes the record of a problem type from its part of a document.

    Args:
        data: as `write_problem` makes it. `status` may be one number, and `retry` a table by status.
        where: names it in errors.

    Raises:
        DeclarationError: for what a class line could not say either, for unknown fields and wrong types.
    """
    check_fields(data, _WORDS, where)
    members = tuple(_members(data.get("members", {}), where))
    check_members(members, RESERVED, where=where)
    words: Data = {}
    for word, value in data.items():
        if word in _OWN_WORDS and word != "prose":
            read = _READERS.get(word)
            words[word] = read(value, f"{where}, {word}") if read else value
    if "retry_by_status" in data:
        words["retry"] = _retry_table(words, data["retry_by_status"], where)
    texts = (data.get(name, "") for name in ("prose", "why", "what_to_do"))
    prose = Prose(*(_text(text, where) for text in texts))
    fills_gap = data.get("fills_gap", False) is True
    return problem_type(words, members, prose, where=where, fills_gap=fills_gap)


def read_translation(data: object, *, where: str) -> Translation:
    """Makes the translated texts of a type from their part of a document.

    Raises:
        DeclarationError: for unknown fields and wrong types.
    """
    return _part(Translation, data, where)


def _members(data: object, where: str) -> Iterator[MemberType]:
    for wire_name, schema in as_object(data, f"{where}, members").items():
        place = f"{where}, members.{wire_name}"
        plain: JsonSchema = {**as_object(schema, place)}
        said = as_object(plain.pop(EXTENSION, {}), place)
        yield read_member(wire_name, plain, said, where=place)


def read_member(wire_name: str, schema: JsonSchema, said: Mapping[str, Any], *, where: str) -> MemberType:
    """Makes the record of a member.

    Args:
        wire_name: its name in JSON.
        schema: JSON Schema of its values.
        said: the other fields of `MemberType` that are not at their default.
        where: names it in errors.

    Raises:
        DeclarationError: for unknown fields and wrong types.
    """
    check_fields(said, _MEMBER_WORDS, where)
    words = {"name": attribute_name(wire_name), **said, "wire_name": wire_name, "schema": schema}
    words["default"] = _frozen(said["default"]) if "default" in said else msgspec.UNSET
    return converted(MemberType, words, where)


def attribute_name(wire_name: str) -> str:
    """The name in Python of a member that says none: the one in JSON, mended where it cannot be one."""
    name = _NOT_IN_NAMES.sub("_", wire_name).strip("_") or "member"
    name = f"n{name}" if name[0].isdigit() else name
    return f"{name}_" if name in RESERVED or keyword.iskeyword(name) else name


def _retry(value: object, where: str) -> Any:
    """A retry word, or a table of them by status; what is neither is told by the check of declarations."""
    if isinstance(value, Mapping):
        table = cast("Mapping[object, object]", value)
        words = ((str(status), _retry(word, where)) for status, word in table.items())
        return {int(status) if status.isdigit() else status: word for status, word in words}
    known = {word.value for word in Retry}
    if value not in known:
        raise DeclarationError(
            f"{value!r} is no retry word",
            code="wrong-word",
            where=where,
            hint=f"use one of {', '.join(known)}, or a table of them by status",
        )
    return Retry(value)


def _retry_table(words: Mapping[str, Any], exceptions: object, where: str) -> object:
    others = _retry(as_object(exceptions, f"{where}, retry_by_status"), f"{where}, retry_by_status")
    status = words.get("status", ())
    statuses = cast("tuple[object, ...]", status) if isinstance(status, tuple) else (status,)
    return {**dict.fromkeys(statuses, words.get("retry")), **others}


def _statuses(value: object, _where: str) -> object:
    return tuple(value) if _is_list(value) else value


def _tuple_of(kind: type[_Part]) -> Callable[[object, str], tuple[_Part, ...]]:
    def read(value: object, where: str) -> tuple[_Part, ...]:
        return tuple(_part(kind, item, where) for item in as_list(value, where))

    return read


def _one(kind: type[_Part]) -> Callable[[object, str], _Part]:
    return lambda value, where: _part(kind, value, where)


def _headers(value: object, where: str) -> Mapping[str, str]:
    return {name: _text(template, where) for name, template in as_object(value, where).items()}


_READERS: Mapping[str, Callable[[Any, str], Any]] = {
    "status": _statuses,
    "retry": _retry,
    "resolve": _one(Resolve),
    "redirect": _one(Redirect),
    "lifecycle": _one(Lifecycle),
    "examples": _tuple_of(Example),
    "links": _tuple_of(Link),
    "aliases": lambda value, where: tuple(as_list(value, where)),
    "headers": _headers,
}


def _part(kind: type[_Part], value: object, where: str) -> _Part:
    fields = as_object(value, where)
    check_fields(fields, frozenset(kind.__struct_fields__), where)
    return converted(kind, fields, where)


def converted(kind: type[_Part], fields: Mapping[str, Any], where: str) -> _Part:
    """Plain data as a record.

    Raises:
        DeclarationError: if a field is missing or of another type.
    """
    try:
        return msgspec.convert(fields, kind, strict=False)
    except msgspec.ValidationError as error:
        what, _, path = str(error).partition(" - at `$")
        raise DeclarationError(
            f"{what[0].lower()}{what[1:]}",
            code="wrong-word",
            where=where + path.rstrip("`").replace("[...]", ""),
            hint="give it a value of that type",
        ) from None


def check_fields(given: Mapping[str, Any], known: frozenset[str], where: str) -> None:
    """Checks that plain data has no other fields than those that are known.

    Raises:
        DeclarationError: if it has.
    """
    unknown = given.keys() - known
    if unknown:
        raise DeclarationError(
            f"there is no field {min(unknown)!r}",
            code="unknown-word",
            where=where,
            hint=f"use one of {', '.join(sorted(known))}",
        )


def as_object(value: object, where: str) -> Mapping[str, Any]:
    """A value that has to be an object.

    Raises:
        DeclarationError: if it is none.
    """
    if isinstance(value, Mapping):
        return cast("Mapping[str, Any]", value)
    raise _wrong_type(value, "a table (an object in JSON)", where)


def as_list(value: object, where: str) -> list[Any]:
    """A value that has to be a list.

    Raises:
        DeclarationError: if it is none.
    """
    if _is_list(value):
        return value
    raise _wrong_type(value, "a list", where)


def _text(value: object, where: str) -> str:
    if isinstance(value, str):
        return value
    raise _wrong_type(value, "a text", where)


def _wrong_type(value: object, wanted: str, where: str) -> DeclarationError:
    return DeclarationError(
        f"{type(value).__name__} where {wanted} is expected",
        code="wrong-word",
        where=where,
        hint=f"write {wanted}",
    )


def _frozen(value: Any) -> Any:
    """A default that no occurrence can change for the others."""
    return tuple(map(_frozen, value)) if _is_list(value) else value


def _is_list(value: object) -> TypeGuard[list[Any]]:
    return isinstance(value, list)


# ------------------------------------------------------------------------------------------------ writing


def write_problem(record: ProblemType) -> Data:
    """The part of a problem type in a document.

    Raises:
        EncodingError: if an example or a member's default has no JSON form.
    """
    said = _said(record, where=f"problem type {record.code!r}")
    first = {
        "code": record.code,
        "status": said.pop("statuses"),
        "title": record.title,
        "retry": record.retry.value,
    }
    if record.members:
        said["members"] = {m.wire_name: _member(m, where=f"{record.code}.{m.name}") for m in record.members}
    if record.headers:
        said["headers"] = {rule.name: rule.template for rule in record.headers}
    return first | said


def write_translation(translation: Translation) -> Data:
    """The part of a type's translated texts in a document."""
    return _said(translation, where="translation")


def _member(member: MemberType, *, where: str) -> Data:
    said = said_of_member(member, where=where)
    return {**member.schema, EXTENSION: said} if said else member.schema


def said_of_member(member: MemberType, *, where: str) -> Data:
    """The fields of a member beside its name in JSON and its schema that are not at their default.

    Raises:
        EncodingError: if its default has no JSON form.
    """
    said = _said(member, where=where)
    del said["wire_name"], said["schema"]
    if member.name == member.wire_name:
        del said["name"]
    said.pop("default", None)
    if member.default is not msgspec.UNSET:
        said["default"] = _plain(member.default, where=where)
    return said


def _said(part: msgspec.Struct, *, where: str) -> Data:
    """The fields of a record that are not at their default, as plain data, in order."""
    values = ((name, getattr(part, name), default) for name, default in _defaults(type(part)))
    return {
        name: _plain(value, where=where)
        for name, value, default in values
        if value != default and value is not msgspec.UNSET
    }


@cache
def _defaults(kind: type[msgspec.Struct]) -> tuple[tuple[str, Any], ...]:
    """Names and defaults of a record's fields; msgspec's own `omit_defaults` compares by identity."""
    fields = msgspec.structs.fields(kind)
    return tuple(
        (f.name, f.default if f.default_factory is msgspec.NODEFAULT else f.default_factory()) for f in fields
    )


def _plain(value: Any, *, where: str) -> Any:
    if isinstance(value, msgspec.Struct) and type(value).__module__ == ProblemType.__module__:
        return _said(value, where=where)
    if isinstance(value, tuple):
        return [_plain(item, where=where) for item in cast("tuple[object, ...]", value)]
    if isinstance(value, Mapping):
        entries = cast("Mapping[object, object]", value)
        return {str(key): _plain(item, where=where) for key, item in entries.items()}
    try:
        return decode(encode(value))
    except Exception as error:
        raise EncodingError(
            f"a value of type {type(value).__qualname__} has no JSON form",
            code="value-without-json",
            where=where,
            hint="use values in examples and defaults that msgspec or pydantic can encode",
        ) from error
