"""Who holds something, until when, and by which fence: the decisions of leases, in whole microseconds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, cast

from failwell.typing import Args, Entry, Key, Look, Transition, Value

FREE, TAKEN, RENEWED = 0, 1, 2
"""What a decision says first: it is not the holder's, newly so, or still."""

# An entry is (until, end, ttl, fence, holder): the holder's time is over at `end`; the entry is kept for one
# ttl more, and for as long as its fence lies ahead of the clock.
#
# A fence is the instant in microseconds, or one more than the last where that is higher. The instant alone
# would not do where the clock stands still or goes back, a count alone not where the entry was forgotten.
# Forgotten when its time was over, its fence lies before now; evicted, it was granted before now. Only an
# eviction and a clock that goes back, together, can repeat a number. Both keep it below 2**53 for 200 years.


class _Standing(NamedTuple):
    """An entry as it counts now; `ahead` is the time left to the holder, 0 if nobody holds it."""

    ahead: int = 0
    ttl: int = 0
    fence: int = 0
    holder: bytes = b""
    is_mended: bool = False


def _standing(entry: Entry | None, now: int) -> _Standing:
    if entry is None or isinstance(entry, int) or entry[0] <= now:
        return _Standing()
    _, end, ttl, fence, holder = cast("tuple[int, int, int, int, bytes]", entry)
    # If the clock went back, nobody is locked out longer than for one ttl.
    return _Standing(max(min(end - now, ttl), 0), ttl, fence, holder, end - now > ttl)


def _entry(now: int, ahead: int, ttl: int, fence: int, holder: bytes) -> Entry:
    end = now + ahead if ahead else 0  # given back it stays so, wherever the clock goes
    return max(now + ahead + ttl, fence + 1), end, ttl, fence, holder


_STANDING = """
local function standing()
  local entry = look(1)
  if not entry or entry[1] <= now then return 0, 0, 0, '', false end
  local _, ends, ttl, fence, holder = unpack(entry)
  return math.max(math.min(ends - now, ttl), 0), ttl, fence, holder, ends - now > ttl
end
local function keep(ahead, ttl, fence, holder)
  local ends = ahead > 0 and now + ahead or 0
  write(1, {math.max(now + ahead + ttl, fence + 1), ends, ttl, fence, holder})
end
"""


def acquire(
    look: Look, now: int, keys: Sequence[Key], args: Sequence[Args]
) -> tuple[Mapping[Key, Entry], list[Value]]:
    """Grants a lease that is free, and extends the holder's own.

    Args:
        look: tells the entry of the subject.
        now: the instant, in microseconds.
        keys: the subject's.
        args: the holder, the ttl, and the span of an entry.

    Returns:
        The entry to write; and the result: 0 if somebody else holds it, 1 if it was granted, 2 if it was
        extended; the fence, the time until it lapses, and the holder.
    """
    holder, asked, _ = cast("tuple[bytes, int, int]", args[0])
    ahead, ttl, fence, winner, is_mended = _standing(look(keys[0]), now)
    if ahead and winner != holder:
        # Mended for good: else, after the clock went back, the winner's time would start anew each time.
        kept = _entry(now, ahead, ttl, fence, winner)
        return ({keys[0]: kept} if is_mended else {}), [FREE, fence, ahead, winner]
    said = RENEWED if ahead else TAKEN
    fence = fence if ahead else max(fence + 1, now)
    return {keys[0]: _entry(now, asked, asked, fence, holder)}, [said, fence, asked, holder]


def renew(
    look: Look, now: int, keys: Sequence[Key], args: Sequence[Args]
) -> tuple[Mapping[Key, Entry], list[Value]]:
    """Extends a lease for whom it belongs to; `args` are the holder, the fence, the ttl and the span."""
    holder, fence, ttl, _ = cast("tuple[bytes, int, int, int]", args[0])
    ahead, _, newest, winner, _ = _standing(look(keys[0]), now)
    if ahead and (newest, winner) == (fence, holder):
        return {keys[0]: _entry(now, ttl, ttl, fence, holder)}, [RENEWED, fence, ttl, holder]
    return {}, [FREE, newest, ahead, winner if ahead else b""]


def release(
    look: Look, now: int, keys: Sequence[Key], args: Sequence[Args]
) -> tuple[Mapping[Key, Entry], list[Value]]:
    """Gives a lease back for whom it belongs to; `args` are the holder, the fence and the span."""
    holder, fence, _ = cast("tuple[bytes, int, int]", args[0])
    ahead, ttl, newest, winner, _ = _standing(look(keys[0]), now)
    if ahead and (newest, winner) == (fence, holder):
        return {keys[0]: _entry(now, 0, ttl, fence, holder)}, [1]
    return {}, [0]


def look_at(
    look: Look,
    now: int,
    keys: Sequence[Key],
    args: Sequence[Args],  # noqa: ARG001 - only how long an entry lasts
) -> tuple[Mapping[Key, Entry], list[Value]]:
    """Tells whether a lease is held, by which fence, for how long, and by whom."""
    ahead, _, fence, winner, _ = _standing(look(keys[0]), now)
    return {}, [TAKEN, fence, ahead, winner] if ahead else [FREE, 0, 0, b""]


ACQUIRE = Transition(
    "lease-acquire",
    acquire,
    _STANDING
    + """
local holder, asked = args[1][1], args[1][2]
local ahead, ttl, fence, winner, mended = standing()
if ahead > 0 and winner ~= holder then
  if mended then keep(ahead, ttl, fence, winner) end
  return {0, fence, ahead, winner}
end
if ahead == 0 then fence = math.max(fence + 1, now) end
keep(asked, asked, fence, holder)
return {ahead > 0 and 2 or 1, fence, asked, holder}
""",
)
RENEW = Transition(
    "lease-renew",
    renew,
    _STANDING
    + """
local holder, fence, ttl = args[1][1], args[1][2], args[1][3]
local ahead, _, newest, winner = standing()
if ahead > 0 and newest == fence and winner == holder then
  keep(ttl, ttl, fence, holder)
  return {2, fence, ttl, holder}
end
return {0, newest, ahead, ahead > 0 and winner or ''}
""",
)
RELEASE = Transition(
    "lease-release",
    release,
    _STANDING
    + """
local holder, fence = args[1][1], args[1][2]
local ahead, ttl, newest, winner = standing()
if ahead > 0 and newest == fence and winner == holder then
  keep(0, ttl, fence, holder)
  return {1}
end
return {0}
""",
)
LOOK = Transition(
    "lease-look",
    look_at,
    _STANDING
    + """
local ahead, _, fence, winner = standing()
if ahead > 0 then return {1, fence, ahead, winner} end
return {0, 0, 0, ''}
""",
)
