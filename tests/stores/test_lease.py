"""Leases on real stores: the twins agree, a race has one winner, and a fence grows whatever is lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import count
from threading import Barrier
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from failwell.answers import Refused
from failwell.guard.decisions.tenure import ACQUIRE, FREE, LOOK, MOST_TAKES, RELEASE, RENEW, WHOLE
from failwell.guard.lease import Lease, LeaseDenied
from failwell.store import SQL, Memory, Redis
from tests.parts.redis import RedisServer
from tests.unit.guard.frozen_clock import FrozenClock

MINUTE, DAY = 60_000_000, 86_400_000_000
PATIENCE = 20.0
"""Seconds to wait for an answer where that is not what is tested: a busy machine is not a finding."""


class PairModeConflict(Exception):
    def __init__(self, denied: LeaseDenied) -> None:
        super().__init__(denied)
        self.denied = denied


@pytest.fixture
def store(redis_url: str) -> Iterator[Redis]:
    with closing(Redis.from_url(redis_url, deadline=PATIENCE)) as store:
        yield store


@pytest.fixture
async def astore(redis_url: str) -> AsyncIterator[Redis]:
    store = Redis.from_url(redis_url, deadline=PATIENCE)
    yield store
    await store.aclose()


def lease_of(store: Redis | SQL, ttl: float = 3_600) -> Lease:
    return Lease("takeover", ttl=ttl, store=store, problem=PairModeConflict)


# ------------------------------------------------------------------------------------------- the twins agree

_holders = st.sampled_from([b"ann", b"bob", b"\x00\xff", b""])
_ttls = st.sampled_from([MINUTE, MINUTE, 3 * MINUTE])
_grants = st.sampled_from([1, 1, 2, 3])  # the last that was granted, or one before
_takes = st.sampled_from([None, None, WHOLE, 1, 2, MOST_TAKES])  # None is the one that was granted
_moves = st.sampled_from([0, 0, 1, MINUTE - 1, MINUTE, 2 * MINUTE, DAY, -1, -MINUTE, -DAY])
_steps = st.one_of(
    st.tuples(_moves, st.just(ACQUIRE), _holders, _ttls),
    st.tuples(_moves, st.just(RENEW), _holders, _grants, _takes, _ttls),
    st.tuples(_moves, st.just(RELEASE), _holders, _grants, _takes),
    st.tuples(_moves, st.just(LOOK)),
)
_numbers = count()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=st.lists(_steps, min_size=10, max_size=40))
@example(
    steps=[
        (0, ACQUIRE, b"ann", MINUTE),
        (-DAY, ACQUIRE, b"bob", MINUTE),
        (1, ACQUIRE, b"bob", 3 * MINUTE),
        (MINUTE - 1, ACQUIRE, b"bob", 3 * MINUTE),
        (1, RENEW, b"bob", 1, None, MINUTE),
        (1, RELEASE, b"bob", 1, WHOLE),
        (-1, LOOK),
        (0, ACQUIRE, b"ann", MINUTE),
    ]
)
@example(
    steps=[
        *[(0, ACQUIRE, b"ann", MINUTE)] * 3,
        (1, RELEASE, b"ann", 2, None),
        (1, RELEASE, b"ann", 2, None),
        (1, RENEW, b"ann", 2, None, MINUTE),
        (1, RENEW, b"ann", 1, None, MINUTE),
        (1, RELEASE, b"ann", 1, None),
        (0, LOOK),
        (1, RELEASE, b"ann", 3, None),
        (0, LOOK),
        *[(0, ACQUIRE, b"ann", MINUTE)] * (MOST_TAKES + 2),
        *[(0, RELEASE, b"ann", number, None) for number in range(1, MOST_TAKES + 3)],
        (0, LOOK),
        (0, RELEASE, b"ann", 1, WHOLE),
        (0, LOOK),
    ]
)
def test_all_stores_agree_whatever_is_asked_and_however_the_clock_goes(
    shared: tuple[Redis | SQL, FrozenClock], steps: list[tuple[Any, ...]]
) -> None:
    store, clock = shared
    clock.now = 20_000 * DAY  # as large as the time is today
    memory, keys = Memory(clock=clock), [f"lease:takeover:s:{next(_numbers)}"]
    granted = [(1, 1), (2, 1), (3, 1)]  # fences, and numbers of takes
    for move, transition, *words in steps:
        clock.now += move
        if transition in (RENEW, RELEASE):
            fence, take = granted[-words[1]]
            words[1:3] = fence, take if words[2] is None else words[2]
        args = [(*words, 6 * MINUTE)]
        result = list(memory.run(transition, keys, args))
        assert list(store.run(transition, keys, args)) == result
        if transition is ACQUIRE and result[0] != FREE:
            granted.append(cast("tuple[int, int]", (result[1], result[4])))


def test_on_redis_too_it_is_free_at_the_very_microsecond_at_which_it_lapses(redis_url: str) -> None:
    clock = FrozenClock()
    with closing(Redis.from_url(redis_url, deadline=PATIENCE, clock=clock)) as store:
        lease = lease_of(store, ttl=30)
        held = lease.acquire("session", holder="ann")
        clock.now += 29_999_999
        with pytest.raises(PairModeConflict) as caught:
            lease.acquire("session", holder="bob")
        assert caught.value.denied == LeaseDenied(subject="session", winner="ann", retry_after=1)
        clock.now += 1
        assert lease.acquire("session", holder="bob").fence == held.fence + 30_000_000


# ------------------------------------------------------------------------------------------- races


@pytest.mark.anyio
async def test_of_racing_tasks_exactly_one_wins_and_all_others_are_told_who(redis_url: str) -> None:
    stores = [Redis.from_url(redis_url, deadline=PATIENCE) for _ in range(4)]  # as of four processes

    async def ask(number: int) -> tuple[str, bool]:
        try:
            held = await lease_of(stores[number % 4]).aacquire("session", holder=f"{number}")
        except PairModeConflict as conflict:
            return conflict.denied.winner, False
        return held.holder, True

    answers = await asyncio.gather(*map(ask, range(64)))
    for store in stores:
        await store.aclose()
    assert sum(has_won for _, has_won in answers) == 1
    assert len({winner for winner, _ in answers}) == 1


@pytest.mark.anyio
async def test_in_a_crowd_of_tasks_there_is_one_at_a_time_and_fences_grow(astore: Redis) -> None:
    lease = lease_of(astore)
    inside: list[str] = []
    fences: list[int] = []

    async def come_and_go(holder: str) -> None:
        for _ in range(10):
            try:
                async with lease.ahold("session", holder=holder) as held:
                    inside.append(holder)
                    fences.append(held.fence)
                    await asyncio.sleep(0)
                    assert inside == [holder]
                    inside.pop()
            except PairModeConflict:
                continue

    await asyncio.gather(*(come_and_go(f"{number}") for number in range(16)))
    assert fences == sorted(set(fences))
    assert await lease.apeek("session") is None


@pytest.mark.anyio
async def test_cancelled_tasks_give_back_what_they_hold(astore: Redis) -> None:
    lease = lease_of(astore)
    begun = [asyncio.Event() for _ in range(16)]

    async def work(number: int) -> None:
        async with lease.ahold(number, holder="ann"):
            begun[number].set()
            await asyncio.Event().wait()

    async with asyncio.TaskGroup() as group:  # if one failed, this would end instead of waiting for it
        tasks = [group.create_task(work(number)) for number in range(16)]
        for event in begun:
            await event.wait()
        for task in tasks:
            task.cancel()
            task.cancel()
    assert all(task.cancelled() for task in tasks)
    assert [await lease.apeek(number) for number in range(16)] == [None] * 16


# ------------------------------------------------------------------------------------------- fences


def test_a_fence_is_the_time_of_the_server(store: Redis, redis_server: RedisServer) -> None:
    with redis_server.client() as client:
        before = cast("tuple[int, int]", client.time())
        held = lease_of(store).acquire("session", holder="ann")
        after = cast("tuple[int, int]", client.time())
    assert before[0] * 1_000_000 + before[1] <= held.fence <= after[0] * 1_000_000 + after[1]


def test_a_late_holder_is_refused_by_its_fence_where_the_store_forgot_everything(
    store: Redis, redis_server: RedisServer
) -> None:
    lease = lease_of(store)
    slow = lease.acquire("session", holder="ann")
    redis_server.flush()
    quick = lease.acquire("session", holder="bob")
    assert quick.fence > slow.fence
    assert not lease.verify("session", slow.fence)
    assert lease.verify("session", quick.fence)
    with pytest.raises(PairModeConflict) as caught:
        lease.renew(slow)
    assert caught.value.denied.winner == "bob"
    lease.release(slow)
    assert lease.peek("session") is not None


def test_in_a_database_too_a_late_holder_is_fenced_and_one_of_many_wins(
    database_url: str, open_sql: Callable[..., SQL]
) -> None:
    clock = FrozenClock()
    store = open_sql(database_url, clock=clock)
    lease = lease_of(store, ttl=30)
    late = lease.acquire("session", holder="ann")
    clock.move(30)
    held = lease.acquire("session", holder="bob")
    assert held.fence > late.fence
    assert (lease.verify("session", late.fence), lease.verify("session", held.fence)) == (False, True)
    with pytest.raises(PairModeConflict) as caught:
        lease.renew(late)
    assert caught.value.denied.winner == "bob"

    store.close()
    clock.move(-3_600)
    stores = [open_sql(database_url, clock=clock) for _ in range(2)]  # as of two processes
    lease = lease_of(stores[0], ttl=30)
    with pytest.raises(PairModeConflict) as caught:
        lease.acquire("session", holder="cy")
    assert caught.value.denied == LeaseDenied(subject="session", winner="bob", retry_after=30)
    clock.move(30)
    start = Barrier(64)

    def race(number: int) -> tuple[str, int]:
        start.wait()
        try:
            won = lease_of(stores[number % 2], ttl=30).acquire("session", holder=f"{number}")
        except PairModeConflict as conflict:
            return conflict.denied.winner, 0
        return won.holder, won.fence

    with ThreadPoolExecutor(64) as threads:
        told = list(threads.map(race, range(64)))
    assert len({winner for winner, _ in told}) == 1
    (fence,) = (fence for _, fence in told if fence)
    assert fence > held.fence


def test_every_key_expires_and_names_nobody(store: Redis, redis_server: RedisServer) -> None:
    lease = lease_of(store, ttl=600)
    lease.release(lease.acquire("ann@example.com", holder="ann"))
    lease.acquire("bob@example.com", holder="bob")
    with redis_server.client() as client:
        names = cast("list[str]", client.keys("*"))
        assert len(names) == 2
        for name in names:
            assert "example" not in name
            assert 0 < cast("int", client.pttl(name)) <= 1_200_000


# ------------------------------------------------------------------------------------------- outages


def test_while_redis_is_killed_nobody_gets_it_and_afterwards_the_next(redis_server: RedisServer) -> None:
    redis_server.mend()
    redis_server.flush()
    with closing(Redis.from_url(redis_server.url, deadline=PATIENCE)) as store:
        lease = lease_of(store)
        held = lease.acquire("session", holder="ann")
        redis_server.kill()
        with pytest.raises(Refused) as caught:
            lease.acquire("session", holder="bob")
        assert caught.value.status == 503
        lease.release(held)
        redis_server.restart()
    with closing(Redis.from_url(redis_server.url, deadline=PATIENCE)) as store:
        assert lease_of(store).acquire("session", holder="bob").fence > held.fence
