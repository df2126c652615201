"""Whether two kinds of requests take the same time: what takes longer tells what was there."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from itertools import groupby
from operator import itemgetter


def take_the_same_time(first: Callable[[], object], second: Callable[[], object]) -> bool:
    """Whether nothing tells them apart.

    Of requests that do take the same time one comparison in a hundred says otherwise, under any load; so then
    it is made once more. Where there is a difference, both say so.
    """
    return any(look_alike(first, second) > 0.01 for _ in range(2))


def look_alike(first: Callable[[], object], second: Callable[[], object], *, rounds: int = 300) -> float:
    """Does both in turns, and says how likely differences like theirs are if there is none: p.

    Who goes first changes from round to round, so that neither profits from the other.
    """
    took: tuple[list[float], list[float]] = ([], [])
    for turn in range(rounds):
        for which in (0, 1) if turn % 2 else (1, 0):
            began = time.perf_counter()
            (first, second)[which]()
            took[which].append(time.perf_counter() - began)
    return mann_whitney(*took)


def mann_whitney(first: Sequence[float], second: Sequence[float]) -> float:
    """p of the two-sided test of Mann and Whitney (1947), by the normal approximation, corrected for ties."""
    ordered = sorted([(value, 0) for value in first] + [(value, 1) for value in second])
    count, ranks, ties, begun = len(ordered), 0.0, 0, 0
    for _, group in groupby(ordered, key=itemgetter(0)):
        equal = list(group)
        rank = begun + (len(equal) + 1) / 2
        ranks += sum(rank for _, which in equal if which == 0)
        ties += len(equal) ** 3 - len(equal)
        begun += len(equal)
    product = len(first) * len(second)
    spread = math.sqrt(product / 12 * (count + 1 - ties / (count * (count - 1))))
    if not spread:
        return 1.0  # all are equal
    distance = abs(ranks - len(first) * (len(first) + 1) / 2 - product / 2)
    return math.erfc(max(distance - 0.5, 0) / spread / math.sqrt(2))
