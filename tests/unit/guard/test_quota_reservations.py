"""Reservations of a quota, and races for what is left of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import count
from threading import Barrier

import pytest

from failwell.guard.account import QuotaDecision
from failwell.guard.quota import Quota, Reservation
from tests.unit.guard.flaky_store import FlakyStore
from tests.unit.guard.frozen_clock import FrozenClock
from tests.unit.guard.quotas import (
    DeniedError,
    WallClock,
    denied,
    quota_of,
    used,
)

# ---------------------------------------------------------------------------- reservations


def test_a_reservation_counts_until_it_is_committed_or_given_back(quota: Quota) -> None:
    first, second = quota.reserve(1_000, account="a"), quota.reserve(1_000, account="a")
    assert first.decision.used == 1_000
    assert (second.decision.used, second.decision.reserved) == (2_000, 2_000)
    assert second.decision.over_soft
    assert denied(lambda: quota.reserve(1, account="a")).used == 2_000
    committed = first.commit(300)
    assert (committed.used, committed.reserved) == (1_300, 1_000)
    assert used(quota) == (1_300, 1_000)
    assert second.refund().used == 300
    assert used(quota) == (300, 0)
    assert first.is_settled
    assert second.is_settled


def test_a_commit_counts_what_was_reserved_unless_told_otherwise(quota: Quota) -> None:
    assert quota.reserve(70, account="a").commit().used == 70
    assert quota.reserve(70, account="a").commit(0).used == 70


Settle = Callable[[Reservation], QuotaDecision]


@pytest.mark.parametrize(
    ("first", "again", "spent"),
    [
        (lambda one: one.commit(50), lambda one: one.commit(60), 50),
        (lambda one: one.commit(50), lambda one: one.refund(), 50),
        (lambda one: one.refund(), lambda one: one.refund(), 0),
        (lambda one: one.refund(), lambda one: one.commit(60), 0),
        (lambda one: one.commit(50), lambda one: asyncio.run(one.acommit(60)), 50),
        (lambda one: asyncio.run(one.arefund()), lambda one: asyncio.run(one.acommit()), 0),
    ],
)
def test_settling_twice_is_settling_once(quota: Quota, first: Settle, again: Settle, spent: int) -> None:
    reservation = quota.reserve(100, account="a")
    told = first(reservation)
    for _ in range(3):
        assert again(reservation) == told
    assert used(quota) == (spent, 0)
    quota.spend(1, account="a")
    assert quota.settle(reservation, 60) == told  # as by a thread that asked at the same time
    assert used(quota) == (spent + 1, 0)


def twin_of(reservation: Reservation) -> Reservation:
    """The same reservation in the hands of somebody who does not know that it is settled."""
    return Reservation(
        reservation._quota,
        reservation.id,
        account=reservation.account,
        amount=reservation.amount,
        lapse=reservation.lapse,
        decision=reservation.decision,
    )


@pytest.mark.parametrize("wait", [0, 599, 600, 1_199])
def test_the_store_knows_what_was_settled_before(quota: Quota, clock: FrozenClock, wait: float) -> None:
    committed, refunded = quota.reserve(100, account="a"), quota.reserve(100, account="a")
    twins = twin_of(committed), twin_of(refunded)
    committed.commit(70)
    refunded.refund()
    clock.move(wait)
    for twin in twins:
        twin.commit(70)
        twin_of(twin).refund()
    assert used(quota) == (70, 0)


def test_a_reservation_lapses(quota: Quota, clock: FrozenClock) -> None:
    reservation = quota.reserve(2_000, account="a")
    clock.move(599.999999)
    assert denied(lambda: quota.spend(1, account="a")).used == 2_000
    clock.move(0.000001)
    assert quota.spend(1_500, account="a").used == 1_500
    assert reservation.refund().used == 1_500


@pytest.mark.parametrize("late", [600, 1_199, 1_200, 86_400])
def test_what_is_committed_after_the_reservation_has_lapsed_was_spent_and_counts_once(
    quota: Quota, clock: FrozenClock, late: float
) -> None:
    quota.spend(1, account="a")
    reservation = quota.reserve(1_000, account="a")
    twin = twin_of(reservation)
    clock.move(late)
    quota.spend(1_900, account="a")
    told = reservation.commit()
    assert (told.used, told.limits[0].remaining) == (2_901, 0)
    twin.commit()
    assert used(quota) == (2_901, 0)
    assert denied(lambda: quota.spend(1, account="a")).used == 2_901


def test_more_than_reserved_may_be_committed_above_the_limit(quota: Quota) -> None:
    told = quota.reserve(100, account="a").commit(9_000)
    assert (told.used, told.over_soft, told.limits[0].remaining) == (9_000, True, 0)
    assert denied(lambda: quota.spend(1, account="a")).used == 9_000


def test_work_whose_price_is_not_known_is_admitted_while_anything_is_left(quota: Quota) -> None:
    quota.spend(1_999, account="a")
    reservation = quota.reserve(0, account="a")
    assert reservation.commit(300).used == 2_299
    full = denied(lambda: quota.reserve(0, account="a"))
    assert (full.used, full.requested) == (2_299, 0)


def test_a_store_that_forgot_everything_counts_what_is_committed(quota: Quota, store: FlakyStore) -> None:
    reservation = quota.reserve(100, account="a")
    store.inner.clear()
    twin = twin_of(reservation)
    assert twin_of(reservation).refund().used == 0
    assert store.inner.size == 0
    assert reservation.commit().used == 100
    assert twin.commit().used == 100


@pytest.mark.parametrize("amount", [0, 1])
def test_a_clock_that_goes_back_holds_no_reservation_for_longer(
    quota: Quota, clock: FrozenClock, amount: int
) -> None:
    quota.reserve(2_000, account="a")
    clock.move(-3_600)
    with suppress(DeniedError):
        assert quota.spend(amount, account="a").used == 2_000
    clock.move(599)
    assert used(quota) == (2_000, 2_000)
    clock.move(1)
    assert used(quota) == (0, 0)


def test_ids_are_injected(store: FlakyStore, wall: WallClock) -> None:
    numbers = count()
    quota = quota_of(store, wall, make_id=lambda: b"%016d" % next(numbers))
    assert [quota.reserve(1, account="a").id[-1:] for _ in range(2)] == [b"0", b"1"]


# ---------------------------------------------------------------------------- races


def test_of_racing_threads_exactly_the_limit_is_admitted(store: FlakyStore, wall: WallClock) -> None:
    quota = quota_of(store, wall, limit=170, soft=None)
    start = Barrier(64)

    def one() -> bool:
        start.wait()
        try:
            quota.reserve(10, account="a").commit()
        except DeniedError:
            return False
        return True

    with ThreadPoolExecutor(64) as threads:
        assert sum(job.result() for job in [threads.submit(one) for _ in range(64)]) == 17
    assert used(quota) == (170, 0)


@pytest.mark.anyio
async def test_of_racing_tasks_exactly_the_limit_is_admitted(quota: Quota) -> None:
    async def one(number: int) -> bool:
        try:
            if number % 2:
                await quota.aspend(100, account="a")
            else:
                await (await quota.areserve(100, account="a")).acommit()
        except DeniedError:
            return False
        return True

    assert sum(await asyncio.gather(*(one(number) for number in range(64)))) == 20
    assert used(quota) == (2_000, 0)


@pytest.mark.anyio
@pytest.mark.parametrize("steps", range(6))
async def test_cancelling_at_any_step_reserves_nothing_and_loses_no_commit(
    quota: Quota, store: FlakyStore, steps: int
) -> None:
    async def cancelled(work: asyncio.Task[object]) -> bool:
        for _ in range(steps):
            await asyncio.sleep(0)
        work.cancel()
        with suppress(asyncio.CancelledError):
            await work
        return work.cancelled()

    if await cancelled(asyncio.create_task(quota.areserve(100, account="a"))):
        assert used(quota) == (0, 0)
        assert (await quota.apeek(account="a")).reserved == 0
    else:
        assert used(quota) == (100, 100)
    reservation = quota.reserve(70, account="b")
    is_cancelled = await cancelled(asyncio.create_task(reservation.acommit()))
    assert reservation.is_settled is (steps > 0)
    assert is_cancelled or reservation.is_settled
    assert quota.peek(account="b").reserved == (0 if reservation.is_settled else 70)
