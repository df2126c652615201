"""What is known of a subject's errors, and what they say of it: the decision behind `Probing`.

Everything is counted in whole numbers, so that Python and Lua agree to the last bit. Time goes in steps of a
sixteenth of a half-life, and one step number dates the whole entry. Errors and requests decay by a table.
Different things (targets, credentials, unmatched routes) are counted by marks: each sets one of 48 bits, in
two generations, of which the younger begins anew at every turn. One generation alone would forget, at its
turn, all but the newest things, and an attacker would look like a client that repeats itself.

An attack is judged by different errors, not by all: one that is about a thing seen before does not count as
different. So one client behind an address that repeats its mistake for hours does not make attackers of the
others, who mistype a password now and then. A new mark among few free ones stands for several things.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log
from typing import Any, cast

from failwell.typing import Args, Entry, Key, Look, Transition

HALF_LIFE = 300_000_000
"""Microseconds in which errors and requests lose half of their weight; also the length of a generation."""

MARKS = 48
"""Bits of a generation: a mark is one of them. Whole numbers are exact up to 2**53 where they are doubles."""

SPAN = 3_600_000_000
"""Microseconds that an entry lasts at most: two of the long generations, of half an hour each."""

MISSING, CREDENTIAL, TARGET, ROUTE = range(4)
"""Kinds of errors: nothing to tell apart, or told apart by credentials, by targets, by unmatched routes."""

SLOW, MISCONFIGURED = 4, 5
"""Verdicts. An attack by one kind of errors has the number of the kind."""

_TURN, _LONG_TURN = 16, 96  # steps in a generation, and in a long one
_STEP = HALF_LIFE // _TURN
ONE = 1_024
"""Fractions of an error: counts are kept in them, lest decaying rounds them away."""

_MOST = 2**36  # fractions that are kept over a step; times a factor of the table they are exact as doubles
_STRIDE = 17  # from one mark of a heavy error to its next; has no factor in common with MARKS
_CROWDED = 8  # free marks of a kind from which on every error counts as different: new ones hardly show
_EIGHTH = SPAN // 8
_HEAVIEST = 6  # eighths of SPAN that errors can add to how long an entry lasts

# For how many different things, in fractions, a new mark stands where there are so many already.
_WORTH = tuple(ONE * MARKS // max(MARKS - marks, _CROWDED) for marks in range(MARKS + 1))

# 65536 times 2 to the power of -i/16.
_FACTORS = (
    *(65_536, 62_757, 60_097, 57_549, 55_109, 52_772, 50_535, 48_393),
    *(46_341, 44_376, 42_495, 40_693, 38_968, 37_316, 35_734, 34_219),
)

# Where things lie in an entry. Marks lie in pairs, the younger generation first: of all kinds together for
# the long one, then for each kind. The verdicts told lie like marks. Errors began (`_BEGUN`) when there were
# last no marks of any kind left; the first one is known for as long as the entry lasts.
_UNTIL, _AT, _ERRORS, _DIFFERENT, _SUCCESSES, _LONG_ERRORS, _LONG_DIFFERENT, _LONG_SUCCESSES = range(8)
_FIRST, _BEGUN, _BLOCKED, _BLOCKED_BY, _ALL, _TOLD, _SIZE = 8, 9, 10, 11, 12, 20, 22
_NOTHING: tuple[int, *tuple[int, ...]] = (0, *[0] * (_SIZE - 1))  # over at any time

# How long errors have to have gone on for a verdict: who keeps a copy asks for a deleted folder at once, and
# nobody is slow within a few minutes.
_PATIENCE = (0, 0, 120_000_000, 0, 2 * HALF_LIFE, 0)

# Which verdicts, told before, keep a verdict from being told: itself; for what is less certain also others.
_SILENCED_BY = (0, 0b10, 0b100, 0b1000, 0b11110, 0b111110)


def marks_of(things: int) -> int:
    """The marks to expect of so many different things."""
    return round(MARKS * (1 - (1 - 1 / MARKS) ** things))


def things_of(marks: int) -> int:
    """About how many different things there were for so many marks; the other way round."""
    free = max(MARKS - marks, 0.5)  # all are set: there may be any number, but no fewer than this
    return round(log(free / MARKS) / log(1 - 1 / MARKS))


def weigh(
    look: Look, now: int, keys: Sequence[Key], args: Sequence[Args]
) -> tuple[dict[Key, Entry], list[int]]:
    """Counts an error of one subject, and says what its errors amount to.

    Args:
        look: tells the entry of a key.
        now: the instant, in microseconds.
        keys: one, the subject's.
        args: for it the kind of error, successes since the last one, the error's weight, its mark; the share
            of errors, in per cent, and the marks of each kind from which there is an attack; the share and
            the marks for a slow one; the errors, their share and the most marks of a misconfiguration; the
            verdicts that block, as bits, and for how long; the span.

    Returns:
        The entry to write; and the result: the verdict or 0, and the instant. With a verdict there follow the
        errors and requests, in fractions; the marks of credentials, targets, routes, and of all in the long
        generations; the first instant; and until when the subject is blocked, or 0.
    """
    key = keys[0]
    entry: Any = look(key)  # whole numbers all, and so is what follows; a cast would cost each time
    given: Any = args[0]
    kind, successes, weight, mark = given[:4]
    known = _brought_forward(entry, now)
    known[_ERRORS] += weight * ONE
    known[_LONG_ERRORS] += weight
    if successes:
        known[_SUCCESSES] += successes * ONE
        known[_LONG_SUCCESSES] += successes * ONE
    _mark(known, kind, 1 << mark)
    if weight > 1:
        for number in range(1, weight):
            _mark(known, kind, 1 << (mark + number * _STRIDE) % MARKS)
    verdict = _verdict(known, now, kind, given)
    result = [0, now]
    if verdict:
        if not (known[_TOLD] | known[_TOLD + 1]) & _SILENCED_BY[verdict]:
            known[_TOLD] |= 1 << verdict
            result[0] = verdict
        if given[13] >> verdict & 1:
            known[_BLOCKED], known[_BLOCKED_BY] = now + given[14], verdict
    known[_UNTIL] = _until(known, now)
    if result[0]:
        result += _evidence(known, now)
    written: Any = tuple(known)
    return {key: written}, result


def _brought_forward(entry: tuple[int, ...] | None, now: int) -> list[int]:
    """An entry as it is now: what time has taken from it is gone."""
    step = now // _STEP
    if entry is None or entry[_UNTIL] <= now:
        known = [0] * _SIZE
        known[_AT], known[_FIRST], known[_BEGUN] = step, now, now
        return known
    known = list(entry)
    gone = step - known[_AT]
    if gone > 0:  # a clock that went back brings nothing back
        halvings, part = divmod(gone, _TURN)
        for place in (_ERRORS, _DIFFERENT, _SUCCESSES):
            known[place] = (min(known[place], _MOST) >> halvings) * _FACTORS[part] >> 16
        long_turns = step // _LONG_TURN - known[_AT] // _LONG_TURN
        for place in (_LONG_ERRORS, _LONG_DIFFERENT, _LONG_SUCCESSES):
            known[place] >>= long_turns
        _turn(known, _ALL, long_turns)
        turns = step // _TURN - known[_AT] // _TURN
        if turns:
            had_marks = any(known[_ALL + 2 : _TOLD])
            for place in range(_ALL + 2, _SIZE, 2):
                _turn(known, place, turns)
            if had_marks and not any(known[_ALL + 2 : _TOLD]):
                known[_BEGUN] = now
    known[_AT] = step
    return known


def _turn(known: list[int], place: int, turns: int) -> None:
    if turns:
        known[place + 1] = known[place] if turns == 1 else 0
        known[place] = 0


def _marks(known: list[int], place: int) -> int:
    return (known[place] | known[place + 1]).bit_count()


def _mark(known: list[int], kind: int, bit: int) -> None:
    """Sets a mark, and counts for how many different things it stands."""
    marks = known[_ALL] | known[_ALL + 1]
    known[_ALL] |= bit
    if not marks & bit:
        known[_LONG_DIFFERENT] += _WORTH[marks.bit_count()]
    if kind:
        own = _ALL + 2 * kind
        marks = known[own] | known[own + 1]
        known[own] |= bit
        count = marks.bit_count()
        if count >= MARKS - _CROWDED:
            known[_DIFFERENT] += ONE
        elif not marks & bit:
            known[_DIFFERENT] += _WORTH[count]


def _verdict(known: list[int], now: int, kind: int, given: Sequence[int]) -> int:
    """What is to be said of a subject whose last error was of a kind; 0 for nothing."""
    if kind and _marks(known, _ALL + 2 * kind) >= given[4 + kind]:
        different = min(known[_DIFFERENT], known[_ERRORS])
        if now - known[_BEGUN] >= _PATIENCE[kind] and _is_share(different, known[_SUCCESSES], given[4]):
            return kind
    marks = _marks(known, _ALL)
    if marks >= given[9]:
        is_much = _is_share(known[_LONG_DIFFERENT], known[_LONG_SUCCESSES], given[8])
        return SLOW if is_much and now - known[_FIRST] >= _PATIENCE[SLOW] else 0
    if marks > given[12] or known[_LONG_ERRORS] < given[10] or _marks(known, _ALL + 2 * CREDENTIAL) > 1:
        return 0
    return MISCONFIGURED if _is_share(known[_ERRORS], known[_SUCCESSES], given[11]) else 0


def _is_share(errors: int, successes: int, percent: int) -> bool:
    return errors * 100 >= (errors + successes) * percent


def _until(known: list[int], now: int) -> int:
    """When an entry may be forgotten: the more errors, the later, so that stores forget the others first."""
    eighths = known[_LONG_ERRORS] // 4
    if eighths > _HEAVIEST or known[_TOLD] or known[_TOLD + 1]:
        eighths = _HEAVIEST
    until = now + (2 + eighths) * _EIGHTH
    return until if until > known[_BLOCKED] else known[_BLOCKED]  # noqa: FURB136 - max costs


def _evidence(known: list[int], now: int) -> list[int]:
    kinds = [_marks(known, _ALL + 2 * kind) for kind in (CREDENTIAL, TARGET, ROUTE)]
    numbers = [known[_ERRORS], known[_ERRORS] + known[_SUCCESSES], *kinds, _marks(known, _ALL)]
    return [*numbers, known[_FIRST], known[_BLOCKED] if known[_BLOCKED] > now else 0]


def remaining_block(
    look: Look, now: int, keys: Sequence[Key], args: Sequence[Args]
) -> tuple[dict[Key, Entry], list[int]]:
    """How long a subject is still blocked, and for which verdict; 0 and 0 if it is not.

    Args:
        look: tells the entry of a key.
        now: the instant, in microseconds.
        keys: one, the subject's.
        args: for it the longest block there can be, and the span.

    Returns:
        The entry, where the clock went back and made the block longer than that; and the result.
    """
    known = cast("tuple[int, ...] | None", look(keys[0]))
    if known is None or known[_BLOCKED] <= now:
        return {}, [0, 0]
    left, longest = known[_BLOCKED] - now, cast("int", args[0][0])
    if left <= longest:
        return {}, [left, known[_BLOCKED_BY]]
    mended = cast("Entry", (*known[:_BLOCKED], now + longest, *known[_BLOCKED_BY:]))
    return {keys[0]: mended}, [longest, known[_BLOCKED_BY]]


def forget(
    look: Look,
    now: int,  # noqa: ARG001 - what every transition is told
    keys: Sequence[Key],
    args: Sequence[Args],  # noqa: ARG001 - as above
) -> tuple[dict[Key, Entry], list[int]]:
    """Forgets a subject, and so lifts its block."""
    return ({} if look(keys[0]) is None else {keys[0]: _NOTHING}), []


WEIGH = Transition(
    "probing-weigh",
    weigh,
    f"""
