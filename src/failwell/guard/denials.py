"""What this process was told a moment ago: who is denied anyway need not be asked for again."""

from __future__ import annotations

from collections.abc import Sequence

from failwell.clock import monotonic
from failwell.typing import Args, Clock, Key

MOST = 4_096
"""Denials kept at most. More at once are a flood, and then all are forgotten."""


class Denials:
    """Answers checks that were denied before, without asking the store.

    A bucket only ever becomes fuller by itself at one pace, so who is denied stays so until the wait is over,
    unless somebody resets the bucket in another process. So that this is noticed, and what others spend, an
    answer is kept for a moment only. Other limits or costs are another question.

    Args:
        hold: microseconds for which an answer is kept at most.
        clock: the time in microseconds.
    """

    def __init__(self, hold: int, clock: Clock = monotonic) -> None:
        self._hold, self._clock = hold, clock
        self._kept: dict[tuple[object, ...], tuple[int, Sequence[int]]] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def keep(self, keys: Sequence[Key], args: Sequence[Args], result: Sequence[int]) -> None:
        """Keeps the result of a denial: the time until each bucket is full, then the wait.

        One that is kept already stays as it is. It may be what this result was recalled from: whoever asks
        again and again would else never be asked for again.
        """
        if len(self._kept) >= MOST:
            self._kept.clear()
        self._kept.setdefault((*keys, *args), (self._clock(), result))

    def recall(self, keys: Sequence[Key], args: Sequence[Args]) -> Sequence[int] | None:
        """The result as it would be now, or None if the store has to be asked."""
        question = (*keys, *args)
        kept = self._kept.get(question)
        if kept is None:
            return None
        asked, result = kept
        passed = self._clock() - asked
        if passed >= min(result[-1], self._hold):
            self._kept.pop(question, None)
            return None
        return [max(ahead - passed, 0) for ahead in result]

    def forget(self) -> None:
        """Forgets everything, as after a reset."""
        self._kept.clear()
