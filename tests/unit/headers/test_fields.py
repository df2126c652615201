"""Header fields in general: look-up, and what may be sent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from failwell.headers import find, is_safe_value
from failwell.headers.fields import is_field_name, quoted

PAIRS = (("Content-Type", "a"), ("X-Request-ID", "1"), ("x-request-id", "2"))


@pytest.mark.parametrize("headers", [PAIRS, iter(PAIRS), dict(PAIRS), httpx.Headers(PAIRS[:2])], ids=type)
def test_a_field_is_found_by_its_name_without_case(
    headers: Mapping[str, str] | Iterable[tuple[str, str]],
) -> None:
    assert find(headers, "x-request-id") in ("1", "2")


def test_the_first_of_several_fields_counts() -> None:
    assert find(PAIRS, "x-request-id") == "1"


@pytest.mark.parametrize("headers", [PAIRS, dict(PAIRS), {}, ()])
def test_a_field_that_is_not_there_is_none(headers: Mapping[str, str] | Iterable[tuple[str, str]]) -> None:
    assert find(headers, "retry-after") is None


@pytest.mark.parametrize("value", ["", "a b", 'Bearer error="x"', "café"])
def test_plain_values_may_be_sent(value: str) -> None:
    assert is_safe_value(value)


@given(st.text(), st.sampled_from("\r\n\0\x7f\t\u0100\ud800"), st.text())
def test_a_value_with_a_control_or_beyond_latin_may_not(before: str, bad: str, after: str) -> None:
    """A line break in a value would let it add fields of its own."""
    assert not is_safe_value(before + bad + after)


@given(st.text())
def test_a_quoted_value_ends_at_its_last_quote_only(value: str) -> None:
    inside = quoted(value)[1:-1]
    assert re.fullmatch(r'([^"\\]|\\.)*', inside, re.DOTALL)
    assert re.sub(r"\\(.)", r"\1", inside, flags=re.DOTALL) == value


@pytest.mark.parametrize(
    ("name", "fits"),
    [("X-Own", True), ("", False), ("a b", False), ("a\nb", False), ("ä", False), ("a:", False)],
)
def test_a_field_name_is_a_token(name: str, *, fits: bool) -> None:
    assert is_field_name(name) is fits
