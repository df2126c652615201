"""The generic cell rate algorithm over several buckets at once, in whole microseconds.

All that is kept of a bucket is the instant at which it will be full again. What is spent moves this instant
ahead, one interval per unit; a bucket is wholly spent when the instant lies a whole span ahead. Whole numbers
matter: with floats the last unit of a full burst is refused now and then.
"""

from __future__ import annotations

from collections.abc import Sequence

from failwell.typing import Entry, Transition


def take(
    found: Sequence[Entry | None], now: int, args: Sequence[tuple[int, ...]]
) -> tuple[list[Entry] | None, list[int]]:
    """Spends from all buckets, or from none if one of them holds too little.

    Args:
        found: when each bucket will be full, None for full.
        now: the instant, in microseconds.
        args: for each bucket the time that is to be spent (0 to look only) and its span, in microseconds.

    Returns:
        The new entries, None where nothing is spent; and the result: the time until each bucket is full, after
        spending if it was admitted, then how long to wait (0 if admitted).
    """
    spent: list[Entry] = []
    before: list[int] = []
    after: list[int] = []
    wait = 0
    for entry, (debit, span) in zip(found, args, strict=True):
        ahead = 0 if entry is None else entry[0] - now
        if ahead < 0:
            ahead = 0
        elif ahead > span:  # the clock went back or the span shrank: nobody waits longer than for one burst
            ahead = span
        before.append(ahead)
        ahead += debit
        if ahead - span > wait:
            wait = ahead - span
        after.append(ahead)
        spent.append((now + ahead, span))
    if wait:
        return None, [*before, wait]
    return (spent if after != before else None), [*after, 0]


TAKE = Transition("gcra-take", take)
