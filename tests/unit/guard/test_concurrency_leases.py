"""The leases of slots, and what renews them."""

from __future__ import annotations

import asyncio
import gc
import os
import threading
from contextlib import AbstractContextManager, suppress
from typing import cast
from weakref import ref

import pytest

from failwell.edge import Exchange, admission_of, current_exchange
from failwell.edge.guarding import aadmit
from failwell.guard.cap import Cap
from failwell.guard.concurrency import Slot
from failwell.store import Memory
from tests.parts.program import wait_until
from tests.unit.guard.flaky_store import FlakyStore
from tests.unit.guard.frozen_clock import FrozenClock
from tests.unit.guard.slots import FACTS, denied, entries_of, free, guard_of, turn_until

# ---------------------------------------------------------------------------- leases


def test_a_crash_frees_at_the_end_of_the_lease_and_a_renewal_begins_it_anew(clock: FrozenClock) -> None:
    guard = guard_of(clock, lease=30)
    crashed, working = guard.acquire(account="a"), guard.acquire(account="a")
    clock.move(29)
    assert working.renew()
    assert free(guard, account="a") == 0
    clock.move(1)
    assert free(guard, account="a") == 1
    clock.move(29)
    assert free(guard, account="a") == 2
    assert not crashed.lost


def test_a_slot_whose_lease_has_lapsed_is_noticed_and_counts_again(clock: FrozenClock) -> None:
    guard = guard_of(clock, Cap("account", 1), lease=30)
    paused = guard.acquire(account="a")
    clock.move(31)
    other = guard.acquire(account="a")
    assert not paused.renew()
    assert paused.lost
    assert not other.lost
    assert denied(lambda: guard.acquire(account="a")).current == 2
    assert not asyncio.run(paused.arenew())
    paused.release()
    other.release()
    assert free(guard, account="a") == 1


def test_a_released_slot_is_not_renewed(clock: FrozenClock) -> None:
    guard = guard_of(clock)
    slot = guard.acquire(account="a")
    slot.release()
    assert not slot.renew()
    assert not asyncio.run(slot.arenew())
    assert free(guard, account="a") == 2


def test_a_renewal_that_is_overtaken_by_the_release_leaves_no_slot_behind(
    store: FlakyStore, clock: FrozenClock
) -> None:
    guard = guard_of(clock, store=store)
    for renew in (Slot.renew, lambda slot: asyncio.run(slot.arenew())):
        slot = guard.acquire(account="a")
        store.before = slot.release
        assert not renew(slot)
        assert free(guard, account="a") == 2


@pytest.mark.parametrize("back", [60, 3_600])
def test_a_clock_that_goes_back_locks_nobody_out_for_longer_than_a_lease(
    clock: FrozenClock, back: float
) -> None:
    guard = guard_of(clock)
    guard.acquire(account="a")
    guard.acquire(account="a")
    clock.move(-back)
    assert denied(lambda: guard.acquire(account="a")).retry_after == 60
    clock.move(60)
    assert free(guard, account="a") == 2


# ---------------------------------------------------------------------------- holding


def test_a_block_holds_a_slot_and_gives_it_back_whatever_happens(clock: FrozenClock) -> None:
    guard = guard_of(clock)
    with guard.hold(account="a") as slot:
        assert free(guard, account="a") == 1
        assert not slot.lost
    assert free(guard, account="a") == 2

    def fail() -> None:
        with guard.hold(account="a"):
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert free(guard, account="a") == 2


def test_one_thread_renews_all_slots_that_are_held_and_ends_when_there_are_none(clock: FrozenClock) -> None:
    store = Memory(clock=clock)
    guard = guard_of(clock, Cap("account", 50), store=store, lease=0.03)
    beats = guard._heartbeat
    before = set(threading.enumerate())
    holds: list[AbstractContextManager[Slot]] = [guard.hold(account="a") for _ in range(50)]
    slots = [hold.__enter__() for hold in holds]
    assert len(set(threading.enumerate()) - before) == 1
    for _ in range(3):
        clock.move(0.02)
        renewed = clock.now + 30_000

        def all_renewed(renewed: int = renewed) -> bool:
            (entry,) = entries_of(store)
            return len(entry) == 101 and min(entry[1::2]) == renewed

        wait_until(all_renewed, "every slot is renewed")
    assert not any(slot.lost for slot in slots)
    assert beats.is_running
    for hold in holds:
        hold.__exit__(None, None, None)
    wait_until(lambda: not beats.is_running, "the thread has ended")
    with guard.hold(account="a"):
        assert beats.is_running
    assert free(guard, account="a") == 50


def test_a_slot_that_is_forgotten_is_not_renewed_for_ever(clock: FrozenClock) -> None:
    guard = guard_of(clock, lease=0.03)
    guard.admit(FACTS, {"account": "a"})
    gc.collect()
    wait_until(lambda: not guard._heartbeat.is_running, "nothing is renewed")
    clock.move(0.03)
    assert free(guard, account="a") == 2


def test_a_process_that_forks_renews_its_own_slots_only(clock: FrozenClock) -> None:
    guard = guard_of(clock, lease=0.03)
    with guard.hold(account="a") as parents:
        beats = guard._heartbeat
        beats._process = os.getpid() + 1  # as a child finds it
        with guard.hold(account="a") as own:
            assert list(beats._held) == [own]
        assert parents not in beats._held


