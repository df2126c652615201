"""The encoder: fills a dialect's literal, at once or into a layout whose constant parts are bytes already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from failwell.wire.dialect import Shape, is_list, is_object
from failwell.wire.slots import MEMBERS, MEMBERS_TEXT, REST, Slot
from failwell.wire.values import encode

_ABSENT: Any = object()
_SPLAT = "\0"
_SPLAT_KEY = encode(_SPLAT) + b":"


class Layout:
    """A body whose constant parts are bytes, with gaps for the rest.

    Attributes:
        template: the bytes, with `%b` for each gap.
        gaps: which slot each gap is for, in order.
    """

    __slots__ = ("gaps", "template")

    def __init__(self, template: bytes, gaps: tuple[Slot, ...]) -> None:
        self.template, self.gaps = template, gaps


def fill(shape: Shape, facts: Mapping[Slot, Any]) -> Any:
    """Puts facts into a dialect's literal. A part none of whose slots has a fact is left out."""
    filled = _fill(shape, facts)
    return {} if filled is _ABSENT else filled


def layout(shape: Shape, constants: Mapping[Slot, Any], gaps: Iterable[Slot]) -> Layout:
    """Compiles a literal whose constant facts are known.

    Gaps are marked with bytes that cannot occur in JSON (NUL), so that no constant can look like one. The
    gap for members takes them without their braces, whether they stand alone or among other entries.
    """
    by_name = {slot.name.encode(): slot for slot in gaps}
    marks: dict[Slot, Any] = {slot: msgspec.Raw(b"\0" + name + b"\0") for name, slot in by_name.items()}
    for members in marks.keys() & {MEMBERS, MEMBERS_TEXT}:
        marks[members] = {_SPLAT: marks[members]}
    parts = encode(fill(shape, {**constants, **marks})).split(b"\0")
    literals = [literal.removesuffix(_SPLAT_KEY).replace(b"%", b"%%") for literal in parts[::2]]
    return Layout(b"%b".join(literals), tuple(by_name[name] for name in parts[1::2]))


def _fill(shape: Shape, facts: Mapping[Slot, Any]) -> Any:
    if isinstance(shape, Slot):
        return facts.get(shape, _ABSENT)
    if is_object(shape):
        return _fill_object(shape, facts)
    if is_list(shape):
        items = [item for part in shape if (item := _fill(part, facts)) is not _ABSENT]
        return items if items or not shape else _ABSENT
    return shape


def _fill_object(shape: Mapping[Any, Any], facts: Mapping[Slot, Any]) -> Any:
    filled: dict[str, Any] = {}
    asks = says = False
    for key, part in shape.items():
        if key is REST:
            members = {name: value for name, value in facts.get(MEMBERS, {}).items() if name not in shape}
            filled.update(members)
            asks, says = True, says or bool(members)
            continue
        value = _fill(part, facts)
        dynamic = isinstance(part, Slot) or bool(part and (is_object(part) or is_list(part)))
        asks = asks or dynamic
        if value is not _ABSENT:
            filled[key] = value
            says = says or dynamic
    return _ABSENT if asks and not says else filled
