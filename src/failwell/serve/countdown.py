"""`Retry-After` of the mock: each answer gives the seconds that are left, as a real limit would."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, Hashable

_MOST = 1024


class Countdown:
    """Counts down by key. When the time is over, it starts again."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """Takes the clock, which returns seconds."""
        self._clock = clock
        self._started: OrderedDict[Hashable, float] = OrderedDict()

    def left(self, key: Hashable, seconds: int) -> int:
        """The seconds that are left of a time, at least 1; the first call starts it."""
        now = self._clock()
        over = now - self._started.setdefault(key, now)
        if not 0 <= over < seconds:
            self._started[key], over = now, 0
        self._started.move_to_end(key)
        if len(self._started) > _MOST:
            self._started.popitem(last=False)
        return math.ceil(seconds - over)
