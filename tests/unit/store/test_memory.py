"""The store in memory: bounded, indivisible, and careful about what it forgets."""

from __future__ import annotations

import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failwell.exceptions import DeclarationError
from failwell.guard import Bucket, RateLimit
from failwell.store import Memory
from failwell.typing import Args, Entry, Key, Look, Transition
from tests.unit.guard.frozen_clock import FrozenClock


class DeniedError(Exception):
    """The limit denied."""


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


def limit_of(store: Memory, *buckets: Bucket) -> RateLimit:
    return RateLimit(*buckets, store=store, problem=DeniedError)


def spent(limit: RateLimit, **subjects: Any) -> bool:
    return limit.peek(**subjects).limits[0].remaining == 0


# ---------------------------------------------------------------------------- transitions


def _count(
    look: Look, now: int, keys: Sequence[Key], args: Sequence[Args]
) -> tuple[dict[Key, Entry], list[int]]:
    """Uses an entry as a counter, so that a lost update shows."""
    adds = cast("Sequence[tuple[int]]", args)
    counts = {key: cast("int", look(key) or 0) + add for key, (add,) in zip(keys, adds, strict=True)}
    written: dict[Key, Entry] = {**counts}
    return written, [now, *counts.values()]


COUNT = Transition("count", _count, "")
A, B = "test:s:a", "test:s:b"


def test_a_transition_sees_the_clock_and_what_was_written(clock: FrozenClock) -> None:
    store = Memory(clock=clock)
    assert store.run(COUNT, [A, B], [(1,), (2,)]) == [clock.now, 1, 2]
    assert store.run(COUNT, [B], [(5,)]) == [clock.now, 7]


def test_no_update_of_a_thread_is_lost(clock: FrozenClock) -> None:
    store = Memory(clock=clock)

    def add(_: int) -> None:
        for _ in range(500):
            store.run(COUNT, [A, B], [(1,), (3,)])

    with ThreadPoolExecutor(16) as threads:
        list(threads.map(add, range(16)))
    assert store.run(COUNT, [A, B], [(0,), (0,)])[1:] == [8_000, 24_000]


def test_a_transition_that_fails_leaves_the_store_usable(clock: FrozenClock) -> None:
    def fail(*_: Any) -> Any:
        raise RuntimeError("a bug")

    store = Memory(clock=clock)
    with pytest.raises(RuntimeError, match="a bug"):
        store.run(Transition("fail", fail, ""), [A], [(1,)])
    assert store.run(COUNT, [A], [(1,)]) == [clock.now, 1]


def test_the_default_clock_counts_microseconds_and_never_goes_back() -> None:
    store = Memory()
    instants = [cast("int", store.run(COUNT, [A], [(1,)])[0]) for _ in range(1_000)]
    assert instants == sorted(instants)
    assert 0 < instants[-1] - instants[0] < 60_000_000


def test_clear_forgets_everything(clock: FrozenClock) -> None:
    store = Memory(max_subjects=10, clock=clock)
    limit = limit_of(store, Bucket("token", 1, per="minute"))
    for number in range(10):
        limit.check(token=number)
    store.clear()
    assert store.size == 0
    for number in range(30):
        limit.check(token=number)
    assert store.size == 10


@pytest.mark.parametrize("size", [0, -1, True, 1.5, None])
def test_a_store_holds_at_least_one_entry(size: Any) -> None:
    with pytest.raises(DeclarationError) as caught:
        Memory(max_subjects=size)
    assert caught.value.code == "store-size"


# ---------------------------------------------------------------------------- what is forgotten


def test_rotating_subjects_neither_fill_memory_nor_reset_a_spent_bucket(clock: FrozenClock) -> None:
    store = Memory(max_subjects=1_000, clock=clock)
    limit = limit_of(store, Bucket("token", 5, per="minute"), Bucket("org", 100, per="day"))
    for number in range(20):
        limit.check(token=f"spent_{number}", org=f"org_{number}", cost=5)
    for number in range(50_000):
        limit.check(token=f"token_{number}", org=f"other_{number}")
        assert store.size <= 1_000
    assert all(spent(limit, token=f"spent_{number}") for number in range(20))


