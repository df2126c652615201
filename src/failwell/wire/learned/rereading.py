"""The proof of a learned dialect: every sample read through it, written again, and compared."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from failwell.wire.decoder import Reader, Said
from failwell.wire.dialect import Dialect
from failwell.wire.encoder import fill
from failwell.wire.learned.evidence import rpc_word
from failwell.wire.learned.samples import canonical, is_json_list, is_json_object
from failwell.wire.learned.study import Study
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

_MOST_DIFFERENCES = 20
_DEEPEST = 40
_ABSENT: Any = object()


class Rereading(msgspec.Struct, frozen=True):
    """What became of one sample.

    Attributes:
        origin: where the sample was found.
        is_equal: whether the body that is written again is equal JSON.
        is_same_bytes: whether it is the same bytes, keys in the same order, white space aside.
        differences: where not equal: the places, and what is different there.
    """

    origin: str
    is_equal: bool
    is_same_bytes: bool
    differences: tuple[str, ...]


class Retelling:
    """What a contract says of each code: facts that are declared once and not brought by an occurrence."""

    def __init__(self, dialect: Dialect, study: Study) -> None:
        self._dialect, self._study = dialect, study
        reader = Reader(dialect)
        self._said = [reader.read(sample.document) for sample in study.samples]
        self._declared: dict[tuple[Slot, Any], Any] = {}
        self._settle(TITLE, [self._title(number) for number in range(study.count)])
        self._settle(SUGGESTION, [said.suggestion for said in self._said])
        self._settle(RETRYABLE, [said.retryable for said in self._said])

    def _title(self, number: int) -> Any:
        """The title that a sample shows, be it in place of a detail."""
        said, message = self._said[number], self._study.slots.get(MESSAGE)
        if said.title is None and said.text is None and message is not None:
            return message.values.get(number)
        return said.title

    def _settle(self, slot: Slot, values: Sequence[Any]) -> None:
        """Of each code, what most of its samples say."""
        votes: dict[Any, Counter[Any]] = defaultdict(Counter)
        for number, value in enumerate(values):
            if isinstance(value, str | bool):
                votes[self._key(slot, number)][value] += 1
        for key, counted in votes.items():
            self._declared[slot, key] = counted.most_common(1)[0][0]

    def _key(self, slot: Slot, number: int) -> object:
        code = self._study.codes[number]
        return (code, self._study.statuses[number]) if slot is RETRYABLE else code

    def rereadings(self) -> Iterator[Rereading]:
        """What becomes of each sample."""
        for number, sample in enumerate(self._study.samples):
            body = msgspec.json.encode(fill(self._dialect.shape, self.facts(number)))
            written = msgspec.json.decode(body)
            differences: tuple[str, ...] = ()
            if canonical(written) != canonical(sample.document):
                differences = tuple(_differences(sample.document, written))[:_MOST_DIFFERENCES]
            is_same = not differences and body == msgspec.json.format(sample.body, indent=-1)
            yield Rereading(sample.origin, not differences, is_same, differences)

    def facts(self, number: int) -> dict[Slot, Any]:
        """The facts that a contract has when it writes this sample again."""
        study, said = self._study, self._said[number]
        code, status = study.codes[number], study.statuses[number]
        declared = {slot: self.declared(slot, number) for slot in (TITLE, SUGGESTION, RETRYABLE)}
        is_blank = said.type == "about:blank" and CODE not in self._dialect.slots
        facts: dict[Slot, Any] = {
            CODE: code,
            TYPE: "about:blank" if is_blank else self._study.base + code,
            DOMAIN: self._study.domain,
            DETAIL: said.text if isinstance(said.text, str) else None,
            MESSAGE: said.text if isinstance(said.text, str) else declared[TITLE],
            REQUEST_ID: said.request_id if isinstance(said.request_id, str) else None,
            RESOLVE: said.resolve if is_json_object(said.resolve) else None,
            **declared,
        }
        if status is not None:
            facts |= {STATUS: status, STATUS_TEXT: str(status), RPC_STATUS: rpc_word(status)}
        members = self.members(said)
        if members:
            facts |= {MEMBERS: members, MEMBERS_TEXT: _as_text(members)}
        return {slot: fact for slot, fact in facts.items() if fact is not None}

    def members(self, said: Said) -> dict[str, Any]:
        """The members that a document says; one without a value is absent."""
        return {name: v for name, v in said.members.items() if v is not None and name not in said.standard}

    def declared(self, slot: Slot, number: int) -> Any:
        """What the contract would declare of a sample's code; None where the samples do not say."""
        return self._declared.get((slot, self._key(slot, number)))

    def said(self, number: int) -> Said:
        """What a sample says."""
        return self._said[number]


def _as_text(members: Mapping[str, Any]) -> dict[str, str]:
    return {
        name: value if isinstance(value, str) else msgspec.json.encode(value).decode()
        for name, value in members.items()
    }


def _differences(recorded: Any, written: Any, place: str = "", depth: int = 0) -> Iterator[str]:
    """Where two documents differ: what is missing, what is added, what is another value. Never the values."""
    if is_json_object(recorded) and is_json_object(written) and depth < _DEEPEST:
        for key in dict.fromkeys((*recorded, *written)):
            below = f"{place}.{key}" if place else key
            pair = recorded.get(key, _ABSENT), written.get(key, _ABSENT)
            yield from _differences(*pair, below, depth + 1)
    elif is_json_list(recorded) and is_json_list(written) and depth < _DEEPEST:
        for number in range(max(len(recorded), len(written))):
            pair = _at(recorded, number), _at(written, number)
            yield from _differences(*pair, f"{place}[{number}]", depth + 1)
    elif written is _ABSENT:
        yield f"{place} is missing, where null stands" if recorded is None else f"{place} is missing"
    elif recorded is _ABSENT:
        yield f"{place} is added"
    elif canonical(recorded) != canonical(written):
        yield f"{place} has another value"


def _at(items: list[Any], number: int) -> Any:
    return items[number] if number < len(items) else _ABSENT
