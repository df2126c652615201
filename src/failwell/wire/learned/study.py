"""A study of recorded error responses: which part of them shows which fact, and how sure that is."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, Literal

import msgspec

from failwell.declare.members import is_wire_name
from failwell.wire.learned.evidence import (
    code_of_status,
)
from failwell.wire.learned.samples import Item, Part, Place, Sample, canonical, tree
from failwell.wire.slots import (
    CODE,
    TYPE,
    Slot,
)

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
        top: their tree.
        parts: its parts by place.
        slots: the part that each slot was found at.
        decisions: the decisions by place.
        notes: what has to be said besides.
        statuses: the HTTP status of each sample; None where nothing tells it.
        codes: the code of each sample; made up where the shape shows none.
        base: what type URIs begin with; empty where the shape shows none.
        domain: the constant domain; empty where the shape shows none.
        request_id_header: the header field in which the request id was found; empty where there is none.
    """

    def __init__(self, samples: Sequence[Sample]) -> None:
        self.samples, self.count = samples, len(samples)
        self.top = tree(samples)
        self.parts = {part.place: part for part in (self.top, *self.top.below())}
        self._nameable = [
            part for part in self.top.below()
            if all(isinstance(step, Item) or is_wire_name(step) for step in part.place)
        ]  # fmt: skip
        self.slots: dict[Slot, Part] = {}
        self.decisions: dict[Place, Decision] = {}
        self.notes: list[str] = []
        self.base = self.domain = self.request_id_header = ""
        self.know_statuses([sample.status for sample in samples])

    @property
    def has_identity(self) -> bool:
        """Whether the shape shows what tells problems apart."""
        return CODE in self.slots or TYPE in self.slots

    @property
    def kinds(self) -> int:
        """How many kinds of errors there are."""
        return len(set(self.codes))

    def free(self) -> Iterator[Part]:
        """The parts that no decision was made about, and that a literal could name."""
        taken = {part.place for part in self.slots.values()}
        for part in self._nameable:
            if not any(part.place[:length] in taken for length in range(1, len(part.place) + 1)):
                yield part

    def leaves(self, *kinds: type) -> list[Part]:
        """The free parts that are of one of these types wherever they are not null."""
        return [
            part for part in self.free()
            if part.values and not part.parts and all(type(value) in kinds for value in part.values.values())
        ]  # fmt: skip

    def everywhere(self, part: Part) -> bool:
        """Whether a part stands in every sample, and is nowhere null."""
        return len(part.values) == self.count

    def is_by_code(self, part: Part, *, with_status: bool = False) -> bool:
        """Whether all samples of one code agree on a part that they have."""
        seen: dict[Any, set[bytes]] = defaultdict(set)
        for number, value in part.values.items():
            key = (self.codes[number], self.statuses[number] if with_status else None)
            seen[key].add(canonical(value))
        return all(len(values) == 1 for values in seen.values())

    def repeats(self) -> int:
        """How many samples have a code that another one has too: what varies within a code shows there."""
        return sum(count for count in Counter(self.codes).values() if count > 1)

    def know_statuses(self, statuses: Sequence[Any]) -> None:
        """Takes the status of each sample, and for want of a better one the code that it makes."""
        self.statuses = [None if status is None else int(status) for status in statuses]
        self.codes = [code_of_status(status) for status in self.statuses]

    def decide(self, part: Part, slot: Slot, confidence: Confidence, reason: str) -> None:
        """Puts a slot at a part."""
        self.slots[slot] = part
        self.decisions[part.place] = Decision(part.place, slot.name, confidence, reason)
