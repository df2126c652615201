"""Frozen time and predictable ids."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from failwell import Catalog, Contract, Lifecycle, Problem, dialects
from failwell.exceptions import FailwellError
from failwell.guard import Bucket, RateLimit
from failwell.store import Memory
from failwell.testing import Clock, request_ids


def test_it_stands_still_until_it_is_advanced() -> None:
    clock = Clock(at=100)
    assert (clock(), clock(), clock.microseconds()) == (100.0, 100.0, 100_000_000)
    clock.advance(0.1)
    clock.advance(0.2)
    assert (clock(), clock.microseconds()) == (100.3, 100_300_000)


def test_it_begins_with_the_year_2026_or_with_any_instant() -> None:
    assert Clock().now == datetime(2026, 1, 1, tzinfo=UTC)
    instant = datetime(2026, 11, 20, 12, tzinfo=UTC)
    clock = Clock(at=instant)
    clock.advance(3600)
    assert clock.now == instant + timedelta(hours=1)
    assert repr(clock) == "Clock(at=2026-11-20T13:00:00+00:00)"


def test_a_local_time_and_a_step_back_are_refused() -> None:
    with pytest.raises(FailwellError, match="no time zone") as caught:
        Clock(at=datetime(2026, 1, 1))  # noqa: DTZ001 - the slip that is refused
    assert caught.value.code == "clock-without-zone"
    with pytest.raises(FailwellError, match="is no instant"):
        Clock(at="2026-11-23")  # type: ignore[arg-type]
    with pytest.raises(FailwellError, match="-1 seconds would move the clock back"):
        Clock().advance(-1)


def test_a_store_runs_on_it() -> None:
    clock = Clock()
    store = Memory(clock=clock.microseconds)
    limit = RateLimit(Bucket("caller", 1, per="minute"), store=store, problem=lambda _: _limited())
    limit.check(caller="a")
    with pytest.raises(_Slow):
        limit.check(caller="a")
    clock.advance(60)
    limit.check(caller="a")


slow = Catalog("slow", base="https://errors.slow.example/")


class _Slow(Problem, catalog=slow, code="slow", status=429, title="Slow"):
    """A limit is used up."""


def _limited() -> Problem:
    return _Slow()


class _Renamed(
    Problem,
    catalog=slow,
    code="new_name",
    status=400,
    title="Renamed",
    lifecycle=Lifecycle(since=date(2025, 12, 1), sunset=date(2026, 1, 2), former="old_name"),
):
    """It has another code from the second of January on."""


def test_a_contract_runs_on_it() -> None:
    clock = Clock()
    contract = Contract(slow, dialect=dialects.PROBLEM, clock=clock)
    assert b'"old_name"' in contract.render(_Renamed()).body
    clock.advance(86_400)
    assert b'"new_name"' in contract.render(_Renamed()).body


def test_request_ids_come_in_order() -> None:
    make = request_ids()
    assert make.last == ""
    assert [make(), make(), make.last] == ["req_1", "req_2", "req_2"]
    assert request_ids("t-")() == "t-1"


@pytest.mark.parametrize("prefix", ["a\r\nb", "é"])
def test_a_prefix_that_cannot_be_sent_is_refused(prefix: str) -> None:
    with pytest.raises(FailwellError, match="cannot be sent"):
        request_ids(prefix)
