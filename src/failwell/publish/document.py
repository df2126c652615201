"""The open JSON document of a contract: every record, complete enough to be read back into equal ones.

    {"failwell": 1, "name": "drops", "base": "https://…/", "dialect": "problem", "problems": [
        {"code": "quota_exceeded", "status": [413, 403], "title": "Quota exceeded", "retry": "after_action",
         "members": {"used": {"type": "integer", "x-failwell": {"unit": "bytes"}}}}]}

A problem has the fields of `ProblemType`, in their order, those at their default absent; only `statuses` is
called `status`, and `retry` is always there. A member is its JSON Schema under its wire name. What a schema
cannot say stands in its keyword `x-failwell`: the fields of `MemberType`, with `name` only where it differs
from the wire name, and with `default` exactly where an occurrence need not bring a value (null for None).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, cast

import msgspec

from failwell.contract import Contract
from failwell.declare import MemberType, ProblemType
from failwell.exceptions import EncodingError
from failwell.wire.values import decode, encode

VERSION = 1
"""Version of the document's form, the value of its member `failwell`."""

EXTENSION = "x-failwell"
"""Keyword of a member's schema that holds what JSON Schema has no words for."""


def to_document(contract: Contract) -> dict[str, Any]:
    """The contract as plain data, in stable order: problem types as the catalog lists them.

    Raises:
        EncodingError: if an example or a member's default has no JSON form.
    """
    catalog = contract.catalog
    page = {"title": catalog.title, "about": catalog.about, "support": catalog.support}
    defaults = {"title": catalog.name, "about": "", "support": ""}
    return {
        "failwell": VERSION,
        "name": catalog.name,
        "base": contract.base,
        "dialect": contract.dialect.name,
        **{name: text for name, text in page.items() if text != defaults[name]},
        "problems": [_problem(cls.problem_type) for cls in catalog],
    }


def to_json(contract: Contract) -> bytes:
    """The document as indented JSON in UTF-8 that ends with a newline, the same bytes for equal contracts.

    Raises:
        EncodingError: if an example or a member's default has no JSON form.
    """
    return msgspec.json.format(encode(to_document(contract)), indent=2) + b"\n"


def _problem(record: ProblemType) -> dict[str, Any]:
    said = _said(record, where=f"problem type {record.code!r}")
    first = {
        "code": record.code,
        "status": said.pop("statuses"),
        "title": record.title,
        "retry": record.retry.value,
    }
    if record.members:
        said["members"] = {m.wire_name: _member(m, where=f"{record.code}.{m.name}") for m in record.members}
    return first | said


def _member(member: MemberType, *, where: str) -> dict[str, Any]:
    said = _said(member, where=where)
    del said["wire_name"]
    if member.name == member.wire_name:
        del said["name"]
    said.pop("default", None)
    if member.default is not msgspec.UNSET:
        said["default"] = _plain(member.default, where=where)
    schema: dict[str, Any] = said.pop("schema")
    return {**schema, EXTENSION: said} if said else schema


def _said(part: msgspec.Struct, *, where: str) -> dict[str, Any]:
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
