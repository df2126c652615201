"""Whether two kinds of requests take the same time: what takes longer tells what was there."""

from __future__ import annotations

import gc
import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter
from random import Random, SystemRandom
from statistics import median

import msgspec

LEAST = 0.01
"""What p has to be above, for two kinds of requests to look alike in one comparison."""

COMPARISONS, ROUNDS, WARM_UP = 3, 300, 10
AROUND = 10  # rounds before and after one, in which the machine is taken to be as fast as in that one

_CHANCE = SystemRandom()


class Compared(msgspec.Struct, frozen=True):
    """What comparisons have shown.

    Attributes:
        p: of each that was made.
        is_alike: what they say together.
    """

    p: tuple[float, ...]
    is_alike: bool


def look_alike(
    first: Callable[[], object],
    second: Callable[[], object],
    *,
    rounds: int = ROUNDS,
    chance: Random = _CHANCE,
    clock: Callable[[], float] = time.perf_counter,
) -> float:
    """One comparison: p.

    Both are asked for in every round, so that a machine that gets slower does so for both; and what requests
    of either kind took in the rounds around is taken off, so that it does not hide what differs (aligned
    ranks, after J. L. Hodges and E. L. Lehmann, Rank Methods for Combination of Independent Experiments in
    Analysis of Variance, Ann. Math. Statist. 33, 1962, 482-497). Who goes first is drawn by lot, so that no
    rhythm of the machine falls on one of them; and each goes first in half of the rounds, so that what is
    slow in all who come second adds to the spread on both sides, and nothing to the difference.
    Some requests go ahead that do not count: they fill caches. No garbage is collected while it lasts.

    Args:
        first: makes a request of one kind.
        second: makes one of the other kind.
        rounds: an even number.
        chance: draws the lots.
        clock: in seconds.
    """
    took: tuple[list[float], list[float]] = ([], [])
    with _no_garbage_collected():
        for lots in (_lots(WARM_UP, chance), _lots(rounds, chance)):
            for times in took:
                times.clear()
            for which in lots:
                began = clock()
                (first, second)[which]()
                took[which].append(clock() - began)
    usual = _usual(*took)
    return mann_whitney(*([one - other for one, other in zip(times, usual, strict=True)] for times in took))


def _usual(first: list[float], second: list[float]) -> list[float]:
    """What requests of either kind took, around each round."""
    spans = ((max(turn - AROUND, 0), turn + AROUND + 1) for turn in range(len(first)))
    return [median(first[begin:end] + second[begin:end]) for begin, end in spans]


def compare(
    first: Callable[[], object],
    second: Callable[[], object],
    *,
    is_strict: bool = False,
    judge: Callable[[Callable[[], object], Callable[[], object]], float] = look_alike,
) -> Compared:
    """Compares two kinds of requests up to three times, each time by 300 requests of each kind.

    A comparison is the two-sided rank test of H. B. Mann and D. R. Whitney (On a Test of Whether one of Two
    Random Variables is Stochastically Larger than the Other, Ann. Math. Statist. 18, 1947, 50-60). Its p is
    how likely a difference like the one seen is if there is none. It looks at ranks alone, so that a few
    requests that a busy machine has held up do no harm. Of kinds that do take the same time one comparison
    in a hundred has p ≤ 0.01 all the same. So there are two questions to ask of three comparisons:

    Strictly, all three have to have p > 0.01. That fails by chance once in 34 times (1 - 0.99³ = 3 %), and a
    difference that one comparison finds with probability q is found with 1 - (1 - q)³.

    Otherwise, one with p > 0.01 is enough, and ends it. That fails by chance once in a million times (0.01³),
    as the comparisons share no requests. A difference is found with q³. Where times are spread normally, a
    difference as large as their standard deviation is found always (q³ = 1 - 10⁻¹⁶), one half as large 998
    times of a thousand, one two fifths as large 95 times of a hundred, and one a fifth as large only 8 times:
    that is for the strict question, which finds it 81 times. The spread is the machine's: on an idle one some
    tenths of a millisecond, on one with ten times the work that it can do several milliseconds. There, that
    nothing is found says little; ask the strict question of a machine that does nothing else.

    Args:
        first: makes a request of one kind.
        second: makes one of the other kind.
        is_strict: whether all comparisons have to agree that there is no difference.
        judge: makes one comparison, and gives its p.
    """
    made: list[float] = []
    while len(made) < COMPARISONS and (is_strict or not made or made[-1] <= LEAST):
        made.append(judge(first, second))
    return Compared(tuple(made), (min if is_strict else max)(made) > LEAST)


def _lots(rounds: int, chance: Random) -> list[int]:
    """Whose turn it is."""
    orders = [(0, 1), (1, 0)] * (rounds // 2)
    chance.shuffle(orders)
    return [which for order in orders for which in order]


@contextmanager
def _no_garbage_collected() -> Iterator[None]:
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def mann_whitney(first: Sequence[float], second: Sequence[float]) -> float:
    """p of the two-sided test of Mann and Whitney, by the normal approximation, corrected for ties."""
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
