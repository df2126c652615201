"""Records and values as JSON has them: what stands in documents and in files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from math import isfinite
from typing import Any, cast

import msgspec

from failwell.declare.record import MemberType, ProblemType
from failwell.exceptions import EncodingError
from failwell.wire.values import decode, encode

Data = dict[str, Any]
"""A JSON object of the document."""


def said_of(part: msgspec.Struct, *, where: str) -> Data:
    """The fields of a record that are not at their default, as plain data, in order.

    Raises:
        EncodingError: if a value has no JSON form.
    """
    values = ((name, getattr(part, name), default) for name, default in _defaults(type(part)))
    return {
        name: plain_value(value, where=where)
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


def plain_value(value: Any, *, where: str) -> Any:
    """A value as JSON has it.

    Raises:
        EncodingError: if JSON does not have it.
    """
    if isinstance(value, msgspec.Struct) and type(value).__module__ == ProblemType.__module__:
        return said_of(value, where=f"{where}, {value.name}" if isinstance(value, MemberType) else where)
    if isinstance(value, tuple):
        return [plain_value(item, where=where) for item in cast("tuple[object, ...]", value)]
    if isinstance(value, Mapping):
        entries = cast("Mapping[object, object]", value)
        return {str(key): plain_value(item, where=where) for key, item in entries.items()}
    if type(value) is str:
        return plain_text(value, where=where)
    return value if value.__class__ in (int, bool) else _foreign(value, where)


def _foreign(value: Any, where: str) -> Any:
    try:
        written = encode(value)
        plain = decode(written)
    except Exception as error:
        raise _without_json(f"a value of type {type(value).__qualname__} has", where) from error
    if value is not None and b"null" in written and not _is_finite(value):
        raise _without_json("a number that is not finite has", where)
    return plain


def _is_finite(value: Any) -> bool:
    """Whether no number in it is infinite, or none at all: msgspec would write null for it."""
    if isinstance(value, float):
        return isfinite(value)
    try:
        plain: Any = msgspec.to_builtins(value, enc_hook=lambda _: None)
    except (TypeError, ValueError, RecursionError):
        return True
    parts: Iterable[Any] = (
        plain.values() if plain.__class__ is dict else plain if plain.__class__ is list else ()
    )
    return all(map(_is_finite, parts))


def plain_text(text: str, *, where: str) -> str:
    """A text that can be written.

    Raises:
        EncodingError: if it has lone surrogates, which no file and no document can carry.
    """
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise _without_json(f"the text {text!r} has", where) from error
    return text


def _without_json(what: str, where: str) -> EncodingError:
    return EncodingError(
        f"{what} no JSON form",
        code="value-without-json",
        where=where,
        hint="use texts without lone surrogates, finite numbers, and in examples and defaults values that "
        "msgspec or pydantic can encode",
    )
