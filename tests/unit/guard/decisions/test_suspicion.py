"""The decision on its own: how it counts, decays and turns, against an exact model with fractions."""

from __future__ import annotations

from math import exp, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failwell.guard.decisions.suspicion import (
    _ALL,
    _DIFFERENT,
    _ERRORS,
    _LONG_DIFFERENT,
    _SUCCESSES,
    HALF_LIFE,
    MARKS,
    ONE,
    SPAN,
    TARGET,
    things_of,
    weigh,
)
from failwell.guard.thresholds import Thresholds
from failwell.typing import Entry
from tests.unit.guard.frozen_clock import FrozenClock

ARGS = (*Thresholds().args, 0, 0, SPAN)
KEY = "k"


class Kept:
    """One entry, and errors that are counted in it."""

    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}
        self.clock = FrozenClock()

    def err(self, kind: int = TARGET, successes: int = 0, weight: int = 1, mark: int = 0) -> list[int]:
        args = [(kind, successes, weight, mark, *ARGS)]
        written, result = weigh(self.entries.get, self.clock.now, [KEY], args)
        self.entries.update(written)
        return result

    def field(self, place: int) -> int:
        entry = self.entries[KEY]
        assert isinstance(entry, tuple)
        value = entry[place]
        assert isinstance(value, int)
        return value


@given(st.lists(st.tuples(st.integers(0, 800), st.integers(0, 50)), min_size=1, max_size=40))
def test_errors_and_successes_lose_half_their_weight_in_five_minutes(steps: list[tuple[int, int]]) -> None:
    kept = Kept()
    errors = successes = 0.0
    for seconds, number in steps:
        kept.clock.move(seconds)
        errors, successes = (count * exp(-log(2) * seconds / 300) for count in (errors, successes))
        errors, successes = errors + 1, successes + number
        kept.err(successes=number)
    # Time goes in steps of 19 seconds, so what is kept lies at most so far behind, here and there.
    assert kept.field(_ERRORS) / ONE == pytest.approx(errors, rel=0.05, abs=0.05)
    assert kept.field(_SUCCESSES) / ONE == pytest.approx(successes, rel=0.05, abs=0.05)


def test_frequent_errors_decay_as_well_as_rare_ones() -> None:
    kept = Kept()
    for _ in range(3_600):
        kept.err()
        kept.clock.move(1)
    assert kept.field(_ERRORS) / ONE == pytest.approx(300 / log(2), rel=0.03)


def test_what_is_repeated_is_not_different() -> None:
    kept = Kept()
    for _ in range(500):
        for mark in range(5):
            kept.err(mark=mark)
    assert kept.field(_DIFFERENT) // ONE == kept.field(_LONG_DIFFERENT) // ONE == 5


def test_where_marks_are_crowded_every_error_is_different() -> None:
    kept = Kept()
    for number in range(1_000):
        kept.err(mark=number * 31 % MARKS)
    assert kept.field(_DIFFERENT) > 900 * ONE


@given(st.integers(1, 60), st.randoms(use_true_random=False))
def test_marks_tell_about_how_many_things_there_were(things: int, random: object) -> None:
    marks = len({random.randrange(MARKS) for _ in range(things)})  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    assert marks <= things
    assert things_of(marks) >= marks


@pytest.mark.parametrize("things", [1, 4, 8, 16, 20, 60, 100])
def test_thresholds_are_the_marks_to_expect_of_so_many_things(things: int) -> None:
    marks = Thresholds(credentials=things).args[1]
    assert things_of(marks) == pytest.approx(things, rel=0.15)


def test_things_are_remembered_over_one_turn_and_forgotten_after_the_second() -> None:
    kept = Kept()
    kept.clock.now = 100 * 6 * HALF_LIFE  # a turn of all generations
    for mark in range(3):
        kept.err(mark=mark)
    seen = []
    for _ in range(3):
        seen.append(_targets(kept))
        kept.clock.now += HALF_LIFE
        kept.err(mark=40)
    assert seen == [3, 4, 1]


def _targets(kept: Kept) -> int:
    return (kept.field(_ALL + 2 * TARGET) | kept.field(_ALL + 2 * TARGET + 1)).bit_count()


def test_a_heavy_error_is_like_several_about_different_things() -> None:
    heavy, light = Kept(), Kept()
    heavy.err(weight=8, mark=5)
    for number in range(8):
        light.err(mark=(5 + 17 * number) % MARKS)
    assert heavy.entries == light.entries
    assert _targets(heavy) == 8


def test_an_entry_that_is_over_counts_for_nothing() -> None:
    kept = Kept()
    kept.err(successes=500)
    kept.clock.move(3_600)
    kept.err(mark=1)
    assert (kept.field(_ERRORS), kept.field(_SUCCESSES), _targets(kept)) == (ONE, 0, 1)


def test_a_clock_that_goes_back_forgets_nothing_and_brings_nothing_back() -> None:
    kept = Kept()
    for mark in range(10):
        kept.err(mark=mark)
    kept.clock.move(-3_600)
    kept.err(mark=10)
    assert (kept.field(_ERRORS), _targets(kept)) == (11 * ONE, 11)
    kept.clock.move(300)
    kept.err(mark=10)
    assert kept.field(_ERRORS) == pytest.approx(6.5 * ONE, rel=0.05)


def test_the_more_errors_the_longer_an_entry_is_kept() -> None:
    kept = Kept()
    ahead = []
    for mark in range(30):
        kept.err(mark=mark)
        ahead.append((kept.field(0) - kept.clock.now) / SPAN)
    assert ahead == sorted(ahead)
    assert (ahead[0], ahead[-1]) == (0.25, 1.0)
