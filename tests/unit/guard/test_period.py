"""Periods of the calendar: where they begin and end, in zones with whatever clocks have done there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from failwell.exceptions import DeclarationError
from failwell.guard import period as period_module
from failwell.guard.period import Calendar, CalendarPer, Period

HOUR = 3_600_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def at(text: str, zone: str = "UTC") -> int:
    """The instant at which a clock in the zone shows a time, of two the first."""
    shown = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))
    return (shown.astimezone(UTC) - EPOCH) // timedelta(microseconds=1)


def bounds(found: Period, zone: str) -> tuple[str, str]:
    shown = [
        (EPOCH + timedelta(microseconds=instant)).astimezone(ZoneInfo(zone))
        for instant in (found.start, found.end)
    ]
    assert shown[1] == found.resets
    return shown[0].isoformat(), found.resets.isoformat()


@pytest.mark.parametrize(
    ("per", "now", "label", "start", "end"),
    [
        ("day", "2026-11-21T12:00", "2026-11-21", "2026-11-21T00:00:00+00:00", "2026-11-22T00:00:00+00:00"),
        ("month", "2026-01-31T23:59", "2026-01", "2026-01-01T00:00:00+00:00", "2026-02-01T00:00:00+00:00"),
        ("month", "2026-02-28T12:00", "2026-02", "2026-02-01T00:00:00+00:00", "2026-03-01T00:00:00+00:00"),
        ("month", "2028-02-29T12:00", "2028-02", "2028-02-01T00:00:00+00:00", "2028-03-01T00:00:00+00:00"),
        ("month", "2026-12-31T12:00", "2026-12", "2026-12-01T00:00:00+00:00", "2027-01-01T00:00:00+00:00"),
        ("year", "2026-12-31T23:59", "2026", "2026-01-01T00:00:00+00:00", "2027-01-01T00:00:00+00:00"),
        ("year", "2028-01-01T00:00", "2028", "2028-01-01T00:00:00+00:00", "2029-01-01T00:00:00+00:00"),
    ],
)
def test_periods_are_those_of_the_calendar(
    per: CalendarPer, now: str, label: str, start: str, end: str
) -> None:
    found = Calendar(per).period(at(now))
    assert found.label == label
    assert bounds(found, "UTC") == (start, end)


def test_a_period_ends_where_the_next_begins() -> None:
    calendar = Calendar("month", "Europe/Berlin")
    november = calendar.period(at("2026-11-30T23:59:59.999999", "Europe/Berlin"))
    december = calendar.period(at("2026-12-01T00:00", "Europe/Berlin"))
    assert (november.label, december.label) == ("2026-11", "2026-12")
    assert november.end == december.start == at("2026-11-30T23:00")


def test_a_zone_has_its_own_midnight() -> None:
    now = at("2026-11-30T15:00")
    labels = {
        zone: Calendar("month", zone).period(now).label
        for zone in ("Asia/Tokyo", "America/Los_Angeles", "Pacific/Kiritimati")
    }
    assert labels == {
        "Asia/Tokyo": "2026-12",
        "America/Los_Angeles": "2026-11",
        "Pacific/Kiritimati": "2026-12",
    }


@pytest.mark.parametrize(
    ("day", "zone", "hours"),
    [
        ("2026-03-29", "Europe/Berlin", 23),
        ("2026-10-25", "Europe/Berlin", 25),
        ("2026-03-30", "Europe/Berlin", 24),
        ("2026-04-05", "Australia/Lord_Howe", 24.5),
    ],
)
def test_a_day_has_the_hours_that_clocks_give_it(day: str, zone: str, hours: float) -> None:
    found = Calendar("day", zone).period(at(f"{day}T12:00", zone))
    assert found.label == day
    assert found.length == hours * HOUR


@pytest.mark.parametrize(
    ("day", "zone", "start", "hours"),
    [
        # Clocks are put forward at midnight: the day begins at one.
        ("2018-11-04", "America/Sao_Paulo", "2018-11-04T01:00:00-02:00", 23),
        ("2026-04-24", "Africa/Cairo", "2026-04-24T01:00:00+03:00", 23),
        # Clocks are put forward half an hour before midnight: the day begins half an hour after it.
        ("1919-03-31", "America/Toronto", "1919-03-31T00:30:00-04:00", 23.5),
        # Clocks are put back at one to midnight, which comes twice: the day begins with the first.
        ("2026-11-01", "America/Havana", "2026-11-01T00:00:00-04:00", 25),
        # A day was left out.
        ("2011-12-31", "Pacific/Apia", "2011-12-31T00:00:00+14:00", 24),
        ("2011-12-29", "Pacific/Apia", "2011-12-29T00:00:00-10:00", 24),
    ],
)
def test_a_day_without_a_midnight_or_with_two_begins_with_its_first_instant(
    day: str, zone: str, start: str, hours: float
) -> None:
    found = Calendar("day", zone).period(at(f"{day}T12:00", zone))
    assert found.label == day
    assert bounds(found, zone)[0] == start
    assert found.length == hours * HOUR


def test_a_date_that_returns_does_not_bring_its_period_back() -> None:
    calendar = Calendar("day", "America/St_Johns")  # until 2011 clocks were put back at 00:01
    before = calendar.period(at("2010-11-06T23:59:59", "America/St_Johns"))
    minute = at("2010-11-07T00:00:30", "America/St_Johns")
    again = calendar.period(minute + HOUR // 2)  # half past eleven once more
    assert (before.label, again.label) == ("2010-11-06", "2010-11-07")
    assert before.end == again.start < minute
    assert again.length == 25 * HOUR


ZONES = sorted(available_timezones() | {"UTC"})


@given(
    st.sampled_from(ZONES),
    st.integers(at("1800-01-01T00:00"), at("2200-01-01T00:00")),
    st.sampled_from(["day", "month", "year"]),
)
@example("Pacific/Kwajalein", at("1993-08-21T00:00"), "day")
@example("America/Juneau", at("1867-10-18T12:00"), "day")
@example("Asia/Manila", at("1844-12-31T12:00"), "year")
def test_every_instant_lies_in_one_period(zone: str, now: int, per: CalendarPer) -> None:
    calendar = Calendar(per, zone)
    found = calendar.period(now)
    assert found.start <= now < found.end
    assert found.resets.utcoffset() is not None
    assert calendar.period(found.start) == calendar.period(found.end - 1) == found
    following = calendar.period(found.end)
    assert following.start == found.end
    assert following.label > found.label
    first = (EPOCH + timedelta(microseconds=found.start)).astimezone(ZoneInfo(zone))
    last = (EPOCH + timedelta(microseconds=found.start - 1)).astimezone(ZoneInfo(zone))
    assert last.date() < first.date()
    assert first.isoformat().startswith(found.label)


@pytest.mark.parametrize("per", ["day", "month", "year"])
@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "Etc/GMT+12"])
def test_years_at_the_ends_of_the_calendar_have_periods_or_say_so(per: CalendarPer, zone: str) -> None:
    calendar = Calendar(per, zone)
    for inside in ("0003-01-01T00:00", "9998-12-31T23:59"):
        assert calendar.period(at(inside, zone)).label.startswith(inside[:4])
    for outside in (at("9999-12-31T23:59:59"), at("0001-01-01T00:00"), 2**63, -(2**63)):
        with pytest.raises(ValueError, match=r"no (day|month|year) of the years 1 to 9999"):
            calendar.period(outside)


@pytest.mark.parametrize(
    ("zone", "near"),
    [
        ("europe/berlin", "did you mean Europe/Berlin or"),
        ("Berlin", "Europe/Berlin"),
        ("Europe/Berlim", "did you mean Europe/Berlin"),
        ("US/Pacfic", "US/Pacific"),
        ("", "such as 'Europe/Berlin' or 'UTC'"),
        ("\0", "such as"),
        ("../UTC", "UTC"),
        ("Europe", "did you mean"),
        ("x" * 10_000, "such as"),
        (None, "such as"),
    ],
)
def test_an_unknown_zone_names_the_nearest(zone: Any, near: str) -> None:
    with pytest.raises(DeclarationError) as caught:
        Calendar("month", zone, where="Quota('llm')")
    assert caught.value.code == "calendar-zone"
    assert caught.value.where == "Quota('llm')"
    assert near in caught.value.hint


def test_without_a_database_only_utc_is_known_and_the_error_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(period_module, "available_timezones", set)
    with pytest.raises(DeclarationError, match="pip install tzdata"):
        Calendar("month", "Europe/Nowhere")
    assert Calendar("month", "UTC").period(0).label == "1970-01"


@pytest.mark.parametrize("per", ["week", "months", None, 30])
def test_a_period_is_one_of_three(per: Any) -> None:
    with pytest.raises(DeclarationError, match="'day', 'month', 'year'") as caught:
        Calendar(per)
    assert caught.value.code == "calendar-per"
