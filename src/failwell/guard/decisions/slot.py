"""Who holds slots, and until when: the decisions over several caps at once.

An entry is `(until, expiry, id, expiry, id, …)`: for each slot the instant at which its lease ends, in
microseconds, and its id; `until` is the latest of these instants. A slot whose lease has ended counts for
nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from failwell.typing import Args, Entry, Key, Look, Transition, Value

_Written = dict[Key, Entry]
_Slots = list[tuple[int, bytes]]  # of each the end of its lease, and its id


def take(look: Look, now: int, keys: Sequence[Key], args: Sequence[Args]) -> tuple[_Written, list[int]]:
    """Takes a slot under every cap, or under none if one of them is full.

    Args:
        look: tells the slots under the cap of a key.
        now: the instant, in microseconds.
        keys: the caps.
        args: for each cap its limit, the id of the slot to take, and the lease in microseconds.

    Returns:
        The entries to write; and the result: for each cap the slots that are held, with the new one if it was
        taken, then for each how long until enough leases end (0 where there is room). A denial writes only
        what lay too far ahead.
    """
    taken: _Written = {}
    mended: _Written = {}
    counts: list[int] = []
    waits: list[int] = []
    for key, (limit, own, lease) in zip(keys, cast("Sequence[tuple[int, bytes, int]]", args), strict=True):
        entry = look(key)
        slots = _live(entry, now, lease)
        counts.append(len(slots))
        waits.append(_wait(slots, limit, lease, now))
        taken[key] = _entry([*slots, (now + lease, own)])
        if isinstance(entry, tuple) and entry[0] > now + lease:  # for good, else the wait would start anew
            mended[key] = _entry(slots)
    if any(waits):
        return mended, counts + waits
    return taken, [count + 1 for count in counts] + waits


def renew(look: Look, now: int, keys: Sequence[Key], args: Sequence[Args]) -> tuple[_Written, list[int]]:
    """Begins the lease of a slot anew, under every cap.

    A slot that is not there was forgotten, or its lease had ended. It is put back all the same, above the
    limit if need be: its holder goes on, and what goes on has to count.

    Args:
        look: tells the slots under the cap of a key.
        now: the instant, in microseconds.
        keys: the caps.
        args: for each cap the id of the slot, and the lease in microseconds.

    Returns:
        The entries to write; and the result: whether the slot was there under every cap (1 or 0).
    """
    written: _Written = {}
    there = 1
    for key, (own, lease) in zip(keys, cast("Sequence[tuple[bytes, int]]", args), strict=True):
        slots = _live(look(key), now, lease)
        others = [slot for slot in slots if slot[1] != own]
        if len(others) == len(slots):
            there = 0
        written[key] = _entry([*others, (now + lease, own)])
    return written, [there]


def release(look: Look, now: int, keys: Sequence[Key], args: Sequence[Args]) -> tuple[_Written, list[int]]:
    """Gives a slot back, under every cap; one that is not there was given back before.

    Args:
        look: tells the slots under the cap of a key.
        now: the instant, in microseconds.
        keys: the caps.
        args: for each cap the id of the slot, and the lease in microseconds.

    Returns:
        The entries to write; and the result: whether the slot was there under any cap (1 or 0).
    """
    written: _Written = {}
    for key, (own, lease) in zip(keys, cast("Sequence[tuple[bytes, int]]", args), strict=True):
        slots = _live(look(key), now, lease)
        others = [slot for slot in slots if slot[1] != own]
        if len(others) < len(slots):
            written[key] = _entry(others)
    return written, [1 if written else 0]


def _live(entry: Entry | None, now: int, lease: int) -> _Slots:
    """The slots whose lease goes on.

    No lease ends later than a whole one from now: it could only if the clock went back, and then a holder
    that crashed would keep others out for longer than declared.
    """
    if not isinstance(entry, tuple):
        return []
    values = cast("tuple[Value, ...]", entry)
    ends, ids = cast("tuple[int, ...]", values[1::2]), cast("tuple[bytes, ...]", values[2::2])
    latest = now + lease
    return [(min(end, latest), one) for end, one in zip(ends, ids, strict=True) if end > now]


def _entry(slots: _Slots) -> Entry:
    if not slots:
        return 0
    return (max(end for end, _ in slots), *(value for slot in slots for value in slot))


def _wait(slots: _Slots, limit: int, lease: int, now: int) -> int:
    """How long until so many leases have ended that there is room; a whole lease where there never is."""
    if len(slots) < limit:
        return 0
    if limit == 0:
        return lease
    return sorted(end for end, _ in slots)[len(slots) - limit] - now


_SLOTS = """
local function live(i, lease)
  local entry, slots = look(i), {}
  if type(entry) == 'table' then
    for at = 2, #entry, 2 do
      if entry[at] > now then slots[#slots + 1] = {math.min(entry[at], now + lease), entry[at + 1]} end
    end
  end
  return slots, type(entry) == 'table' and entry[1] > now + lease
end
local function without(slots, own)
  local others = {}
  for _, slot in ipairs(slots) do
    if slot[2] ~= own then others[#others + 1] = slot end
  end
  return others
end
local function put(i, slots)
  local entry = {0}
  for _, slot in ipairs(slots) do
    entry[1] = math.max(entry[1], slot[1])
    entry[#entry + 1] = slot[1]
    entry[#entry + 1] = slot[2]
  end
  write(i, entry)
end
"""

TAKE = Transition(
    "slot-take",
    take,
    _SLOTS
    + """
local function wait(slots, limit, lease)
  if #slots < limit then return 0 end
  if limit == 0 then return lease end
  local ends = {}
  for at, slot in ipairs(slots) do ends[at] = slot[1] end
  table.sort(ends)
  return ends[#slots - limit + 1] - now
end
local counts, waits, known, full, mended = {}, {}, {}, false, {}
for i, arg in ipairs(args) do
  local limit, lease = arg[1], arg[3]
  known[i], mended[i] = live(i, lease)
  counts[i], waits[i] = #known[i], wait(known[i], limit, lease)
  full = full or waits[i] > 0
end
for i, slots in ipairs(known) do
  if not full then
    slots[#slots + 1] = {now + args[i][3], args[i][2]}
    counts[i] = #slots
    put(i, slots)
  elseif mended[i] then
    put(i, slots)
  end
end
for i, left in ipairs(waits) do counts[#args + i] = left end
return counts
""",
)

RENEW = Transition(
    "slot-renew",
    renew,
    _SLOTS
    + """
local there = 1
for i, arg in ipairs(args) do
  local own, lease = arg[1], arg[2]
  local slots = live(i, lease)
  local others = without(slots, own)
  if #others == #slots then there = 0 end
  others[#others + 1] = {now + lease, own}
  put(i, others)
end
return {there}
""",
)

RELEASE = Transition(
    "slot-release",
    release,
    _SLOTS
    + """
local there = 0
for i, arg in ipairs(args) do
  local own, lease = arg[1], arg[2]
  local slots = live(i, lease)
  local others = without(slots, own)
  if #others < #slots then
    there = 1
    put(i, others)
  end
end
return {there}
""",
)
