from __future__ import annotations

import math
from collections.abc import Sequence
from random import Random
from statistics import NormalDist

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from examples.stage.timing import look_alike, mann_whitney, take_the_same_time


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


def test_both_are_done_in_turns_and_neither_always_first() -> None:
    done: list[str] = []
    p = look_alike(lambda: done.append("a"), lambda: done.append("b"), rounds=4)
    assert "".join(done) == "baabbaab"
    assert 0 <= p <= 1


def test_what_is_the_same_takes_the_same_time_and_what_does_more_does_not() -> None:
    assert take_the_same_time(lambda: sum(range(1_000)), lambda: sum(range(1_000)))
    assert not take_the_same_time(lambda: sum(range(1_000)), lambda: sum(range(2_000)))
