"""Where an account stands: what calls are told of what is spent and reserved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from failwell.clock import MICROSECONDS
from failwell.guard.account import Account
from failwell.guard.period import Calendar
from failwell.typing import LARGEST, LimitState

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NOON = (datetime(2026, 11, 21, 12, tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)
DAY = Calendar("day").period(NOON)
HALF_A_DAY = 12 * 3_600


def account(limit: int = 100, soft: int | None = 80) -> Account:
    return Account(name="spend", key="quota:spend.2026-11-21:s:a", period=DAY, limit=limit, soft=soft)


def state(remaining: int, *, next_unit: float = 0.0) -> LimitState:
    return LimitState(
        name="spend", limit=100, window=86_400, remaining=remaining, reset=HALF_A_DAY, next_unit=next_unit
    )


def test_what_is_reserved_counts_as_used() -> None:
    decision = account().decision((30, 20), NOON, degraded=False)
    assert (decision.limit, decision.used, decision.reserved, decision.over_soft) == (100, 50, 20, False)
    assert decision.resets == datetime(2026, 11, 22, tzinfo=UTC)
    assert decision.limits == (state(50),)
    assert not decision.degraded


def test_the_soft_limit_itself_is_not_over_it() -> None:
    assert not account().decision((60, 20), NOON, degraded=False).over_soft
    assert account().decision((60, 21), NOON, degraded=False).over_soft
    assert not account(soft=None).decision((100, 0), NOON, degraded=False).over_soft
    assert account(soft=0).decision((1, 0), NOON, degraded=False).over_soft


def test_what_was_committed_above_the_limit_leaves_nothing_and_no_less() -> None:
    decision = account().decision((130, 5), NOON, degraded=False)
    assert decision.used == 135
    assert decision.limits == (state(0, next_unit=HALF_A_DAY),)


def test_what_nobody_knows_is_not_told() -> None:
    decision = account().decision(None, NOON, degraded=True)
    assert (decision.used, decision.reserved, decision.over_soft) == (None, 0, False)
    assert (decision.limits, decision.degraded) == ((), True)
    assert decision.resets == DAY.resets


def test_what_this_process_alone_knows_is_no_state_to_show() -> None:
    decision = account().decision((90, 0), NOON, degraded=True)
    assert (decision.used, decision.over_soft, decision.limits) == (90, True, ())
    denied = account().denied((90, 0), 11, NOON, degraded=True)
    assert (denied.used, denied.limits, denied.degraded) == (90, (), True)


def test_a_denial_tells_what_was_asked_for_and_how_long_it_lasts() -> None:
    denied = account().denied((70, 20), 11, NOON, degraded=False)
    assert (denied.name, denied.limit, denied.used, denied.requested) == ("spend", 100, 90, 11)
    assert (denied.retry_after, denied.resets) == (HALF_A_DAY, DAY.resets)
    assert denied.limits == (state(10),)


def test_a_wait_of_a_part_of_a_second_is_a_second() -> None:
    assert account().denied((100, 0), 1, DAY.end - 1, degraded=False).retry_after == 1
    assert account().denied((100, 0), 1, DAY.end - MICROSECONDS - 1, degraded=False).retry_after == 2


def test_a_period_that_is_over_is_reset_and_not_before_now() -> None:
    (known,) = account().decision((40, 0), DAY.end + 5 * MICROSECONDS, degraded=False).limits
    assert (known.reset, known.next_unit) == (0.0, 0.0)


units = st.integers(0, LARGEST)


@given(units, units, units, st.integers(DAY.start, DAY.end - 1))
def test_a_state_agrees_with_its_decision(spent: int, reserved: int, limit: int, instant: int) -> None:
    known = account(limit)
    decision = known.decision((spent, reserved), instant, degraded=False)
    denied = known.denied((spent, reserved), 1, instant, degraded=False)
    assert decision.used == denied.used == spent + reserved
    assert decision.limit == denied.limit == limit
    assert decision.limits == denied.limits
    (shown,) = decision.limits
    assert shown.remaining == max(limit - spent - reserved, 0)
    assert 0 <= shown.next_unit <= shown.reset <= shown.window
    assert (shown.next_unit == 0) is (shown.remaining > 0)
    assert denied.retry_after - 1 < (DAY.end - instant) / MICROSECONDS <= denied.retry_after