local STEP, TURN, LONG_TURN, MARKS, STRIDE = {_STEP}, {_TURN}, {_LONG_TURN}, {MARKS}, {_STRIDE}
local ONE, MOST, SPAN, HEAVIEST = {ONE}, {_MOST}, {SPAN}, {_HEAVIEST}
local CROWDED = {_CROWDED}
local PATIENCE = {{ {", ".join(map(str, _PATIENCE[1:]))} }}
local FACTORS = {{ {", ".join(map(str, _FACTORS))} }}
local SILENCED_BY = {{ {", ".join(map(str, _SILENCED_BY[1:]))} }}
"""
    """
local UNTIL, AT, ERRORS, DIFFERENT, SUCCESSES = 1, 2, 3, 4, 5
local LONG_ERRORS, LONG_DIFFERENT, LONG_SUCCESSES = 6, 7, 8
local FIRST, BEGUN, BLOCKED, BLOCKED_BY, ALL, TOLD, SIZE = 9, 10, 11, 12, 13, 21, 22
local floor, min, max = math.floor, math.min, math.max
local given = args[1]
local kind, successes, weight, mark = given[1], given[2], given[3], given[4]

local step, known = floor(now / STEP), look(1)
local function turn(place, turns)
  if turns > 0 then
    known[place + 1] = turns == 1 and known[place] or 0
    known[place] = 0
  end
