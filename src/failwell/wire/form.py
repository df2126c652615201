"""A form: one problem type with one status in one dialect, compiled once and filled per occurrence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import isfinite
from operator import itemgetter
from typing import Any

import msgspec

from failwell.declare.problem import expanded
from failwell.declare.record import ProblemType, Resolve
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
from failwell.wire.values import decode, encode, mended_text

_Filling = tuple[bytes, Callable[..., tuple[bytes, ...]] | None]
"""A layout's template, and how detail, request id and members are put in its order; None if they are."""

Complain = Callable[[str], None]
"""Told what could not be written as declared, and why; never the value."""

_RPC_STATUS = {
    400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND",
    409: "ABORTED", 412: "FAILED_PRECONDITION", 429: "RESOURCE_EXHAUSTED", 499: "CANCELLED",
    500: "INTERNAL", 501: "UNIMPLEMENTED", 503: "UNAVAILABLE", 504: "DEADLINE_EXCEEDED",
}  # fmt: skip
PLAIN_TYPES = (str, int, bool)
"""Types whose values are JSON as they are, so that they can be written and read without a closer look."""

_STATE_KEYS = 4  # detail, status, headers, request_id


class _NoMembers(msgspec.Struct):
    """For types without members: those made for one answer only must not make a class each time."""


