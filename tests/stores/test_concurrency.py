"""Slots on real stores: twins agree, races admit exactly the limit, and no crash keeps a slot for ever."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from itertools import count
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from failwell.guard.cap import Cap
from failwell.guard.concurrency import Concurrency, ConcurrencyDenied
from failwell.guard.decisions.slot import RELEASE, RENEW, TAKE
from failwell.guard.heartbeat import ThreadHeartbeat
from failwell.store import SQL, Memory, Redis
from tests.parts.program import wait_until
from tests.parts.redis import RedisServer
from tests.unit.guard.frozen_clock import FrozenClock

ROOT = Path(__file__).parents[2]
MINUTE, HOUR, DAY = 60_000_000, 3_600_000_000, 86_400_000_000
PATIENCE = 20.0
"""Seconds to wait for an answer where that is not what is tested: a busy machine is not a finding."""


class ConcurrencyLimit(Exception):
    def __init__(self, denied: ConcurrencyDenied) -> None:
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


def guard_of(store: Redis, *caps: Cap, **options: Any) -> Concurrency:
    """A guard whose leases end in no test, unless it says otherwise or its clock is moved."""
    given: dict[str, Any] = {"lease": 3_600, "problem": ConcurrencyLimit, **options}
    return Concurrency(*(caps or (Cap("account", 17), Cap("key", 64))), store=store, **given)


def current(guard: Concurrency, **subjects: Any) -> int:
    """Slots held of the first cap."""
    with pytest.raises(ConcurrencyLimit) as caught:
        guard.acquire(plan=[Cap(guard.caps[0].name, 0)], **subjects)
    return caught.value.denied.current


# ------------------------------------------------------------------------------------------- the twins agree

_ids = st.sampled_from([bytes([number]) * 16 for number in (0, 65, 255)] + [b"b" * 16, b"c" * 16])
_leases = st.sampled_from([HOUR, HOUR, 3 * HOUR])
_caps = st.lists(st.integers(0, 4), min_size=1, max_size=2)
# Whole minutes: what lives for a second more lives for a second in Redis, and of the real time.
_moves = st.sampled_from([0, 0, MINUTE, HOUR // 2, HOUR - MINUTE, HOUR, DAY, -MINUTE, -HOUR, -DAY])
_steps = st.one_of(
    st.tuples(_moves, st.just(TAKE), _ids, _leases, _caps),
    st.tuples(_moves, st.just(RENEW), _ids, _leases, _caps),
    st.tuples(_moves, st.just(RELEASE), _ids, _leases, _caps),
)
_numbers = count()
_A = b"a" * 16
_B = b"b" * 16


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=st.lists(_steps, min_size=10, max_size=40))
@example(
    steps=[
        (0, TAKE, _A, HOUR, [1, 2]),
        (MINUTE, TAKE, _B, HOUR, [2, 2]),
        (MINUTE, TAKE, _A, HOUR, [1, 1]),
        (-DAY, TAKE, _B, HOUR, [1, 2]),
        (HOUR - MINUTE, TAKE, _B, HOUR, [1, 2]),
        (MINUTE, RENEW, _A, HOUR, [0, 0]),
        (MINUTE, TAKE, _B, HOUR, [0, 1]),
        (HOUR, RELEASE, _A, HOUR, [0]),
        (0, RELEASE, _A, HOUR, [0, 0]),
    ]
)
def test_all_stores_agree_whatever_is_asked_and_however_the_clock_goes(
    shared: tuple[Redis | SQL, FrozenClock], steps: list[tuple[Any, ...]]
) -> None:
    store, clock = shared
    clock.now = 20_000 * DAY  # as large as the time is today
    number = next(_numbers)
    memory, keys = Memory(clock=clock), [f"slot:account:s:{number}", f"slot:key:s:{number}"]
    for move, transition, own, lease, limits in steps:
        clock.now += move
        args = [(limit, own, lease) if transition is TAKE else (own, lease) for limit in limits]
        asked = keys[: len(limits)]
        result = list(memory.run(transition, asked, args, "slot"))
        assert list(store.run(transition, asked, args, "slot")) == result


def test_a_cap_of_a_thousand_slots_works_on_redis(redis_url: str) -> None:
    clock = FrozenClock()
    with closing(Redis.from_url(redis_url, deadline=PATIENCE, clock=clock)) as store:
        guard = guard_of(store, Cap("account", 1_000))
        slots = [guard.acquire(account="a") for _ in range(1_000)]
        assert current(guard, account="a") == 1_000
        assert all(slot.renew() for slot in slots[::50])
        for slot in slots:
            slot.release()
        assert current(guard, account="a") == 0


# ------------------------------------------------------------------------------------------- races


def test_of_racing_threads_exactly_the_limit_is_admitted(redis_url: str) -> None:
    stores = [Redis.from_url(redis_url, deadline=PATIENCE) for _ in range(4)]  # as of four processes
    guards = [guard_of(store) for store in stores]
    start = Barrier(64)

    def one(number: int) -> bool:
        start.wait()
        try:
            guards[number % 4].acquire(account="a", key="k")
        except ConcurrencyLimit:
            return False
        return True

    with ThreadPoolExecutor(64) as threads:
        assert sum(threads.map(one, range(64))) == 17
    assert current(guards[0], account="a", key="k") == 17
    for store in stores:
        store.close()


@pytest.mark.anyio
async def test_of_racing_tasks_exactly_the_limit_is_admitted_at_a_time(astore: Redis) -> None:
    guard = guard_of(astore, Cap("account", 5))
    inside = most = turns = 0
    told: set[int] = set()
    full = asyncio.Event()

    async def come_and_go() -> None:
        nonlocal inside, most, turns
        for _ in range(10):
            try:
                async with guard.ahold(account="a"):
                    inside += 1
                    most = max(most, inside)
                    if inside == 5:
                        full.set()
                    await full.wait()
                    await asyncio.sleep(0)
                    inside -= 1
                    turns += 1
            except ConcurrencyLimit as limit:
                told.add(limit.denied.current)

    await asyncio.gather(*(come_and_go() for _ in range(32)))
    assert most == 5
    assert told == {5}
    assert turns >= 10
    slots = [await guard.aacquire(account="a") for _ in range(5)]
    assert len({slot.id for slot in slots}) == 5


@pytest.mark.anyio
async def test_tasks_cancelled_at_any_moment_leave_no_slot_behind(astore: Redis, store: Redis) -> None:
    guard = guard_of(astore, Cap("account", 64))
    await (await guard.aacquire(account="a")).arelease()  # connected
    before = asyncio.all_tasks()

    async def work() -> None:
        async with guard.ahold(account="a"):
            await asyncio.Event().wait()

    tasks = [asyncio.create_task(work()) for _ in range(64)]
    for task in tasks:
        await asyncio.sleep(0)
        task.cancel()
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert all(task.cancelled() for task in tasks)
    assert asyncio.all_tasks() == before
    shared = guard_of(store, Cap("account", 64))
    wait_until(lambda: current(shared, account="a") == 0, "no slot is held")
    slots = [await guard.aacquire(account=number) for number in range(16)]  # and no reply was crossed
    assert all(not slot.degraded for slot in slots)


# ------------------------------------------------------------------------------------- leases and crashes


class AskedClock(FrozenClock):
    """A clock that also counts how often a store has asked it: once for each step."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0

    def __call__(self) -> int:
        self.asked += 1
        return super().__call__()

    def has_been_asked(self, times: int) -> bool:
        return self.asked >= times


