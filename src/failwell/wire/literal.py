"""Dialects as plain data, and back: built-in ones by name, others as their literal with slots as text.

{"name": "house", "media_type": "application/json", "limit_headers": "none",
"shape": {"fault": {"id": "{CODE}", "text": "{MESSAGE}", "{REST}": "{MEMBERS}"}}}

A constant text that is itself in braces has one more pair of them: `{{CODE}}` is the text `{CODE}`.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any, cast

from failwell.exceptions import DeclarationError, EncodingError
from failwell.headers import is_safe_value
from failwell.wire import slots
from failwell.wire.dialect import Dialect, is_list, is_object
from failwell.wire.dialects import BUILT_IN

_BY_NAME = {dialect.name: dialect for dialect in BUILT_IN}
_SLOTS = {f"{{{slot.name}}}": slot for slot in vars(slots).values() if isinstance(slot, slots.Slot)}
_FIELDS = ("name", "shape", "media_type", "limit_headers")


def write_dialect(dialect: Dialect) -> str | dict[str, Any]:
    """The name of a built-in dialect; of any other, its literal and its words."""
    if _BY_NAME.get(dialect.name) is dialect:
        return dialect.name
    words = {"media_type": dialect.media_type, "limit_headers": dialect.limit_headers}
    return {"name": dialect.name, **words, "shape": write_shape(dialect.shape)}


def write_shape(shape: Any) -> Any:
    """A literal with its slots as text: `{CODE}`.

    Raises:
        EncodingError: for a number that JSON does not have.
    """
    if isinstance(shape, slots.Slot):
        return f"{{{shape.name}}}"
    if is_object(shape):
        return {write_shape(key): write_shape(part) for key, part in shape.items()}
    if is_list(shape):
        return [write_shape(part) for part in shape]
    if isinstance(shape, float) and not isfinite(shape):
        raise EncodingError(
            f"{shape!r} has no JSON form",
            code="value-without-json",
            where="dialect",
            hint="use finite numbers in the shape",
        )
    return f"{{{shape}}}" if isinstance(shape, str) and _in_braces(shape) else shape


def read_dialect(data: object, *, where: str) -> Dialect:
    """Makes a dialect from its name, or from its literal and its words.

    Raises:
        DeclarationError: for an unknown name, field or slot, and for what `Dialect` refuses.
    """
    if isinstance(data, str) and data in _BY_NAME:
        return _BY_NAME[data]
    if not isinstance(data, Mapping):
        raise DeclarationError(
            "the dialect is missing" if data is None else f"{data!r} is no dialect",
            code="unknown-dialect",
            where=where,
            hint=f"use one of {', '.join(_BY_NAME)}, or a table with name, media_type and shape",
        )
    words = {**cast("Mapping[str, Any]", data)}
    _check_words(words, where)
    return Dialect(**{**words, "shape": read_shape(words["shape"], where=f"{where}.shape")})


def _check_words(words: Mapping[str, Any], where: str) -> None:
    wrong = {*words} ^ {*_FIELDS}
    unfit = wrong - {"media_type", "limit_headers"}
    if unfit:
        word = min(unfit, key=str)
        raise _bad_dialect(f"the dialect {'does not have' if word in words else 'lacks'} {word!r}", where)
    for word, value in words.items():
        if not value or not isinstance(value, Mapping if word == "shape" else str):
            what = cast("object", value).__class__.__name__ if value else "empty"
            raise _bad_dialect(f"{word} is {what}", f"{where}.{word}")
    if not is_safe_value(str(words.get("media_type", ""))):
        raise _bad_dialect(f"{words['media_type']!r} cannot be sent in a header", f"{where}.media_type")


def _bad_dialect(what: str, where: str) -> DeclarationError:
    return DeclarationError(
        what,
        code="bad-dialect",
        where=where,
        hint=f"give it {', '.join(_FIELDS)}; the shape is an object with slots such as {{CODE}}",
    )


def read_shape(shape: Any, *, where: str) -> Any:
    """A literal from its text form.

    Raises:
        DeclarationError: for a text in braces that is no slot.
    """
    if is_object(shape):
        return {
            read_shape(key, where=where): read_shape(part, where=f"{where}.{key}")
            for key, part in shape.items()
        }
    if is_list(shape):
        return [read_shape(part, where=f"{where}[{place}]") for place, part in enumerate(shape)]
    if not isinstance(shape, str) or not _in_braces(shape):
        return shape
    if _in_braces(shape[1:-1]):
        return shape[1:-1]
    if shape not in _SLOTS:
        raise DeclarationError(
            f"{shape} is no slot",
            code="unknown-slot",
            where=where,
            hint=f"use one of {' '.join(_SLOTS)}; a text in braces is written {{{shape}}}",
        )
    return _SLOTS[shape]


def _in_braces(text: str) -> bool:
    return text.startswith("{") and text.endswith("}")
