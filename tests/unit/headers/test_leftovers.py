"""What a response that was given up has left in the head of the error that is sent in its place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failwell.headers.leftovers import STALE, without_stale
from failwell.typing import Headers

PROBLEM: Headers = (("Content-Type", "application/problem+json"), ("Cache-Control", "no-store"))


@pytest.mark.parametrize("name", sorted(STALE))
def test_what_described_the_abandoned_response_goes_however_it_is_spelled(name: str) -> None:
    fields = (PROBLEM[0], (name.upper(), "x"), PROBLEM[1], (name.title(), "y"))
    assert without_stale(fields) == PROBLEM


def test_everything_else_stays_in_its_order() -> None:
    fields = (
        ("Set-Cookie", "a=1"), *PROBLEM, ("Retry-After", "3"), ("Set-Cookie", "b=2"), ("Link", "<a>; rel=x"),
        ("WWW-Authenticate", "Basic"), ("WWW-Authenticate", "Bearer"), ("Link", "<b>; rel=x"),
        ("Access-Control-Allow-Origin", "*"), ("Strict-Transport-Security", "max-age=1"),
    )  # fmt: skip
    assert without_stale(fields) == fields
    assert without_stale(()) == ()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["no-store", "public, max-age=60"], "no-store"),
        (["public, max-age=60", "no-store"], "no-store"),
        (["max-age=60", "private, No-Store"], "private, No-Store"),
        (["no-store", "no-store"], "no-store"),
        (["max-age=60", "public"], "max-age=60"),
        (["max-age=60"], "max-age=60"),  # the API wants it so
    ],
)
def test_one_cache_control_stays_and_it_is_the_one_that_forbids_to_store(
    values: list[str], expected: str
) -> None:
    fields = (("A", "1"), *(("Cache-Control", value) for value in values), ("B", "2"))
    assert without_stale(fields) == (("A", "1"), ("Cache-Control", expected), ("B", "2"))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["Origin", "Origin"], "Origin"),
        (["Origin, Origin"], "Origin"),
        (["Accept", "accept-encoding, ACCEPT , Cookie"], "Accept, accept-encoding, Cookie"),
        (["Accept", "*", "Origin"], "*"),
        (["", "Origin", ","], "Origin"),
    ],
)
def test_several_vary_fields_become_one_without_doubles(values: list[str], expected: str) -> None:
    fields = (("A", "1"), *(("vary", value) for value in values), ("B", "2"))
    assert without_stale(fields) == (("A", "1"), ("vary", expected), ("B", "2"))


def test_a_vary_that_names_nothing_goes() -> None:
    assert without_stale((("Vary", " "), ("Vary", ","))) == ()


def test_the_length_after_a_416_stays_and_a_range_does_not() -> None:
    length, range_ = ("Content-Range", "bytes */1234"), ("Content-Range", "bytes 0-9/1234")
    assert without_stale((length,)) == (length,)
    assert without_stale((range_, ("content-range", "*/"), ("Content-Range", ""))) == ()


NAMES = st.sampled_from([*STALE, "Vary", "Cache-Control", "Set-Cookie", "X-A", "Content-Range"])
FIELDS = st.lists(st.tuples(NAMES, st.text("aAb*, -/", max_size=12))).map(tuple)


@given(FIELDS)
def test_nothing_is_added_and_a_second_time_changes_nothing(fields: Headers) -> None:
    once = without_stale(fields)
    assert without_stale(once) == once
    names = [name.lower() for name, _ in once]
    assert names.count("vary") <= 1
    assert names.count("cache-control") <= 1
    kept = [field for field in once if field[0].lower() not in ("vary", "cache-control")]
    assert kept == [field for field in fields if field in kept]