class Form:
    """How one problem type looks with one status.

    Attributes:
        record: the problem type.
        status: the HTTP status.
        headers: the declared header fields that never vary.
        varies: whether the head is not always the same: fields come from members, or it may be a redirect.
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
        self._members = [m for m in record.wire_members(status) if m.wire_name not in dialect.reserved]
        self._checks = checks
        templates = [(rule.name, Template(rule.template)) for rule in record.headers if rule.template]
        self.headers: Headers = tuple((name, text.source) for name, text in templates if not text.names)
        self._varying_headers = tuple(pair for pair in templates if pair[1].names)
        self._optional = frozenset(member.name for member in record.members if not member.required)
        self.varies = bool(self._varying_headers) or record.redirect is not None
        self._layouts: dict[tuple[type, bool], _Filling] = {}
        self._compile()

    def _compile(self) -> None:
        """Prepares the fast path, for types whose members are all plain: one struct encodes them at once."""
        names = [member.name for member in self._members]
        self._plain_types = [self._checks[name] for name in names]
        resolve = self.record.resolve
        is_plain = all(kind in PLAIN_TYPES for kind in self._plain_types) and not (
            resolve and "{" in resolve.url + resolve.endpoint
        )
        self._are_text = MEMBERS_TEXT in self._dialect.slots
        self._plain_size = len(self.record.members) + _STATE_KEYS if is_plain else -1
        self._values = tuple_getter(names)
        fields = [(f"m{i}", Any, msgspec.field(name=m.wire_name)) for i, m in enumerate(self._members)]
        self._struct = msgspec.defstruct("Members", fields) if fields else _NoMembers

    def body(self, state: Mapping[str, Any], request_id: str | None) -> bytes:
        """Writes the body of an occurrence from its state.

        What cannot be written as declared is left out and complained about, but the rest is sent: a
        failure while reporting a failure must not hide the first.
        """
        if len(state) == self._plain_size:
            values = self._values(state)
            if [*map(type, values)] == self._plain_types:
                try:
                    return self._filled(state["detail"], request_id, values)
                except (TypeError, ValueError):
                    pass  # the careful way finds out which value it was
        facts = self._facts(state, request_id)
        body: bytes = encode(fill(self._dialect.shape, facts))
        return body

    def _filled(self, detail: str | None, request_id: str | None, values: tuple[Any, ...]) -> bytes:
        key = (type(detail), request_id is None)
        if self._are_text:
            values = tuple(_as_text(encode(value)) for value in values)
        template, in_order = self._layouts.get(key) or self._add_layout(key)
        gaps = (encode(detail), encode(request_id), encode(self._struct(*values))[1:-1])
        body: bytes = template % (gaps if in_order is None else in_order(gaps))
        return body

    def _add_layout(self, key: tuple[type, bool]) -> _Filling:
        detail_type, no_request_id = key
        if detail_type not in (str, type(None)):
            raise TypeError("detail is no text")
        no_detail = detail_type is not str
        places = {} if no_detail else {DETAIL: 0, MESSAGE: 0}
        places |= {} if no_request_id else {REQUEST_ID: 1}
        places |= {MEMBERS: 2, MEMBERS_TEXT: 2} if self._members else {}
        compiled: Layout = layout(self._dialect.shape, self._constants, places)
        order = [places[gap] for gap in compiled.gaps]
        made = compiled.template, None if order == [0, 1, 2] else tuple_getter(order)
        self._layouts[key] = made
        return made

    def varying_headers(self, state: Mapping[str, Any]) -> Headers:
        """Fills the declared header fields whose values come from members; one without value is left out.

        Where it lacks nothing but members that an occurrence need not have, that is as declared.
        """
        filled: list[tuple[str, str]] = []
        for name, template in self._varying_headers:
            try:
                value = template.fill(state)
            except Exception:  # noqa: BLE001 - a member's __str__ runs code of its own
                value = None
            if value is not None and is_safe_value(value):
                filled.append((name, value))
            elif value is not None or not self._may_lack(template, state):
                self._complain(f"header {name}: a member that it is made of has no value that can be sent")
        return tuple(filled)

    def _may_lack(self, template: Template, state: Mapping[str, Any]) -> bool:
        """Whether a template has no text only because members are absent that may be."""
        absent = [name for name in template.names if state.get(name) is None]
        return bool(absent) and self._optional.issuperset(absent)

    def _facts(self, state: Mapping[str, Any], request_id: str | None) -> dict[Slot, Any]:
        facts = {**self._constants, **_said(state)}
        detail = state["detail"]
        if isinstance(detail, str):
            facts[DETAIL] = facts[MESSAGE] = mended_text(detail)
        elif detail is not None:
            self._complain(f"detail is {type(detail).__name__}, not text")
        if request_id is not None:
            facts[REQUEST_ID] = mended_text(request_id)
        if RESOLVE in facts or "_resolve" in state:
            facts |= self._resolve_fact(state)
        members = self._sound_members(state)
        if members and MEMBERS_TEXT in self._dialect.slots:
            facts[MEMBERS_TEXT] = {name: _as_text(value) for name, value in members.items()}
        elif members:
            facts[MEMBERS] = {name: msgspec.Raw(value) for name, value in members.items()}
        return facts

    def _resolve_fact(self, state: Mapping[str, Any]) -> dict[Slot, Any]:
        try:
            resolve = state.get("_resolve") or expanded(self.record.resolve, state)
        except Exception as error:  # noqa: BLE001 - a member's __str__ runs code of its own
            self._complain(f"resolve: a member that it is made of has no text: {type(error).__name__}")
            resolve = self.record.resolve and Resolve(self.record.resolve.action, self.record.resolve.message)
        return {RESOLVE: _present(resolve)} if resolve else {}

    def _sound_members(self, state: Mapping[str, Any]) -> dict[str, bytes]:
        """The members that can be written, as JSON: extra ones, then the declared."""
        sound: dict[str, bytes] = {}
        for name, value in state.get("extra", {}).items():
            self._add_encoded(sound, name, value)
        for member in self._members:
            value = state.get(member.name)
            if value is None:
                if member.required and member.wire_name not in state.get("unreadable", ()):
                    self._complain(f"member {member.name!r} has no value")
            elif fits(value, self._checks[member.name]):
                self._add_encoded(sound, member.wire_name, value)
            else:
                self._complain(f"member {member.name!r} is {type(value).__name__}, not as declared")
        return sound

    def _add_encoded(self, sound: dict[str, bytes], name: str, value: Any) -> None:
        try:
            sound[mended_text(name)] = encode(value)
        except Exception as error:  # noqa: BLE001 - a value's serializer runs code of its own
            self._complain(f"member {name!r} cannot be written as JSON: {type(error).__name__}")


def fits(value: object, check: Any) -> bool:
    """Whether a value has the declared outermost type. True is no number here, and NaN is none in JSON."""
    if isinstance(value, bool):
        return bool in check or object in check if isinstance(check, tuple) else check in (bool, object)
    if isinstance(value, float) and not isfinite(value):
        return False
    return isinstance(value, check)


def tuple_getter(keys: list[Any]) -> Callable[[Any], tuple[Any, ...]]:
    """`itemgetter` that returns a tuple for any number of keys."""
    if len(keys) > 1:
        return itemgetter(*keys)
    if keys:
        (key,) = keys
        return lambda source: (source[key],)
    return lambda _: ()


def _constant_facts(record: ProblemType, status: int, type_uri: str, domain: str) -> dict[Slot, Any]:
    texts = {
        TYPE: type_uri,
        CODE: record.code,
        STATUS_TEXT: str(status),
        RPC_STATUS: _RPC_STATUS.get(status, "INTERNAL" if status >= 500 else "FAILED_PRECONDITION"),
        TITLE: record.title,
        MESSAGE: record.title or record.code,
        SUGGESTION: record.suggestion,
        DOMAIN: domain,
    }
    facts: dict[Slot, Any] = {slot: mended_text(text) for slot, text in texts.items() if text}
    facts |= {STATUS: status, RETRYABLE: record.is_retryable(status)}
    if record.resolve is not None:
        facts[RESOLVE] = _present(record.resolve)
    return facts


def _present(parts: Resolve) -> dict[str, str]:
    return {name: mended_text(text) for name, text in msgspec.structs.asdict(parts).items() if text}


def _said(state: Mapping[str, Any]) -> dict[Slot, Any]:
    """What a response said otherwise than the record, when a problem that was parsed is rendered again."""
    texts = {SUGGESTION: state.get("suggestion"), TITLE: state.get("title")}
    said: dict[Slot, Any] = {slot: mended_text(text) for slot, text in texts.items() if text}
    if TITLE in said:
        said[MESSAGE] = said[TITLE]
    if state.get("_retryable") is not None:
        said[RETRYABLE] = state["_retryable"]
    return said


def _as_text(value: bytes) -> str:
    return str(decode(value)) if value.startswith(b'"') else value.decode()
