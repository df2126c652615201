"""The decisions over attempts at one request, with nothing around them."""

from __future__ import annotations

from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failwell.guard.decisions.attempt import (
    ABORTED,
    BUSY,
    KEPT,
    MISMATCH,
    REPLAY,
    RUN,
    RUNNING,
    TAKEOVER,
    TOO_LONG,
    UNKNOWN,
    UNREPEATABLE,
    claim,
    settle,
)
from failwell.typing import Entry, Key

NOW = 1_000_000
LOCK, SPAN = 60, 10_000
KEY = "idempotency:request:s:1"
SAME, OTHER = b"same", b"other"


class Record:
    """What a store keeps of one key, and the time."""

    def __init__(self, entry: Entry | None = None) -> None:
        self.entry, self.now = entry, NOW

    def look(self, _key: Key) -> Entry | None:
        return self.entry

    def claim(self, fingerprint: bytes = SAME, *, restartable: int = 1) -> tuple[int, int, bytes]:
        written, result = claim(self.look, self.now, [KEY], [(LOCK, restartable, fingerprint, SPAN)])
        self.entry = written.get(KEY, self.entry)
        return result

    def settle(self, fence: int, state: int, response: bytes = b"") -> int:
        written, result = settle(self.look, self.now, [KEY], [(fence, state, response, LOCK, SAME, SPAN)])
        assert bool(written) == bool(result[0])
        self.entry = written.get(KEY, self.entry)
        return result[0]


def record(state: int, *, fence: int = NOW, locked: int = NOW + LOCK, response: bytes = b"") -> Record:
    return Record((NOW + SPAN, state, fence, locked, LOCK, SAME, response))


# ------------------------------------------------------------------------------------------------ claims


def test_the_first_claim_writes_a_record_with_a_lock_and_a_fence() -> None:
    one = Record()
    assert one.claim() == (RUN, NOW, b"")
    assert one.entry == (NOW + SPAN, RUNNING, NOW, NOW + LOCK, LOCK, SAME, b"")


def test_a_fence_is_above_that_of_the_last_run_and_not_below_the_time() -> None:
    assert record(ABORTED, fence=NOW + 7).claim() == (RUN, NOW + 8, b"")
    assert record(ABORTED, fence=3).claim() == (RUN, NOW, b"")
    assert record(RUNNING, fence=NOW + 7, locked=NOW).claim() == (TAKEOVER, NOW + 8, b"")


@pytest.mark.parametrize(
    ("one", "answer"),
    [
        (record(RUNNING), (BUSY, LOCK, b"")),
        (record(RUNNING, locked=NOW + 1), (BUSY, 1, b"")),
        (record(ABORTED), (RUN, NOW + 1, b"")),
        (record(KEPT, response=b"kept"), (REPLAY, 0, b"kept")),
        (record(TOO_LONG, response=b"head"), (UNREPEATABLE, 0, b"head")),
    ],
)
def test_a_record_says_what_becomes_of_the_next_claim(one: Record, answer: tuple[int, int, bytes]) -> None:
    assert one.claim() == answer


@pytest.mark.parametrize("state", [RUNNING, ABORTED, KEPT, TOO_LONG])
def test_another_fingerprint_is_a_mismatch_in_every_state_and_changes_nothing(state: int) -> None:
    one = record(state)
    before = one.entry
    assert one.claim(OTHER) == (MISMATCH, 0, b"")
    assert one.entry == before


@pytest.mark.parametrize(("restartable", "answer"), [(1, TAKEOVER), (0, UNKNOWN)])
@pytest.mark.parametrize("lapsed", [0, 1, LOCK])
def test_a_lock_lapses_at_its_instant(restartable: int, answer: int, lapsed: int) -> None:
    assert record(RUNNING, locked=NOW - lapsed).claim(restartable=restartable)[0] == answer


def test_a_record_ends_at_its_instant() -> None:
    one = record(KEPT)
    one.now = NOW + SPAN - 1
    assert one.claim()[0] == REPLAY
    one.now += 1
    assert one.claim(OTHER) == (RUN, one.now, b"")


def test_a_clock_that_went_back_holds_nobody_up_for_longer_than_one_lock() -> None:
    one = record(RUNNING, locked=NOW + 9_000)
    assert one.claim() == (BUSY, LOCK, b"")
    one.now += LOCK
    assert one.claim()[0] == TAKEOVER


