"""The lock of a run that takes long: what renews it, and that a renewal that comes late does no harm."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread
from typing import Any, cast

import pytest

from failwell.guard.claim import Claim, KeptResponse
from failwell.guard.decisions.attempt import ABORTED, KEPT, RUNNING
from failwell.guard.idempotency import Idempotency
from failwell.store import Memory
from failwell.typing import Admission
from tests.parts.program import wait_until
from tests.unit.guard.flaky_store import FlakyStore
from tests.unit.guard.frozen_clock import FrozenClock
from tests.unit.guard.idempotent import JSON, KEY, REPLAYED, DeniedError, denied, facts, guard_of, order
from tests.unit.guard.slots import entries_of, turn_until

LOCK = 0.03
"""Seconds. In all tests that wait, the store's time stands still: no machine is too slow for this lock."""

VALUES = {"principal": "ann"}


def admitted(guard: Idempotency) -> tuple[Claim, Admission]:
    admission = guard.admit(facts(idempotency_key=KEY), VALUES)
    return cast("Claim", admission.held), admission


async def aadmitted(guard: Idempotency) -> tuple[Claim, Admission]:
    admission = await guard.aadmit(facts(idempotency_key=KEY), VALUES)
    return cast("Claim", admission.held), admission


def again(guard: Idempotency) -> str:
    """What becomes of the same request when it is sent again."""
    try:
        return "taken over" if guard.claim(**_same()).taken_over else "run"
    except DeniedError as error:
        return error.denied.reason


def _same() -> dict[str, Any]:
    return {"key": KEY, "principal": "ann", "method": "POST", "path": "/orders", "body": b"{}"}


def renewed_to(store: Memory, clock: FrozenClock) -> Callable[[], bool]:
    """Whether the lock lasts from now on."""
    until = clock.now + round(LOCK * 1_000_000)

    def is_renewed() -> bool:
        ((_, state, _, locked, *_),) = entries_of(store)
        return (state, locked) == (RUNNING, until)

    return is_renewed


# ------------------------------------------------------------------------------------- runs that take long


def test_a_request_that_runs_for_longer_than_its_lock_is_not_run_twice(clock: FrozenClock) -> None:
    store = Memory(clock=clock)
    guard = guard_of(clock, store=store, lock=LOCK)
    claim, admission = admitted(guard)
    for _ in range(5):
        clock.move(0.02)
        wait_until(renewed_to(store, clock), "the lock is renewed")
        assert again(guard) == "in_flight"
    assert admission.keeper
    admission.keeper.keep(201, JSON, b"at last")
    assert order(guard).replay == KeptResponse(201, JSON + REPLAYED, b"at last")
    wait_until(lambda: not claim._terms.threads.is_running, "the thread has ended")


@pytest.mark.anyio
async def test_nor_is_one_in_an_event_loop_and_no_task_is_left(clock: FrozenClock) -> None:
    store = Memory(clock=clock)
    guard = guard_of(clock, store=store, lock=LOCK)
    before = asyncio.all_tasks()
    _, admission = await aadmitted(guard)
    assert asyncio.all_tasks() == before
    for _ in range(5):
        clock.move(0.02)
        await turn_until(renewed_to(store, clock))
        assert again(guard) == "in_flight"
    assert admission.keeper
    assert admission.held
    await admission.keeper.akeep(201, JSON, b"at last")
    await admission.held.arelease()
    assert order(guard).replay == KeptResponse(201, JSON + REPLAYED, b"at last")
    assert asyncio.all_tasks() == before


def test_a_claim_is_renewed_while_its_block_runs(clock: FrozenClock) -> None:
    store = Memory(clock=clock)
    guard = guard_of(clock, store=store, lock=LOCK)
    with order(guard) as claim:
        for _ in range(3):
            clock.move(0.02)
            wait_until(renewed_to(store, clock), "the lock is renewed")
        assert claim.finish(200)
    assert order(guard).replay


@pytest.mark.anyio
async def test_a_claim_is_renewed_while_its_asynchronous_block_runs(clock: FrozenClock) -> None:
    store = Memory(clock=clock)
    guard = guard_of(clock, store=store, lock=LOCK)
    async with await guard.aclaim(**_same()) as claim:
        for _ in range(3):
            clock.move(0.02)
            await turn_until(renewed_to(store, clock))
        assert await claim.afinish(200)
    assert order(guard).replay


def test_in_an_event_loop_that_is_not_asyncios_a_thread_renews(clock: FrozenClock) -> None:
    store = Memory(clock=clock)
    guard = guard_of(clock, store=store, lock=LOCK)

    def driven(work: Any) -> Any:
        with pytest.raises(StopIteration) as ended:
            work.send(None)
        return ended.value.value

    claim, _ = driven(aadmitted(guard))
    for _ in range(3):
        clock.move(0.02)
        wait_until(renewed_to(store, clock), "the lock is renewed")
    assert driven(claim.afinish(200))
    assert order(guard).replay


