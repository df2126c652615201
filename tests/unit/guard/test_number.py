"""Numbers in declarations."""

from __future__ import annotations

from typing import Any

import pytest

from failwell.exceptions import DeclarationError
from failwell.guard.number import CENTURY, microseconds_of, verify_count
from failwell.typing import LARGEST

SAID: dict[str, Any] = {"where": "Guard", "code": "guard-number", "hint": "count"}


@pytest.mark.parametrize("number", [1, LARGEST])
def test_what_can_be_counted_with_is_taken(number: int) -> None:
    verify_count(number, "limit", least=1, **SAID)


@pytest.mark.parametrize("number", [0, -1, LARGEST + 1, 1.0, True, "1", None])
def test_what_cannot_be_counted_with_is_refused(number: object) -> None:
    with pytest.raises(DeclarationError, match="limit is ") as caught:
        verify_count(number, "limit", least=1, **SAID)
    assert (caught.value.code, caught.value.where, caught.value.hint) == ("guard-number", "Guard", "count")


@pytest.mark.parametrize(
    ("seconds", "microseconds"), [(0.001, 1_000), (1, 1_000_000), (CENTURY, CENTURY * 1_000_000)]
)
def test_times_are_whole_microseconds(seconds: float, microseconds: int) -> None:
    assert microseconds_of(seconds, "ttl", most=CENTURY, **SAID) == microseconds


@pytest.mark.parametrize(
    "seconds", [0, -1, 0.0009, CENTURY + 1, float("nan"), float("inf"), 10**400, True, "1", None]
)
def test_what_is_no_time_is_refused(seconds: object) -> None:
    with pytest.raises(DeclarationError, match="ttl is ") as caught:
        microseconds_of(seconds, "ttl", most=CENTURY, **SAID)
    assert caught.value.code == "guard-number"
