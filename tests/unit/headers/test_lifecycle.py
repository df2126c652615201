"""What tells callers that something goes away."""

from __future__ import annotations

from datetime import UTC, date, datetime
from email.utils import format_datetime, parsedate_to_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failwell.headers import is_safe_value, lifecycle_fields, midnight

PAGE, NEXT = "https://errors.shop.example/old", "https://errors.shop.example/new"


def test_all_facts_make_three_fields() -> None:
    assert lifecycle_fields(date(2026, 11, 1), date(2027, 5, 1), page=PAGE, successor=NEXT) == (
        ("Deprecation", "@1793491200"),
        ("Sunset", "Sat, 01 May 2027 00:00:00 GMT"),
        (
            "Link",
            f'<{PAGE}>; rel="deprecation"; type="text/html", <{NEXT}>; rel="successor-version"',
        ),
    )


def test_a_fact_that_is_not_known_has_no_field() -> None:
    assert lifecycle_fields(None, None) == ()
    assert lifecycle_fields(None, date(2027, 5, 1)) == (("Sunset", "Sat, 01 May 2027 00:00:00 GMT"),)
    assert lifecycle_fields(date(1969, 12, 31), None) == (("Deprecation", "@-86400"),)
    assert lifecycle_fields(None, None, successor=NEXT) == (("Link", f'<{NEXT}>; rel="successor-version"'),)


@given(st.dates(min_value=date(1900, 1, 1)))
def test_dates_are_those_of_the_standard_library(day: date) -> None:
    instant = datetime(day.year, day.month, day.day, tzinfo=UTC)
    (_, deprecation), (_, sunset) = lifecycle_fields(day, day)
    assert sunset == format_datetime(instant, usegmt=True)
    assert parsedate_to_datetime(sunset) == instant
    assert deprecation == f"@{midnight(day)}"
    assert midnight(day) == int(instant.timestamp())


@given(st.text())
def test_no_uri_can_leave_its_brackets(uri: str) -> None:
    ((_, value),) = lifecycle_fields(None, None, page=PAGE, successor=f"urn:{uri}")
    assert is_safe_value(value)
    assert value.isascii()
    assert (value.count("<"), value.count(">"), value.count('"')) == (2, 2, 6)


@pytest.mark.parametrize(
    ("uri", "written"),
    [
        ("urn:problem:a%20b", "urn:problem:a%20b"),
        ("https://é/a b>", "https://%C3%A9/a%20b%3E"),
        ("a\r\nX: y", "a%0D%0AX:%20y"),
    ],
)
def test_what_cannot_stand_in_a_target_is_percent_encoded(uri: str, written: str) -> None:
    assert lifecycle_fields(None, None, successor=uri) == (("Link", f'<{written}>; rel="successor-version"'),)
