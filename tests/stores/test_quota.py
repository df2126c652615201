"""Quotas on real stores: the twins agree, races spend exactly the limit, and what was spent stays spent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import count
from threading import Barrier
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from failwell.answers import Refused
from failwell.guard.account import QuotaDenied
from failwell.guard.decisions.spending import REFUND, SETTLE, SPEND
from failwell.guard.quota import Quota
from failwell.store import SQL, Memory, Redis
from failwell.typing import LARGEST, Store
from tests.parts.program import wait_until
from tests.parts.redis import RedisServer
from tests.unit.guard.frozen_clock import FrozenClock

SECOND, DAY = 1_000_000, 86_400_000_000
HOLD, EXTRA = 600 * SECOND, 30 * DAY
PATIENCE = 20.0
"""Seconds to wait for an answer where that is not what is tested: a busy machine is not a finding."""


class BudgetExhausted(Exception):
    def __init__(self, denied: QuotaDenied) -> None:
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


def quota_of(store: Store, **options: Any) -> Quota:
    given: dict[str, Any] = {"limit": 170, "per": "month", "zone": "Europe/Berlin", **options}
    return Quota("llm_spend", store=store, problem=BudgetExhausted, **given)


# ------------------------------------------------------------------------------------------- the twins agree

_ids = st.sampled_from([bytes([number]) * 16 for number in (0, 65, 128, 255)])
_amounts = st.sampled_from([0, 1, 2, 50, 100, 101, 2**31, LARGEST - 1, LARGEST])
_limits = st.sampled_from([0, 1, 100, 100, 100, 1_000, 2**32, LARGEST])
_holds = st.sampled_from([HOLD, HOLD, 3 * HOLD])
_keeps = st.sampled_from([DAY, DAY, 31 * DAY])
_moves = st.sampled_from([0, 0, 1, SECOND, HOLD - 1, HOLD, 2 * HOLD, 40 * DAY, -1, -HOLD, -DAY])
_steps = st.one_of(
    st.tuples(_moves, st.just(SPEND), _amounts, _limits, st.just(b""), _holds, _keeps),
    st.tuples(_moves, st.just(SPEND), _amounts, _limits, _ids, _holds, _keeps),
    st.tuples(_moves, st.just(SETTLE), _amounts, _limits, _ids, _holds, _keeps, st.integers(0, 1)),
    st.tuples(_moves, st.just(SETTLE), st.just(REFUND), _limits, _ids, _holds, _keeps, st.integers(0, 1)),
)
_numbers = count()
_A = b"\xff" * 16


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=st.lists(_steps, min_size=10, max_size=40))
@example(
    steps=[
        (0, SPEND, 60, 100, _A, HOLD, DAY),
        (-DAY, SPEND, 50, 100, b"", HOLD, DAY),
        (HOLD, SPEND, 50, 100, b"", HOLD, DAY),
        (1, SETTLE, 60, 100, _A, HOLD, DAY, 1),
        (1, SETTLE, 60, 100, _A, HOLD, DAY, 1),
        (2 * HOLD, SETTLE, LARGEST, 100, _A, HOLD, DAY, 1),
        (1, SETTLE, LARGEST, 100, _A, HOLD, DAY, 0),
        (0, SPEND, LARGEST, LARGEST, _A, HOLD, DAY),
        (0, SETTLE, REFUND, 100, _A, HOLD, DAY, 1),
        (2 * DAY, SETTLE, 7, 100, _A, HOLD, DAY, 1),
    ]
)
def test_memory_and_redis_agree_whatever_is_asked_and_however_the_clock_goes(
    redis_url: str, steps: list[tuple[Any, ...]]
) -> None:
    clock = FrozenClock()
    clock.now = 20_000 * DAY  # as large as the time is today
    memory, key = Memory(clock=clock), ["quota:llm_spend.2026-11:s:a"]
    lapses: dict[bytes, int] = {}
    prefix = f"agree{next(_numbers)}:"
    with closing(Redis.from_url(redis_url, prefix=prefix, deadline=PATIENCE, clock=clock)) as shared:
        for move, transition, amount, limit, own, hold, keep, *stored in steps:
            clock.now += move
            times = (hold, keep, EXTRA, 2 * EXTRA + 31 * DAY)
            args: tuple[Any, ...] = (amount, limit, own, *times)
            if transition is SETTLE:
                args = (own, amount, lapses.get(own, 0), *stored, limit, *times)
            result = list(memory.run(transition, key, [args]))
            assert list(shared.run(transition, key, [args])) == result
            assert all(0 <= number <= LARGEST for number in cast("list[int]", result))
            if transition is SPEND and own and result[0]:
                lapses[own] = cast("int", result[3])


# ------------------------------------------------------------------------------------------- races


def test_of_racing_threads_exactly_the_limit_is_spent(redis_url: str) -> None:
    stores = [Redis.from_url(redis_url, deadline=PATIENCE) for _ in range(4)]  # as of four processes
    quotas = [quota_of(store) for store in stores]
    start = Barrier(64)

    def one(number: int) -> bool:
        start.wait()
        quota = quotas[number % 4]
        try:
            if number % 2:
                quota.spend(10, account="a")
            else:
                quota.reserve(10, account="a").commit()
        except BudgetExhausted:
            return False
        return True

    with ThreadPoolExecutor(64) as threads:
        assert sum(threads.map(one, range(64))) == 17
    assert quotas[0].peek(account="a").used == 170
    for store in stores:
        store.close()


@pytest.mark.anyio
async def test_of_racing_tasks_exactly_the_limit_is_spent(astore: Redis) -> None:
    quota = quota_of(astore)

    async def one(number: int) -> bool:
        try:
            reservation = await quota.areserve(10, account="a")
        except BudgetExhausted:
            return False
        await asyncio.gather(reservation.acommit(), reservation.acommit(), reservation.acommit())
        return True

    assert sum(await asyncio.gather(*map(one, range(64)))) == 17
    told = await quota.apeek(account="a")
    assert (told.used, told.reserved) == (170, 0)


# ------------------------------------------------------------------------------------------- stores that fail


def test_nothing_is_admitted_while_the_store_is_killed_and_a_commit_waits_for_it(redis_url: str) -> None:
    with RedisServer(appendonly=True) as server:
        store = Redis.from_url(server.url, deadline=PATIENCE)
        quota = quota_of(store)
        reservation = quota.reserve(100, account="a")
        server.kill()
        with pytest.raises(Refused) as caught:
            quota.spend(1, account="a")
        assert caught.value.status == 503
        assert reservation.commit(90).degraded
        assert not reservation.is_settled
        server.restart()

        def settles() -> bool:
            reservation.commit(90)
            return reservation.is_settled

        wait_until(settles, "the store is asked again")
        assert quota.peek(account="a").used == 90
        store.close()


def test_every_key_expires_and_names_nobody(store: Redis, redis_server: RedisServer) -> None:
    quota = quota_of(store, per="day")
    quota.spend(1, account="ann@example.com")
    quota.reserve(1, account="bob@example.com")
    with redis_server.client() as client:
        names = cast("list[str]", client.keys())
        assert len(names) == 2
        assert all(name.startswith("failwell:quota:llm_spend.20") for name in names)
        assert not any("example" in name for name in names)
        assert all(0 < cast("int", client.pttl(name)) <= 2 * 86_400_000 + 3_600_000 for name in names)


def test_what_was_spent_survives_in_a_database(database_url: str) -> None:
    with closing(SQL.from_url(database_url, deadline=PATIENCE)) as store:
        quota = quota_of(store)
        quota.spend(100, account="a")
        reservation = quota.reserve(70, account="a")
    with closing(SQL.from_url(database_url, deadline=PATIENCE)) as store:
        again = quota_of(store)
        with pytest.raises(BudgetExhausted) as caught:
            again.spend(1, account="a")
        assert caught.value.denied.used == 170
        assert again.settle(reservation, 30).used == 130
        assert again.settle(reservation, 40).used == 130


def test_in_a_database_too_exactly_the_limit_is_spent(database_url: str) -> None:
    with (
        closing(SQL.from_url(database_url, deadline=PATIENCE)) as first,
        closing(SQL.from_url(database_url, deadline=PATIENCE)) as second,
        ThreadPoolExecutor(16) as threads,
    ):
        quotas = quota_of(first), quota_of(second)

        def one(number: int) -> bool:
            try:
                quotas[number % 2].reserve(10, account="a").commit()
            except BudgetExhausted:
                return False
            return True

        assert sum(threads.map(one, range(32))) == 17
        assert quotas[0].peek(account="a").used == 170
