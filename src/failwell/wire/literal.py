"""Dialects as plain data, and back: built-in ones by name, others as their literal with slots as text.

{"name": "house", "media_type": "application/json", "limit_headers": "none",
"shape": {"fault": {"id": "{CODE}", "text": "{MESSAGE}", "{REST}": "{MEMBERS}"}}}
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from failwell.exceptions import DeclarationError
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
    """A literal with its slots as text: `{CODE}`."""
    if isinstance(shape, slots.Slot):
        return f"{{{shape.name}}}"
    if is_object(shape):
        return {write_shape(key): write_shape(part) for key, part in shape.items()}
    return [write_shape(part) for part in shape] if is_list(shape) else shape


def read_dialect(data: object, *, where: str) -> Dialect:
    """Makes a dialect from its name, or from its literal and its words.

    Raises:
        DeclarationError: for an unknown name, field or slot, and for what `Dialect` refuses.
    """
    if isinstance(data, str) and data in _BY_NAME:
        return _BY_NAME[data]
    if not isinstance(data, Mapping):
        raise DeclarationError(
            f"{data!r} is no dialect",
            code="unknown-dialect",
            where=where,
            hint=f"use one of {', '.join(_BY_NAME)}, or a table with name, media_type and shape",
        )
    words = dict(cast("Mapping[str, Any]", data))
    wrong = {*words} ^ {*_FIELDS}
    if wrong - {"media_type", "limit_headers"} or not isinstance(words.get("shape"), Mapping):
        raise DeclarationError(
            f"the dialect lacks, or does not have, {', '.join(sorted(wrong)) or 'a table as its shape'}",
            code="bad-dialect",
            where=where,
            hint=f"give it {', '.join(_FIELDS)}; the shape is an object with slots such as {{CODE}}",
        )
    return Dialect(**{**words, "shape": read_shape(words["shape"], where=where)})


def read_shape(shape: Any, *, where: str) -> Any:
    """A literal from its text form.

    Raises:
        DeclarationError: for a text in braces that is no slot.
    """
    if is_object(shape):
        return {read_shape(key, where=where): read_shape(part, where=where) for key, part in shape.items()}
    if is_list(shape):
        return [read_shape(part, where=where) for part in shape]
    if isinstance(shape, str) and shape.startswith("{") and shape.endswith("}"):
        if shape not in _SLOTS:
            raise DeclarationError(
                f"{shape} is no slot",
                code="unknown-slot",
                where=where,
                hint=f"use one of {' '.join(_SLOTS)}",
            )
        return _SLOTS[shape]
    return shape