def test_a_claim_that_nobody_settles_or_holds_is_not_renewed_for_ever(clock: FrozenClock) -> None:
    guard = guard_of(clock, lock=LOCK)
    claim, admission = admitted(guard)
    threads = claim._terms.threads
    del claim, admission
    gc.collect()
    wait_until(lambda: not threads.is_running, "nothing is renewed")
    clock.move(LOCK)
    assert again(guard) == "taken over"


def test_what_is_not_protected_is_not_renewed(clock: FrozenClock) -> None:
    guard = guard_of(clock, lock=LOCK)
    before = set(threading.enumerate())
    guard.admit(facts(), VALUES)
    guard.admit(facts("GET", idempotency_key=KEY), VALUES)
    order(guard).finish(200)
    with order(guard) as claim:
        assert claim.replay
    assert set(threading.enumerate()) <= before


@pytest.mark.anyio
async def test_nor_is_it_in_an_event_loop_and_what_is_renewed_is_not_renewed_twice(
    clock: FrozenClock,
) -> None:
    guard = guard_of(clock, lock=LOCK)
    async with await guard.aclaim(**{**_same(), "key": None}) as claim:
        assert len(claim._terms.loops._held) == 0
    claim, _ = await aadmitted(guard)
    async with claim:
        (together,) = claim._terms.loops._held.values()
        assert list(together) == [claim]
        assert not claim._terms.threads.is_running


# ----------------------------------------------------------------------------------- requests that are short


@pytest.mark.anyio
async def test_for_short_requests_there_is_no_task_and_no_thread_but_one_timer(clock: FrozenClock) -> None:
    guard = guard_of(clock)
    tasks, threads = asyncio.all_tasks(), set(threading.enumerate())
    timers = len(asyncio.get_running_loop()._scheduled)  # type: ignore[attr-defined]
    for number in range(50):
        admission = await guard.aadmit(facts(idempotency_key=f"k{number}"), VALUES)
        assert admission.keeper
        assert asyncio.all_tasks() == tasks
        await admission.keeper.akeep(200, (), b"")
    assert set(threading.enumerate()) <= threads
    assert len(asyncio.get_running_loop()._scheduled) - timers == 1  # type: ignore[attr-defined]


def test_for_short_requests_in_threads_there_is_one_more_thread(clock: FrozenClock) -> None:
    guard = guard_of(clock, lock=1)
    before = set(threading.enumerate())
    for number in range(50):
        admission = guard.admit(facts(idempotency_key=f"k{number}"), VALUES)
        assert admission.keeper
        admission.keeper.keep(200, (), b"")
        assert len(set(threading.enumerate()) - before) <= 1
    wait_until(lambda: set(threading.enumerate()) <= before, "the thread has ended")


def test_event_loops_that_are_over_are_forgotten(clock: FrozenClock) -> None:
    guard = guard_of(clock)
    for _ in range(3):
        asyncio.run(aadmitted(guard))
        clock.move(60)
    gc.collect()
    claim, _ = admitted(guard)
    assert len(claim._terms.loops._held) == 0
    claim.abort()


# ----------------------------------------------------------------------------------- renewals that come late


@pytest.mark.anyio
@pytest.mark.parametrize(("end", "state"), [(Claim.afinish, KEPT), (Claim.aabort, ABORTED)])
async def test_a_renewal_that_is_under_way_ends_before_the_claim_is_settled(
    store: FlakyStore, clock: FrozenClock, end: Any, state: int
) -> None:
    guard = guard_of(clock, store=store, lock=LOCK)
    claim, _ = await aadmitted(guard)
    store.gate = asyncio.Event()
    await turn_until(lambda: store.waiting == 1)
    settling = asyncio.create_task(end(claim, 201) if state == KEPT else end(claim))
    for _ in range(10):
        await asyncio.sleep(0)
    assert store.waiting == 1  # nothing else was asked
    gate, store.gate = store.gate, None
    gate.set()
    assert await settling
    ((_, settled, *_),) = entries_of(store.inner)
    assert settled == state


def test_a_renewal_in_a_thread_ends_before_the_claim_is_settled(
    store: FlakyStore, clock: FrozenClock, caplog: pytest.LogCaptureFixture
) -> None:
    guard = guard_of(clock, store=store, lock=LOCK)
    claim, _ = admitted(guard)
    is_asked, may_go_on, settled = Event(), Event(), list[bool]()

    def hold() -> None:
        is_asked.set()
        may_go_on.wait()

    store.before = hold
    assert is_asked.wait(30)
    settling = Thread(target=lambda: settled.append(claim.finish(201)))
    settling.start()
    settling.join(0.05)
    assert settling.is_alive()
    may_go_on.set()
    settling.join(30)
    assert settled == [True]
    assert order(guard).replay
    assert caplog.records == []


