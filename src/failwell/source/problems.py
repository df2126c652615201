"""Problem types as plain data, and back: their part of the JSON document.

A problem has the fields of `ProblemType`, in their order, those at their default absent; only `statuses` is
called `status`, and `retry` is always there. A member is its JSON Schema under its wire name. What a schema
cannot say stands in its keyword `x-failwell`: the fields of `MemberType`, with `name` only where it differs
from the wire name, and with `default` exactly where an occurrence need not bring a value (null for None).
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, TypeGuard, TypeVar, cast, get_args

import msgspec

from failwell.declare.declaration import Words, problem_type
from failwell.declare.members import check_members
from failwell.declare.problem import RESERVED
from failwell.declare.prose import Prose, read_text
from failwell.declare.record import (
    Example,
    Exposure,
    JsonSchema,
    Lifecycle,
    Link,
    MemberType,
    ProblemType,
    Redirect,
    Resolve,
    Retry,
    Stage,
    Translation,
)
from failwell.exceptions import DeclarationError, one_of
from failwell.source.place import EXTENSION
from failwell.source.plain import Data, plain_text, plain_value, said_of

PROSE = ("prose", "why", "what_to_do")
"""The texts of a problem type's page, in the order of `Prose`."""

PROBLEM_WORDS = frozenset(Words.__annotations__) | {"code", "status", "title", "members", "fills_gap", *PROSE}
"""The fields of a problem type in a document; `retry_by_status` comes on top."""

_Part = TypeVar("_Part", bound=msgspec.Struct)
_NOT_IN_NAMES = re.compile(r"\W")
_DOCUMENT_WORDS = PROBLEM_WORDS | {"retry_by_status"}
_NOT_A_CLASS_WORD = frozenset({"members", "fills_gap", "retry_by_status", *PROSE})
_MEMBER_WORDS = frozenset(MemberType.__struct_fields__) - {"wire_name", "schema"}
_TAKEN = RESERVED.union(keyword.kwlist)
_RETRY = {word.value: word for word in Retry}
_STATUS = re.compile(r"[0-9]{3}\Z")

# ------------------------------------------------------------------------------------------------ reading


def read_problem(data: Mapping[str, Any], *, where: str) -> ProblemType:
    """Makes the record of a problem type from its part of a document.

    Args:
        data: as `write_problem` makes it. `status` may be one number, and `retry` a table by status.
        where: names it in errors.

    Raises:
        DeclarationError: for what a class line could not say either, for unknown fields and wrong types.
    """
    check_fields(data, _DOCUMENT_WORDS, where)
    members = _members(data["members"], where) if "members" in data else ()
    words: Data = {}
    for word, value in data.items():
        read = _READERS.get(word)
        if read is not None:
            words[word] = read(value, f"{where}, {word}")
        elif word not in _NOT_A_CLASS_WORD:
            words[word] = value
    if "retry_by_status" in data:
        words["retry"] = _retry_table(words, data["retry_by_status"], where)
    prose = Prose(*[_markdown(data, name, where) for name in PROSE])
    fills_gap = data.get("fills_gap", False)
    if fills_gap.__class__ is not bool:
        raise _wrong_type(fills_gap, "true, or nothing", f"{where}, fills_gap")
    return problem_type(words, members, prose, where=where, fills_gap=fills_gap)


def read_translation(data: object, *, where: str) -> Translation:
    """Makes the translated texts of a type from their part of a document.

    Raises:
        DeclarationError: for unknown fields and wrong types.
    """
    translation = _part(Translation, data, where)
    texts = {name: read_text(getattr(translation, name), where=f"{where}, {name}") for name in PROSE}
    return msgspec.structs.replace(translation, **texts)


def _markdown(data: Mapping[str, Any], name: str, where: str) -> str:
    if name not in data:
        return ""
    place = f"{where}, {name}"
    return read_text(text_of(data[name], place), where=place)


def _members(data: object, where: str) -> tuple[MemberType, ...]:
    place = f"{where}, members"
    members = tuple(
        read_member(wire_name, schema, where=f"{place}.{wire_name}")
        for wire_name, schema in as_object(data, place).items()
    )
    _check_attributes(members, place)
    try:
        check_members(members, RESERVED, where=place)
    except DeclarationError as error:  # it names the attribute; in files people look for the name in JSON
        names = {f"{place}.{member.name}": f"{place}.{member.wire_name}" for member in members}
        error.where = names.get(error.where, error.where)
        raise
    return members


