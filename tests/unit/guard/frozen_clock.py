"""A clock that stands still unless a test moves it."""

from __future__ import annotations


class FrozenClock:
    """Microseconds, at first a day's worth, so that tests can also turn it back."""

    def __init__(self) -> None:
        self.now = 86_400_000_000

    def __call__(self) -> int:
        return self.now

    def move(self, seconds: float) -> None:
        self.now += round(seconds * 1_000_000)