def test_a_renewal_that_fails_keeps_no_other_from_being_renewed(
    store: FlakyStore, clock: FrozenClock, caplog: pytest.LogCaptureFixture
) -> None:
    guard = guard_of(clock, store=store, lease=0.03)

    def fail() -> None:
        raise ZeroDivisionError

    with guard.hold(account="a") as slot:
        store.before = fail
        wait_until(lambda: "a slot could not be renewed" in caplog.text, "the failure is logged")
        clock.move(0.02)
        renewed = clock.now + 30_000
        wait_until(lambda: entries_of(store.inner)[0][0] == renewed, "it is renewed")
        assert not slot.lost


@pytest.mark.anyio
async def test_a_task_renews_a_slot_that_is_held_and_does_not_outlive_it(clock: FrozenClock) -> None:
    store = Memory(clock=clock)
    guard = guard_of(clock, store=store, lease=0.03)
    before = asyncio.all_tasks()
    async with guard.ahold(account="a") as slot:
        assert len(asyncio.all_tasks() - before) == 1
        for _ in range(3):
            clock.move(0.02)
            await turn_until(lambda: entries_of(store)[0][0] == clock.now + 30_000)
        assert not slot.lost
    assert asyncio.all_tasks() == before
    assert free(guard, account="a") == 2


@pytest.mark.anyio
async def test_a_renewal_that_is_under_way_ends_before_the_slot_is_given_back(
    store: FlakyStore, clock: FrozenClock
) -> None:
    guard = guard_of(clock, store=store, lease=0.03)
    before = asyncio.all_tasks()
    slot = cast("Slot", (await guard.aadmit(FACTS, {"account": "a"})).held)
    store.gate = asyncio.Event()
    await turn_until(lambda: store.waiting == 1)
    release = asyncio.create_task(slot.arelease())
    for _ in range(10):
        await asyncio.sleep(0)
    assert store.waiting == 1  # nothing else was asked
    gate, store.gate = store.gate, None
    gate.set()
    await release
    assert asyncio.all_tasks() == before
    assert free(guard, account="a") == 2


@pytest.mark.anyio
async def test_a_failure_in_the_task_is_logged_and_the_slot_given_back(
    store: FlakyStore, clock: FrozenClock, caplog: pytest.LogCaptureFixture
) -> None:
    guard = guard_of(clock, store=store, lease=0.03)

    def fail() -> None:
        raise ZeroDivisionError

    async with guard.ahold(account="a"):
        store.before = fail
        await turn_until(lambda: "a slot could not be renewed" in caplog.text)
    assert free(guard, account="a") == 2


@pytest.mark.anyio
async def test_a_slot_that_a_task_forgot_is_not_renewed_for_ever(clock: FrozenClock) -> None:
    store = Memory(clock=clock)
    guard = guard_of(clock, store=store, lease=0.03)
    before = asyncio.all_tasks()
    admission = await guard.aadmit(FACTS, {"account": "a"})
    clock.move(0.02)
    renewed = clock.now + 30_000
    await turn_until(lambda: entries_of(store)[0][0] == renewed)
    del admission
    gc.collect()
    await turn_until(lambda: asyncio.all_tasks() == before)


@pytest.mark.anyio
async def test_of_a_request_that_is_over_no_slot_stays_in_memory(clock: FrozenClock) -> None:
    guard = guard_of(clock)

    async def answer() -> ref[Slot]:
        exchange = Exchange("req_1")
        current_exchange.set(exchange)  # which the task that renews the slot knows for as long as it is known
        await aadmit(exchange, guard, FACTS, {"account": "a"})
        slot = ref(cast("Slot", admission_of(guard).held))
        assert exchange.watch is not None
        await exchange.watch.aover()
        return slot

    slot = await asyncio.create_task(answer())
    gc.collect()
    assert slot() is None


@pytest.mark.anyio
async def test_cancelling_a_block_gives_its_slot_back_before_it_ends(
    store: FlakyStore, clock: FrozenClock
) -> None:
    guard = guard_of(clock, Cap("account", 1), store=store)
    inside = asyncio.Event()

    async def work() -> None:
        async with guard.ahold(account="a"):
            inside.set()
            await asyncio.Event().wait()

    before = asyncio.all_tasks()
    for cancels in (1, 2, 3):
        inside.clear()
        task = asyncio.create_task(work())
        await inside.wait()
        for _ in range(cancels):
            task.cancel()
            await asyncio.sleep(0)
        with pytest.raises(asyncio.CancelledError):
            await task
        assert free(guard, account="a") == 1
    assert asyncio.all_tasks() == before


@pytest.mark.anyio
@pytest.mark.parametrize("steps", range(6))
async def test_cancelling_at_any_step_leaves_no_slot_behind(
    store: FlakyStore, clock: FrozenClock, steps: int
) -> None:
    guard = guard_of(clock, Cap("account", 1), store=store)

    async def work() -> None:
        async with guard.ahold(account="a"):
            await asyncio.sleep(0)

    task = asyncio.create_task(work())
    for _ in range(steps):
        await asyncio.sleep(0)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert free(guard, account="a") == 1
