"""Denials that are remembered for a moment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failwell.guard.decisions.gcra import take
from failwell.guard.denials import MOST, Denials
from failwell.typing import Args, Entry, Key
from tests.unit.guard.frozen_clock import FrozenClock

KEYS = ["rate:token:s:a", "rate:org:s:b"]
ARGS = [(10_000_000, 20_000_000), (1_000_000, 60_000_000)]


def test_what_was_never_denied_has_to_be_asked(clock: FrozenClock) -> None:
    assert Denials(1_000_000, clock).recall(KEYS, ARGS) is None


def test_a_denial_is_recalled_as_it_would_be_now(clock: FrozenClock) -> None:
    denials = Denials(1_000_000, clock)
    denials.keep(KEYS, ARGS, [20_000_000, 300_000, 10_000_000])
    assert denials.recall(KEYS, ARGS) == [20_000_000, 300_000, 10_000_000]
    clock.move(0.4)
    assert denials.recall(KEYS, ARGS) == [19_600_000, 0, 9_600_000]


def test_a_denial_is_forgotten_after_the_hold(clock: FrozenClock) -> None:
    denials = Denials(1_000_000, clock)
    denials.keep(KEYS, ARGS, [20_000_000, 0, 10_000_000])
    clock.now += 999_999
    assert denials.recall(KEYS, ARGS) is not None
    clock.now += 1
    assert denials.recall(KEYS, ARGS) is None
    assert len(denials) == 0


def test_a_denial_is_forgotten_when_the_wait_is_over(clock: FrozenClock) -> None:
    denials = Denials(1_000_000, clock)
    denials.keep(KEYS, ARGS, [20_000_000, 0, 300])
    clock.now += 299
    recalled = denials.recall(KEYS, ARGS)
    assert recalled is not None
    assert recalled[-1] == 1
    clock.now += 1
    assert denials.recall(KEYS, ARGS) is None


def test_who_asks_again_and_again_is_asked_for_again_after_the_hold(clock: FrozenClock) -> None:
    denials = Denials(1_000_000, clock)
    result: Sequence[int] = [20_000_000, 0, 10_000_000]
    for _ in range(10):
        denials.keep(KEYS, ARGS, result)
        recalled = denials.recall(KEYS, ARGS)
        assert recalled is not None
        result = recalled
        clock.move(0.1)
    assert denials.recall(KEYS, ARGS) is None


@pytest.mark.parametrize(
    ("keys", "args"),
    [
        (KEYS, [(5_000_000, 20_000_000), ARGS[1]]),  # a smaller cost
        (KEYS, [ARGS[0], (1_000_000, 90_000_000)]),  # a larger limit
        (["rate:token:s:c", KEYS[1]], ARGS),
        (KEYS[:1], ARGS[:1]),
        (KEYS[::-1], ARGS),
    ],
)
def test_other_subjects_costs_or_limits_are_another_question(
    clock: FrozenClock, keys: list[Key], args: list[Args]
) -> None:
    denials = Denials(1_000_000, clock)
    denials.keep(KEYS, ARGS, [20_000_000, 0, 10_000_000])
    assert denials.recall(keys, args) is None


def test_a_reset_forgets_everything(clock: FrozenClock) -> None:
    denials = Denials(1_000_000, clock)
    denials.keep(KEYS, ARGS, [20_000_000, 0, 10_000_000])
    denials.forget()
    assert denials.recall(KEYS, ARGS) is None


def test_a_flood_of_denials_does_not_fill_memory(clock: FrozenClock) -> None:
    denials = Denials(1_000_000, clock)
    for number in range(3 * MOST):
        denials.keep([f"rate:token:s:{number}"], ARGS[:1], [1, 1])
        assert len(denials) <= MOST
    assert denials.recall([f"rate:token:s:{3 * MOST - 1}"], ARGS[:1]) is not None


def runs(steps: list[tuple[int, int]]) -> Iterator[tuple[Sequence[int], Sequence[int]]]:
    """Decides checks of the given costs, after so many microseconds each: what was recalled, the truth."""
    clock, entries = FrozenClock(), dict[Key, Entry]()
    denials = Denials(1_000_000, clock)
    for cost, passes in steps:
        clock.now += passes
        args = [(cost * 1_000_000, 20_000_000), (cost * 500_000, 30_000_000)]
        written, result = take(entries.get, clock.now, KEYS, args)
        recalled = denials.recall(KEYS, args)
        if recalled is not None:
            yield recalled, result
            continue
        entries |= written
        if result[-1]:
            denials.keep(KEYS, args, result)


PASSES = st.integers(0, 1_200_000)


@given(st.integers(5, 20), st.lists(PASSES, max_size=40))
def test_what_is_recalled_is_what_the_decision_would_be(cost: int, passes: list[int]) -> None:
    for recalled, result in runs([(cost, pause) for pause in passes]):
        assert recalled == result


@given(st.lists(st.tuples(st.integers(1, 20), PASSES), max_size=40))
def test_whom_cheaper_checks_make_wait_longer_is_denied_all_the_same(steps: list[tuple[int, int]]) -> None:
    for recalled, result in runs(steps):
        assert 0 < recalled[-1] <= result[-1]
        assert all(then <= now for then, now in zip(recalled, result, strict=True))
