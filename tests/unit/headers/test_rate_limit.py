"""Rate-limit header fields from the states of limits."""

from __future__ import annotations

from failwell.headers import ietf_rate_limit, x_rate_limit
from failwell.typing import LimitState

TOKEN = LimitState(name="token", limit=60, window=60, remaining=12, reset=47.2)
ORG = LimitState(name="org", limit=600, window=60, remaining=0, reset=60, next_unit=0.1)


def test_the_tightest_limit_is_shown() -> None:
    assert x_rate_limit([TOKEN, ORG]) == (
        ("X-RateLimit-Limit", "600"),
        ("X-RateLimit-Remaining", "0"),
        ("X-RateLimit-Reset", "60"),
    )
    assert dict(x_rate_limit([TOKEN]))["X-RateLimit-Reset"] == "48"  # seconds are rounded up, never down


def test_of_two_equally_tight_limits_the_slower_is_shown() -> None:
    slow = LimitState(name="slow", limit=5, window=3600, remaining=0, reset=3600)
    assert dict(x_rate_limit([ORG, slow]))["X-RateLimit-Limit"] == "5"


def test_each_limit_is_an_item_of_the_two_fields_of_the_draft() -> None:
    assert ietf_rate_limit([TOKEN, ORG]) == (
        ("RateLimit-Policy", '"token";q=60;w=60, "org";q=600;w=60'),
        ("RateLimit", '"token";r=12, "org";r=0;t=1'),
    )


def test_a_name_cannot_end_its_quotes() -> None:
    odd = LimitState(name='a";r=9, "b', limit=1, window=1, remaining=1, reset=0)
    assert dict(ietf_rate_limit([odd]))["RateLimit"] == '"a\\";r=9, \\"b";r=1'


def test_without_limits_there_are_no_fields() -> None:
    assert x_rate_limit([]) == ietf_rate_limit([]) == ()
