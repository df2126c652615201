"""The usual body, decoded in one step: what a server of the same version sends for one problem type."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import msgspec

from failwell.declare.problem import Problem
from failwell.wire.dialect import Dialect
from failwell.wire.slots import (
    CODE,
    DETAIL,
    MEMBERS,
    MESSAGE,
    REQUEST_ID,
    REST,
    RETRYABLE,
    STATUS,
    SUGGESTION,
    TITLE,
    TYPE,
    Slot,
)
from failwell.wire.values import decoder_of

_RETRYABLE = "retryable"
_HANDLED = {CODE, DETAIL, MEMBERS, MESSAGE, REQUEST_ID, RETRYABLE, STATUS, SUGGESTION, TITLE, TYPE}
ExactState = Callable[[bytes], tuple[dict[str, Any], bool | None]]
"""From a body to a problem's state (detail, request id, members) and what it says of retrying."""


def identity_of(dialect: Dialect) -> Callable[[bytes], str] | None:
    """Reads nothing but the code, or the type URI, from a body; None for dialects that nest it."""
    if dialect.identity is None:
        return None
    key, _ = dialect.identity
    decode = decoder_of(msgspec.defstruct("Identity", [("identity", str, msgspec.field(name=key))]))
    return lambda body: decode(body).identity


def exact_state(cls: type[Problem], dialect: Dialect, type_uri: str) -> ExactState | None:
    """Compiles the reading of exact bodies of one type; None where they must be read with care anyhow.

    Exact is a body whose constants are those of the record, whose members are of the declared types, and
    which has nothing else. For any other the function raises msgspec's errors.
    """
    record = cls.problem_type
    if not _is_flat(dialect) or (record.members and REST not in dialect.shape):
        return None
    if any(m.statuses or not m.on_wire or m.wire_name in dialect.reserved for m in record.members):
        return None
    if any(member.required and member.default is not msgspec.UNSET for member in record.members):
        return None  # its absence is worth a note, which the careful way takes
    said = {DETAIL: "detail", MESSAGE: "detail", REQUEST_ID: "request_id"}
    kept: list[Any] = [
        (said[slot], str | None, _field(key, None)) for key, slot in dialect.shape.items() if slot in said
    ]
    for member in record.members:
        field = _field(member.wire_name, msgspec.NODEFAULT if member.required else None)
        kept.append((member.name, cls.member_set.annotations[member.name], field))
    constants = {CODE: record.code, TYPE: type_uri, TITLE: record.title, SUGGESTION: record.suggestion}
    checked: list[Any] = []
    for key, slot in dialect.shape.items():
        if slot in constants:
            checked.append((f"_{slot.name}", Literal[constants[slot]], _field(key, constants[slot])))
        elif slot is STATUS:
            checked.append(("_STATUS", int, _field(key, 0)))
        elif slot is RETRYABLE:
            checked.append((_RETRYABLE, bool | None, _field(key, None)))
    return _reader(kept, checked, title=record.title if MESSAGE in dialect.slots else None)


def _reader(kept: list[Any], checked: list[Any], title: str | None) -> ExactState:
    body_type = msgspec.defstruct("ExactBody", [*kept, *checked], forbid_unknown_fields=True, kw_only=True)
    decode, values = decoder_of(body_type), msgspec.structs.astuple
    names = [name for name, *_ in kept]
    says_retryable = any(name == _RETRYABLE for name, *_ in checked)
    absent = {name: None for name in ("detail", "request_id") if name not in names}

    def read(body: bytes) -> tuple[dict[str, Any], bool | None]:
        exact = decode(body)
        state = {**absent, **dict(zip(names, values(exact), strict=False))}
        if title is not None and state["detail"] == title:
            state["detail"] = None
        return state, exact.retryable if says_retryable else None

    return read


def _field(key: str, default: Any) -> Any:
    return msgspec.field(name=key, default=default)


def _is_flat(dialect: Dialect) -> bool:
    slots = set(dialect.slots)
    if slots - _HANDLED or {DETAIL, MESSAGE} <= slots or (MEMBERS in slots and REST not in dialect.shape):
        return False
    return all(isinstance(part, Slot) for part in dialect.shape.values())
