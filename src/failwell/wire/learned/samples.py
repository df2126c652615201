"""Recorded error responses, and the tree in which all of them stand together: one part per place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any, TypeGuard

import msgspec

from failwell.typing import Headers

_DEEPEST = 12  # below, a value is looked at as a whole: no API nests the facts of an error deeper
_WIDEST = 400  # an object with more entries is a table of data
_MOST_KINDS = 50  # a list with objects of more kinds is data, too
_LONGEST_STEP = 24


class Sample(msgspec.Struct, frozen=True):
    """One recorded error response.

    Attributes:
        origin: where it was found, for people: `errors.txt:12`.
        body: the bytes of the body.
        document: the body as decoded JSON; an object.
        status: the HTTP status; None where only the body was kept.
        headers: the header fields; empty where only the body was kept.
    """

    origin: str
    body: bytes
    document: Mapping[str, Any]
    status: int | None = None
    headers: Headers = ()


class Item(msgspec.Struct, frozen=True):
    """A step into a list: to the object of this `@type`, or to the first where they have none."""

    type: str = ""


Place = tuple[str | Item, ...]
"""Steps from the top of a document to a part of it."""


def shown(place: Place) -> str:
    """A place for people: `error.details[@type=…ErrorInfo].reason`."""
    text = ""
    for step in place:
        if isinstance(step, str):
            text += f".{step}" if text else step
        elif step.type:
            name = step.type if len(step.type) <= _LONGEST_STEP else f"…{step.type.rpartition('.')[2]}"
            text += f"[@type={name}]"
        else:
            text += "[]"
    return text or "(the whole body)"


class Part:
    """One place of a tree, with what stands there in each sample.

    Attributes:
        place: the steps to it.
        values: what stands there, by the number of the sample; null is not among them.
        nulls: the samples in which null stands there.
        children: where it is an object in every sample that has it: its entries, the most frequent ones.
        items: where it is a list of objects in every sample that has it: one part per kind of object.
        crowded: the samples in which a list has more objects of this kind than the first.
    """

    def __init__(self, place: Place, found: Mapping[int, Any]) -> None:
        self.place = place
        self.values = {number: value for number, value in found.items() if value is not None}
        self.nulls = found.keys() - self.values.keys()
        self.children: dict[str, Part] = {}
        self.items: list[Part] = []
        self.crowded: set[int] = set()
        if len(place) < _DEEPEST and self.values:
            self._grow()

    @property
    def name(self) -> str:
        """The nearest key above, or its own."""
        return next((step for step in reversed(self.place) if isinstance(step, str)), "")

    @property
    def present(self) -> set[int]:
        """The samples that have it, be it null."""
        return self.values.keys() | self.nulls

    @property
    def parts(self) -> Iterable[Part]:
        """The parts directly below it."""
        return self.items or self.children.values()

    @cached_property
    def distinct(self) -> set[bytes]:
        """The different values, as JSON."""
        return {canonical(value) for value in self.values.values()}

    def below(self) -> Iterator[Part]:
        """All parts below it, in order, each before those below it."""
        for part in self.parts:
            yield part
            yield from part.below()

    def _grow(self) -> None:
        objects = {number: value for number, value in self.values.items() if is_json_object(value)}
        lists = {number: value for number, value in self.values.items() if is_json_list(value)}
        if len(objects) == len(self.values) and max(map(len, objects.values())) <= _WIDEST:
            counted = Counter(key for value in objects.values() for key in value)
            kept = dict(counted.most_common(_WIDEST))
            for key in merged_order([[key for key in value if key in kept] for value in objects.values()]):
                found = {number: value[key] for number, value in objects.items() if key in value}
                self.children[key] = Part((*self.place, key), found)
        elif len(lists) == len(self.values) and any(lists.values()):
            self._grow_items(lists)

    def _grow_items(self, lists: Mapping[int, list[Any]]) -> None:
        """Tells the objects of lists apart by an `@type` of their own; else takes the first of each list."""
        if not all(is_json_object(item) for items in lists.values() for item in items):
            return
        every = [[item.get("@type") for item in items] for items in lists.values()]
        is_typed = all(isinstance(kind, str) for kinds in every for kind in kinds)
        is_typed = is_typed and all(len(set(kinds)) == len(kinds) for kinds in every)
        found: dict[Item, dict[int, Any]] = {}
        for number, items in lists.items():
            for item in items:
                step = Item(item["@type"]) if is_typed else Item()
                found.setdefault(step, {}).setdefault(number, item)
        if len(found) <= _MOST_KINDS:
            self.items = [Part((*self.place, step), objects) for step, objects in found.items()]
            for part in self.items:
                part.crowded = {n for n, items in lists.items() if len(items) > 1 and not is_typed}


def tree(samples: Sequence[Sample]) -> Part:
    """The tree of all samples' documents; its top is the whole body."""
    return Part((), {number: sample.document for number, sample in enumerate(samples)})


def canonical(value: object) -> bytes:
    """A value as JSON in which the order of keys does not count: equal bytes mean equal JSON."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return msgspec.json.encode(value, order="sorted")


def merged_order(sequences: Iterable[Sequence[str]]) -> list[str]:
    """One order of names that agrees with all sequences; where they contradict, with the earlier ones."""
    before: dict[str, set[str]] = {}
    for names in dict.fromkeys(map(tuple, sequences)):
        for name in names:
            before.setdefault(name, set())
        for earlier, later in pairwise(names):
            before[later].add(earlier)
    order: list[str] = []
    while before:
        is_first = (name for name, earlier in before.items() if not any(n in before for n in earlier))
        order.append(next(is_first, next(iter(before))))
        del before[order[-1]]
    return order


def is_json_object(value: object) -> TypeGuard[dict[str, Any]]:
    """Whether a decoded value is an object."""
    return isinstance(value, dict)


def is_json_list(value: object) -> TypeGuard[list[Any]]:
    """Whether a decoded value is a list."""
    return isinstance(value, list)
