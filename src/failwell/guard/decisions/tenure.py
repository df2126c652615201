"""Who holds something, until when, and by which fence: the decisions of leases, in whole microseconds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, cast

from failwell.typing import Args, Entry, Key, Look, Transition, Value

FREE, TAKEN, RENEWED = 0, 1, 2
"""What a decision says first: it is not the holder's, newly so, or still."""

WHOLE = 0
"""In place of a take's number: the tenure with all its takes."""

MOST_TAKES = 32
"""Takes of one tenure that are told apart; it then ends for the oldest only as a whole."""

# An entry is (until, end, ttl, fence, holder, last, take, …): the holder's time is over at `end`; the entry
# is kept for one ttl more, and for as long as its fence lies ahead of the clock. A tenure may be taken more
# than once, and goes on until every take is given back: the entry has the number of the last take, and those
# that are not given back, in the order in which they came.
#
# A fence is the instant in microseconds, or one more than the last where that is higher. The instant alone
# would not do where the clock stands still or goes back, a count alone not where the entry was forgotten.
# Forgotten when its time was over, its fence lies before now; evicted, it was granted before now. Only a
# forgotten entry and a clock that was set back to before its grant, together, can repeat a number or grant a
# lower one. Instants and counts stay below 2**53 for 200 years.


_Takes = tuple[int, ...]


class _Standing(NamedTuple):
    """An entry as it counts now; `ahead` is the time left to the holder, 0 if nobody holds it."""

    ahead: int = 0
    ttl: int = 0
    fence: int = 0
    holder: bytes = b""
    last: int = 0
    takes: _Takes = ()
    is_mended: bool = False


def _standing(entry: Entry | None, now: int) -> _Standing:
    if entry is None or isinstance(entry, int) or entry[0] <= now:
        return _Standing()
    _, end, ttl, fence, holder, last, *takes = cast("tuple[int, int, int, int, bytes, int, *_Takes]", entry)
    # If the clock went back, nobody is locked out longer than for one ttl.
    return _Standing(
        max(min(end - now, ttl), 0), ttl, fence, holder, last, tuple(takes), is_mended=end - now > ttl
    )


def _entry(now: int, known: _Standing) -> Entry:
    end = now + known.ahead if known.ahead else 0  # given back it stays so, wherever the clock goes
    until = max(now + known.ahead + known.ttl, known.fence + 1)
    values: tuple[Value, ...] = (end, known.ttl, known.fence, known.holder, known.last, *known.takes)
    return (until, *values)


def _holds(known: _Standing, holder: bytes, fence: int, take: int) -> bool:
    is_current = known.ahead > 0 and (known.fence, known.holder) == (fence, holder)
    return is_current and (take == WHOLE or take in known.takes)


def acquire(
    look: Look, now: int, keys: Sequence[Key], args: Sequence[Args]
) -> tuple[Mapping[Key, Entry], list[Value]]:
    """Grants a lease that is free, and extends the holder's own, which counts as one take more.

    Args:
        look: tells the entry of the subject.
        now: the instant, in microseconds.
        keys: the subject's.
        args: the holder, the ttl, and the span of an entry.

    Returns:
        The entry to write; and the result: 0 if somebody else holds it, 1 if it was granted, 2 if it was
        extended; the fence, the time until it lapses, the holder, and the number of the take.
    """
    holder, asked, _ = cast("tuple[bytes, int, int]", args[0])
    known = _standing(look(keys[0]), now)
    if known.ahead and known.holder != holder:
        # Mended for good: else, after the clock went back, the winner's time would start anew each time.
        mended = {keys[0]: _entry(now, known)} if known.is_mended else {}
        return mended, [FREE, known.fence, known.ahead, known.holder, WHOLE]
    if known.ahead:
        said, fence, last, takes = RENEWED, known.fence, known.last + 1, known.takes
        if len(takes) == MOST_TAKES:  # nobody gives back what stands for the oldest, so that it ends for none
            takes = (WHOLE, *takes[2:])
    else:
        said, fence, last, takes = TAKEN, max(known.fence + 1, now), 1, ()
    taken = _Standing(asked, asked, fence, holder, last, (*takes, last))
    return {keys[0]: _entry(now, taken)}, [said, fence, asked, holder, last]


def renew(
    look: Look, now: int, keys: Sequence[Key], args: Sequence[Args]
) -> tuple[Mapping[Key, Entry], list[Value]]:
    """Extends a lease for whom it belongs to.

    Args:
        look: tells the entry of the subject.
        now: the instant, in microseconds.
        keys: the subject's.
        args: the holder, the fence, the number of the take or 0 for the whole tenure, the ttl, and the span.

    Returns:
        The entry to write; and the result, as `acquire` has it: 0 or 2.
    """
    holder, fence, take, ttl, _ = cast("tuple[bytes, int, int, int, int]", args[0])
    known = _standing(look(keys[0]), now)
    if _holds(known, holder, fence, take):
        extended = known._replace(ahead=ttl, ttl=ttl)
        return {keys[0]: _entry(now, extended)}, [RENEWED, fence, ttl, holder, take]
    return {}, [FREE, known.fence, known.ahead, known.holder if known.ahead else b"", WHOLE]


