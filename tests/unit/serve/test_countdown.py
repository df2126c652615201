"""The countdown, whatever the clock does."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from failwell.serve.countdown import Countdown


@given(st.integers(1, 10_000), st.lists(st.floats(0, 500), max_size=20))
def test_what_is_left_falls_from_all_to_one_and_begins_again(seconds: int, steps: list[float]) -> None:
    now = [0.0]
    countdown = Countdown(lambda: now[0])
    last = countdown.left("a", seconds)
    assert last == seconds
    for step in steps:
        now[0] += step
        left = countdown.left("a", seconds)
        assert 1 <= left <= seconds
        assert left <= last or left == seconds
        last = left


def test_keys_do_not_disturb_each_other_and_old_ones_are_forgotten() -> None:
    now = [0.0]
    countdown = Countdown(lambda: now[0])
    assert countdown.left(("a", ""), 10) == 10
    now[0] = 4
    assert countdown.left(("b", ""), 10) == 10
    assert countdown.left(("a", ""), 10) == 6
    for number in range(2000):
        countdown.left(number, 10)
    assert countdown.left(("a", ""), 10) == 10