end
local function decay(count, gone)
  return floor(floor(min(count, MOST) / 2 ^ floor(gone / TURN)) * FACTORS[gone % TURN + 1] / 65536)
end
if not known or known[UNTIL] <= now then
  known = {}
  for place = 1, SIZE do known[place] = 0 end
  known[FIRST], known[BEGUN] = now, now
else
  local gone = step - known[AT]
  if gone > 0 then
    for place = ERRORS, SUCCESSES do known[place] = decay(known[place], gone) end
    local turns = floor(step / LONG_TURN) - floor(known[AT] / LONG_TURN)
    for place = LONG_ERRORS, LONG_SUCCESSES do known[place] = floor(known[place] / 2 ^ turns) end
    turn(ALL, turns)
    turns = floor(step / TURN) - floor(known[AT] / TURN)
    local had, has = 0, 0
    for place = ALL + 2, TOLD - 1 do had = had + known[place] end
    for place = ALL + 2, SIZE, 2 do turn(place, turns) end
    for place = ALL + 2, TOLD - 1 do has = has + known[place] end
    if had > 0 and has == 0 then known[BEGUN] = now end
  end
end
known[AT] = step

local function marks(place)
  local count, young, old = 0, known[place], known[place + 1]
  while young + old > 0 do
    count = count + max(young % 2, old % 2)
    young, old = floor(young / 2), floor(old / 2)
  end
  return count
