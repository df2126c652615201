"""A transition that counts, so that an update which is lost, or done twice, shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from failwell.typing import Args, Entry, Key, Look, Store, Transition, Value

SPAN = 3_600_000_000  # an hour


def key(name: object) -> Key:
    """The key of a counter."""
    return f"test:count:s:{name}"


def _count(
    look: Look, now: int, keys: Sequence[Key], args: Sequence[Args]
) -> tuple[dict[Key, Entry], list[Value]]:
    """Adds to counters, each of which lasts for its span; adding nothing looks, and below 0 it goes away."""
    written: dict[Key, Entry] = {}
    result: list[Value] = [now]
    for one, (add, span) in zip(keys, cast("Sequence[tuple[int, int]]", args), strict=True):
        entry = cast("tuple[int, int] | None", look(one)) or (0, 0)
        count = (entry[1] if entry[0] > now else 0) + add
        result.append(count)
        if add:
            written[one] = (now + span, count) if count >= 0 else (0, 0)
    return written, result


COUNT = Transition("count", _count, "")
"""The result is the instant and the counts."""


def one_more(*names: object) -> tuple[list[Key], list[Args]]:
    """Keys and arguments that add one to each counter."""
    return [key(name) for name in names], [(1, SPAN)] * len(names)


def no_more(*names: object) -> tuple[list[Key], list[Args]]:
    """Keys and arguments that look at counters."""
    return [key(name) for name in names], [(0, SPAN)] * len(names)


def counts(store: Store, *names: object) -> Sequence[Value]:
    """What counters say."""
    return store.run(COUNT, *no_more(*names))[1:]
