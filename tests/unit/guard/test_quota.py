"""Quotas over a store in memory: what fits into a period, what is told, and in which period it counts."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from failwell.answers import Refused
from failwell.exceptions import DeclarationError
from failwell.guard.account import QuotaDecision, QuotaDenied
from failwell.guard.quota import Quota
from failwell.store import Memory
from failwell.typing import LimitState
from tests.unit.guard.flaky_store import FlakyStore
from tests.unit.guard.frozen_clock import FrozenClock
from tests.unit.guard.quotas import (
    BERLIN,
    FACTS,
    TOO_MUCH,
    DeniedError,
    WallClock,
    denied,
    quota_of,
    untils,
    used,
)

# ---------------------------------------------------------------------------- hard and soft limits


def test_what_fits_is_admitted_and_what_does_not_is_denied_and_costs_nothing(quota: Quota) -> None:
    assert quota.spend(1_200, account="a").used == 1_200
    resets = datetime(2026, 12, 1, tzinfo=BERLIN)
    wait = 9 * 86_400 + 43_200
    state = LimitState(
        name="llm_spend", limit=2_000, window=30 * 86_400, remaining=800, reset=wait, next_unit=0
    )
    for _ in range(3):
        assert denied(lambda: quota.spend(801, account="a")) == QuotaDenied(
            name="llm_spend",
            limit=2_000,
            used=1_200,
            requested=801,
            resets=resets,
            retry_after=wait,
            limits=(state,),
        )
    assert quota.spend(800, account="a").used == 2_000
    full = denied(lambda: quota.spend(1, account="a")).limits[0]
    assert (full.remaining, full.next_unit) == (0, wait)
    assert quota.spend(2_000, account="b").used == 2_000


def test_above_the_soft_limit_it_is_admitted_and_said(quota: Quota) -> None:
    assert not quota.spend(1_500, account="a").over_soft
    assert quota.spend(1, account="a").over_soft
    assert quota.peek(account="a").over_soft
    assert not quota.peek(account="a", soft=1_600).over_soft
    assert quota.peek(account="a", soft=0).over_soft


def test_success_tells_the_state(quota: Quota) -> None:
    assert quota.spend(500, account="a") == QuotaDecision(
        limit=2_000,
        used=500,
        reserved=0,
        over_soft=False,
        resets=datetime(2026, 12, 1, tzinfo=BERLIN),
        limits=(
            LimitState(
                name="llm_spend", limit=2_000, window=2_592_000, remaining=1_500, reset=820_800, next_unit=0
            ),
        ),
    )


def test_a_limit_that_changes_is_obeyed_by_the_next_decision(quota: Quota) -> None:
    quota.spend(2_000, account="a")
    assert quota.spend(3_000, account="a", limit=5_000).limits[0].remaining == 0
    lowered = denied(lambda: quota.spend(1, account="a", limit=100))
    assert (lowered.limit, lowered.used, lowered.limits[0].remaining) == (100, 5_000, 0)
    assert quota.peek(account="a", limit=0).limits[0].remaining == 0
    for spend in (quota.spend, quota.reserve):
        shut = denied(partial(spend, 1, account="new", limit=0))
        assert (shut.limit, shut.used, shut.requested) == (0, 0, 1)
    assert quota.spend(0, account="new", limit=0).used == 0


def test_an_amount_above_the_limit_is_denied_with_what_was_asked_for(quota: Quota) -> None:
    for amount in (2_001, TOO_MUCH - 1):
        refused = denied(partial(quota.spend, amount, account="a"))
        assert (refused.used, refused.requested) == (0, amount)


def test_the_largest_amounts_are_exact(store: FlakyStore, wall: WallClock) -> None:
    quota = quota_of(store, wall, limit=TOO_MUCH - 1)
    assert quota.spend(TOO_MUCH - 2, account="a").used == TOO_MUCH - 2
    reservation = quota.reserve(1, account="a")
    assert denied(lambda: quota.spend(1, account="a")).used == TOO_MUCH - 1
    assert reservation.commit(TOO_MUCH - 1).used == TOO_MUCH - 1  # it cannot be told more exactly


def test_peek_and_nothing_spend_nothing(quota: Quota, store: FlakyStore) -> None:
    assert quota.peek(account="a") == quota.spend(0, account="a") == asyncio.run(quota.apeek(account="a"))
    assert store.inner.size == 0


def test_by_whom_it_counts_has_a_name(store: FlakyStore, wall: WallClock) -> None:
    quota = quota_of(store, wall, by="team")
    assert quota.spend(1, team="a").used == 1
    with pytest.raises(TypeError, match="counts by 'team', and was given account=…"):
        quota.spend(1, account="a")


# ---------------------------------------------------------------------------- periods


def test_a_new_month_begins_with_everything(quota: Quota, wall: WallClock) -> None:
    wall.show("2026-01-31T23:59:59.999999")
    quota.spend(2_000, account="a")
    last = denied(lambda: quota.spend(1, account="a"))
    assert (last.retry_after, last.resets.isoformat()) == (1, "2026-02-01T00:00:00+01:00")
    wall.show("2026-02-01T00:00")
    fresh = quota.spend(2_000, account="a")
    assert (fresh.used, fresh.resets.isoformat()) == (2_000, "2026-03-01T00:00:00+01:00")
    wall.show("2026-03-31T12:00")
    assert quota.peek(account="a").resets.isoformat() == "2026-04-01T00:00:00+02:00"
    assert quota.peek(account="a").limits[0].window == 31 * 86_400 - 3_600


@pytest.mark.parametrize(
    ("now", "wait"),
    [
        ("2026-03-29T00:00", 23 * 3_600),
        ("2026-10-25T00:00", 25 * 3_600),
        ("2026-10-25T23:59:59.5", 1),
        ("2026-10-25T23:59:58.999999", 2),
    ],
)
def test_the_wait_is_never_past_and_a_day_has_the_hours_that_it_has(
    store: FlakyStore, wall: WallClock, now: str, wait: int
) -> None:
    quota = quota_of(store, wall, per="day")
    wall.show(now)
    quota.spend(2_000, account="a")
    found = denied(lambda: quota.spend(1, account="a"))
    assert found.retry_after == wait
    wall.move(wait)
    assert quota.spend(1, account="a").used == 1


def test_a_request_astride_the_end_of_the_month_belongs_to_one_period(
    store: FlakyStore, wall: WallClock
) -> None:
    instants = iter([wall.now, wall.now])  # the first is read where the quota is declared

    def once() -> int:
        return next(instants)

    quota = Quota("llm_spend", limit=10, per="month", store=store, clock=once, problem=DeniedError)
    found = denied(lambda: quota.spend(11, account="a"))
    assert found.retry_after >= 1  # one reading of the clock made key, state, end and wait


def test_what_was_reserved_before_midnight_is_committed_where_it_was_reserved(
    quota: Quota, wall: WallClock
) -> None:
    wall.show("2026-11-30T23:59:59")
    reservation = quota.reserve(500, account="a")
    wall.show("2026-12-01T00:00:01")
    december = quota.spend(2_000, account="a")
    committed = reservation.commit(700)
    assert (committed.used, committed.resets.isoformat()) == (700, "2026-12-01T00:00:00+01:00")
    assert (committed.limits[0].reset, committed.limits[0].remaining) == (0, 1_300)
    assert used(quota) == (december.used, 0)
    wall.show("2026-11-30T23:59:59")
    assert used(quota) == (700, 0)


def test_the_same_account_may_have_quotas_of_several_names_and_periods(
    store: FlakyStore, wall: WallClock
) -> None:
    month, day = quota_of(store, wall), quota_of(store, wall, per="day")
    uploads = Quota("uploads", limit=10, per="month", store=store, clock=wall)
    month.spend(2_000, account="a")
    assert day.spend(2_000, account="a").used == 2_000
    assert uploads.spend(10, account="a").used == 10


def test_entries_live_until_the_end_of_the_period_and_a_day_of_grace(
    quota: Quota, store: FlakyStore, clock: FrozenClock, wall: WallClock
) -> None:
    quota.spend(1, account="a")
    reservation = quota.reserve(1, account="b")
    assert untils(store.inner)[0] == clock.now + (820_800 + 86_400) * 1_000_000
    wall.show("2026-12-01T23:00")
    clock.move(820_800 + 82_800)
    assert reservation.commit().used == 1
    assert untils(store.inner)[1] == clock.now + 86_400 * 1_000_000


def test_what_is_committed_after_the_grace_counts_though_nobody_knows_the_period(
    quota: Quota, clock: FrozenClock, wall: WallClock
) -> None:
    quota.spend(100, account="a")
    reservation = quota.reserve(70, account="a")
    for one in (wall, clock):
        one.move(100 * 86_400)
    assert reservation.commit(60).used == 60


def test_a_memory_that_is_short_of_room_forgets_what_is_used_up_last(
    clock: FrozenClock, wall: WallClock
) -> None:
    store = Memory(max_subjects=100, clock=clock)
    quota = quota_of(store, wall)
    wall.show("2026-11-01T00:00")
    quota.spend(2_000, account="spent")
    for day in range(1, 30):
        wall.show(f"2026-11-{day:02}T12:00")
        clock.move(86_400)
        for number in range(50):
            quota.spend(1, account=f"{day} {number}")
    assert denied(lambda: quota.spend(1, account="spent")).used == 2_000


def test_the_default_clock_is_the_wall(store: FlakyStore) -> None:
    resets = Quota("llm_spend", limit=1, per="year", store=store).peek(account="a").resets
    now = datetime.now(tz=UTC)
    assert now < resets <= now + timedelta(days=366)


# ---------------------------------------------------------------------------- adapters


def test_a_request_spends_one_unit_or_as_many_as_it_says(quota: Quota) -> None:
    assert quota.admit(FACTS, {"account": "a"}).limits[0].remaining == 1_999
    told = asyncio.run(quota.aadmit(FACTS, {"account": "a", "amount": 9, "limit": 100})).limits
    assert told[0].remaining == 90
    assert not quota.needs_body
    with pytest.raises(DeniedError):
        quota.admit(FACTS, {"account": "a", "limit": 10})


# ---------------------------------------------------------------------------- without the store


def test_by_default_nothing_is_admitted_while_the_store_is_down(quota: Quota, store: FlakyStore) -> None:
    store.is_down = True
    for ask in (
        lambda: quota.spend(1, account="a"),
        lambda: quota.reserve(1, account="a"),
        lambda: asyncio.run(quota.aspend(1, account="a")),
    ):
        with pytest.raises(Refused) as caught:
            ask()
        assert (caught.value.status, caught.value.headers) == (503, (("Retry-After", "5"),))
    assert quota.degraded == 3


def test_what_was_spent_is_committed_when_the_store_is_back(quota: Quota, store: FlakyStore) -> None:
    reservation = quota.reserve(100, account="a")
    store.is_down = True
    for told in (reservation.commit(70), asyncio.run(reservation.acommit(70)), reservation.refund()):
        assert (told.used, told.limits, told.degraded) == (None, (), True)
    assert not reservation.is_settled
    store.is_down = False
    assert reservation.commit(70).used == 70
    assert reservation.is_settled


def test_an_open_quota_admits_without_knowing_and_counts_what_is_committed_later(
    store: FlakyStore, wall: WallClock
) -> None:
    quota = quota_of(store, wall, on_outage="open")
    quota.spend(2_000, account="a")
    store.is_down = True
    decision = quota.spend(500, account="a")
    assert (decision.used, decision.limits, decision.over_soft, decision.degraded) == (None, (), False, True)
    kept, given_back = quota.reserve(500, account="a"), quota.reserve(500, account="a")
    assert kept.degraded
    assert kept.commit().used is None
    store.is_down = False
    assert kept.commit(400).used == 2_400
    assert given_back.refund().used == 2_400
    assert used(quota) == (2_400, 0)


def test_a_local_quota_admits_the_share_of_this_process(store: FlakyStore, wall: WallClock) -> None:
    quota = quota_of(store, wall, on_outage="local", processes=4)
    quota.spend(2_000, account="a")
    store.is_down = True
    assert quota.spend(300, account="a").limits == ()
    reservation = quota.reserve(200, account="a")
    full = denied(lambda: quota.spend(1, account="a"))
    assert (full.limit, full.used, full.limits, full.degraded) == (500, 500, (), True)
    for _ in range(2):
        told = asyncio.run(reservation.acommit(100))
        assert (told.used, told.degraded) == (400, True)
    store.is_down = False
    assert used(quota) == (2_000, 0)
    assert reservation.commit(100).used == 2_100
    assert denied(lambda: quota.spend(1, account="b", limit=0)).limit == 0


def test_a_reservation_of_the_store_stays_there_while_it_is_down(store: FlakyStore, wall: WallClock) -> None:
    quota = quota_of(store, wall, on_outage="local")
    reservation = quota.reserve(200, account="a")
    store.is_down = True
    assert reservation.commit().used is None
    assert used(quota) == (0, 0)
    store.is_down = False
    assert used(quota) == (200, 200)


# ---------------------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("amount", "headers"), [(1, (("Retry-After", "820800"),)), (2_001, ())], ids=["full", "never"]
)
def test_by_default_a_denial_is_a_429(
    store: FlakyStore, wall: WallClock, amount: int, headers: tuple[tuple[str, str], ...]
) -> None:
    quota = Quota("q", limit=2_000, per="month", zone="Europe/Berlin", store=store, clock=wall)
    quota.spend(2_000, account="a")
    with pytest.raises(Refused) as caught:
        quota.spend(amount, account="a")
    assert (caught.value.status, caught.value.headers) == (429, headers)
    assert str(caught.value) == "This does not fit into what is left of the quota."
    assert isinstance(caught.value.denied, QuotaDenied)


@pytest.mark.parametrize("units", [True, False, 1.0, float("nan"), "1", None])
def test_units_are_ints(quota: Quota, units: Any) -> None:
    reservation = quota.reserve(1, account="a")
    asked: list[Callable[[], object]] = [
        lambda: quota.spend(units, account="a"),
        lambda: quota.reserve(units, account="a"),
        lambda: asyncio.run(quota.aspend(units, account="a")),
    ]
    if units is not None:
        asked += [
            lambda: reservation.commit(units),
            lambda: quota.spend(1, limit=units, account="a"),
            lambda: quota.spend(1, soft=units, account="a"),
        ]
    for ask in asked:
        with pytest.raises(TypeError, match="not an int") as caught:
            ask()
        assert "To mend it" in str(caught.value)
    assert used(quota) == (1, 1)


@pytest.mark.parametrize("units", [-1, -(2**63), TOO_MUCH, 10**100])
def test_units_are_between_nothing_and_what_is_exact(quota: Quota, units: int) -> None:
    reservation = quota.reserve(1, account="a")
    for ask in (
        lambda: quota.spend(units, account="a"),
        lambda: quota.reserve(units, account="a"),
        lambda: quota.spend(1, account="a", limit=units),
        lambda: reservation.commit(units),
    ):
        with pytest.raises(ValueError, match=f"is {units}, which is not between") as caught:
            ask()
        assert "To mend it" in str(caught.value)
    assert used(quota) == (1, 1)


@pytest.mark.parametrize("subjects", [{}, {"team": "a"}, {"account": "a", "team": "b"}])
def test_a_call_names_whom_it_counts_for(quota: Quota, subjects: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match="pass account=…"):
        quota.spend(1, **subjects)
    with pytest.raises(TypeError, match="cannot be a subject"):
        quota.spend(1, account=None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("name", "options", "code"),
    [
        ("a:b", {}, "quota-name"),
        ("", {}, "quota-name"),
        ("q", {"by": "amount"}, "quota-by"),
        ("q", {"by": "a b"}, "quota-by"),
        ("q", {"limit": -1}, "quota-limit"),
        ("q", {"limit": None}, "quota-limit"),
        ("q", {"limit": True}, "quota-limit"),
        ("q", {"limit": 1.0}, "quota-limit"),
        ("q", {"limit": TOO_MUCH}, "quota-limit"),
        ("q", {"soft": -1}, "quota-soft"),
        ("q", {"soft": 11}, "quota-soft"),
        ("q", {"hold": 0}, "quota-hold"),
        ("q", {"hold": True}, "quota-hold"),
        ("q", {"hold": float("inf")}, "quota-hold"),
        ("q", {"per": "week"}, "calendar-per"),
        ("q", {"zone": "Europe/Berlim"}, "calendar-zone"),
        ("q", {"store": None}, "guard-store"),
        ("q", {"problem": 1}, "guard-problem"),
        ("q", {"on_outage": "shut"}, "guard-on-outage"),
    ],
)
def test_wrong_declarations_are_refused(name: str, options: dict[str, Any], code: str) -> None:
    declared: dict[str, Any] = {"limit": 10, "per": "month", "store": Memory(), **options}
    with pytest.raises(DeclarationError) as caught:
        Quota(name, **declared)
    assert caught.value.code == code
    assert caught.value.hint


# ---------------------------------------------------------------------------- what it is told of time and ids


@pytest.mark.parametrize("clock", [time.time, lambda: None, 7])
def test_a_clock_that_does_not_count_microseconds_is_refused(clock: Any) -> None:
    with pytest.raises(DeclarationError, match="clock ") as caught:
        Quota("llm_spend", limit=1, per="day", store=Memory(), clock=clock)
    assert (caught.value.code, caught.value.where) == ("clock", "Quota('llm_spend')")


@pytest.mark.parametrize("made", ["0123456789abcdef", b"", None, 7])
def test_an_id_that_is_no_id_is_refused_before_anything_is_reserved(
    store: FlakyStore, wall: WallClock, made: Any
) -> None:
    quota = quota_of(store, wall, make_id=lambda: made)
    with pytest.raises(TypeError, match="make_id= made ") as caught:
        quota.reserve(1, account="a")
    assert "To mend it" in str(caught.value)
    with pytest.raises(TypeError, match="make_id= made "):
        asyncio.run(quota.areserve(1, account="a"))
    assert used(quota) == (0, 0)


def test_what_cannot_make_ids_is_refused() -> None:
    with pytest.raises(DeclarationError, match="make_id is 7") as caught:
        Quota("llm_spend", limit=1, per="day", store=Memory(), make_id=7)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    assert caught.value.code == "quota-make-id"


# ---------------------------------------------------------------------------- what a plan allows


def test_a_denial_tells_the_limit_of_the_plan_that_the_call_named(quota: Quota) -> None:
    quota.spend(90, account="a", limit=100)
    assert denied(lambda: quota.spend(20, account="a", limit=100)).limit == 100
    assert denied(lambda: quota.reserve(20, account="a", limit=100)).limit == 100
    assert denied(lambda: quota.spend(2_000, account="a")).limit == 2_000


def test_alone_a_process_tells_its_share_of_the_plans_limit(store: FlakyStore, wall: WallClock) -> None:
    quota = quota_of(store, wall, on_outage="local", processes=4)
    store.is_down = True
    alone = denied(lambda: quota.spend(26, account="a", limit=100))
    assert (alone.limit, alone.degraded) == (25, True)
