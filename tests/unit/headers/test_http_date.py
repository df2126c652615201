"""Dates in header fields."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failwell.headers.http_date import http_date, seconds_of

instants = st.datetimes(min_value=datetime(1000, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
EXAMPLE = 784_111_777  # of RFC 9110, section 5.6.7


@pytest.mark.parametrize(
    "value",
    [
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
        "\tSun, 06 Nov 1994 08:49:37 GMT ",
        "Mon, 06 Nov 1994 08:49:37 GMT",
    ],
)
def test_all_three_forms_are_read(value: str) -> None:
    assert seconds_of(value, this_year=2026) == EXAMPLE


@given(instants)
def test_what_was_written_is_read_and_is_what_the_standard_library_writes(instant: datetime) -> None:
    written = http_date(instant)
    assert written == format_datetime(instant.replace(microsecond=0), usegmt=True)
    assert seconds_of(written, this_year=2026) == int(instant.replace(microsecond=0).timestamp())


@given(instants.filter(lambda at: at.year >= 1970))
def test_the_obsolete_forms_are_those_of_the_standard_library(instant: datetime) -> None:
    seconds = int(instant.replace(microsecond=0).timestamp())
    assert seconds_of(instant.strftime("%a %b %e %H:%M:%S %Y"), this_year=2026) == seconds
    rfc_850 = instant.strftime("%A, %d-%b-%y %H:%M:%S GMT")
    assert seconds_of(rfc_850, this_year=instant.year) == seconds


def test_another_time_zone_is_turned_into_gmt() -> None:
    instant = datetime(1994, 11, 6, 10, 49, 37, tzinfo=timezone(timedelta(hours=2)))
    assert http_date(instant) == "Sun, 06 Nov 1994 08:49:37 GMT"


def test_an_instant_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="has no time zone"):
        http_date(datetime(1994, 11, 6))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("this_year", "written", "year"),
    [
        (2026, "94", 1994),
        (2026, "76", 2076),  # 50 years ahead, and not more
        (2026, "77", 1977),
        (2026, "26", 2026),
        (2099, "05", 2105),
        (2060, "11", 2011),
        (2060, "10", 2110),
    ],
)
def test_a_year_of_two_digits_is_at_most_fifty_years_ahead(this_year: int, written: str, year: int) -> None:
    seconds = seconds_of(f"Sunday, 06-Nov-{written} 08:49:37 GMT", this_year=this_year)
    assert seconds == datetime(year, 11, 6, 8, 49, 37, tzinfo=UTC).timestamp()


def test_a_leap_second_is_the_next_one() -> None:
    assert seconds_of("Sat, 31 Dec 2016 23:59:60 GMT", this_year=2026) == 1_483_228_800


@pytest.mark.parametrize(
    "value",
    [
        "",
        "0",
        "-1",
        "1994-11-06T08:49:37Z",
        "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT",
        "sun, 06 nov 1994 08:49:37 gmt",
        "Sun, 6 Nov 1994 08:49:37 GMT",
        "Wed, 30 Feb 1994 08:49:37 GMT",
        "Sat, 00 Jan 0000 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:00:00 GMT",
        "Sun, 06 Nov 1994 08:60:37 GMT",
        "Sun, 06 Nov 1994 08:49:61 GMT",
        "Sun, 06 Nov 1994 08:49:37 GMT\n",
        "Sun, ٠٦ Nov 1994 08:49:37 GMT",
    ],
)
def test_what_is_no_date_is_none(value: str) -> None:
    assert seconds_of(value, this_year=2026) is None


@given(st.text() | st.text(alphabet="SunMo, 0123456789-:GMTNovay\t"))
def test_reading_never_raises(value: str) -> None:
    assert isinstance(seconds_of(value, this_year=2026), int | None)
