from __future__ import annotations

import gc
import math
from collections.abc import Callable, Sequence
from random import Random
from statistics import NormalDist

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from examples.stage.timing import LEAST, Compared, compare, look_alike, mann_whitney


def _by_definition(first: Sequence[float], second: Sequence[float]) -> float:
    """Pair by pair, with the normal distribution of the standard library."""
    wins = sum((a > b) + 0.5 * (a == b) for a in first for b in second)
    pairs, everybody = len(first) * len(second), [*first, *second]
    count = len(everybody)
    ties = sum(everybody.count(value) ** 3 - everybody.count(value) for value in set(everybody))
    spread = math.sqrt(pairs / 12 * (count + 1 - ties / (count * (count - 1))))
    return 2 * NormalDist().cdf(-max(abs(wins - pairs / 2) - 0.5, 0) / spread)


VALUES = st.lists(st.integers(0, 9), min_size=2, max_size=20)


@given(VALUES, VALUES)
def test_the_probability_is_that_of_the_definition(first: list[float], second: list[float]) -> None:
    assume(len({*first, *second}) > 1)
    assert mann_whitney(first, second) == pytest.approx(_by_definition(first, second))


def test_where_there_is_no_difference_one_of_twenty_is_below_a_twentieth() -> None:
    random = Random(1)
    samples = [[[random.gauss(0, 1) for _ in range(40)] for _ in range(2)] for _ in range(2_000)]
    assert 0.04 < sum(mann_whitney(*pair) < 0.05 for pair in samples) / len(samples) < 0.06


def test_what_is_equal_looks_alike() -> None:
    assert mann_whitney([1.0] * 9, [1.0] * 9) == 1.0
    assert mann_whitney([1, 2, 3], [1, 2, 3]) == 1.0


def test_both_sides_are_judged_alike() -> None:
    random = Random(1)
    first, second = ([random.gauss(mean, 1) for _ in range(300)] for mean in (0, 0.1))
    assert mann_whitney(first, second) == pytest.approx(mann_whitney(second, first))


def test_a_small_difference_is_found_among_300() -> None:
    random = Random(1)
    first, second = ([random.gauss(mean, 1) for _ in range(300)] for mean in (0, 0.6))
    assert mann_whitney(first, second) < 0.001


# ---------------------------------------------------------------------------- one comparison


class Machine:
    """Simulated requests: they take time on a clock of their own, whose spread is that of real ones."""

    def __init__(self, seed: int, drift: float = 0) -> None:
        self.random, self.now, self.done = Random(seed), 0.0, 0
        self.drift, self.load = drift, 0.0

    def clock(self) -> float:
        return self.now

    def request(self, *, extra: float = 0, late: float = 0) -> Callable[[], None]:
        """A request.

        Args:
            extra: milliseconds that it takes longer than another kind.
            late: milliseconds that each takes longer which comes second in its round, of whatever kind.
        """

        def request() -> None:
            self.done += 1
            self.load = 0.99 * self.load + self.drift * self.random.gauss(0, 1)
            self.now += max(self.load, 0)
            self.now += 4 + extra + self.random.lognormvariate(0, 0.5) + late * (self.done % 2 == 0)

        return request

    def compare(self, first: Callable[[], None], second: Callable[[], None]) -> float:
        return look_alike(first, second, chance=self.random, clock=self.clock)


def _found(count: int, *, extra: float = 0, late: float = 0, drift: float = 0) -> int:
    """In how many of some comparisons there is a difference."""
    found = 0
    for seed in range(count):
        machine = Machine(seed, drift)
        first, second = machine.request(late=late), machine.request(extra=extra, late=late)
        found += machine.compare(first, second) <= LEAST
    return found


def test_where_there_is_no_difference_one_comparison_of_a_hundred_finds_one() -> None:
    assert 1 <= _found(300) <= 9


def test_a_shifted_kind_is_found() -> None:
    assert _found(20, extra=0.3) == 20  # half the standard deviation
    assert _found(20, extra=-0.3) == 20


def test_the_order_does_not_look_like_a_difference() -> None:
    assert _found(100, late=5) == 0  # more cautious than without


def test_the_order_does_not_hide_a_difference() -> None:
    assert _found(20, extra=0.5, late=5) == 20


def test_a_machine_that_gets_slower_and_faster_does_not_look_like_a_difference() -> None:
    assert _found(100, drift=1) == 0


def test_a_machine_that_gets_slower_and_faster_does_not_hide_a_difference() -> None:
    assert _found(20, extra=1, drift=1) == 20  # far less than the machine's ups and downs


def test_each_goes_first_in_half_of_the_rounds_and_by_lot() -> None:
    done: list[str] = []
    look_alike(lambda: done.append("a"), lambda: done.append("b"), chance=Random(1))
    rounds = ["".join(pair) for pair in zip(done[::2], done[1::2], strict=True)]
    counted = rounds[-300:]
    assert len(rounds) - len(counted) == 10  # to warm up
    assert sorted(counted) == ["ab"] * 150 + ["ba"] * 150
    assert counted not in (sorted(counted), ["ab", "ba"] * 150, ["ba", "ab"] * 150)


def test_the_first_requests_do_not_count() -> None:
    machine = Machine(1)
    requests = iter([machine.request(extra=90)] * 10 + [machine.request()] * 2)

    def slow_at_first() -> None:
        next(requests)()

    assert look_alike(machine.request(), slow_at_first, rounds=2, clock=machine.clock) > 0.1


@pytest.mark.parametrize("is_enabled", [True, False])
def test_no_garbage_is_collected_while_it_lasts(*, is_enabled: bool) -> None:
    seen: set[bool] = set()
    was_enabled = gc.isenabled()
    (gc.enable if is_enabled else gc.disable)()
    try:
        look_alike(lambda: seen.add(gc.isenabled()), lambda: None, rounds=2)
        assert seen == {False}
        with pytest.raises(ZeroDivisionError):
            look_alike(lambda: 1 // 0, lambda: None)
        assert gc.isenabled() is is_enabled
    finally:
        (gc.enable if was_enabled else gc.disable)()


# ---------------------------------------------------------------------------- three comparisons


@pytest.mark.parametrize(
    ("p", "made", "strictly"),
    [
        ((0.5, 0.5, 0.5), 1, True),
        ((0.5, 0.5, 0.01), 1, False),
        ((0.01, 0.011, 0.5), 2, False),
        ((0.0, 0.01, 0.5), 3, False),
    ],
)
def test_one_of_three_is_enough_unless_strictly(p: tuple[float, ...], made: int, *, strictly: bool) -> None:
    def compared(*, is_strict: bool) -> Compared:
        judgements = iter(p)
        return compare(lambda: None, lambda: None, is_strict=is_strict, judge=lambda *_: next(judgements))

    assert compared(is_strict=False) == Compared(p[:made], is_alike=True)
    assert compared(is_strict=True) == Compared(p, is_alike=strictly)


@pytest.mark.parametrize("is_strict", [False, True])
def test_where_all_three_find_a_difference_there_is_one(*, is_strict: bool) -> None:
    found = compare(lambda: None, lambda: None, is_strict=is_strict, judge=lambda *_: 0.01)
    assert found == Compared((0.01,) * 3, is_alike=False)


def test_real_work_is_told_apart_by_how_much_there_is() -> None:
    assert compare(lambda: sum(range(1_000)), lambda: sum(range(1_000))).is_alike
    assert not compare(lambda: sum(range(1_000)), lambda: sum(range(2_000))).is_alike
