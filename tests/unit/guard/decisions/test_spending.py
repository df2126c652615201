"""The decisions of quotas: against a plain book while time goes on, and what holds if it goes back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from hypothesis import example, given
from hypothesis import strategies as st

from failwell.guard.decisions.spending import REFUND, SETTLE, SPEND, settle, spend
from failwell.typing import LARGEST, Entry, Key

KEY = "quota:spend.2026-11:s:a"
HOLD, KEEP, EXTRA, SPAN = 100, 10_000, 20_000, 50_000
TIMES = HOLD, KEEP, EXTRA, SPAN
LIMIT = 100
A, B = b"a" * 16, b"b" * 16


class Account:
    """One account, whose entry is kept for as long as its decisions say."""

    def __init__(self, now: int = 1_000_000) -> None:
        self.now = now
        self.entries: dict[Key, Entry] = {}

    def spend(self, amount: int, own: bytes = b"", limit: int = LIMIT) -> list[int]:
        return self._run(spend, (amount, limit, own, *TIMES))

    def settle(self, own: bytes, amount: int, lapse: int = 0, *, stored: int = 1) -> list[int]:
        return self._run(settle, (own, amount, lapse, stored, LIMIT, *TIMES))

    @property
    def entry(self) -> tuple[Any, ...]:
        return cast("tuple[Any, ...]", self.entries.get(KEY, ()))

    @property
    def used(self) -> tuple[int, int]:
        """The units that are spent, and those that are reserved."""
        _, spent, reserved, _ = self.spend(0)
        return spent, reserved

    def _run(self, decide: Any, args: tuple[Any, ...]) -> list[int]:
        written, result = decide(self.entries.get, self.now, [KEY], [args])
        self.entries |= written
        return cast("list[int]", result)


# ---------------------------------------------------------------------------- spending


def test_the_limit_itself_fits_and_one_unit_more_does_not() -> None:
    account = Account()
    assert account.spend(60) == [1, 60, 0, account.now + HOLD]
    assert account.spend(41)[:3] == [0, 60, 0]
    assert account.spend(40)[:3] == [1, 100, 0]
    assert account.spend(1)[0] == 0


def test_looking_and_a_denial_write_nothing() -> None:
    account = Account()
    assert account.spend(0)[:3] == [1, 0, 0]
    assert account.spend(101)[0] == 0
    assert account.entries == {}


def test_looking_is_admitted_above_the_limit_too() -> None:
    account = Account()
    account.spend(100)
    assert account.spend(0, limit=50)[:3] == [1, 100, 0]
    assert account.spend(1, limit=101)[0] == 1


def test_what_is_mostly_used_up_is_kept_for_longer() -> None:
    account = Account()
    account.spend(50)
    assert account.entry[0] == account.now + KEEP
    account.spend(1)
    assert account.entry[0] == account.now + KEEP + EXTRA


def test_an_entry_that_is_over_counts_for_nothing() -> None:
    account = Account()
    account.spend(50)
    account.now += KEEP - 1
    assert account.used == (50, 0)
    account.now += 1
    assert account.used == (0, 0)


# ---------------------------------------------------------------------------- reserving


def test_what_is_reserved_leaves_less_for_others_until_it_lapses() -> None:
    account = Account()
    assert account.spend(70, A) == [1, 0, 70, account.now + HOLD]
    assert account.spend(31)[0] == account.spend(31, B)[0] == 0
    account.now += HOLD - 1
    assert account.spend(31)[0] == 0
    account.now += 1
    assert account.spend(31)[:3] == [1, 31, 0]


def test_to_reserve_nothing_asks_whether_anything_is_left() -> None:
    account = Account()
    assert account.spend(0, A)[:3] == [1, 0, 0]
    assert account.spend(100)[0] == 1
    assert account.spend(0, B)[0] == 0


def test_the_first_settlement_counts() -> None:
    account = Account()
    lapse = account.spend(70, A)[3]
    assert account.settle(A, 90, lapse) == [1, 90, 0]  # more than was reserved: it was spent
    assert account.settle(A, 90, lapse) == [0, 90, 0]
    assert account.settle(A, REFUND, lapse) == [0, 90, 0]


def test_what_is_given_back_is_there_again() -> None:
    account = Account()
    account.spend(20)
    lapse = account.spend(70, A)[3]
    assert account.settle(A, REFUND, lapse) == [1, 20, 0]
    assert account.settle(A, 70, lapse) == [0, 20, 0]
    assert account.spend(80)[0] == 1


def test_a_commit_after_the_lapse_counts_once() -> None:
    account = Account()
    lapse = account.spend(70, A)[3]
    account.now = lapse
    account.spend(100)
    assert account.settle(A, 70, lapse) == [1, 170, 0]
    account.now += HOLD - 1
    assert account.settle(A, 70, lapse) == [0, 170, 0]


def test_a_commit_of_which_nothing_is_remembered_counts() -> None:
    account = Account()
    lapse = account.spend(70, A)[3]
    account.now = lapse + HOLD  # by now what was not committed is forgotten
    assert account.settle(A, 70, lapse) == [1, 70, 0]
    lost = Account()
    assert lost.settle(A, 70, lost.now + HOLD) == [1, 70, 0]  # the store lost everything
    assert lost.settle(B, REFUND, lost.now + HOLD) == [0, 70, 0]


def test_a_reservation_that_the_store_never_saw_counts_once_too() -> None:
    account = Account()
    account.spend(1)
    lapse = account.now + HOLD
    assert account.settle(A, 70, lapse, stored=1) == [0, 1, 0]  # it was settled, as far as one can tell
    assert account.settle(A, 70, lapse, stored=0) == [1, 71, 0]
    assert account.settle(A, 70, lapse, stored=0) == [0, 71, 0]


def test_a_clock_that_went_back_lets_nothing_stay_reserved_for_longer_than_a_hold() -> None:
    account = Account()
    account.spend(70, A)
    account.now -= 500_000
    assert account.spend(31)[0] == 0  # and this denial mends it
    assert account.entry[3] == account.now + HOLD
    account.now += HOLD
    assert account.spend(31)[0] == 1


# ---------------------------------------------------------------------------- whatever is asked


class Book:
    """What an account should be while time goes on: written down in full, and nothing is forgotten."""

    def __init__(self) -> None:
        self.spent = 0
        self.reserved: dict[bytes, tuple[int, int]] = {}  # by id when it lapses, and units
        self.settled: set[bytes] = set()

    def live(self, now: int) -> int:
        return sum(amount for lapse, amount in self.reserved.values() if lapse > now)

    def fits(self, amount: int, now: int) -> bool:
        return not amount or self.spent + self.live(now) + amount <= LIMIT


_amounts = st.sampled_from([0, 1, 30, 50, 99, 100, 101])
_moves = st.sampled_from([0, 0, 1, HOLD // 2, HOLD - 1, HOLD])
_steps = st.lists(
    st.tuples(_moves, st.sampled_from(["spend", "reserve", "commit", "refund"]), _amounts, st.integers(0, 5)),
    max_size=40,
)


@given(_steps)
@example([(0, "reserve", 100, 0), (HOLD, "spend", 100, 0), (0, "commit", 50, 0), (1, "commit", 50, 0)])
def test_it_agrees_with_a_book_in_which_everything_is_written(
    steps: Sequence[tuple[int, str, int, int]],
) -> None:
    account, book = Account(), Book()
    ids: list[bytes] = []
    for move, operation, amount, which in steps:
        account.now += move
        now = account.now
        if operation == "spend":
            admitted = book.fits(amount, now)
            book.spent += amount if admitted else 0
            assert account.spend(amount)[0] == admitted
        elif operation == "reserve":
            ids.append(len(ids).to_bytes(16))
            admitted = book.fits(max(amount, 1), now)
            if admitted:
                book.reserved[ids[-1]] = now + HOLD, amount
            assert account.spend(amount, ids[-1])[0] == admitted
        elif which < len(ids) and ids[which] in book.reserved:
            _settled_alike(account, book, ids[which], REFUND if operation == "refund" else amount)
        assert account.used == (book.spent, book.live(now))


def _settled_alike(account: Account, book: Book, own: bytes, amount: int) -> None:
    """Settles in both, as long as repetitions are known: for a hold after the lapse."""
    lapse, _ = book.reserved[own]
    if account.now >= lapse + HOLD:
        return
    first = own not in book.settled
    if first:
        book.settled.add(own)
        book.reserved[own] = lapse, 0
        book.spent += max(amount, 0)
    assert account.settle(own, amount, lapse)[0] == first


_jumps = st.sampled_from([0, 1, HOLD, KEEP, -1, -HOLD, -KEEP, -900_000])
_large = st.sampled_from([0, 1, 100, 2**31, LARGEST - 1, LARGEST])
_anything = st.lists(
    st.tuples(_jumps, st.booleans(), _large | st.just(REFUND), _large, st.sampled_from([b"", A, B])),
    max_size=40,
)


@given(_anything)
def test_whatever_is_asked_and_however_the_clock_goes_numbers_stay_in_range(
    steps: Sequence[tuple[int, bool, int, int, bytes]],
) -> None:
    account = Account()
    for jump, settles, amount, limit, own in steps:
        account.now = max(account.now + jump, 0)
        if settles:
            result = account.settle(own or A, amount, account.now + HOLD)
        else:
            result = account.spend(max(amount, 0), own, limit)
            _, spent, reserved, lapse = result
            assert lapse == account.now + HOLD
            if result[0] and amount > 0:
                assert spent + reserved <= max(limit, 0)
        assert all(0 <= number <= LARGEST for number in result)
        for lapse in account.entry[3::3] if account.entry and account.entry[0] > account.now else ():
            assert lapse <= account.now + HOLD or (settles and not result[0])


def test_both_steps_are_told_apart_and_have_a_twin_in_lua() -> None:
    assert {SPEND.name, SETTLE.name} == {"quota-spend", "quota-settle"}
    assert (SPEND.decide, SETTLE.decide) == (spend, settle)
    assert "local REFUND, COMMITTED, MOST = -1, -1, 9007199254740991" in SPEND.lua
    assert SETTLE.lua != SPEND.lua
