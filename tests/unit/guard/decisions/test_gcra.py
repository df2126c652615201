"""The decision itself, against a slow and exact model of buckets that fill with fractions of units."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failwell.guard import Bucket, Denied, RateLimit
from failwell.guard.decisions.gcra import TAKE, take
from failwell.store import Memory
from failwell.typing import Entry, Key
from tests.unit.guard.frozen_clock import FrozenClock

SECOND = 1_000_000


class DeniedError(Exception):
    def __init__(self, denied: Denied) -> None:
        super().__init__(denied)
        self.denied = denied


class Model:
    """Buckets as one imagines them: units in a bucket, of which time brings more up to its capacity."""

    def __init__(self, buckets: Sequence[Bucket]) -> None:
        self.buckets = {bucket.name: bucket for bucket in buckets}
        self.units: dict[tuple[str, str], Fraction] = {}

    def pass_time(self, microseconds: int) -> None:
        for key, units in self.units.items():
            bucket = self.buckets[key[0]]
            self.units[key] = min(units + Fraction(microseconds, bucket.interval), Fraction(bucket.capacity))

    def left(self, name: str, subject: str) -> Fraction:
        return self.units.setdefault((name, subject), Fraction(self.buckets[name].capacity))

    def spend(self, subjects: dict[str, str], cost: int) -> dict[str, Fraction]:
        """Microseconds to wait for each bucket that lacks units; empty where all were spent."""
        waits = {
            name: (cost - self.left(name, subject)) * self.buckets[name].interval
            for name, subject in subjects.items()
            if self.left(name, subject) < cost
        }
        if not waits:
            for key in subjects.items():
                self.units[key] -= cost
        return waits


buckets = st.builds(
    lambda limit, per, burst: (limit, per, burst),
    st.integers(1, 12),
    st.sampled_from(["second", "minute", 0.7, 3, 13.000001]),
    st.none() | st.integers(1, 20),
)
subjects = st.none() | st.sampled_from("xyz")
steps = st.lists(
    st.one_of(
        st.integers(0, 20 * SECOND),
        st.tuples(subjects, subjects, st.integers(0, 5)),
    ),
    max_size=60,
)


@given(buckets, buckets, steps)
def test_decisions_are_those_of_the_model(
    first: tuple[int, float, int | None],
    second: tuple[int, float, int | None],
    steps: list[int | tuple[str | None, str | None, int]],
) -> None:
    declared = [Bucket(name, *numbers) for name, numbers in (("a", first), ("b", second))]
    clock, model = FrozenClock(), Model(declared)
    limit = RateLimit(*declared, store=Memory(clock=clock), problem=DeniedError)
    for step in steps:
        if isinstance(step, int):
            clock.now += step
            model.pass_time(step)
        else:
            _check_both(limit, model, a=step[0], b=step[1], cost=step[2])


def _check_both(limit: RateLimit, model: Model, *, a: str | None, b: str | None, cost: int) -> None:
    given = {name: subject for name, subject in (("a", a), ("b", b)) if subject is not None}
    cost = min([cost, *(model.buckets[name].capacity for name in given)])
    waits = model.spend(given, cost)
    try:
        limits = limit.check(a=a, b=b, cost=cost).limits
        denied = None
    except DeniedError as error:
        denied, limits = error.denied, error.denied.limits
    assert (denied is not None) is bool(waits)
    if denied is not None:
        assert waits[denied.bucket.name] == max(waits.values())
        assert denied.retry_after == max(1, ceil(max(waits.values()) / SECOND))
    assert [state.name for state in limits] == list(given)
    for state in limits:
        bucket, left = model.buckets[state.name], model.left(state.name, given[state.name])
        assert state.remaining == floor(left)
        assert state.reset == float((bucket.capacity - left) * bucket.interval / SECOND)
        assert state.next_unit == (0 if left >= 1 else float((1 - left) * bucket.interval / SECOND))


@given(buckets, st.lists(st.tuples(st.integers(0, 2 * SECOND), st.integers(1, 3)), max_size=80))
def test_never_more_is_admitted_than_declared(
    numbers: tuple[int, float, int | None], steps: list[tuple[int, int]]
) -> None:
    bucket = Bucket("a", *numbers)
    clock = FrozenClock()
    start, spent = clock.now, 0
    limit = RateLimit(bucket, store=Memory(clock=clock), problem=DeniedError)
    for microseconds, cost in steps:
        clock.now += microseconds
        possible = min(cost, bucket.capacity)
        try:
            limit.check(a="x", cost=possible)
        except DeniedError:
            continue
        spent += possible
        elapsed = Fraction(clock.now - start, SECOND)
        assert spent <= bucket.capacity + elapsed * bucket.limit / Fraction(bucket.window)


RATES = [
    (limit, per, burst)
    for limit, per in [
        (1, "second"),
        (3, "second"),
        (7, "second"),
        (10, "second"),
        (11, "minute"),
        (60, "minute"),
        (100, "minute"),
        (7, "hour"),
        (1_000, "hour"),
        (999, "day"),
        (3, 0.1),
        (7, 7.7),
        (13, 1_000_003),
        (49, 3.3),
        (1_000, 0.001),
    ]
    for burst in (None, 17)
]


@pytest.mark.parametrize(("limit", "per", "burst"), RATES)
def test_a_full_bucket_admits_exactly_its_capacity_at_any_instant(
    limit: int, per: float, burst: int | None
) -> None:
    bucket = Bucket("a", limit, per, burst)
    for instant in (0, 1, 1_763_673_600_123_457):
        entries: dict[Key, Entry] = {}
        key = "rate:a:s:x"
        for number in range(bucket.capacity + 1):
            spent, (_, wait) = take(entries.get, instant, [key], [(bucket.interval, bucket.span)])
            assert (wait == 0) is (number < bucket.capacity)
            entries.update(spent)


def test_nothing_is_written_when_denied_or_only_looked_at() -> None:
    full, spent = "rate:a:s:x", "rate:b:s:x"
    entries: dict[Key, Entry] = {spent: 100}
    assert take(entries.get, 0, [full, spent], [(10, 100), (10, 100)]) == ({}, [0, 100, 10])
    assert take(entries.get, 0, [full, spent], [(0, 100), (0, 100)]) == ({}, [0, 100, 0])
    assert take(entries.get, 10, [full, spent], [(10, 100), (10, 100)]) == (
        {full: 20, spent: 110},
        [10, 100, 0],
    )


def test_an_instant_too_far_ahead_is_mended_by_a_denial_and_not_by_a_look() -> None:
    full, far = "rate:a:s:x", "rate:b:s:x"
    entries: dict[Key, Entry] = {far: 3_600}
    assert take(entries.get, 50, [full, far], [(10, 100), (10, 100)]) == ({far: 150}, [0, 100, 10])
    assert take(entries.get, 50, [full, far], [(0, 100), (0, 100)]) == ({}, [0, 100, 0])


def test_the_step_has_a_name_of_its_own() -> None:
    assert (TAKE.name, TAKE.decide) == ("gcra-take", take)
