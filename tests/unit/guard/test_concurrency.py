"""Slots over a store in memory: who gets one, who is told what, and when they are free again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Barrier
from typing import Any

import pytest

from failwell.answers import Refused
from failwell.exceptions import DeclarationError
from failwell.guard.cap import Cap
from failwell.guard.concurrency import Concurrency, ConcurrencyDenied
from failwell.store import Memory
from tests.unit.guard.flaky_store import FlakyStore
from tests.unit.guard.frozen_clock import FrozenClock
from tests.unit.guard.slots import ACCOUNT, FACTS, DeniedError, denied, free, guard_of, turn_until

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


# ---------------------------------------------------------------------------- elsewhere, later


def test_a_slot_is_renewed_and_given_back_by_its_id(clock: FrozenClock) -> None:
    guard = guard_of(clock, Cap("account", 2), Cap("key", 2))
    taken = guard.acquire(account="a", key="k")
    clock.move(40)
    resumed = guard.resume(taken.id, account="a", key="k")
    assert (resumed.id, resumed.degraded, resumed.lost) == (taken.id, False, False)
    assert resumed.renew()
    clock.move(40)
    assert free(guard, account="a", key="k") == 1
    guard.resume(taken.id, account="a", key="k").release()
    assert free(guard, account="a", key="k") == 2


@pytest.mark.anyio
async def test_coroutines_renew_and_give_back_by_its_id_too(clock: FrozenClock) -> None:
    guard = guard_of(clock)
    taken = await guard.aacquire(account="a")
    clock.move(40)
    assert await guard.resume(taken.id, account="a").arenew()
    clock.move(40)
    assert free(guard, account="a") == 1
    await guard.resume(taken.id, account="a").arelease()
    assert free(guard, account="a") == 2


def test_a_resumed_slot_that_is_not_there_says_so_and_counts_again(clock: FrozenClock) -> None:
    guard = guard_of(clock)
    taken = guard.acquire(account="a")
    clock.move(60)
    resumed = guard.resume(taken.id, account="a")
    assert not resumed.renew()
    assert resumed.lost
    assert free(guard, account="a") == 1
    resumed.release()
    assert free(guard, account="a") == 2
    guard.resume(taken.id, account="a").release()  # a second time it does nothing
    assert free(guard, account="a") == 2


def test_a_slot_that_counted_for_no_cap_is_resumed_for_none(clock: FrozenClock, store: FlakyStore) -> None:
    guard = guard_of(clock, store=store, on_outage="closed")
    store.is_down = True
    slot = guard.resume(guard.acquire(account=None).id, account=None)
    assert slot.renew()
    slot.release()


def test_a_slot_that_was_taken_without_the_store_is_given_back_by_its_id(
    clock: FrozenClock, store: FlakyStore
) -> None:
    guard = guard_of(clock, store=store)
    store.is_down = True
    taken = guard.acquire(account="a")
    store.is_down = False
    guard.resume(taken.id, account="a").release()
    store.is_down = True
    assert free(guard, account="a") == 2


def test_a_resumed_slot_is_kept_in_this_process_while_the_store_is_down(
    clock: FrozenClock, store: FlakyStore
) -> None:
    guard = guard_of(clock, store=store)
    taken = guard.acquire(account="a")
    store.is_down = True
    resumed = guard.resume(taken.id, account="a")
    assert resumed.renew()
    assert free(guard, account="a") == 1
    resumed.release()
    assert free(guard, account="a") == 2


@pytest.mark.parametrize(
    ("slot_id", "subjects", "error", "fault"),
    [
        ("0" * 16, {"account": "a"}, TypeError, "a str cannot be the id of a slot"),
        (None, {"account": "a"}, TypeError, "a NoneType cannot be the id of a slot"),
        (b"", {"account": "a"}, ValueError, "has 0 bytes, and not 16"),
        (b"0" * 17, {"account": "a"}, ValueError, "has 17 bytes, and not 16"),
        (b"0" * 16, {}, TypeError, "no subject for the cap 'account'"),
        (b"0" * 16, {"account": "a", "plan": []}, TypeError, "'plan' is not a cap"),
        (b"0" * 16, {"account": 1.5}, TypeError, "a float cannot be a subject"),
    ],
)
def test_what_is_no_slot_cannot_be_resumed(
    clock: FrozenClock, slot_id: Any, subjects: dict[str, Any], error: type[Exception], fault: str
) -> None:
    with pytest.raises(error, match=fault) as caught:
        guard_of(clock).resume(slot_id, **subjects)
    assert "To mend it" in str(caught.value)


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
        ({"account": "a", "plan": [Cap("key", 1)]}, "in plan= takes the place of no cap"),
        ({"account": True}, "cannot be a subject"),
    ],
)
def test_wrong_calls_say_how_to_mend_them(clock: FrozenClock, subjects: dict[str, Any], fault: str) -> None:
    guard = guard_of(clock)
    for acquire in (guard.acquire, lambda **given: asyncio.run(guard.aacquire(**given))):
        with pytest.raises(TypeError, match=fault) as caught:
            acquire(**subjects)
        assert "To mend it" in str(caught.value)


@pytest.mark.parametrize(("made", "error"), [("0" * 16, TypeError), (None, TypeError), (b"0", ValueError)])
def test_an_id_that_cannot_be_one_is_refused_before_it_is_kept(
    clock: FrozenClock, made: Any, error: type[Exception]
) -> None:
    guard = guard_of(clock, make_id=lambda: made)
    with pytest.raises(error, match="To mend it: let make_id= return 16 bytes"):
        guard.acquire(account="a")


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
        (lambda: Concurrency(ACCOUNT, store=Memory(), make_id=WRONG[3]), "concurrency-make-id"),
        (lambda: Concurrency(ACCOUNT, store=WRONG[3]), "guard-store"),
        (lambda: Concurrency(ACCOUNT, store=Memory(), problem=WRONG[4]), "guard-problem"),
    ],
)
def test_wrong_declarations_are_refused(declare: Callable[[], object], code: str) -> None:
    with pytest.raises(DeclarationError) as caught:
        declare()
    assert caught.value.code == code
    assert caught.value.hint