end
local function is_set(place, bit) return floor(known[place] / bit) % 2 == 1 end
local function set(place, bit)
  local free, was_young = MARKS - marks(place), is_set(place, bit)
  local is_new = not was_young and not is_set(place + 1, bit)
  if not was_young then known[place] = known[place] + bit end
  if free <= CROWDED and place ~= ALL then return ONE end
  return is_new and floor(ONE * MARKS / max(free, CROWDED)) or 0
end
known[ERRORS] = known[ERRORS] + weight * ONE
known[SUCCESSES] = known[SUCCESSES] + successes * ONE
known[LONG_ERRORS] = known[LONG_ERRORS] + weight
known[LONG_SUCCESSES] = known[LONG_SUCCESSES] + successes * ONE
for number = 0, weight - 1 do
  local bit = 2 ^ ((mark + number * STRIDE) % MARKS)
  known[LONG_DIFFERENT] = known[LONG_DIFFERENT] + set(ALL, bit)
  if kind > 0 then
    known[DIFFERENT] = known[DIFFERENT] + set(ALL + 2 * kind, bit)
  end
end

local function is_share(errors, successes, percent)
  return errors * 100 >= (errors + successes) * percent
end
local function judge()
  if kind > 0 and marks(ALL + 2 * kind) >= given[5 + kind] then
    local different = min(known[DIFFERENT], known[ERRORS])
    local is_long = now - known[BEGUN] >= PATIENCE[kind]
    if is_long and is_share(different, known[SUCCESSES], given[5]) then return kind end
  end
  local all = marks(ALL)
  if all >= given[10] then
    local is_much = is_share(known[LONG_DIFFERENT], known[LONG_SUCCESSES], given[9])
    return is_much and now - known[FIRST] >= PATIENCE[4] and 4 or 0
  end
  if all > given[13] or known[LONG_ERRORS] < given[11] or marks(ALL + 2) > 1 then return 0 end
  return is_share(known[ERRORS], known[SUCCESSES], given[12]) and 5 or 0
end
local function has(bits, verdict) return floor(bits / 2 ^ verdict) % 2 == 1 end
local verdict = judge()
local is_news = verdict > 0
for other = 1, 5 do
  local was_told = has(known[TOLD], other) or has(known[TOLD + 1], other)
  if is_news and was_told and has(SILENCED_BY[verdict], other) then is_news = false end
end
if is_news then known[TOLD] = known[TOLD] + 2 ^ verdict end
if verdict > 0 and has(given[14], verdict) then
  known[BLOCKED], known[BLOCKED_BY] = now + given[15], verdict
end
local eighths = min(floor(known[LONG_ERRORS] / 4), HEAVIEST)
if known[TOLD] + known[TOLD + 1] > 0 then eighths = HEAVIEST end
known[UNTIL] = max(now + floor((2 + eighths) * SPAN / 8), known[BLOCKED])
write(1, known)
if not is_news then return {0, now} end
return {
  verdict, now, known[ERRORS], known[ERRORS] + known[SUCCESSES],
  marks(ALL + 2), marks(ALL + 4), marks(ALL + 6), marks(ALL), known[FIRST],
  known[BLOCKED] > now and known[BLOCKED] or 0,
}
""",
)
"""Counts an error, and judges."""

REMAINING_BLOCK = Transition(
    "probing-remaining-block",
    remaining_block,
    """
local known = look(1)
if not known or known[11] <= now then return {0, 0} end
local left, longest = known[11] - now, args[1][1]
if left > longest then
  left, known[11] = longest, now + longest
  write(1, known)
end
return {left, known[12]}
""",
)
"""Looks whether a subject is blocked."""

FORGET = Transition("probing-forget", forget, "if look(1) then write(1, {0}) end return {}")
"""Forgets a subject."""