def test_a_renewal_that_arrives_after_the_response_was_kept_changes_and_says_nothing(
    store: FlakyStore, clock: FrozenClock, caplog: pytest.LogCaptureFixture
) -> None:
    """As where a thread renews, and an event loop, which waits for no thread, keeps the response."""
    guard = guard_of(clock, store=store)
    for end in (lambda claim: claim.afinish(201), lambda claim: claim.aabort()):
        claim, _ = admitted(guard)

        def settle(claim: Claim = claim, end: Any = end) -> None:
            assert asyncio.run(end(claim))

        store.before = settle
        ((_, _, fence, *_),) = entries_of(store.inner)
        assert not claim.renew()
        ((_, state, *_),) = entries_of(store.inner)
        assert state in (KEPT, ABORTED)
        assert fence == claim.fence
        assert caplog.records == []
        store.inner.clear()


@pytest.mark.anyio
async def test_nothing_is_asked_for_a_claim_that_is_over(store: FlakyStore, clock: FrozenClock) -> None:
    guard = guard_of(clock, store=store)
    claim, _ = await aadmitted(guard)
    assert claim.finish(201)  # from a thread, for instance: the loop's timer still knows it
    store.is_down = True
    assert not claim.renew()
    assert not await claim.arenew()
    assert guard.degraded == 0


@pytest.mark.anyio
async def test_a_renewal_after_a_takeover_does_not_steal(
    store: FlakyStore, clock: FrozenClock, caplog: pytest.LogCaptureFixture
) -> None:
    guard = guard_of(clock, store=store, lock=LOCK)
    slow, _ = await aadmitted(guard)
    store.gate = asyncio.Event()
    await turn_until(lambda: store.waiting == 1)  # its renewal is on the way for longer than the lock
    clock.move(LOCK)
    second = guard.claim(**_same())
    assert second.taken_over
    entry = entries_of(store.inner)
    gate, store.gate = store.gate, None
    gate.set()
    await turn_until(lambda: "was taken over" in caplog.text)
    assert entries_of(store.inner) == entry
    assert not await slow.afinish(201, (), b"slow")
    assert second.finish(201, (), b"second")
    assert len(caplog.records) == 1
    replay = guard.claim(**_same()).replay
    assert replay
    assert replay.body == b"second"


def test_a_claim_that_was_taken_over_is_not_renewed_any_more(
    store: FlakyStore, clock: FrozenClock, caplog: pytest.LogCaptureFixture
) -> None:
    guard = guard_of(clock, store=store, lock=LOCK)
    claim = guard.claim(**_same())
    clock.move(LOCK)
    second = guard.claim(**_same())
    claim.beat()
    wait_until(lambda: "was taken over" in caplog.text, "it is told")
    assert second.taken_over
    asked: list[str] = []
    store.before = lambda: asked.append("again")
    wait_until(lambda: not claim._is_open, "it is over")
    assert not claim.renew()
    assert asked == []
    store.before = None
    assert second.finish(200)


def test_a_store_that_is_down_for_a_while_ends_no_heartbeat(
    store: FlakyStore, clock: FrozenClock, caplog: pytest.LogCaptureFixture
) -> None:
    guard = guard_of(clock, store=store, lock=LOCK)
    claim, _ = admitted(guard)
    store.is_down = True
    wait_until(lambda: "once a request runs" in caplog.text, "it is noticed")
    store.is_down = False
    clock.move(0.02)
    wait_until(renewed_to(store.inner, clock), "the lock is renewed")
    assert claim.finish(200)


@pytest.mark.anyio
async def test_a_renewal_that_fails_is_logged_and_tried_again(
    store: FlakyStore, clock: FrozenClock, caplog: pytest.LogCaptureFixture
) -> None:
    guard = guard_of(clock, store=store, lock=LOCK)

    def fail() -> None:
        raise ZeroDivisionError

    claim, _ = await aadmitted(guard)
    store.before = fail
    await turn_until(lambda: "a claim could not be renewed" in caplog.text)
    clock.move(0.02)
    await turn_until(renewed_to(store.inner, clock))
    assert await claim.afinish(200)


@pytest.mark.anyio
@pytest.mark.parametrize("steps", range(6))
async def test_cancelling_at_any_step_leaves_no_task_behind(
    store: FlakyStore, clock: FrozenClock, steps: int
) -> None:
    guard = guard_of(clock, store=store, lock=LOCK)

    async def work() -> None:
        async with await guard.aclaim(**_same()):
            await asyncio.sleep(0)

    before = asyncio.all_tasks()
    task = asyncio.create_task(work())
    for _ in range(steps):
        await asyncio.sleep(0)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    await turn_until(lambda: asyncio.all_tasks() == before)
    clock.move(LOCK)
    with suppress(DeniedError):
        order(guard)
    assert denied(lambda: order(guard)).reason == "in_flight"