def _check_attributes(members: tuple[MemberType, ...], place: str) -> None:
    """Names in JSON are keys, so no two are equal; but two of them can make the same name in Python."""
    if len({member.name for member in members}) == len(members):
        return
    seen: dict[str, str] = {}
    for member in members:
        other = seen.setdefault(member.name, member.wire_name)
        if other != member.wire_name:
            raise DeclarationError(
                f"the members {other!r} and {member.wire_name!r} are both called {member.name!r} in Python",
                code="duplicate-member",
                where=f"{place}.{member.wire_name}",
                hint=f'give one of them another name in Python: name = "{member.name}_2"',
            )


def read_member(wire_name: str, data: object, *, where: str) -> MemberType:
    """Makes the record of a member.

    Args:
        wire_name: its name in JSON.
        data: JSON Schema of its values; under `x-failwell` the other fields of `MemberType` that are not at
            their default.
        where: names it in errors.

    Raises:
        DeclarationError: for unknown fields and wrong types.
    """
    schema: JsonSchema = {**as_object(data, where)}
    name = attribute_name(wire_name)
    if EXTENSION not in schema:  # most members say no more, and there is nothing to check
        return MemberType(name=name, wire_name=wire_name, schema=schema, default=msgspec.UNSET)
    said = {**as_object(schema.pop(EXTENSION), where)}
    check_fields(said, _MEMBER_WORDS, where)
    words = {"name": name, **said, "wire_name": wire_name, "schema": schema}
    words["default"] = _frozen(said["default"]) if "default" in said else msgspec.UNSET
    member = converted(MemberType, words, where)
    if keyword.iskeyword(member.name):
        raise DeclarationError(
            f"{member.name!r} is a word of Python, and cannot be the name of an attribute",
            code="bad-member-name",
            where=f"{where}.name",
            hint=f"leave the name out, or write name = {f'{member.name}_'!r}",
        )
    return member


def attribute_name(wire_name: str) -> str:
    """The name in Python of a member that says none: the one in JSON, mended where it cannot be one."""
    if wire_name.isidentifier() and wire_name[0] != "_" and wire_name not in _TAKEN:
        return wire_name
    name = _NOT_IN_NAMES.sub("_", wire_name).strip("_") or "member"
    name = f"n{name}" if name[0].isdigit() else name
    return f"{name}_" if name in _TAKEN else name


def _retry(value: object, where: str) -> Any:
    """A retry word, or a table of them by status; what is neither is told by the check of declarations."""
    if isinstance(value, str) and value in _RETRY:
        return _RETRY[value]
    if isinstance(value, Mapping):
        table = cast("Mapping[object, object]", value)
        words = ((str(status), _retry_word(word, f"{where}.{status}")) for status, word in table.items())
        return {int(status) if _STATUS.match(status) else status: word for status, word in words}
    return _retry_word(value, where)


def _retry_word(value: object, where: str) -> Retry:
    if isinstance(value, str) and value in _RETRY:
        return _RETRY[value]
    raise DeclarationError(
        f"{value!r} is no retry word",
        code="wrong-word",
        where=where,
        hint=f"use one of {', '.join(_RETRY)}, or a table of them by status",
    )


def _retry_table(words: Mapping[str, Any], exceptions: object, where: str) -> object:
    others = _retry(as_object(exceptions, f"{where}, retry_by_status"), f"{where}, retry_by_status")
    status = words.get("status", ())
    statuses = cast("tuple[object, ...]", status) if isinstance(status, tuple) else (status,)
    return {**dict.fromkeys(statuses, words.get("retry")), **others}


def _statuses(value: object, where: str) -> object:
    """A status, or the tuple of them; one of another type could not even be looked for among the others."""
    if not _is_list(value):
        return value
    for place, status in enumerate(value):
        if status.__class__ is not int:
            raise _wrong_type(status, "a whole number", f"{where}[{place}]")
    return tuple(value)


def _texts(value: object, where: str) -> tuple[str, ...]:
    return tuple(text_of(text, f"{where}[{place}]") for place, text in enumerate(as_list(value, where)))


def _tuple_of(kind: type[_Part]) -> Callable[[object, str], tuple[_Part, ...]]:
    def read(value: object, where: str) -> tuple[_Part, ...]:
        return tuple(
            [_part(kind, item, f"{where}[{place}]") for place, item in enumerate(as_list(value, where))]
        )

    return read


def _one(kind: type[_Part]) -> Callable[[object, str], _Part]:
    return lambda value, where: _part(kind, value, where)


