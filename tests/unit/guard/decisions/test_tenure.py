"""The decisions of leases, with a clock that also goes back, against what has to hold whatever happens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, cast

from hypothesis import example, given
from hypothesis import strategies as st

from failwell.guard.decisions.tenure import (
    ACQUIRE,
    FREE,
    LOOK,
    MOST_TAKES,
    RELEASE,
    RENEW,
    RENEWED,
    TAKEN,
    WHOLE,
    acquire,
)
from failwell.store import Memory
from failwell.typing import Entry, Key, Transition, Value
from tests.unit.guard.frozen_clock import FrozenClock

KEY = "lease:takeover:s:session"
TTL = 100


class Granted(NamedTuple):
    said: int
    fence: int
    ahead: int
    holder: bytes
    take: int = WHOLE


class Tenure:
    """One subject in a store in memory."""

    def __init__(self) -> None:
        self.clock = FrozenClock()
        self.store = Memory(clock=self.clock)

    def acquire(self, holder: bytes, ttl: int = TTL) -> Granted:
        return self._granted(ACQUIRE, holder, ttl)

    def renew(self, holder: bytes, fence: int, take: int = WHOLE, ttl: int = TTL) -> Granted:
        return self._granted(RENEW, holder, fence, take, ttl)

    def release(self, holder: bytes, fence: int, take: int = WHOLE) -> bool:
        return bool(self._run(RELEASE, holder, fence, take)[0])

    def look(self) -> Granted:
        return self._granted(LOOK)

    def _granted(self, transition: Transition, *args: Value) -> Granted:
        return Granted(*cast("tuple[int, int, int, bytes, int]", tuple(self._run(transition, *args))))

    def _run(self, transition: Transition, *args: Value) -> Sequence[Value]:
        return self.store.run(transition, [KEY], [(*args, 2 * TTL)])


def test_a_lease_is_free_at_the_very_microsecond_at_which_it_lapses() -> None:
    tenure = Tenure()
    fence = tenure.clock.now
    assert tenure.acquire(b"a") == (TAKEN, fence, TTL, b"a", 1)
    tenure.clock.now += TTL - 1
    assert tenure.acquire(b"b") == (FREE, fence, 1, b"a", WHOLE)
    assert tenure.look() == (TAKEN, fence, 1, b"a", WHOLE)
    tenure.clock.now += 1
    assert tenure.look() == (FREE, 0, 0, b"", WHOLE)
    assert tenure.renew(b"a", fence) == (FREE, fence, 0, b"", WHOLE)
    assert not tenure.release(b"a", fence)
    assert tenure.acquire(b"b") == (TAKEN, fence + TTL, TTL, b"b", 1)


def test_the_same_holder_extends_its_lease_and_keeps_the_fence() -> None:
    tenure = Tenure()
    fence = tenure.acquire(b"a").fence
    tenure.clock.now += TTL - 1
    assert tenure.acquire(b"a") == (RENEWED, fence, TTL, b"a", 2)
    tenure.clock.now += TTL - 1
    assert tenure.renew(b"a", fence, 1) == (RENEWED, fence, TTL, b"a", 1)
    assert tenure.acquire(b"b") == (FREE, fence, TTL, b"a", WHOLE)


def test_only_the_holder_with_its_fence_can_renew_or_release() -> None:
    tenure = Tenure()
    fence = tenure.acquire(b"a").fence
    for holder, number in ((b"b", fence), (b"a", fence - 1), (b"a", fence + 1), (b"", fence)):
        assert tenure.renew(holder, number) == (FREE, fence, TTL, b"a", WHOLE)
        assert not tenure.release(holder, number)
    assert tenure.release(b"a", fence)
    assert not tenure.release(b"a", fence)
    assert tenure.look() == (FREE, 0, 0, b"", WHOLE)


def test_a_lease_that_is_taken_twice_is_free_when_both_takes_are_given_back() -> None:
    for first, second in ((1, 2), (2, 1)):
        tenure = Tenure()
        fence = tenure.acquire(b"a").fence
        assert tenure.acquire(b"a").take == 2
        assert tenure.release(b"a", fence, first)
        assert not tenure.release(b"a", fence, first)
        assert tenure.renew(b"a", fence, first) == (FREE, fence, TTL, b"a", WHOLE)
        assert tenure.acquire(b"b").said == FREE
        assert tenure.renew(b"a", fence, second).said == RENEWED
        assert tenure.release(b"a", fence, second)
        assert tenure.acquire(b"b").said == TAKEN


def test_a_number_of_a_take_does_not_come_again_within_a_tenure() -> None:
    tenure = Tenure()
    fence = tenure.acquire(b"a").fence
    for take in range(2, 5):
        assert tenure.acquire(b"a").take == take
        assert tenure.release(b"a", fence, take)
    assert tenure.look().ahead == TTL


def test_a_whole_tenure_is_renewed_and_given_back_with_all_its_takes() -> None:
    tenure = Tenure()
    fence = tenure.acquire(b"a").fence
    tenure.acquire(b"a")
    assert tenure.renew(b"a", fence, WHOLE).said == RENEWED
    assert tenure.release(b"a", fence, WHOLE)
    for take in (WHOLE, 1, 2):
        assert tenure.renew(b"a", fence, take).said == FREE
    assert tenure.acquire(b"b").said == TAKEN


def test_giving_one_take_back_leaves_the_time_of_the_others_as_it_was() -> None:
    tenure = Tenure()
    fence = tenure.acquire(b"a").fence
    tenure.acquire(b"a")
    tenure.clock.now += TTL - 1
    assert tenure.release(b"a", fence, 2)
    assert tenure.look().ahead == 1


def test_of_too_many_takes_the_oldest_end_with_the_tenure_only() -> None:
    tenure = Tenure()
    fence = tenure.acquire(b"a").fence
    last = [tenure.acquire(b"a").take for _ in range(2 * MOST_TAKES)][-1]
    assert last == 2 * MOST_TAKES + 1
    assert not tenure.release(b"a", fence, 1)
    for take in range(last - MOST_TAKES + 2, last + 1):
        assert tenure.release(b"a", fence, take)
    assert tenure.acquire(b"b").said == FREE
    assert tenure.release(b"a", fence, WHOLE)
    assert tenure.acquire(b"b").said == TAKEN


def test_a_fence_grows_while_the_clock_stands_still() -> None:
    tenure = Tenure()
    fences = []
    for _ in range(5):
        _, fence, _, holder, _ = tenure.acquire(b"a")
        fences.append(fence)
        assert tenure.release(holder, fence)
    assert fences == [tenure.clock.now + step for step in range(5)]


def test_a_fence_grows_after_the_entry_was_forgotten() -> None:
    tenure = Tenure()
    fence = tenure.acquire(b"a").fence
    tenure.clock.now += 1
    tenure.store.clear()
    assert tenure.acquire(b"b") == (TAKEN, fence + 1, TTL, b"b", 1)


def test_a_fence_grows_after_the_clock_went_back_by_an_hour() -> None:
    tenure = Tenure()
    fence = tenure.acquire(b"a").fence
    assert tenure.release(b"a", fence)
    tenure.clock.move(-3_600)
    assert tenure.acquire(b"b") == (TAKEN, fence + 1, TTL, b"b", 1)
    tenure.clock.now += 10 * TTL  # long over, and yet not forgotten
    assert tenure.acquire(b"c") == (TAKEN, fence + 2, TTL, b"c", 1)


def test_when_the_clock_goes_back_nobody_is_locked_out_longer_than_one_ttl() -> None:
    tenure = Tenure()
    fence = tenure.acquire(b"a").fence
    tenure.clock.move(-3_600)
    assert tenure.look() == (TAKEN, fence, TTL, b"a", WHOLE)
    for left in range(TTL, 0, -1):
        assert tenure.acquire(b"b") == (FREE, fence, left, b"a", WHOLE)
        tenure.clock.now += 1
    assert tenure.acquire(b"b") == (TAKEN, fence + 1, TTL, b"b", 1)


def test_what_was_given_back_stays_so_when_the_clock_goes_back() -> None:
    tenure = Tenure()
    fence = tenure.acquire(b"a").fence
    tenure.clock.now += TTL // 2
    assert tenure.release(b"a", fence)
    tenure.clock.now -= TTL // 4
    assert tenure.look() == (FREE, 0, 0, b"", WHOLE)


def test_a_shorter_ttl_of_another_does_not_shorten_what_is_held() -> None:
    """As happens while a new version is rolled out."""
    tenure = Tenure()
    fence = tenure.acquire(b"a", 3 * TTL).fence
    assert tenure.acquire(b"b", TTL) == (FREE, fence, 3 * TTL, b"a", WHOLE)
    assert tenure.look() == (TAKEN, fence, 3 * TTL, b"a", WHOLE)


def test_a_denial_writes_nothing_unless_the_clock_went_back() -> None:
    key, entry = KEY, (1_200, 1_100, TTL, 900, b"a", 3, 1, 3)
    entries: dict[Key, Entry] = {key: entry}
    args = [(b"b", TTL, 2 * TTL)]
    assert acquire(entries.get, 1_000, [key], args)[0] == {}
    assert acquire(entries.get, 999, [key], args)[0] == {key: (1_199, 1_099, TTL, 900, b"a", 3, 1, 3)}
    assert acquire(entries.get, 500, [key], args)[0] == {key: (901, 600, TTL, 900, b"a", 3, 1, 3)}


def test_the_steps_have_names_of_their_own() -> None:
    steps = [ACQUIRE, RENEW, RELEASE, LOOK]
    assert [step.name for step in steps] == ["lease-acquire", "lease-renew", "lease-release", "lease-look"]


steps = st.lists(
    st.one_of(
        st.tuples(st.just("acquire"), st.sampled_from([b"a", b"b", b"c"])),
        st.tuples(st.just("renew"), st.integers(0, 3)),
        st.tuples(st.just("release"), st.integers(0, 3)),
        st.tuples(st.just("release whole"), st.integers(0, 3)),
        st.tuples(
            st.just("move"), st.integers(0, 3 * TTL) | st.sampled_from([-1, -TTL, -50 * TTL, 50 * TTL])
        ),
    ),
    max_size=60,
)


class Model:
    """A lease as one imagines it, where the clock only goes forward.

    Attributes:
        takes: all that were granted: of each the holder, the fence and the number.
        held: those of the last tenure that were not given back.
        left: how long it lasts.
    """

    def __init__(self) -> None:
        self.takes: list[tuple[bytes, int, int]] = []
        self.held: set[tuple[bytes, int, int]] = set()
        self.left = 0

    @property
    def holder(self) -> bytes:
        return self.takes[-1][0] if self.left > 0 else b""


@given(steps)
@example([("acquire", b"a"), ("move", -50 * TTL), ("move", TTL - 1), ("move", 1), ("acquire", b"b")])
@example([("acquire", b"a"), ("move", TTL), ("release", 0), ("move", -1), ("renew", 0)])
@example([("acquire", b"a"), ("acquire", b"a"), ("release", 1), ("renew", 1), ("renew", 0), ("release", 0)])
def test_whatever_happens_one_holds_and_fences_grow(steps: list[tuple[str, bytes | int]]) -> None:
    tenure, model = Tenure(), Model()
    for what, value in steps:
        if what == "move":
            passed = cast("int", value)
            tenure.clock.now += passed
            model.left -= passed
            if passed < 0:  # what was held is held for up to one ttl from the next that asks, and no longer
                model.left = tenure.look().ahead
                assert model.left <= TTL
                assert not model.left or tenure.acquire(b"z").said == FREE
        elif what == "acquire":
            _acquire(tenure, model, cast("bytes", value))
        elif model.takes:
            _renew_or_release(tenure, model, what, cast("int", value))
        assert tenure.look().holder == model.holder


def _acquire(tenure: Tenure, model: Model, holder: bytes) -> None:
    said, fence, ahead, winner, take = tenure.acquire(holder)
    if model.left > 0 and model.holder != holder:
        assert (said, fence, winner) == (FREE, model.takes[-1][1], model.holder)
        assert ahead == model.left
        return
    assert (ahead, winner) == (TTL, holder)
    assert (holder, fence, take) not in model.takes
    if model.left > 0:
        assert (said, fence) == (RENEWED, model.takes[-1][1])
    else:
        assert said == TAKEN
        assert all(fence > earlier for _, earlier, _ in model.takes)
        model.held = set()
    model.takes.append((holder, fence, take))
    model.held.add(model.takes[-1])
    model.left = TTL


def _renew_or_release(tenure: Tenure, model: Model, what: str, back: int) -> None:
    holder, fence, _ = one = model.takes[-1 - back % len(model.takes)]
    is_held = model.left > 0 and one in model.held
    if what == "renew":
        assert (tenure.renew(*one).said == RENEWED) is is_held
        model.left = TTL if is_held else model.left
    elif what == "release":
        assert tenure.release(*one) is is_held
        model.held -= {one} if is_held else set()  # what has lapsed cannot be given back
    else:
        is_last = model.left > 0 and (holder, fence) == model.takes[-1][:2]
        assert tenure.release(holder, fence) is is_last
        model.held = set() if is_last else model.held
    if not model.held:
        model.left = 0
