"""The clocks."""

from __future__ import annotations

import time

import pytest

from failwell.clock import monotonic, wall, whole_seconds


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
