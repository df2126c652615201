"""The clocks."""

from __future__ import annotations

import time

import pytest

from failwell.clock import monotonic, verify_clock, wall, whole_seconds
from failwell.exceptions import DeclarationError


def test_clocks_count_whole_microseconds() -> None:
    before = time.monotonic_ns(), time.time_ns()
    monotone, walled = monotonic(), wall()
    assert before[0] // 1_000 <= monotone <= time.monotonic_ns() // 1_000
    assert type(walled) is int
    assert abs(walled - before[1] // 1_000) < 3_600_000_000  # somebody may set it


@pytest.mark.parametrize(
    ("microseconds", "seconds"), [(0, 0), (1, 1), (1_000_000, 1), (1_000_001, 2), (2**53 - 1, 9_007_199_255)]
)
def test_a_wait_of_whole_seconds_is_never_too_short(microseconds: int, seconds: int) -> None:
    assert whole_seconds(microseconds) == seconds


def test_a_clock_that_counts_anything_but_whole_microseconds_is_refused() -> None:
    verify_clock(wall, "Memory")
    for clock in (time.time, lambda: True, lambda: None, 7):
        with pytest.raises(DeclarationError, match="clock ") as caught:
            verify_clock(clock, "Memory")
        assert (caught.value.code, caught.value.where) == ("clock", "Memory")
        assert "time.time_ns() // 1_000" in caught.value.hint
