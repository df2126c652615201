"""A form: the response of one problem type with one status in one dialect, compiled once and filled per occurrence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import isfinite
from operator import itemgetter
from typing import Any

import msgspec

from failwell.declare.members import MemberSet
from failwell.declare.problem import expanded
from failwell.declare.record import ProblemType
from failwell.declare.template import Template
from failwell.headers import is_safe_value
from failwell.typing import Headers
from failwell.wire.dialect import Dialect
from failwell.wire.encoder import Layout, fill, layout
from failwell.wire.slots import (
    CODE,
    DETAIL,
    DOMAIN,
    MEMBERS,
    MEMBERS_TEXT,
    MESSAGE,
    REQUEST_ID,
    RESOLVE,
    RETRYABLE,
    RPC_STATUS,
    STATUS,
    STATUS_TEXT,
    SUGGESTION,
    TITLE,
    TYPE,
    Slot,
)
from failwell.wire.values import ENCODING_ERRORS, encode, mended_text

Complain = Callable[[str], None]
"""Told what could not be written as declared, and why; never the value."""

_RPC_STATUS = {
    400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND", 409: "ABORTED",
    412: "FAILED_PRECONDITION", 429: "RESOURCE_EXHAUSTED", 499: "CANCELLED", 500: "INTERNAL", 501: "UNIMPLEMENTED",
    503: "UNAVAILABLE", 504: "DEADLINE_EXCEEDED",
}  # fmt: skip
_PLAIN = (str, int, bool)
_STATE_KEYS = 4  # detail, status, headers, request_id


class Form:
    """How one problem type looks with one status.

    Attributes:
        record: the problem type.
        status: the HTTP status.
        headers: the declared header fields that never vary.
        varies: whether there are others, whose values come from members.
    """

    def __init__(  # noqa: PLR0913 - what a response is made of
        self,
        record: ProblemType,
        checks: Mapping[str, Any],
        status: int,
        dialect: Dialect,
        *,
        type_uri: str,
        domain: str,
        complain: Complain,
    ) -> None:
        self.record, self.status, self._dialect, self._complain = record, status, dialect, complain
        self._constants = _constant_facts(record, status, type_uri, domain)
        self._members = record.wire_members(status)
        self._checks = checks
        templates = [(header.name, Template(header.template)) for header in record.headers if header.template]
        self.headers: Headers = tuple((name, template.source) for name, template in templates if not template.names)
        self._varying_headers = tuple(pair for pair in templates if pair[1].names)
        self.varies = bool(self._varying_headers)
        self._layouts: dict[tuple[bool, bool], tuple[bytes, Callable[..., Any]]] = {}
        self._compile()

    def _compile(self) -> None:
        """Prepares the fast path, for types whose members are all plain: one struct encodes them at once."""
        names = [member.name for member in self._members]
        self._plain_types = [self._checks[name] for name in names]
        resolve = self.record.resolve
        self._is_plain = (
            all(kind in _PLAIN for kind in self._plain_types)
            and MEMBERS_TEXT not in self._dialect.slots
            and not (resolve and "{" in resolve.url + resolve.endpoint)
        )
        self._state_size = len(self.record.members) + _STATE_KEYS
        self._values = _tuple_getter(names)
        self._struct = msgspec.defstruct(
            "Members", [(f"m{i}", Any, msgspec.field(name=m.wire_name)) for i, m in enumerate(self._members)]
        )

    def body(self, state: Mapping[str, Any], request_id: str | None) -> bytes:
        """Writes the body of an occurrence from its state.

        What cannot be written as declared is left out and complained about, but the rest is sent: a
        failure while reporting a failure must not hide the first.
        """
        if self._is_plain and len(state) == self._state_size:
            values = self._values(state)
            if [*map(type, values)] == self._plain_types:
                try:
                    return self._filled(state["detail"], request_id, values)
                except ENCODING_ERRORS:
                    pass  # the careful way finds out which value it was
        facts = self._facts(state, request_id)
        return encode(fill(self._dialect.shape, facts))

    def _filled(self, detail: str | None, request_id: str | None, values: tuple[Any, ...]) -> bytes:
        key = (detail is None, request_id is None)
        template, in_order = self._layouts.get(key) or self._add_layout(key)
        return template % in_order((encode(detail), encode(request_id), encode(self._struct(*values))[1:-1]))

    def _add_layout(self, key: tuple[bool, bool]) -> tuple[bytes, Callable[..., Any]]:
        no_detail, no_request_id = key
        text = DETAIL if DETAIL in self._dialect.slots else MESSAGE
        constants = {slot: fact for slot, fact in self._constants.items() if slot is not MESSAGE or no_detail}
        places = {} if no_detail else {text: 0}
        places |= {} if no_request_id else {REQUEST_ID: 1}
        places |= {MEMBERS: 2} if self._members else {}
        compiled: Layout = layout(self._dialect.shape, constants, places)
        made = compiled.template, _tuple_getter([places[gap] for gap in compiled.gaps])
        self._layouts[key] = made
        return made

    def varying_headers(self, state: Mapping[str, Any]) -> Headers:
        """Fills the declared header fields whose values come from members; one without value is left out."""
        filled = []
        for name, template in self._varying_headers:
            value = template.fill(state)
            if value is not None and is_safe_value(value):
                filled.append((name, value))
            else:
                self._complain(f"header {name}: a member that it is made of has no value that can be sent")
        return tuple(filled)

    def _facts(self, state: Mapping[str, Any], request_id: str | None) -> dict[Slot, Any]:
        facts = {**self._constants, **_said(state)}
        detail = state["detail"]
        if isinstance(detail, str):
            facts[DETAIL] = facts[MESSAGE] = mended_text(detail)
        elif detail is not None:
            self._complain(f"detail is {type(detail).__name__}, not text")
        if request_id is not None:
            facts[REQUEST_ID] = mended_text(request_id)
        resolve = state.get("_resolve") or expanded(self.record.resolve, state)
        if resolve is not None:
            facts[RESOLVE] = _present(resolve)
        members = {**state.get("extra", {}), **self._sound_members(state)}
        if members:
            facts[MEMBERS] = members
            facts[MEMBERS_TEXT] = {name: _as_text(value) for name, value in members.items()}
        return facts

    def _sound_members(self, state: Mapping[str, Any]) -> dict[str, Any]:
        sound: dict[str, Any] = {}
        for member in self._members:
            value = state.get(member.name)
            if value is None:
                if member.required and member.name not in state.get("unreadable", ()):
                    self._complain(f"member {member.name!r} has no value")
                continue
            if not fits(value, self._checks[member.name]):
                self._complain(f"member {member.name!r} is {type(value).__name__}, not as declared")
                continue
            try:
                sound[member.wire_name] = msgspec.Raw(encode(value))
            except ENCODING_ERRORS as error:
                self._complain(f"member {member.name!r} cannot be written as JSON: {type(error).__name__}")
        return sound


def fits(value: object, check: Any) -> bool:
    """Whether a value has the declared outermost type. True is no number here, and NaN is none in JSON."""
    kinds = check if isinstance(check, tuple) else (check,)
    if isinstance(value, bool):
        return bool in kinds or object in kinds
    if isinstance(value, float) and not isfinite(value):
        return False
    return isinstance(value, kinds)


def _tuple_getter(keys: list[Any]) -> Callable[[Any], tuple[Any, ...]]:
    """`itemgetter` that returns a tuple for any number of keys."""
    if len(keys) > 1:
        return itemgetter(*keys)
    if keys:
        (key,) = keys
        return lambda source: (source[key],)
    return lambda _: ()


def _constant_facts(record: ProblemType, status: int, type_uri: str, domain: str) -> dict[Slot, Any]:
    facts: dict[Slot, Any] = {
        TYPE: type_uri,
        CODE: record.code,
        STATUS: status,
        STATUS_TEXT: str(status),
        RPC_STATUS: _RPC_STATUS.get(status, "INTERNAL" if status >= 500 else "FAILED_PRECONDITION"),
        TITLE: record.title,
        MESSAGE: record.title,
        RETRYABLE: record.is_retryable(status),
        DOMAIN: domain,
    }
    if record.suggestion:
        facts[SUGGESTION] = record.suggestion
    if record.resolve is not None:
        facts[RESOLVE] = _present(record.resolve)
    return facts


def _present(parts: msgspec.Struct) -> dict[str, Any]:
    return {name: value for name, value in msgspec.structs.asdict(parts).items() if value}


def _said(state: Mapping[str, Any]) -> dict[Slot, Any]:
    """What a response said otherwise than the record, when a problem that was parsed is rendered again."""
    said = {SUGGESTION: state.get("suggestion"), TITLE: state.get("title"), RETRYABLE: state.get("_retryable")}
    return {slot: fact for slot, fact in said.items() if fact not in (None, "")}


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    text = encode(value).decode()
    return msgspec.json.decode(text, type=str) if text.startswith('"') else text
