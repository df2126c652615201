"""What was spent in a period, and what is reserved: the decisions for one account.

An entry is `(until, spent, id, lapse, amount, id, lapse, amount, …)`: the units that were spent, and for
each reservation its id, the instant at which it lapses, and its units. Until then these count as used. A
reservation that has lapsed is remembered for as long as it was to be held, so that a late commit can be told
from a repeated one; so is, with an amount of -1, a commit that came late, and one for a reservation of which
the caller never learned whether it was made.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from failwell.typing import LARGEST, Entry, Key, Look, Transition, Value

REFUND = -1
"""The amount of a settlement that gives everything back."""

_COMMITTED = -1  # the amount of what was committed late
_Written = dict[Key, Entry]
_Reservations = list[tuple[bytes, int, int]]  # of each its id, when it lapses, and its units


def spend(
    look: Look, now: int, keys: Sequence[Key], args: Sequence[tuple[int, int, bytes, int, int, int, int]]
) -> tuple[_Written, list[int]]:
    """Spends or reserves units, unless more would be used than the limit.

    Args:
        look: tells what is known of an account in a period.
        now: the instant, in microseconds.
        keys: one key, which stands for account and period.
        args: for it the units, the limit, the id of a reservation (empty to spend), and in microseconds: for
            how long a reservation is held, for how long the period goes on to be known, for how much longer
            if most of it is used up, and the span of entries.

    Returns:
        The entry to write, if any; and the result: whether it is admitted (1 or 0), the units that are spent,
        those that are reserved, and when the reservation lapses. A denial writes only what lay too far ahead.
    """
    amount, limit, own, hold, keep, extra, _ = args[0]
    entry = look(keys[0])
    spent, known = _known(entry, now, hold)
    reserved = _reserved(known, now)
    needed = max(amount, 1) if own else amount  # who reserves nothing asks whether anything is left
    admitted = not needed or spent + reserved + needed <= limit
    if admitted and own:
        known.append((own, now + hold, amount))
        reserved += amount
    elif admitted:
        spent += amount
    result = [int(admitted), spent, reserved, now + hold]
    if not (admitted and (own or amount)) and not _is_ahead(entry, now + hold):
        return {}, result
    until = now + keep + (extra if 2 * (spent + reserved) > limit else 0)
    return {keys[0]: _entry(until, spent, known)}, result


def settle(
    look: Look,
    now: int,
    keys: Sequence[Key],
    args: Sequence[tuple[bytes, int, int, int, int, int, int, int, int]],
) -> tuple[_Written, list[int]]:
    """Commits what was spent of a reservation, or gives it back; the second time nothing happens.

    A reservation that is not there was settled before, unless nothing of that time is remembered any longer:
    then what was spent is counted, for it was spent.

    Args:
        look: tells what is known of an account in a period.
        now: the instant, in microseconds.
        keys: one key, which stands for account and period.
        args: for it the id of the reservation, the units that were spent (REFUND for none), when it lapses,
            whether the store was told of it (1 or 0), the limit, and in microseconds what `spend` is told.

    Returns:
        The entry to write, if any; and the result: whether it was settled now (1 or 0), the units that are
        spent, and those that are reserved.
    """
    own, amount, lapse, stored, limit, hold, keep, extra, _ = args[0]
    entry = look(keys[0])
    spent, known = _known(entry, now, hold)
    found = next((one for one in known if one[0] == own), None)
    if found is not None and found[2] != _COMMITTED:
        known.remove(found)
        if not stored:  # the caller could not tell next time either
            known.append((own, now + hold, _COMMITTED))
    elif found is not None or amount == REFUND or (stored and _is_there(entry, now) and now < lapse + hold):
        return {}, [0, spent, _reserved(known, now)]
    else:
        known.append((own, now + hold, _COMMITTED))
    spent = min(spent + max(amount, 0), LARGEST)
    reserved = _reserved(known, now)
    until = now + keep + (extra if 2 * (spent + reserved) > limit else 0)
    return {keys[0]: _entry(until, spent, known)}, [1, spent, reserved]


def _is_there(entry: Entry | None, now: int) -> bool:
    return isinstance(entry, tuple) and entry[0] > now


def _known(entry: Entry | None, now: int, hold: int) -> tuple[int, _Reservations]:
    """The units spent, and the reservations that are remembered.

    None lapses later than a whole hold from now: it could only if the clock went back.
    """
    if not isinstance(entry, tuple) or entry[0] <= now:
        return 0, []
    values = cast("tuple[Value, ...]", entry)
    ids = cast("tuple[bytes, ...]", values[2::3])
    lapses, amounts = cast("tuple[int, ...]", values[3::3]), cast("tuple[int, ...]", values[4::3])
    latest = now + hold
    return cast("int", values[1]), [
        (one, min(lapse, latest), amount)
        for one, lapse, amount in zip(ids, lapses, amounts, strict=True)
        if lapse + hold > now
    ]


def _is_ahead(entry: Entry | None, latest: int) -> bool:
    """Whether a reservation lapses too late, which has to be mended for good: else it never would lapse."""
    values = cast("tuple[int, ...]", entry) if isinstance(entry, tuple) else ()
    return any(lapse > latest for lapse in values[3::3])


def _reserved(known: _Reservations, now: int) -> int:
    """The units of the reservations that have not lapsed."""
    return min(sum(amount for _, lapse, amount in known if lapse > now and amount != _COMMITTED), LARGEST)


def _entry(until: int, spent: int, known: _Reservations) -> Entry:
    values: list[Value] = [spent, *(value for one in known for value in one)]
    return (until, *values)


_SPENDING = """
local REFUND, COMMITTED, MOST = -1, -1, 9007199254740991
local function known_of(entry, hold)
  local known, ahead = {}, false
  if not entry or entry[1] <= now then return 0, known, false, false end
  for at = 3, #entry, 3 do
    ahead = ahead or entry[at + 1] > now + hold
    if entry[at + 1] + hold > now then
      known[#known + 1] = {entry[at], math.min(entry[at + 1], now + hold), entry[at + 2]}
    end
  end
  return entry[2], known, true, ahead
end
local function reserved_of(known)
  local reserved = 0
  for _, one in ipairs(known) do
    if one[2] > now and one[3] ~= COMMITTED then reserved = reserved + one[3] end
  end
  return math.min(reserved, MOST)
end
local function put(spent, reserved, known, limit, keep, extra)
  if 2 * (spent + reserved) <= limit then extra = 0 end
  local entry = {now + keep + extra, spent}
  for _, one in ipairs(known) do
    for _, value in ipairs(one) do entry[#entry + 1] = value end
  end
  write(1, entry)
end
"""

SPEND = Transition(
    "quota-spend",
    spend,
    _SPENDING
    + """
local amount, limit, own, hold, keep, extra = unpack(args[1])
local spent, known, _, ahead = known_of(look(1), hold)
local reserved, reserves = reserved_of(known), own ~= ''
local needed = reserves and math.max(amount, 1) or amount
local admitted = needed == 0 or spent + reserved + needed <= limit
if admitted and reserves then
  known[#known + 1] = {own, now + hold, amount}
  reserved = reserved + amount
elseif admitted then
  spent = spent + amount
end
if ahead or (admitted and (reserves or amount > 0)) then put(spent, reserved, known, limit, keep, extra) end
return {admitted and 1 or 0, spent, reserved, now + hold}
""",
)

SETTLE = Transition(
    "quota-settle",
    settle,
    _SPENDING
    + """
local own, amount, lapse, stored, limit, hold, keep, extra = unpack(args[1])
local spent, known, there = known_of(look(1), hold)
local found
for at, one in ipairs(known) do
  if one[1] == own then found = at break end
end
if found and known[found][3] ~= COMMITTED then
  table.remove(known, found)
  if stored == 0 then known[#known + 1] = {own, now + hold, COMMITTED} end
elseif found or amount == REFUND or (stored == 1 and there and now < lapse + hold) then
  return {0, spent, reserved_of(known)}
else
  known[#known + 1] = {own, now + hold, COMMITTED}
end
spent = math.min(spent + math.max(amount, 0), MOST)
local reserved = reserved_of(known)
put(spent, reserved, known, limit, keep, extra)
return {1, spent, reserved}
""",
)
