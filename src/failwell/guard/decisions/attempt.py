"""Who may run a request that is sent again, and what of it is known already: the decisions for one key.

An entry is `(until, state, fence, locked, lock, fingerprint, response)`. The record lives until `until`. The
lock, which counts only while the request runs, lapses at `locked`, after `lock` microseconds, so that a
process that died holds nobody up for long. The fence tells one run from the next: whoever settles a claim has
to show the fence of the last run, or changes nothing.

Fences of a key grow, also over the end of its record: they begin at the store's time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from failwell.typing import Args, Entry, Key, Look, Transition

RUNNING, ABORTED, KEPT, TOO_LONG = range(4)
"""The states of a record: a run is under way; it came to nothing; its response is kept; it was too long."""

RUN, TAKEOVER, REPLAY, UNREPEATABLE, BUSY, MISMATCH, UNKNOWN = range(7)
"""What a claim is told: run it; run it in place of one whose lock has lapsed; the response is known; all but
its content is; wait; the key belongs to another request; nobody knows what became of the first run.
"""

_Record = tuple[int, int, int, int, int, bytes, bytes]
_Written = dict[Key, Entry]


def claim(
    look: Look, now: int, keys: Sequence[Key], args: Sequence[Args]
) -> tuple[_Written, tuple[int, int, bytes]]:
    """Claims the run of a request, unless somebody has it or it is over.

    Args:
        look: tells the record of a key.
        now: the instant, in microseconds.
        keys: one key, which stands for caller, operation and idempotency key.
        args: for it the lock in microseconds, whether a run may be taken over (1 or 0), the request's
            fingerprint, and how long records live, in microseconds.

    Returns:
        The record to write, if any; and the answer: one of the words above; with RUN and TAKEOVER the fence,
        with BUSY the microseconds until the lock lapses; with REPLAY and UNREPEATABLE what was kept.
    """
    lock, restartable, fingerprint, span = cast("tuple[int, int, bytes, int]", args[0])
    entry = cast("_Record | None", look(keys[0]))
    answer, fence = RUN, 1
    if entry and entry[0] > now:
        until, state, last, locked, held, known, response = entry
        if known != fingerprint:
            return {}, (MISMATCH, 0, b"")
        if state in (KEPT, TOO_LONG):
            return {}, (REPLAY if state == KEPT else UNREPEATABLE, 0, response)
        if state == RUNNING:
            wait = locked - now
            if wait > held:  # the clock went back: nobody waits longer than for one lock
                mended = (until, state, last, now + held, held, known, response)
                return {keys[0]: mended}, (BUSY, held, b"")
            if wait > 0:
                return {}, (BUSY, wait, b"")
            if not restartable:
                return {}, (UNKNOWN, 0, b"")
            answer = TAKEOVER
        fence = last + 1
    fence = max(fence, now)
    return {keys[0]: (now + span, RUNNING, fence, now + lock, lock, fingerprint, b"")}, (answer, fence, b"")


CLAIM = Transition(
    "idempotency-claim",
    claim,
    """
local RUNNING, KEPT, TOO_LONG = 0, 2, 3
local RUN, TAKEOVER, REPLAY, UNREPEATABLE, BUSY, MISMATCH, UNKNOWN = 0, 1, 2, 3, 4, 5, 6
local lock, restartable, fingerprint, span = unpack(args[1])
local entry = look(1)
local answer, fence = RUN, 1
if entry and entry[1] > now then
  local state, held = entry[2], entry[5]
  if entry[6] ~= fingerprint then return {MISMATCH, 0, ''} end
  if state == KEPT then return {REPLAY, 0, entry[7]} end
  if state == TOO_LONG then return {UNREPEATABLE, 0, entry[7]} end
  if state == RUNNING then
    local wait = entry[4] - now
    if wait > held then
      entry[4] = now + held
      write(1, entry)
      return {BUSY, held, ''}
    end
    if wait > 0 then return {BUSY, wait, ''} end
    if restartable == 0 then return {UNKNOWN, 0, ''} end
    answer = TAKEOVER
  end
  fence = entry[3] + 1
end
fence = math.max(fence, now)
write(1, {now + span, RUNNING, fence, now + lock, lock, fingerprint, ''})
return {answer, fence, ''}
""",
)


def settle(look: Look, now: int, keys: Sequence[Key], args: Sequence[Args]) -> tuple[_Written, tuple[int]]:
    """Says what became of a run, if it is still the last one.

    A record that is gone was lost by the store, and nobody has claimed the key since: it is written anew.

    Args:
        look: tells the record of a key.
        now: the instant, in microseconds.
        keys: the key that was claimed.
        args: for it the fence of the run, the state to write (RUNNING renews the lock), the response to keep,
            and what was claimed with: the lock, the fingerprint, how long records live.

    Returns:
        The record to write, if any; and whether it is written (1 or 0).
    """
    fence, state, response, lock, fingerprint, span = cast("tuple[int, int, bytes, int, bytes, int]", args[0])
    entry = cast("_Record | None", look(keys[0]))
    if entry and entry[0] > now and (entry[1], entry[2]) != (RUNNING, fence):
        return {}, (0,)
    return {keys[0]: (now + span, state, fence, now + lock, lock, fingerprint, response)}, (1,)


SETTLE = Transition(
    "idempotency-settle",
    settle,
    """
local RUNNING = 0
local fence, state, response, lock, fingerprint, span = unpack(args[1])
local entry = look(1)
if entry and entry[1] > now and (entry[2] ~= RUNNING or entry[3] ~= fence) then return {0} end
write(1, {now + span, state, fence, now + lock, lock, fingerprint, response})
return {1}
""",
)
