"""A study of recorded error responses: which part of them shows which fact, and how sure that is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, Literal

import msgspec

from failwell.declare.declaration import is_code
from failwell.declare.members import is_wire_name
from failwell.wire.learned.samples import Item, Part, Place, Sample, canonical, tree
from failwell.wire.learned.words import code_of_status, is_uri, points, split_uri
from failwell.wire.slots import CODE, DOMAIN, STATUS, STATUS_TEXT, TYPE, Slot

BLANK = "about:blank"
"""The type URI of an error that is nothing but its status (RFC 9457, section 4.2.1)."""

Confidence = Literal["sure", "likely", "guess"]
"""How sure a decision is: the samples show it; they agree and the name fits; one of the two."""


class Decision(msgspec.Struct, frozen=True):
    """What was made of one place.

    Attributes:
        place: the place.
        meaning: a slot's name, or `constant`, `member`, `added` or `not carried`.
        confidence: how sure it is.
        reason: why, with the figures.
    """

    place: Place
    meaning: str
    confidence: Confidence
    reason: str


class Study:
    """Samples of one shape, and what their parts mean.

    Attributes:
        samples: the samples.
        count: how many there are.
        headers: their header fields, names in lower case, the first of each name.
        top: their tree.
        parts: its parts by place.
        found: the part that each slot was found at.
        decisions: the decisions by place.
        statuses: the HTTP status of each sample; None where nothing tells it.
        codes: the code of each sample; made up where the shape shows none.
        base: what type URIs begin with; empty where the shape shows none.
        domain: the constant domain; empty where the shape shows none.
    """

    def __init__(self, samples: Sequence[Sample]) -> None:
        self.samples, self.count = samples, len(samples)
        self.headers = [{name.lower(): value for name, value in reversed(s.headers)} for s in samples]
        self.top = tree(samples)
        self.parts = {part.place: part for part in (self.top, *self.top.below())}
        self.found: dict[Slot, Part] = {}
        self.decisions: dict[Place, Decision] = {}
        self.base = self.domain = ""
        self.statuses = [sample.status for sample in samples]
        self.codes = [code_of_status(status) for status in self.statuses]

    @property
    def has_identity(self) -> bool:
        """Whether the shape shows what tells problems apart."""
        return CODE in self.found or TYPE in self.found

    @property
    def kinds(self) -> int:
        """How many kinds of errors there are."""
        return len(set(self.codes))

    @property
    def repeats(self) -> bool:
        """Whether two samples have one code: only then it shows what varies within a code."""
        return self.kinds < self.count

    @cached_property
    def uris(self) -> list[tuple[Part, str]]:
        """The parts that are a URI in every sample, made of one base and a code; with that base."""
        return [(part, base) for part in self._nameable if (base := self._base(part))]

    @cached_property
    def _nameable(self) -> list[Part]:
        """The parts that a literal could name."""
        return [
            part for place, part in self.parts.items()
            if place and all(isinstance(step, Item) or is_wire_name(step) for step in place)
        ]  # fmt: skip

    def free(self, kind: type) -> Iterator[Part]:
        """The parts that a literal could name, in no slot yet, of this type wherever they are not null."""
        taken = {part.place for part in self.found.values()}
        for part in self._nameable:
            in_slot = any(part.place[:length] in taken for length in range(1, len(part.place) + 1))
            if not in_slot and part.values and all(type(value) is kind for value in part.values.values()):
                yield part

    def everywhere(self, part: Part) -> bool:
        """Whether a part stands in every sample, and is nowhere null."""
        return len(part.values) == self.count

    def always(self, part: Part) -> str:
        """In how many of the samples a part stands, in words."""
        return of(len(part.values), self.count)

    def is_by_code(self, part: Part, *, with_status: bool = False) -> bool:
        """Whether all samples of one code agree on a part that they have."""
        seen: dict[Any, set[bytes]] = defaultdict(set)
        for number, value in part.values.items():
            key = (self.codes[number], self.statuses[number] if with_status else None)
            seen[key].add(canonical(value))
        return all(len(values) == 1 for values in seen.values())

    def varies(self, part: Part) -> bool:
        """Whether an occurrence brings a part: it is not the same for each code, or not always there."""
        return not (self.everywhere(part) and self.is_by_code(part))

    def is_made_of_code(self, uri: Part, base: str, code: Part) -> bool:
        """Whether a URI is the base and the code in every sample."""
        return all(value == base + code.values.get(number, "") for number, value in uri.values.items())

    def decide(self, part: Part, slot: Slot, confidence: Confidence, reason: str) -> None:
        """Puts a slot at a part, and takes from there what the others depend on."""
        self.found[slot] = part
        self.decisions[part.place] = Decision(part.place, slot.name, confidence, reason)
        values = part.values
        if slot in (STATUS, STATUS_TEXT):
            found = enumerate(self.statuses)
            self.statuses = [int(values[n]) if known is None else known for n, known in found]
            self.codes = [code_of_status(status) for status in self.statuses]
        elif slot is CODE:
            self.codes = [values[number] for number in range(self.count)]
        elif slot is TYPE:
            self.base = dict(self.uris)[part]
            if CODE not in self.found:
                tails = {n: uri.removeprefix(self.base) for n, uri in values.items() if uri != BLANK}
                self.codes = [tails.get(number, code) for number, code in enumerate(self.codes)]
        elif slot is DOMAIN:
            self.domain = values[0]

    def _base(self, part: Part) -> str:
        values = list(part.values.values())
        if not self.everywhere(part) or not all(value == BLANK or is_uri(value) for value in values):
            return ""
        uris = {value for value in values if value != BLANK}
        if not uris or (len(uris) == 1 and not points(TYPE, part.name)):  # one URI may be any page
            return ""
        bases, tails = zip(*map(split_uri, uris), strict=True)
        return str(bases[0]) if len(set(bases)) == 1 and all(map(is_code, tails)) else ""


def of(count: int, total: int) -> str:
    """Figures in words: `in 7 of 7 samples`."""
    return f"in {count} of {total} sample{'' if total == 1 else 's'}"
