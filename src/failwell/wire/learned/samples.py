"""Recorded error responses, and the tree in which all of them stand together: one part per place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import heappop, heappush
from itertools import pairwise
from typing import Any, TypeGuard

import msgspec

from failwell.typing import Headers

_DEEPEST = 12  # below, a value is looked at as a whole: no API nests the facts of an error deeper
_WIDEST = 400  # an object with more entries is a table of data
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
    """A step into a list: to the object whose entry `key` is `value`, or to any where there is no key."""

    key: str = ""
    value: str = ""


Place = tuple[str | Item, ...]
"""Steps from the top of a document to a part of it."""


def shown(place: Place) -> str:
    """A place for people: `error.details[@type=…ErrorInfo].reason`."""
    text = ""
    for step in place:
        if isinstance(step, str):
            text += f".{step}" if text else step
        elif step.key:
            value = step.value if len(step.value) <= _LONGEST_STEP else f"…{step.value.rpartition('.')[2]}"
            text += f"[{step.key}={value}]"
        else:
            text += "[]"
    return text or "(the whole body)"


class Part:
    """One place of a tree, with what stands there in each sample.

    Attributes:
        place: the steps to it.
        values: what stands there, by the number of the sample; null is not among them.
        nulls: the samples in which null stands there.
        children: where it is an object in every sample that has it: its entries.
        items: where it is a list of objects in every sample that has it: one part per kind of object.
        crowded: the samples in which a list has more objects of this kind than the first.
    """

    __slots__ = ("children", "crowded", "items", "nulls", "place", "values")

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

    def below(self) -> Iterator[Part]:
        """All parts below it, in order, each before those below it."""
        for part in self.parts:
            yield part
            yield from part.below()

    def distinct(self) -> set[bytes]:
        """The different values, as JSON."""
        return {canonical(value) for value in self.values.values()}

    def _grow(self) -> None:
        objects = {number: value for number, value in self.values.items() if is_json_object(value)}
        if len(objects) == len(self.values):
            if max(map(len, objects.values())) > _WIDEST:
                return
            for key in merged_order([list(value) for value in objects.values()]):
                found = {number: value[key] for number, value in objects.items() if key in value}
                self.children[key] = Part((*self.place, key), found)
            return
        lists = {number: value for number, value in self.values.items() if is_json_list(value)}
        if (
            len(lists) == len(self.values)
            and any(lists.values())
            and all(map(_has_only_objects, lists.values()))
        ):
            self._grow_items(lists)

    def _grow_items(self, lists: Mapping[int, list[Any]]) -> None:
        key = _discriminator(list(lists.values()))
        kinds = dict.fromkeys(item[key] for items in lists.values() for item in items) if key else {"": None}
        for kind in kinds:
            chosen = {
                n: [item for item in items if not key or item[key] == kind] for n, items in lists.items()
            }
            part = Part((*self.place, Item(key, kind)), {n: items[0] for n, items in chosen.items() if items})
            part.crowded = {number for number, items in chosen.items() if len(items) > 1}
            self.items.append(part)


def tree(samples: Sequence[Sample]) -> Part:
    """The tree of all samples' documents; its top is the whole body."""
    return Part((), {number: sample.document for number, sample in enumerate(samples)})


def canonical(value: object) -> bytes:
    """A value as JSON in which the order of keys does not count: equal bytes mean equal JSON."""
    return msgspec.json.encode(_whole(value) if isinstance(value, float) else value, order="sorted")


def _whole(value: float) -> float | int:
    return int(value) if value.is_integer() else value


def merged_order(sequences: Sequence[Sequence[str]]) -> list[str]:
    """One order of names that agrees with as many of the sequences as can be, the first before the later."""
    after: dict[str, dict[str, None]] = {}
    for names in dict.fromkeys(map(tuple, sequences)):
        known = set(after)
        for name in names:
            after.setdefault(name, {})
        for name, following in pairwise(names):
            if following not in known or not _leads_to(after, following, name):
                after[name][following] = None
    rank = {name: number for number, name in enumerate(after)}
    waiting = Counter(follower for followers in after.values() for follower in followers)
    ready = [(number, name) for name, number in rank.items() if not waiting[name]]
    order: list[str] = []
    while ready:
        _, name = heappop(ready)
        order.append(name)
        for follower in after[name]:
            waiting[follower] -= 1
            if not waiting[follower]:
                heappush(ready, (rank[follower], follower))
    return order


def _leads_to(after: Mapping[str, Mapping[str, None]], start: str, end: str) -> bool:
    seen, todo = {start}, [start]
    while todo:
        name = todo.pop()
        if name == end:
            return True
        todo += [follower for follower in after[name] if follower not in seen]
        seen.update(after[name])
    return False


def is_json_object(value: object) -> TypeGuard[dict[str, Any]]:
    """Whether a decoded value is an object."""
    return isinstance(value, dict)


def is_json_list(value: object) -> TypeGuard[list[Any]]:
    """Whether a decoded value is a list."""
    return isinstance(value, list)


def _has_only_objects(items: list[Any]) -> bool:
    return all(map(is_json_object, items))


def _discriminator(lists: Sequence[list[dict[str, Any]]]) -> str:
    """The key that tells a list's objects apart; empty where each list has at most one, or nothing does."""
    items = [item for items in lists for item in items]
    names = ("@type", "type", "kind") if any(len(items) > 1 for items in lists) else ("@type",)
    for name in names:
        if all(isinstance(item.get(name), str) for item in items) and all(
            len({item[name] for item in items}) == len(items) for items in lists
        ):
            return name
    return ""
