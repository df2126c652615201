"""What a dialect cannot carry: found out by writing sample facts and reading them back, never listed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from failwell.wire.decoder import Reader
from failwell.wire.dialect import Dialect
from failwell.wire.encoder import fill
from failwell.wire.slots import (
    CODE,
    DETAIL,
    MEMBERS,
    MEMBERS_TEXT,
    MESSAGE,
    REQUEST_ID,
    RESOLVE,
    RETRYABLE,
    SUGGESTION,
    TITLE,
    TYPE,
    Slot,
)
from failwell.wire.values import decode, encode

_MEMBERS = {"a": 1}
_SAMPLE: Mapping[Slot, Any] = {
    CODE: "sample_code",
    TYPE: "https://errors.example/sample_code",
    TITLE: "Sample title",
    DETAIL: "Sample detail",
    MESSAGE: "Sample detail",
    RETRYABLE: True,
    SUGGESTION: "Sample suggestion",
    REQUEST_ID: "req_sample",
    RESOLVE: {"action": "sample_action"},
    MEMBERS: _MEMBERS,
    MEMBERS_TEXT: {name: str(value) for name, value in _MEMBERS.items()},
}
_FACTS = {
    "code": CODE,
    "type": TYPE,
    "title": TITLE,
    "retryable": RETRYABLE,
    "suggestion": SUGGESTION,
    "request_id": REQUEST_ID,
    "resolve": RESOLVE,
}


def lost(dialect: Dialect) -> tuple[str, ...]:
    """Names what a body in this dialect cannot say, in a fixed order.

    Apart from facts by their name there are three losses of a special kind: `detail like the title` (the
    dialect's text stands for both, so such a detail reads as none), `members` (the dialect has no place for
    them), and `types of undeclared members` (members stand as text, which only a declaration turns back).
    """
    said, reader = _read_back(dialect, _SAMPLE), Reader(dialect)
    losses = [name for name, slot in _FACTS.items() if getattr(said, name) != _SAMPLE[slot]]
    if reader.detail(said, _SAMPLE[TITLE]) != _SAMPLE[DETAIL]:
        losses.append("detail")
    like_title = _read_back(dialect, {**_SAMPLE, DETAIL: _SAMPLE[TITLE], MESSAGE: _SAMPLE[TITLE]})
    if reader.detail(like_title, _SAMPLE[TITLE]) is None:
        losses.append("detail like the title")
    members = {name: said.members.get(name) for name in _MEMBERS}
    if not any(members.values()):
        losses.append("members")
    elif members != _MEMBERS:
        losses.append("types of undeclared members")
    return tuple(losses)


def _read_back(dialect: Dialect, facts: Mapping[Slot, Any]) -> Any:
    return Reader(dialect).read(decode(encode(fill(dialect.shape, facts))))