@pytest.mark.soak
def test_a_million_rotating_subjects_do_not_reset_a_spent_bucket(clock: FrozenClock) -> None:
    store = Memory(clock=clock)
    limit = limit_of(store, Bucket("token", 60, per="minute"), Bucket("org", 600, per="minute"))
    limit.check(token="spent", org="o", cost=60)
    for number in range(1_000_000):
        limit.check(token=f"token_{number}", org=f"org_{number}")
    assert store.size == 100_000
    assert spent(limit, token="spent")


def test_buckets_spent_little_by_little_are_kept_as_well(clock: FrozenClock) -> None:
    store = Memory(max_subjects=100, clock=clock)
    limit = limit_of(store, Bucket("token", 10, per="hour"))
    for _ in range(10):  # each lies on the lowest shelf at first
        for number in range(50):
            limit.check(token=f"spent_{number}")
    for number in range(5_000):
        limit.check(token=f"token_{number}")
    assert all(spent(limit, token=f"spent_{number}") for number in range(50))


@pytest.mark.parametrize("size", [2, 3, 4, 5, 6, 7, 100])
def test_a_bucket_that_the_flood_itself_spends_is_not_forgotten(clock: FrozenClock, size: int) -> None:
    store = Memory(max_subjects=size, clock=clock)
    limit = limit_of(store, Bucket("account", 2_000, per="hour"), Bucket("ip", 60, per="minute"))
    for number in range(2_000):
        limit.check(account="victim", ip=f"ip_{number}")
    with pytest.raises(DeniedError):
        limit.check(account="victim", ip="ip_2000")


def test_a_slow_bucket_outlives_a_flood_of_quick_ones_that_are_spent_at_once(clock: FrozenClock) -> None:
    store = Memory(max_subjects=1_000, clock=clock)
    login = limit_of(store, Bucket("account", 5, per="hour"))
    code = limit_of(store, Bucket("mail", 1, per=30))
    login.check(account="victim", cost=5)
    for number in range(20_000):
        code.check(mail=f"{number}@example.com")
        clock.move(0.02)
        assert store.size <= 1_000
    assert login.peek(account="victim").limits[0].remaining == 0


def test_what_is_long_over_is_dropped_as_others_come(clock: FrozenClock) -> None:
    store = Memory(clock=clock)
    limit = limit_of(store, Bucket("token", 60, per="minute"))
    for number in range(1_000):
        limit.check(token=f"early_{number}", cost=1 + number % 60)
    clock.move(600)
    for number in range(1_000):
        limit.check(token=f"late_{number}")
    assert store.size == 1_000


def test_subjects_that_come_now_and_then_stay(clock: FrozenClock) -> None:
    store = Memory(clock=clock)
    limit = limit_of(store, Bucket("token", 60, per="minute"))
    for number in range(500):
        limit.check(token=f"token_{number % 10}")
        clock.move(3)  # each is full again by its next turn
    assert store.size == 10


def test_a_store_too_small_for_one_decision_still_decides(clock: FrozenClock) -> None:
    store = Memory(max_subjects=1, clock=clock)
    limit = limit_of(store, Bucket("token", 3, per="minute"), Bucket("org", 3, per="minute"))
    for _ in range(3):
        limit.check(token="t", org="o")
    with pytest.raises(DeniedError):
        limit.check(token="t", org="o")
    assert store.size == 2


@given(st.integers(0, 2**32), st.integers(2, 40))
def test_every_entry_lies_on_one_shelf_and_the_bound_holds(seed: int, size: int) -> None:
    chance, clock = random.Random(seed), FrozenClock()
    store = Memory(max_subjects=size, clock=clock)
    limit = limit_of(store, Bucket("a", 5, per="second"), Bucket("b", 3, per="minute"))
    for _ in range(200):
        clock.move(chance.choice([0, 0, 0.1, 1, 30, -0.5]))
        try:
            limit.check(a=chance.randrange(30), b=chance.choice([None, 1, 2, 3]), cost=chance.randrange(4))
        except DeniedError:
            continue
        shelved = [key for shelf in store._shelves for key in shelf._keys]
        assert sorted(shelved) == sorted(store._entries)
        assert store.size <= size
