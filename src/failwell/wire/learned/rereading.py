"""The proof of a learned dialect: every sample read through it, written again, and compared."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice, zip_longest
from typing import Any

import msgspec

from failwell.wire import slots
from failwell.wire.decoder import Reader
from failwell.wire.dialect import Dialect
from failwell.wire.encoder import fill
from failwell.wire.learned.samples import canonical, is_json_list, is_json_object
from failwell.wire.learned.study import BLANK, Study
from failwell.wire.learned.words import rpc_word

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
    """The samples as a contract would say them: what it knows of each code, and what the occurrence brings.

    Attributes:
        dialect: the dialect.
    """

    def __init__(self, dialect: Dialect, study: Study) -> None:
        self.dialect, self._study = dialect, study
        reader = Reader(dialect)
        self._said = [reader.read(sample.document) for sample in study.samples]
        self._declared: dict[tuple[slots.Slot, Any], Any] = {}
        self._settle(slots.TITLE, [said.title for said in self._said])
        self._settle(slots.SUGGESTION, [said.suggestion for said in self._said])
        self._settle(slots.RETRYABLE, [said.retryable for said in self._said])

    def _settle(self, slot: slots.Slot, values: Sequence[Any]) -> None:
        """Of each code, what most of its samples say."""
        votes: dict[Any, Counter[Any]] = defaultdict(Counter)
        for number, value in enumerate(values):
            if isinstance(value, str | bool):
                votes[self._key(slot, number)][value] += 1
        self._declared |= {(slot, key): counted.most_common(1)[0][0] for key, counted in votes.items()}

    def _key(self, slot: slots.Slot, number: int) -> object:
        code = self._study.codes[number]
        return (code, self._study.statuses[number]) if slot is slots.RETRYABLE else code

    def declared(self, slot: slots.Slot, number: int) -> Any:
        """What the contract would declare of a sample's code; None where the samples do not say."""
        return self._declared.get((slot, self._key(slot, number)))

    def members(self, number: int) -> dict[str, Any]:
        """The members that a sample says; one without a value is absent."""
        said = self._said[number]
        return {name: v for name, v in said.members.items() if v is not None and name not in said.standard}

    def resolve(self, number: int) -> dict[str, Any] | None:
        """The way out that a sample says."""
        resolve = self._said[number].resolve
        return resolve if is_json_object(resolve) else None

    def rereadings(self) -> Iterator[Rereading]:
        """What becomes of each sample."""
        for number, sample in enumerate(self._study.samples):
            body = msgspec.json.encode(fill(self.dialect.shape, self._facts(number)))
            written = msgspec.json.decode(body)
            differences: tuple[str, ...] = ()
            if canonical(written) != canonical(sample.document):
                found = _differences(sample.document, written)
                differences = tuple(islice(found, _MOST_DIFFERENCES))
            is_same = not differences and body == msgspec.json.format(sample.body, indent=-1)
            yield Rereading(sample.origin, not differences, is_same, differences)

    def _facts(self, number: int) -> dict[slots.Slot, Any]:
        """The facts that a contract has when it writes this sample again."""
        study, said = self._study, self._said[number]
        code, status, members = study.codes[number], study.statuses[number], self.members(number)
        known = (slots.TITLE, slots.SUGGESTION, slots.RETRYABLE)
        declared = {slot: self.declared(slot, number) for slot in known}
        is_blank = said.type == BLANK and slots.CODE not in self.dialect.slots
        text = said.text if isinstance(said.text, str) else None
        facts: dict[slots.Slot, Any] = {
            slots.CODE: code,
            slots.TYPE: BLANK if is_blank else study.base + code,
            slots.DOMAIN: study.domain,
            slots.DETAIL: text,
            slots.MESSAGE: declared[slots.TITLE] if text is None else text,
            slots.REQUEST_ID: said.request_id if isinstance(said.request_id, str) else None,
            slots.RESOLVE: self.resolve(number),
            slots.MEMBERS: members or None,
            slots.MEMBERS_TEXT: {name: _as_text(value) for name, value in members.items()} or None,
            **declared,
        }
        if status is not None:
            facts |= {slots.STATUS: status, slots.STATUS_TEXT: str(status)}
            facts[slots.RPC_STATUS] = rpc_word(status)
        return {slot: fact for slot, fact in facts.items() if fact is not None}


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _differences(recorded: Any, written: Any, place: str = "", depth: int = 0) -> Iterator[str]:
    """Where two documents differ: what is missing, what is added, what is another value. Never the values."""
    pairs: dict[str, tuple[Any, Any]] = {}
    if is_json_object(recorded) and is_json_object(written):
        keys = dict.fromkeys((*recorded, *written))
        dot = "." if place else ""
        pairs = {f"{place}{dot}{k}": (recorded.get(k, _ABSENT), written.get(k, _ABSENT)) for k in keys}
    elif is_json_list(recorded) and is_json_list(written):
        both = enumerate(zip_longest(recorded, written, fillvalue=_ABSENT))
        pairs = {f"{place}[{number}]": pair for number, pair in both}
    if pairs and depth < _DEEPEST:
        for below, pair in pairs.items():
            yield from _differences(*pair, below, depth + 1)
    elif written is _ABSENT:
        yield f"{place} is missing, where null stands" if recorded is None else f"{place} is missing"
    elif recorded is _ABSENT:
        yield f"{place} is added"
    elif canonical(recorded) != canonical(written):
        yield f"{place} has another value"
