"""The decisions of leases, with a clock that also goes back, against what has to hold whatever happens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from hypothesis import example, given
from hypothesis import strategies as st

from failwell.guard.decisions.tenure import ACQUIRE, FREE, LOOK, RELEASE, RENEW, RENEWED, TAKEN, acquire
from failwell.store import Memory
from failwell.typing import Entry, Key, Transition, Value
from tests.unit.guard.frozen_clock import FrozenClock

KEY = "lease:takeover:s:session"
TTL = 100


class Tenure:
    """One subject in a store in memory."""

    def __init__(self) -> None:
        self.clock = FrozenClock()
        self.store = Memory(clock=self.clock)

    def acquire(self, holder: bytes, ttl: int = TTL) -> tuple[int, int, int, bytes]:
        return self._granted(ACQUIRE, holder, ttl)

    def renew(self, holder: bytes, fence: int, ttl: int = TTL) -> tuple[int, int, int, bytes]:
        return self._granted(RENEW, holder, fence, ttl)

    def release(self, holder: bytes, fence: int) -> bool:
        return bool(self._run(RELEASE, holder, fence)[0])

    def look(self) -> tuple[int, int, int, bytes]:
        return self._granted(LOOK)

    def _granted(self, transition: Transition, *args: Value) -> tuple[int, int, int, bytes]:
        return cast("tuple[int, int, int, bytes]", tuple(self._run(transition, *args)))

    def _run(self, transition: Transition, *args: Value) -> Sequence[Value]:
        return self.store.run(transition, [KEY], [(*args, 2 * TTL)])


def test_a_lease_is_free_at_the_very_microsecond_at_which_it_lapses() -> None:
    tenure = Tenure()
    said, fence, ahead, holder = tenure.acquire(b"a")
    assert (said, fence, ahead, holder) == (TAKEN, tenure.clock.now, TTL, b"a")
    tenure.clock.now += TTL - 1
    assert tenure.acquire(b"b") == (FREE, fence, 1, b"a")
    assert tenure.look() == (TAKEN, fence, 1, b"a")
    tenure.clock.now += 1
    assert tenure.look() == (FREE, 0, 0, b"")
    assert tenure.renew(b"a", fence) == (FREE, fence, 0, b"")
    assert not tenure.release(b"a", fence)
    assert tenure.acquire(b"b") == (TAKEN, fence + TTL, TTL, b"b")


def test_the_same_holder_extends_its_lease_and_keeps_the_fence() -> None:
    tenure = Tenure()
    _, fence, _, _ = tenure.acquire(b"a")
    tenure.clock.now += TTL - 1
    assert tenure.acquire(b"a") == (RENEWED, fence, TTL, b"a")
    tenure.clock.now += TTL - 1
    assert tenure.renew(b"a", fence) == (RENEWED, fence, TTL, b"a")
    assert tenure.acquire(b"b") == (FREE, fence, TTL, b"a")


def test_only_the_holder_with_its_fence_can_renew_or_release() -> None:
    tenure = Tenure()
    _, fence, _, _ = tenure.acquire(b"a")
    for holder, number in ((b"b", fence), (b"a", fence - 1), (b"a", fence + 1), (b"", fence)):
        assert tenure.renew(holder, number) == (FREE, fence, TTL, b"a")
        assert not tenure.release(holder, number)
    assert tenure.release(b"a", fence)
    assert not tenure.release(b"a", fence)
    assert tenure.look() == (FREE, 0, 0, b"")


def test_a_fence_grows_while_the_clock_stands_still() -> None:
    tenure = Tenure()
    fences = []
    for _ in range(5):
        _, fence, _, holder = tenure.acquire(b"a")
        fences.append(fence)
        assert tenure.release(holder, fence)
    assert fences == [tenure.clock.now + step for step in range(5)]


def test_a_fence_grows_after_the_entry_was_forgotten() -> None:
    tenure = Tenure()
    _, fence, _, _ = tenure.acquire(b"a")
    tenure.clock.now += 1
    tenure.store.clear()
    assert tenure.acquire(b"b") == (TAKEN, fence + 1, TTL, b"b")


def test_a_fence_grows_after_the_clock_went_back_by_an_hour() -> None:
    tenure = Tenure()
    _, fence, _, _ = tenure.acquire(b"a")
    assert tenure.release(b"a", fence)
    tenure.clock.move(-3_600)
    assert tenure.acquire(b"b") == (TAKEN, fence + 1, TTL, b"b")
    tenure.clock.now += 10 * TTL  # long over, and yet not forgotten
    assert tenure.acquire(b"c") == (TAKEN, fence + 2, TTL, b"c")


def test_when_the_clock_goes_back_nobody_is_locked_out_longer_than_one_ttl() -> None:
    tenure = Tenure()
    _, fence, _, _ = tenure.acquire(b"a")
    tenure.clock.move(-3_600)
    assert tenure.look() == (TAKEN, fence, TTL, b"a")
    for left in range(TTL, 0, -1):
        assert tenure.acquire(b"b") == (FREE, fence, left, b"a")
        tenure.clock.now += 1
    assert tenure.acquire(b"b") == (TAKEN, fence + 1, TTL, b"b")


def test_what_was_given_back_stays_so_when_the_clock_goes_back() -> None:
    tenure = Tenure()
    _, fence, _, _ = tenure.acquire(b"a")
    tenure.clock.now += TTL // 2
    assert tenure.release(b"a", fence)
    tenure.clock.now -= TTL // 4
    assert tenure.look() == (FREE, 0, 0, b"")


def test_a_shorter_ttl_of_another_does_not_shorten_what_is_held() -> None:
    """As happens while a new version is rolled out."""
    tenure = Tenure()
    _, fence, _, _ = tenure.acquire(b"a", 3 * TTL)
    assert tenure.acquire(b"b", TTL) == (FREE, fence, 3 * TTL, b"a")
    assert tenure.look() == (TAKEN, fence, 3 * TTL, b"a")


def test_a_denial_writes_nothing_unless_the_clock_went_back() -> None:
    key, entry = KEY, (1_200, 1_100, TTL, 900, b"a")
    entries: dict[Key, Entry] = {key: entry}
    args = [(b"b", TTL, 2 * TTL)]
    assert acquire(entries.get, 1_000, [key], args)[0] == {}
    assert acquire(entries.get, 999, [key], args)[0] == {key: (1_199, 1_099, TTL, 900, b"a")}
    assert acquire(entries.get, 500, [key], args)[0] == {key: (901, 600, TTL, 900, b"a")}


def test_the_steps_have_names_of_their_own() -> None:
    steps = [ACQUIRE, RENEW, RELEASE, LOOK]
    assert [step.name for step in steps] == ["lease-acquire", "lease-renew", "lease-release", "lease-look"]


steps = st.lists(
    st.one_of(
        st.tuples(st.just("acquire"), st.sampled_from([b"a", b"b", b"c"])),
        st.tuples(st.just("renew"), st.integers(0, 3)),
        st.tuples(st.just("release"), st.integers(0, 3)),
        st.tuples(
            st.just("move"), st.integers(0, 3 * TTL) | st.sampled_from([-1, -TTL, -50 * TTL, 50 * TTL])
        ),
    ),
    max_size=60,
)


class Model:
    """A lease as one imagines it, where the clock only goes forward: the grants, and who has the last."""

    def __init__(self) -> None:
        self.grants: list[tuple[bytes, int]] = []
        self.left = 0

    @property
    def holder(self) -> bytes:
        return self.grants[-1][0] if self.left > 0 else b""


@given(steps)
@example([("acquire", b"a"), ("move", -50 * TTL), ("move", TTL - 1), ("move", 1), ("acquire", b"b")])
def test_whatever_happens_one_holds_and_fences_grow(steps: list[tuple[str, bytes | int]]) -> None:
    tenure, model = Tenure(), Model()
    for what, value in steps:
        if what == "move":
            passed = cast("int", value)
            tenure.clock.now += passed
            model.left -= passed
            if passed < 0:  # what was held is held for up to one ttl from the next that asks, and no longer
                _, _, model.left, _ = tenure.look()
                assert model.left <= TTL
                assert not model.left or tenure.acquire(b"z")[0] == FREE
        elif what == "acquire":
            _acquire(tenure, model, cast("bytes", value))
        elif model.grants:
            holder, fence = model.grants[-1 - cast("int", value) % len(model.grants)]
            is_held = model.left > 0 and (holder, fence) == model.grants[-1]
            if what == "renew":
                assert (tenure.renew(holder, fence)[0] == RENEWED) is is_held
                model.left = TTL if is_held else model.left
            else:
                assert tenure.release(holder, fence) is is_held
                model.left = 0 if is_held else model.left
        assert tenure.look()[3] == model.holder


def _acquire(tenure: Tenure, model: Model, holder: bytes) -> None:
    said, fence, ahead, winner = tenure.acquire(holder)
    if model.left > 0 and model.holder != holder:
        assert (said, fence, winner) == (FREE, model.grants[-1][1], model.holder)
        assert ahead == model.left
        return
    assert (ahead, winner) == (TTL, holder)
    if model.left > 0:
        assert (said, fence) == (RENEWED, model.grants[-1][1])
    else:
        assert said == TAKEN
        assert all(fence > earlier for _, earlier in model.grants)
        model.grants.append((holder, fence))
    model.left = TTL
