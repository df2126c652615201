"""Slots over a store in memory: who gets one, who is told what, and when they are free again."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from itertools import count
from threading import Barrier
from typing import Any, cast

import pytest

from failwell.answers import Refused
from failwell.exceptions import DeclarationError
from failwell.guard.cap import Cap
from failwell.guard.concurrency import Concurrency, ConcurrencyDenied, Slot
from failwell.store import Memory
from failwell.typing import Facts, Key
from tests.parts.program import wait_until
from tests.unit.guard.flaky_store import FlakyStore
from tests.unit.guard.frozen_clock import FrozenClock


class DeniedError(Exception):
    def __init__(self, denied: ConcurrencyDenied) -> None:
        super().__init__(denied)
        self.denied = denied


ACCOUNT = Cap("account", 2)
FACTS = Facts(method="POST", path="/v1/sessions", query="", field=lambda _: "")


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture
def store(clock: FrozenClock) -> FlakyStore:
    return FlakyStore(clock)


def guard_of(clock: FrozenClock, *caps: Cap, **options: Any) -> Concurrency:
    given: dict[str, Any] = {"store": Memory(clock=clock), "problem": DeniedError, **options}
    return Concurrency(*(caps or (ACCOUNT,)), **given)


def entries_of(store: Memory) -> list[tuple[int, ...]]:
    """What is kept of each cap: the latest end of a lease, then of each slot its end and its id."""
    return list(cast("dict[Key, tuple[int, ...]]", store._entries).values())


async def turn_until(reached: Callable[[], bool]) -> None:
    """Lets other tasks run until something has been reached."""
    async with asyncio.timeout(10):
        while not reached():  # noqa: ASYNC110 - tasks of the guard have nothing else to tell it by
            await asyncio.sleep(0)


def denied(take: Callable[[], object]) -> ConcurrencyDenied:
    with pytest.raises(DeniedError) as caught:
        take()
    return caught.value.denied


def free(guard: Concurrency, **subjects: Any) -> int:
    """Slots that are to be had, by taking and giving them back."""
    slots: list[Slot] = []
    with suppress(DeniedError):
        while True:
            slots.append(guard.acquire(**subjects))
    for slot in slots:
        slot.release()
    return len(slots)


# ---------------------------------------------------------------------------- taking and giving back


def test_as_many_as_the_limit_are_admitted_and_the_next_when_one_is_given_back(clock: FrozenClock) -> None:
    guard = guard_of(clock)
    first, second = guard.acquire(account="a"), guard.acquire(account="a")
    assert first.id != second.id
    assert len(first.id) == 16
    assert denied(lambda: guard.acquire(account="a")) == ConcurrencyDenied(
        cap="account", current=2, limit=2, retry_after=60
    )
    assert free(guard, account="b") == 2
    first.release()
    assert free(guard, account="a") == 1


def test_giving_back_twice_is_giving_back_once(clock: FrozenClock) -> None:
    guard = guard_of(clock)
    first, _second = guard.acquire(account="a"), guard.acquire(account="a")
    for _ in range(3):
        first.release()
        asyncio.run(first.arelease())
    assert free(guard, account="a") == 1


def test_caps_are_decided_together(clock: FrozenClock) -> None:
    guard = guard_of(clock, Cap("account", 5), Cap("key", 2))
    for _ in range(2):
        guard.acquire(account="a", key="k")
    for _ in range(50):
        assert denied(lambda: guard.acquire(account="a", key="k")).cap == "key"
    assert free(guard, account="a", key="other") == 2
    slots = [guard.acquire(account="a", key=None) for _ in range(3)]
    full = denied(lambda: guard.acquire(account="a", key="k"))
    assert (full.cap, full.current, full.limit) == ("account", 5, 5)
    slots[0].release()
    assert denied(lambda: guard.acquire(account="a", key="k")).cap == "key"
    assert free(guard, account=None, key="k2") == 2


def test_a_call_may_skip_every_cap_and_then_asks_nobody(clock: FrozenClock, store: FlakyStore) -> None:
    guard = guard_of(clock, store=store, on_outage="closed")
    store.is_down = True
    for slot in (guard.acquire(account=None), asyncio.run(guard.aacquire(account=None))):
        assert not slot.degraded
        assert slot.renew()
        assert asyncio.run(slot.arenew())
        slot.release()
    with guard.hold(account=None) as held:
        asyncio.run(held.arelease())
        assert not held.renew()


def test_a_limit_that_changes_is_obeyed_by_the_next_decision_and_takes_nothing_away(
    clock: FrozenClock,
) -> None:
    guard = guard_of(clock)
    large, small, none = [[Cap("account", limit)] for limit in (4, 1, 0)]
    slots = [guard.acquire(plan=large, account="a") for _ in range(4)]
    assert denied(lambda: guard.acquire(plan=large, account="a")).current == 4
    lowered = denied(lambda: guard.acquire(plan=small, account="a"))
    assert (lowered.current, lowered.limit) == (4, 1)
    assert all(slot.renew() for slot in slots)
    for slot in slots[:3]:
        slot.release()
        assert denied(lambda: guard.acquire(plan=small, account="a")).limit == 1
    slots[3].release()
    assert guard.acquire(plan=small, account="a").renew()
    shut = denied(lambda: guard.acquire(plan=none, account="new"))
    assert (shut.current, shut.limit, shut.retry_after) == (0, 0, 60)


def test_the_wait_lasts_until_enough_leases_have_ended(clock: FrozenClock) -> None:
    guard = guard_of(clock, Cap("account", 3))
    for _ in range(3):
        guard.acquire(account="a")
        clock.move(10)
    assert denied(lambda: guard.acquire(account="a")).retry_after == 30
    assert denied(lambda: guard.acquire(plan=[Cap("account", 2)], account="a")).retry_after == 40
    clock.move(29.999)
    assert denied(lambda: guard.acquire(account="a")).retry_after == 1
    clock.move(0.001)
    guard.acquire(account="a")


def test_an_id_is_injected(clock: FrozenClock) -> None:
    numbers = count()
    guard = guard_of(clock, make_id=lambda: b"%016d" % next(numbers))
    assert [guard.acquire(account="a").id for _ in range(2)] == [b"0000000000000000", b"0000000000000001"]


# ---------------------------------------------------------------------------- races


def test_of_racing_threads_exactly_the_limit_is_admitted(clock: FrozenClock) -> None:
    guard = guard_of(clock, Cap("account", 17), Cap("key", 1_000))
    start = Barrier(64)

    def one() -> bool:
        start.wait()
        try:
            guard.acquire(account="a", key="k")
        except DeniedError:
            return False
        return True

    with ThreadPoolExecutor(64) as threads:
        assert sum(job.result() for job in [threads.submit(one) for _ in range(64)]) == 17


@pytest.mark.anyio
async def test_of_racing_tasks_exactly_the_limit_is_admitted(store: FlakyStore, clock: FrozenClock) -> None:
    guard = guard_of(clock, Cap("account", 17), store=store)
    most = holding = 0

    async def one() -> bool:
        nonlocal most, holding
        try:
            async with guard.ahold(account="a"):
                holding += 1
                most = max(most, holding)
                for _ in range(300):
                    await asyncio.sleep(0)
                holding -= 1
        except DeniedError:
            return False
        return True

    assert sum(await asyncio.gather(*(one() for _ in range(64)))) == 17
    assert most == 17
    assert free(guard, account="a") == 17


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


# ---------------------------------------------------------------------------- adapters


def test_a_request_is_admitted_until_its_response_is_over(clock: FrozenClock) -> None:
    guard = guard_of(clock)
    admission = guard.admit(FACTS, {"account": "a", "plan": [Cap("account", 1)]})
    assert (admission.limits, admission.keeper, guard.needs_body) == ((), None, False)
    assert admission.held is not None
    assert free(guard, account="a") == 1
    admission.held.release()
    assert free(guard, account="a") == 2
    with pytest.raises(DeniedError):
        guard.admit(FACTS, {"account": "a", "plan": [Cap("account", 0)]})


@pytest.mark.anyio
async def test_an_async_request_is_admitted_until_its_response_is_over(clock: FrozenClock) -> None:
    guard = guard_of(clock)
    before = asyncio.all_tasks()
    for release_in_a_thread in (False, True):
        admission = await guard.aadmit(FACTS, {"account": "a"})
        assert admission.held is not None
        assert free(guard, account="a") == 1
        if release_in_a_thread:
            await asyncio.to_thread(admission.held.release)
        else:
            await admission.held.arelease()
        assert free(guard, account="a") == 2
        await turn_until(lambda: asyncio.all_tasks() == before)


def test_a_slot_of_a_loop_that_is_closed_may_still_be_given_back(clock: FrozenClock) -> None:
    guard = guard_of(clock)
    held = asyncio.run(guard.aadmit(FACTS, {"account": "a"})).held
    assert held is not None
    assert free(guard, account="a") == 1
    held.release()
    assert free(guard, account="a") == 2


@pytest.mark.anyio
async def test_a_slot_of_the_thread_may_be_given_back_by_a_coroutine(clock: FrozenClock) -> None:
    guard = guard_of(clock)
    held = guard.admit(FACTS, {"account": "a"}).held
    assert held is not None
    await held.arelease()
    assert free(guard, account="a") == 2
    assert len(guard._heartbeat._held) == 0


# ---------------------------------------------------------------------------- without the store


def test_while_the_store_is_down_each_process_admits_its_share(
    store: FlakyStore, clock: FrozenClock, caplog: pytest.LogCaptureFixture
) -> None:
    guard = guard_of(clock, Cap("account", 9), Cap("key", 1), store=store, processes=4)
    store.is_down = True
    slots = [guard.acquire(account="a", key=str(number)) for number in range(2)]
    assert all(slot.degraded for slot in slots)
    full = denied(lambda: guard.acquire(account="a", key="k"))
    assert (full.cap, full.current, full.limit, full.degraded) == ("account", 2, 2, True)
    assert denied(lambda: guard.acquire(plan=[Cap("account", 0)], account="b", key="k")).limit == 0
    slots[0].release()
    assert guard.acquire(account="a", key="0").degraded
    assert guard.degraded == 5
    assert caplog.record_tuples[0][:2] == ("failwell.guard", logging.WARNING)


def test_who_works_on_while_the_store_was_down_is_counted_when_it_is_back(
    store: FlakyStore, clock: FrozenClock
) -> None:
    guard = guard_of(clock, Cap("account", 3), store=store)
    early = guard.acquire(account="a")
    store.is_down = True
    late = guard.acquire(account="a")
    assert early.renew()
    assert asyncio.run(early.arenew())
    assert denied(lambda: [guard.acquire(account="a") for _ in range(2)]).current == 3
    store.is_down = False
    assert free(guard, account="a") == 2
    assert late.renew()
    assert free(guard, account="a") == 1
    early.release()
    asyncio.run(late.arelease())
    assert free(guard, account="a") == 3
    store.is_down = True
    assert free(guard, account="a") == 2  # one was taken above and never given back


def test_a_slot_taken_without_the_store_is_lost_only_after_the_store_has_known_it(
    store: FlakyStore, clock: FrozenClock
) -> None:
    guard = guard_of(clock, store=store)
    store.is_down = True
    slot = guard.acquire(account="a")
    store.is_down = False
    assert slot.renew()
    clock.move(60)
    assert not slot.renew()
    assert slot.lost


def test_a_store_that_came_back_empty_learns_who_holds_what(store: FlakyStore, clock: FrozenClock) -> None:
    guard = guard_of(clock, store=store)
    slots = [guard.acquire(account="a") for _ in range(2)]
    store.inner.clear()
    for slot in slots:
        assert not slot.renew()
        assert slot.lost
    assert denied(lambda: guard.acquire(account="a")).current == 2


def test_an_open_guard_admits_all_and_a_closed_one_nobody(store: FlakyStore, clock: FrozenClock) -> None:
    opened = guard_of(clock, store=store, on_outage="open")
    closed = guard_of(clock, store=store, on_outage="closed")
    before = closed.acquire(account="a")
    store.is_down = True
    slots = [opened.acquire(account="a") for _ in range(5)]
    assert all(slot.degraded and slot.renew() for slot in slots)
    with pytest.raises(Refused) as refused:
        closed.acquire(account="a")
    assert refused.value.status == 503
    assert before.renew()
    before.release()
    for slot in slots[1:]:
        slot.release()
    store.is_down = False
    assert slots[0].renew()
    clock.move(59)
    assert denied(lambda: [opened.acquire(account="a") for _ in range(3)]).limit == 2
    assert not slots[0].lost


# ---------------------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("limit", "headers"), [(1, (("Retry-After", "60"),)), (0, ())], ids=["full", "never anything"]
)
def test_by_default_a_full_cap_is_a_429(
    clock: FrozenClock, limit: int, headers: tuple[tuple[str, str], ...]
) -> None:
    guard = guard_of(clock, Cap("account", limit), problem=None)
    for _ in range(limit):
        guard.acquire(account="a")
    with pytest.raises(Refused) as caught:
        guard.acquire(account="a")
    refused = caught.value
    assert (refused.status, refused.headers) == (429, headers)
    assert str(refused) == "Too many at the same time for this account."
    assert isinstance(refused.denied, ConcurrencyDenied)


@pytest.mark.parametrize(
    ("subjects", "fault"),
    [
        ({}, "no subject for the cap 'account'"),
        ({"account": "a", "team": "t"}, "'team' is not a cap"),
        ({"account": "a", "plan": [Cap("key", 1)]}, "'key' is not a cap"),
        ({"account": True}, "cannot be a subject"),
    ],
)
def test_wrong_calls_say_how_to_mend_them(clock: FrozenClock, subjects: dict[str, Any], fault: str) -> None:
    guard = guard_of(clock)
    for acquire in (guard.acquire, lambda **given: asyncio.run(guard.aacquire(**given))):
        with pytest.raises(TypeError, match=fault) as caught:
            acquire(**subjects)
        assert "To mend it" in str(caught.value)


def test_a_call_names_by_whom_keys_are_spread(clock: FrozenClock) -> None:
    guard = guard_of(clock, Cap("account", 1), Cap("key", 1), spread_by="account")
    assert guard.acquire(account="a", key=None).group == "slot:account:s:a"
    with pytest.raises(TypeError, match="spread by 'account'"):
        guard.acquire(account=None, key="k")


WRONG: list[Any] = [True, 1.5, "account", None, 1]


@pytest.mark.parametrize(
    ("declare", "code"),
    [
        (lambda: Cap("a b", 1), "cap-name"),
        (lambda: Cap("plan", 1), "cap-name"),
        (lambda: Cap("class", 1), "cap-name"),
        (lambda: Cap("account", -1), "cap-limit"),
        (lambda: Cap("account", 2**53), "cap-limit"),
        (lambda: Cap("account", WRONG[0]), "cap-limit"),
        (lambda: Cap("account", WRONG[1]), "cap-limit"),
        (lambda: Concurrency(store=Memory()), "concurrency-caps"),
        (lambda: Concurrency(WRONG[2], store=Memory()), "concurrency-caps"),
        (lambda: Concurrency(ACCOUNT, ACCOUNT, store=Memory()), "concurrency-duplicate-cap"),
        (lambda: Concurrency(ACCOUNT, store=Memory(), lease=0), "concurrency-lease"),
        (lambda: Concurrency(ACCOUNT, store=Memory(), lease=True), "concurrency-lease"),
        (lambda: Concurrency(ACCOUNT, store=Memory(), lease=float("nan")), "concurrency-lease"),
        (lambda: Concurrency(ACCOUNT, store=Memory(), lease=10**9), "concurrency-lease"),
        (lambda: Concurrency(ACCOUNT, store=Memory(), spread_by="key"), "concurrency-spread-by"),
        (lambda: Concurrency(ACCOUNT, store=WRONG[3]), "guard-store"),
        (lambda: Concurrency(ACCOUNT, store=Memory(), problem=WRONG[4]), "guard-problem"),
    ],
)
def test_wrong_declarations_are_refused(declare: Callable[[], object], code: str) -> None:
    with pytest.raises(DeclarationError) as caught:
        declare()
    assert caught.value.code == code
    assert caught.value.hint