def test_what_is_held_is_renewed_for_longer_than_its_lease(redis_url: str) -> None:
    clock = AskedClock()
    with closing(Redis.from_url(redis_url, deadline=PATIENCE, clock=clock)) as store:
        guard = guard_of(store, Cap("account", 1))
        guard._heartbeat = ThreadHeartbeat(0.01)  # for a third of the lease nobody wants to wait
        with guard.hold(account="a") as slot:
            later = guard.acquire(account="b")  # nobody renews this one
            for _ in range(4):
                clock.move(1_000)
                renewed = clock.asked + 2  # when the next renewal has begun, the one before it is over
                wait_until(partial(clock.has_been_asked, renewed), "it is renewed")
            assert current(guard, account="b") == 0
            assert current(guard, account="a") == 1
            assert not slot.lost
            assert not later.renew()
            later.release()
        assert current(guard, account="a") == 0


_PROCESS = """
import sys
from failwell.guard.cap import Cap
from failwell.guard.concurrency import Concurrency
from failwell.store import Redis
url, lease, now = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
store = Redis.from_url(url, deadline=20, clock=(lambda: now) if now else None)
guard = Concurrency(Cap("account", 1), store=store, lease=lease)
with guard.hold(account="a"):
    print("held", flush=True)
    input()
"""


def kill_who_holds_a_slot(redis_url: str, *, lease: float, now: int = 0) -> None:
    """Lets another process take the slot of account a, at an instant or in real time, and ends it."""
    words = [sys.executable, "-c", _PROCESS, redis_url, str(lease), str(now)]
    with subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline() == b"held\n"
        process.send_signal(signal.SIGKILL)


def test_a_process_that_is_killed_frees_its_slot_at_the_end_of_the_lease(redis_url: str) -> None:
    clock = FrozenClock()
    with closing(Redis.from_url(redis_url, deadline=PATIENCE, clock=clock)) as store:
        guard = guard_of(store, Cap("account", 1))
        kill_who_holds_a_slot(redis_url, lease=3_600, now=clock.now)
        clock.move(3_599)
        assert current(guard, account="a") == 1
        clock.move(1)
        assert current(guard, account="a") == 0


