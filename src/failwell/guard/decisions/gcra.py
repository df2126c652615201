"""The generic cell rate algorithm over several buckets at once, in whole microseconds.

All that is kept of a bucket is the instant at which it will be full again. What is spent moves this instant
ahead, one interval per unit; a bucket is wholly spent when the instant lies a whole span ahead. Whole numbers
matter: with floats the last unit of a full burst is refused now and then.
"""

from __future__ import annotations

from collections.abc import Sequence

from failwell.typing import Args, Entry, Key, Look, Transition


def take(
    look: Look, now: int, keys: Sequence[Key], args: Sequence[tuple[int, int]]
) -> tuple[dict[Key, Entry], list[int]]:
    """Spends from all buckets, or from none if one of them holds too little.

    Args:
        look: tells when the bucket of a key will be full, None for full.
        now: the instant, in microseconds.
        keys: the buckets.
        args: for each bucket the time that is to be spent (0 to look only) and its span, in microseconds.

    Returns:
        The entries to write; and the result: the time until each bucket is full, after spending if it was
        admitted, then how long to wait (0 if admitted). A denial writes only what lay too far ahead.
    """
    spent: dict[Key, Entry] = {}
    mended: dict[Key, Entry] = {}
    aheads: list[int] = []
    wait = debit = 0
    for key, (debit, span) in zip(keys, args):  # noqa: B905 - strict takes a twentieth of the decision
        full: int | None = look(key)
        ahead = full - now if full else 0
        if ahead < 0:
            ahead = 0
        elif ahead > span:  # the clock went back or the span shrank: nobody waits longer than for one burst
            ahead = span
            mended[key] = now + span  # for good, else the wait would start anew with each denial
        ahead += debit
        if ahead > span + wait:
            wait = ahead - span
        aheads.append(ahead)
        spent[key] = now + ahead
    if wait:
        return mended, [*(ahead - debit for ahead, (debit, _) in zip(aheads, args, strict=True)), wait]
    aheads.append(0)
    return (spent if debit else {}), aheads  # the debits of one check are all 0, or none is


TAKE = Transition(
    "gcra-take",
    take,
    """
local aheads, spent, mended, wait, debit = {}, {}, {}, 0, 0
for i, pair in ipairs(args) do
  local span
  debit, span = pair[1], pair[2]
  local ahead = (look(i) or now) - now
  if ahead < 0 then
    ahead = 0
  elseif ahead > span then
    ahead = span
    mended[i] = now + span
  end
  wait = math.max(wait, ahead + debit - span)
  aheads[i], spent[i] = ahead, now + ahead + debit
end
if wait > 0 then
  for i, full in pairs(mended) do write(i, full) end
elseif debit > 0 then
  for i, full in ipairs(spent) do
    write(i, full)
    aheads[i] = aheads[i] + args[i][1]
  end
end
aheads[#args + 1] = wait
return aheads
""",
)


def refill(
    _look: Look, _now: int, keys: Sequence[Key], _args: Sequence[Args]
) -> tuple[dict[Key, Entry], list[int]]:
    """Fills buckets up: what was spent is forgotten."""
    return dict.fromkeys(keys, 0), []


REFILL = Transition("gcra-refill", refill, "for i in ipairs(args) do write(i, 0) end return {}")