def release(
    look: Look, now: int, keys: Sequence[Key], args: Sequence[Args]
) -> tuple[Mapping[Key, Entry], list[Value]]:
    """Gives one take of a lease back, or the whole tenure, for whom it belongs to.

    Args:
        look: tells the entry of the subject.
        now: the instant, in microseconds.
        keys: the subject's.
        args: the holder, the fence, the number of the take or 0 for the whole tenure, and the span.

    Returns:
        The entry to write; and the result: 1 if it was there to be given back, else 0.
    """
    holder, fence, take, _ = cast("tuple[bytes, int, int, int]", args[0])
    known = _standing(look(keys[0]), now)
    if not _holds(known, holder, fence, take):
        return {}, [0]
    left = () if take == WHOLE else tuple(other for other in known.takes if other != take)
    return {keys[0]: _entry(now, known._replace(ahead=known.ahead if left else 0, takes=left))}, [1]


def look_at(
    look: Look,
    now: int,
    keys: Sequence[Key],
    args: Sequence[Args],  # noqa: ARG001 - only how long an entry lasts
) -> tuple[Mapping[Key, Entry], list[Value]]:
    """Tells whether a lease is held, by which fence, for how long, and by whom; as of the whole tenure."""
    known = _standing(look(keys[0]), now)
    if not known.ahead:
        return {}, [FREE, 0, 0, b"", WHOLE]
    return {}, [TAKEN, known.fence, known.ahead, known.holder, WHOLE]


_STANDING = """
local function standing()
  local entry = look(1)
  if not entry or entry[1] <= now then
    return {ahead = 0, ttl = 0, fence = 0, holder = '', last = 0, takes = {}}
  end
  local _, ends, ttl, fence, holder, last = unpack(entry)
  return {
    ahead = math.max(math.min(ends - now, ttl), 0), ttl = ttl, fence = fence, holder = holder, last = last,
    takes = {unpack(entry, 7)}, mended = ends - now > ttl,
  }
end
local function keep(known)
  local ends = known.ahead > 0 and now + known.ahead or 0
  local entry = {
    math.max(now + known.ahead + known.ttl, known.fence + 1), ends, known.ttl, known.fence, known.holder,
    known.last,
  }
  for _, take in ipairs(known.takes) do entry[#entry + 1] = take end
  write(1, entry)
end
local function holds(known, holder, fence, take)
  if known.ahead == 0 or known.fence ~= fence or known.holder ~= holder then return false end
  if take == 0 then return true end
  for _, one in ipairs(known.takes) do
    if one == take then return true end
  end
  return false
end
"""

ACQUIRE = Transition(
    "lease-acquire",
    acquire,
    _STANDING
    + f"local most = {MOST_TAKES}"
    + """
local holder, asked = args[1][1], args[1][2]
local known = standing()
if known.ahead > 0 and known.holder ~= holder then
  if known.mended then keep(known) end
  return {0, known.fence, known.ahead, known.holder, 0}
end
local said = 1
if known.ahead > 0 then
  said, known.last = 2, known.last + 1
  if #known.takes == most then
    table.remove(known.takes, 1)
    known.takes[1] = 0
  end
else
  known.fence, known.last, known.takes = math.max(known.fence + 1, now), 1, {}
end
known.ahead, known.ttl, known.holder = asked, asked, holder
known.takes[#known.takes + 1] = known.last
keep(known)
return {said, known.fence, asked, holder, known.last}
""",
)
RENEW = Transition(
    "lease-renew",
    renew,
    _STANDING
    + """
local holder, fence, take, ttl = args[1][1], args[1][2], args[1][3], args[1][4]
local known = standing()
if holds(known, holder, fence, take) then
  known.ahead, known.ttl = ttl, ttl
  keep(known)
  return {2, fence, ttl, holder, take}
end
return {0, known.fence, known.ahead, known.ahead > 0 and known.holder or '', 0}
""",
)
RELEASE = Transition(
    "lease-release",
    release,
    _STANDING
    + """
local holder, fence, take = args[1][1], args[1][2], args[1][3]
local known = standing()
if not holds(known, holder, fence, take) then return {0} end
local left = {}
for _, other in ipairs(known.takes) do
  if take ~= 0 and other ~= take then left[#left + 1] = other end
end
known.takes = left
if #left == 0 then known.ahead = 0 end
keep(known)
return {1}
""",
)
LOOK = Transition(
    "lease-look",
    look_at,
    _STANDING
    + """
local known = standing()
if known.ahead == 0 then return {0, 0, 0, '', 0} end
return {1, known.fence, known.ahead, known.holder, 0}
""",
)
