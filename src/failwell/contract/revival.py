"""From what a document says back to the exception that was raised."""

from __future__ import annotations

from typing import Any

import msgspec

from failwell.contract.exact import ExactState
from failwell.contract.foreign import RECEIVED, resolve_from
from failwell.declare.problem import Problem
from failwell.declare.template import Template
from failwell.headers import find
from failwell.typing import Headers
from failwell.wire.decoder import Reader, Said
from failwell.wire.values import convert, decode


class Revival:
    """How responses become instances of one class; compiled once."""

    def __init__(
        self,
        cls: type[Problem],
        reader: Reader,
        exact: ExactState | None,
        id_header: str,
        titles: frozenset[str] = frozenset(),
    ) -> None:
        """Compiles.

        Args:
            cls: the class.
            reader: of the dialect.
            exact: reads the usual body in one step; None where there is no such step.
            id_header: the header field of the request id, in lower case.
            titles: the class's titles in other languages.
        """
        self._cls, self._record = cls, cls.problem_type
        self._exact, self._id_header, self._titles = exact, id_header, titles
        self._retryable = {status: self._record.is_retryable(status) for status in self._record.statuses}
        self._detail, self._members_are_text = reader.detail, reader.members_are_text
        self._annotations = cls.member_set.annotations
        self._on_wire = tuple(
            m for m in self._record.members if m.on_wire and reader.has_room_for(m.wire_name)
        )
        self._wire_names = frozenset(member.wire_name for member in self._on_wire)
        self._from_headers = _header_members(cls)
        self._off_wire = {m.name: _default(m.default) for m in self._record.members if m not in self._on_wire}

    def exact(self, body: bytes, status: int, headers: Headers) -> Problem | None:
        """Makes the exception from the usual body; None if the type has none. Any other body raises."""
        if self._exact is None:
            return None
        state, retryable = self._exact(body)
        if retryable is not None and retryable is not self._retryable.get(status):
            return None
        if self._titles and state["detail"] in self._titles:
            return None  # it may stand in for the title, which the careful way finds out
        state["status"], state["headers"], state[RECEIVED] = status, headers, True
        if state["request_id"] is None:
            state["request_id"] = find(headers, self._id_header)
        cls = self._cls
        problem = cls.__new__(cls)
        problem.__dict__ = state
        return problem

    def problem(self, said: Said, status: int, headers: Headers, request_id: str | None) -> Problem:
        """Makes the exception. A member that is missing or of another type is None, with the reason kept."""
        cls = self._cls
        if self._titles and type(said.text) is str and said.text in self._titles:
            self._recognize_title(said, said.text)
        detail = self._detail(said, cls.title)
        state: dict[str, Any] = {
            "detail": detail, "status": status, "headers": headers, "request_id": request_id, RECEIVED: True,
        }  # fmt: skip
        self._read_each(said, state)
        if self._off_wire:
            state |= self._off_wire
            self._read_headers(headers, state)
        if said.title != cls.title or said.suggestion != cls.suggestion:
            _keep_texts(said, state, cls)
        stated = said.retryable
        if (stated is True or stated is False) and stated is not self._record.is_retryable(status):
            state["_retryable"] = stated
        if said.resolve is not None and (resolve := resolve_from(said.resolve)) is not None:
            state["_resolve"] = resolve
        problem = cls.__new__(cls)
        problem.__dict__ = state
        return problem

    def _recognize_title(self, said: Said, text: str) -> None:
        """Takes a text that is the title in another language for the title, where it may stand in for it."""
        if said.title is None and self._detail(said, text) is None:
            said.title = text

    def _read_each(self, said: Said, state: dict[str, Any]) -> None:
        unreadable: dict[str, str] = {}
        for member in self._on_wire:
            raw = said.members.get(member.wire_name)
            state[member.name] = None
            if raw is None:
                if member.required:
                    state[member.name] = _default(member.default)
                    if not member.statuses or state["status"] in member.statuses:
                        unreadable[member.wire_name] = "missing"
                continue
            try:
                state[member.name] = self._converted(raw, self._annotations[member.name])
            except ValueError as error:
                unreadable[member.wire_name] = str(error)
        if unreadable:
            state["unreadable"] = unreadable
        self._keep_extra(said, state)

    def _converted(self, raw: Any, annotation: Any) -> Any:
        try:
            return convert(raw, annotation)
        except ValueError:
            if not self._members_are_text or not isinstance(raw, str):
                raise
        try:
            return convert(decode(raw), annotation)
        except (ValueError, RecursionError):
            raise ValueError("Expected JSON text of the declared type") from None

    def _keep_extra(self, said: Said, state: dict[str, Any]) -> None:
        extra = said.members.keys() - self._wire_names - said.standard
        if extra:
            state["extra"] = {name: said.members[name] for name in said.members if name in extra}

    def _read_headers(self, headers: Headers, state: dict[str, Any]) -> None:
        for name, header in self._from_headers:
            value = find(headers, header)
            if value is not None:
                try:
                    state[name] = convert(value, self._annotations[name], strict=False)
                except ValueError:  # for instance a proxy's Retry-After with a date
                    state[name] = None


def _keep_texts(said: Said, state: dict[str, Any], cls: type[Problem]) -> None:
    """What a response says counts more than what the catalog knows: the two may be of different versions."""
    if type(said.title) is str and said.title != cls.title:
        state["title"] = said.title
    if type(said.suggestion) is str and said.suggestion != cls.suggestion:
        state["suggestion"] = said.suggestion


def _header_members(cls: type[Problem]) -> tuple[tuple[str, str], ...]:
    """Members off the wire that a header carries: pairs of member and header, the latter in lower case."""
    off_wire = {member.name for member in cls.problem_type.members if not member.on_wire}
    rules = [(Template(rule.template).single_name, rule.name.lower()) for rule in cls.problem_type.headers]
    return tuple((name, header) for name, header in rules if name in off_wire)


def _default(default: Any) -> Any:
    return None if default is msgspec.UNSET else default