def test_in_real_time_too_the_slot_of_a_process_that_is_killed_is_free_in_the_end(
    store: Redis, redis_url: str
) -> None:
    kill_who_holds_a_slot(redis_url, lease=1)
    guard = guard_of(store, Cap("account", 1), lease=1)
    wait_until(lambda: current(guard, account="a") == 0, "the slot is free")


def test_a_process_that_stood_still_notices_that_it_lost_its_slot(redis_url: str) -> None:
    clock = FrozenClock()
    with closing(Redis.from_url(redis_url, prefix="still:", deadline=PATIENCE, clock=clock)) as frozen:
        guard = guard_of(frozen, Cap("account", 1))
        still = guard.acquire(account="a")
        clock.move(3_600)
        assert not guard.acquire(account="a").lost
        assert not still.renew()
        assert still.lost
        assert current(guard, account="a") == 2


_AT_THE_END = """
import asyncio, sys
from failwell.guard.cap import Cap
from failwell.guard.concurrency import Concurrency
from failwell.store import Redis
url, slot_id, way = sys.argv[1:]
guard = Concurrency(
    Cap("account", 2), Cap("key", 2), store=Redis.from_url(url, deadline=20), lease=3_600, spread_by="account"
)
slot = guard.resume(bytes.fromhex(slot_id), account="a", key="k")
async def main():
    assert await slot.arenew()
    await slot.arelease()
if way == "async":
    asyncio.run(main())
else:
    assert slot.renew()
    slot.release()
"""


@pytest.mark.parametrize("way", ["sync", "async"])
def test_a_slot_is_renewed_and_given_back_by_another_process(store: Redis, redis_url: str, way: str) -> None:
    guard = guard_of(store, Cap("account", 2), Cap("key", 2), spread_by="account")
    first, second = (guard.acquire(account="a", key="k") for _ in range(2))
    words = [sys.executable, "-c", _AT_THE_END, redis_url, first.id.hex(), way]
    subprocess.run(words, cwd=ROOT, check=True)
    assert current(guard, account="a", key="k") == 1
    assert second.renew()
    assert not first.renew()
    assert first.lost


def test_a_resumed_slot_whose_lease_has_ended_counts_again_when_it_is_renewed(redis_url: str) -> None:
    clock = FrozenClock()
    with closing(Redis.from_url(redis_url, deadline=PATIENCE, clock=clock)) as store:
        guard = guard_of(store, Cap("account", 1))
        taken = guard.acquire(account="a")
        clock.move(3_600)
        guard.acquire(account="a")
        resumed = guard.resume(taken.id, account="a")
        assert not resumed.lost
        assert not resumed.renew()
        assert resumed.lost
        assert current(guard, account="a") == 2
        resumed.release()
        assert current(guard, account="a") == 1


def test_holders_are_counted_again_after_kill_9_of_the_store(
    store: Redis, redis_server: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    guard = guard_of(store, Cap("account", 3))
    early = guard.acquire(account="a")
    redis_server.kill()
    late = guard.acquire(account="a")
    assert late.degraded
    assert early.renew()
    guard.acquire(account="a").release()
    with guard.hold(account="a"), pytest.raises(ConcurrencyLimit) as caught:
        guard.acquire(account="a")
    assert (caught.value.denied.current, caught.value.denied.degraded) == (3, True)
    redis_server.restart()
    others = count()
    wait_until(lambda: not guard.acquire(account=next(others)).degraded, "the store is asked again")
    assert not early.renew()
    assert late.renew()
    assert current(guard, account="a") == 2
    for slot in (early, late):
        slot.release()
    assert current(guard, account="a") == 0

    def is_back() -> bool:
        guard.acquire(account=next(others))
        return "the store is back" in caplog.text

    wait_until(is_back, "the guard says that the store is back")


@pytest.mark.anyio
async def test_a_cluster_decides_the_caps_of_an_account_in_one_step(redis_cluster_url: str) -> None:
    store = Redis.from_url(redis_cluster_url, cluster=True, deadline=PATIENCE)
    guard = guard_of(store, Cap("account", 2), Cap("key", 1), spread_by="account")
    for account in range(16):
        async with guard.ahold(account=account, key="k{1}"):
            with pytest.raises(ConcurrencyLimit) as caught:
                await guard.aacquire(account=account, key="k{1}")
            assert caught.value.denied.cap == "key"
            async with guard.ahold(account=account, key=None):
                pass
        assert not (await guard.aacquire(account=account, key="k{1}")).degraded
    await store.aclose()