# ------------------------------------------------------------------------------------------- settlements


@pytest.mark.parametrize("state", [RUNNING, ABORTED, KEPT, TOO_LONG])
def test_the_last_run_settles_and_no_other(state: int) -> None:
    one = record(RUNNING)
    before = one.entry
    assert one.settle(NOW - 1, state, b"x") == 0
    assert one.settle(NOW + 1, state, b"x") == 0
    assert one.entry == before
    one.now += 5
    assert one.settle(NOW, state, b"x") == 1
    assert one.entry == (NOW + 5 + SPAN, state, NOW, NOW + 5 + LOCK, LOCK, SAME, b"x")


@pytest.mark.parametrize("ended", [ABORTED, KEPT, TOO_LONG])
@pytest.mark.parametrize("state", [RUNNING, ABORTED, KEPT, TOO_LONG])
def test_what_is_settled_stays_settled_also_for_a_renewal_that_comes_late(ended: int, state: int) -> None:
    one = record(ended, response=b"kept")
    before = one.entry
    assert one.settle(NOW, state, b"late") == 0
    assert one.entry == before


def test_a_renewal_holds_for_another_lock_also_where_it_has_lapsed_and_nobody_came() -> None:
    one = record(RUNNING, locked=NOW - 1)
    assert one.settle(NOW, RUNNING) == 1
    assert one.claim() == (BUSY, LOCK, b"")


def test_a_renewal_after_a_takeover_does_not_steal() -> None:
    one = record(RUNNING, locked=NOW)
    _, fence, _ = one.claim()
    before = one.entry
    assert one.settle(NOW, RUNNING) == 0
    assert one.entry == before
    assert one.settle(fence, KEPT, b"second") == 1


@pytest.mark.parametrize("entry", [None, (NOW, KEPT, NOW + 9, NOW, LOCK, OTHER, b"over")])
def test_a_record_that_was_lost_or_is_over_is_written_anew(entry: Entry | None) -> None:
    one = Record(entry)
    assert one.settle(NOW, KEPT, b"x") == 1
    assert one.claim() == (REPLAY, 0, b"x")


# -------------------------------------------------------------------------------------- whatever comes

_moves = st.sampled_from([0, 0, 1, LOCK - 1, LOCK, SPAN, -1, -LOCK])
_steps = st.tuples(
    _moves,
    st.one_of(
        st.tuples(st.just("claim"), st.sampled_from([SAME, SAME, OTHER]), st.sampled_from([1, 1, 0])),
        st.tuples(
            st.just("settle"), st.integers(1, 3), st.sampled_from([RUNNING, RUNNING, ABORTED, KEPT, TOO_LONG])
        ),
    ),
)


@given(st.lists(_steps, max_size=40))
def test_whatever_comes_fences_grow_and_only_the_last_run_has_a_say(steps: list[tuple[int, Any]]) -> None:
    """The last is the one that claimed last, or that wrote a record anew which was over."""
    one, fences, last = Record(), [0, 0, 0], 0
    for move, (what, *words) in steps:
        one.now += move
        if what == "claim":
            answer, number, _ = one.claim(words[0], restartable=words[1])
            if answer in (RUN, TAKEOVER):
                assert number > fences[-1]
                fences.append(number)
                last = number
            else:
                assert answer != BUSY or 0 < number <= LOCK
        else:
            is_over = one.entry is None or cast("tuple[int, ...]", one.entry)[0] <= one.now
            fence = fences[-words[0]]
            if one.settle(fence, words[1], b"x"):
                assert is_over or fence == last
                last = fence


@given(st.lists(st.sampled_from([0, 1, LOCK // 3, LOCK // 2, LOCK - 1, -1, -LOCK]), max_size=30))
def test_a_run_that_is_renewed_before_its_lock_lapses_is_never_taken_over(moves: list[int]) -> None:
    one = Record()
    _, fence, _ = one.claim()
    for move in moves:
        one.now += move
        assert one.claim()[0] == BUSY
        assert one.settle(fence, RUNNING) == 1
    assert one.settle(fence, KEPT, b"x") == 1
    assert one.settle(fence, RUNNING) == 0
    assert one.claim() == (REPLAY, 0, b"x")