def _headers(value: object, where: str) -> Mapping[str, str]:
    return {name: text_of(text, f"{where}.{name}") for name, text in as_object(value, where).items()}


_READERS: Mapping[str, Callable[[Any, str], Any]] = {
    "status": _statuses,
    "retry": _retry,
    "resolve": _one(Resolve),
    "redirect": _one(Redirect),
    "lifecycle": _one(Lifecycle),
    "examples": _tuple_of(Example),
    "links": _tuple_of(Link),
    "aliases": _texts,
    "headers": _headers,
}


def _part(kind: type[_Part], value: object, where: str) -> _Part:
    fields = as_object(value, where)
    check_fields(fields, _field_names(kind), where)
    return converted(kind, fields, where)


@cache
def _field_names(kind: type[msgspec.Struct]) -> frozenset[str]:
    return frozenset(kind.__struct_fields__)


_CHOICES = {
    "stage": f"use one of {', '.join(Stage)}",
    "exposure": f"use one of {', '.join(get_args(Exposure))}",
    "action": 'say what resolves it: action = "upgrade_plan"',
}
"""How to mend fields that have but a few values, or that are always needed."""


def converted(kind: type[_Part], fields: Mapping[str, Any], where: str) -> _Part:
    """Plain data as a record.

    Raises:
        DeclarationError: if a field is missing or of another type.
    """
    try:
        return msgspec.convert(fields, kind)
    except msgspec.ValidationError as error:
        what, _, path = str(error).partition(" - at `$")
        steps = path.rstrip("`").replace("[...]", "").removeprefix(".")
        raise DeclarationError(
            f"{what[0].lower()}{what[1:]}",
            code="wrong-word",
            where=joined(where, steps),
            hint=_CHOICES.get(steps.rpartition(".")[2], "give it a value of that type"),
        ) from None


def joined(where: str, steps: str) -> str:
    """The name of a part of a part: `file, resolve.url`, and of a part of a whole: `file, resolve`."""
    return f"{where}{'.' if ', ' in where else ', '}{steps}" if steps else where


def check_fields(given: Iterable[Any], known: frozenset[str], where: str) -> None:
    """Checks that plain data has no other fields than those that are known.

    Raises:
        DeclarationError: if it has.
    """
    if not known.issuperset(given):
        unknown = min(map(str, set(given) - known))
        raise DeclarationError(
            f"there is no field {unknown!r}",
            code="unknown-word",
            where=where,
            hint=one_of(unknown, known),
        )


def as_object(value: object, where: str) -> Mapping[str, Any]:
    """A value that has to be an object.

    Raises:
        DeclarationError: if it is none.
    """
    if value.__class__ is dict or isinstance(value, Mapping):  # nearly always the first, which is quick
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


def text_of(value: object, where: str) -> str:
    """A value that has to be a text.

    Raises:
        DeclarationError: if it is none.
    """
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
    said = said_of(record, where=f"problem type {record.code!r}")
    first = {
        "code": record.code,
        "status": said.pop("statuses"),
        "title": plain_text(record.title, where=f"problem type {record.code!r}"),
        "retry": record.retry.value,
    }
    if record.retry_by_status:  # in the order of the statuses, whatever the declaration's mapping has
        exceptions = ((status, record.retry_by_status.get(status)) for status in record.statuses)
        said["retry_by_status"] = {str(status): word.value for status, word in exceptions if word}
    if record.members:
        said["members"] = {
            m.wire_name: write_member(m, where=f"{record.code}.{m.name}") for m in record.members
        }
    if record.headers:
        said["headers"] = {rule.name: rule.template for rule in record.headers}
    return first | said


def write_translation(translation: Translation) -> Data:
    """The part of a type's translated texts in a document."""
    return said_of(translation, where="translation")


def write_member(member: MemberType, *, where: str) -> Data:
    """The schema of a member, with what it does not say under the keyword of ours.

    Raises:
        EncodingError: if its schema or its default has no JSON form.
    """
    said, schema = said_of_member(member, where=where), plain_value(member.schema, where=where)
    return {**schema, EXTENSION: said} if said else schema


def said_of_member(member: MemberType, *, where: str) -> Data:
    """The fields of a member beside its name in JSON and its schema that are not at their default.

    Raises:
        EncodingError: if its default has no JSON form.
    """
    said = said_of(member, where=where)
    del said["wire_name"], said["schema"]
    if member.name == member.wire_name:
        del said["name"]
    said.pop("default", None)
    if member.default is not msgspec.UNSET:
        said["default"] = plain_value(member.default, where=where)
    return said
