"""Leases over a store in memory: who gets them, what the loser is told, how they are given back."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest

from failwell.answers import Refused
from failwell.exceptions import DeclarationError
from failwell.guard.lease import LONGEST_HOLDER, HeldLease, Lease, LeaseDenied
from failwell.guard.outage import Unavailable
from failwell.guard.subject import Subject
from failwell.store import Memory
from failwell.typing import Args, Facts, Guard, Key, StoreUnavailableError, Transition, Value
from tests.unit.guard.frozen_clock import FrozenClock


class PairModeConflict(Exception):
    def __init__(self, denied: LeaseDenied) -> None:
        super().__init__(denied)
        self.denied = denied


class Fragile:
    """A store in memory that is down whenever a test says so."""

    def __init__(self, clock: FrozenClock, *, stand_in: Memory | None = None) -> None:
        self.memory, self.stand_in, self.is_down = Memory(clock=clock), stand_in, False

    def run(
        self, transition: Transition, keys: Sequence[Key], args: Sequence[Args], group: str | None = None
    ) -> Sequence[Value]:
        if self.is_down:
            raise StoreUnavailableError("down")
        return self.memory.run(transition, keys, args, group)

    async def arun(
        self, transition: Transition, keys: Sequence[Key], args: Sequence[Args], group: str | None = None
    ) -> Sequence[Value]:
        await asyncio.sleep(0)  # as a store outside the process does: here a cancellation can strike
        return self.run(transition, keys, args, group)


@pytest.fixture
def store(clock: FrozenClock) -> Fragile:
    return Fragile(clock)


@pytest.fixture
def lease(store: Fragile) -> Lease:
    return Lease("takeover", ttl=30, store=store, problem=PairModeConflict)


def denied(ask: Callable[[], object]) -> LeaseDenied:
    with pytest.raises(PairModeConflict) as caught:
        ask()
    return caught.value.denied


# ---------------------------------------------------------------------------- taken, renewed, given back


def test_who_comes_first_has_it(lease: Lease, clock: FrozenClock) -> None:
    assert lease.acquire("session", holder="ann") == HeldLease(
        subject="session", holder="ann", fence=clock.now, expires_in=30
    )


def test_who_comes_second_is_told_who_came_first(lease: Lease, clock: FrozenClock) -> None:
    lease.acquire("session", holder="ann")
    clock.move(10.5)
    assert denied(lambda: lease.acquire("session", holder="bob")) == LeaseDenied(
        subject="session", winner="ann", retry_after=20
    )


def test_the_wait_is_whole_seconds_and_honoured_exactly_it_is_free(lease: Lease, clock: FrozenClock) -> None:
    lease.acquire("session", holder="ann")
    clock.now += 29_999_999
    wait = denied(lambda: lease.acquire("session", holder="bob")).retry_after
    assert wait == 1
    clock.move(wait)
    assert lease.acquire("session", holder="bob").fence == clock.now


def test_a_lease_can_last_parts_of_a_second(store: Fragile, clock: FrozenClock) -> None:
    lease = Lease("takeover", ttl=0.25, store=store)
    assert lease.acquire("session", holder="ann").expires_in == 0.25
    clock.now += 249_999
    assert lease.peek("session") is not None
    clock.now += 1
    assert lease.peek("session") is None


def test_the_same_holder_keeps_it_and_its_fence(lease: Lease, clock: FrozenClock) -> None:
    held = lease.acquire("session", holder="ann")
    clock.move(20)
    again = lease.acquire("session", holder="ann")
    assert (again.fence, again.expires_in, again.renewed) == (held.fence, 30, True)
    clock.move(20)
    assert lease.renew(held) == again
    assert denied(lambda: lease.acquire("session", holder="bob")).retry_after == 30


def test_who_is_too_late_cannot_renew(lease: Lease, clock: FrozenClock) -> None:
    held = lease.acquire("session", holder="ann")
    clock.move(30)
    assert denied(lambda: lease.renew(held)) == LeaseDenied(subject="session", winner="", retry_after=1)
    lease.acquire("session", holder="bob")
    assert denied(lambda: lease.renew(held)).winner == "bob"


def test_giving_back_twice_is_giving_back_once(lease: Lease) -> None:
    held = lease.acquire("session", holder="ann")
    lease.release(held)
    assert lease.peek("session") is None
    other = lease.acquire("session", holder="bob")
    lease.release(held)
    assert lease.peek("session") == other
    again = lease.acquire("session", holder="bob")
    lease.release(again)
    lease.release(again)
    assert lease.peek("session") is None


def test_a_former_lease_of_the_same_holder_cannot_give_back_the_present_one(
    lease: Lease, clock: FrozenClock
) -> None:
    former = lease.acquire("session", holder="ann")
    clock.move(30)
    present = lease.acquire("session", holder="ann")
    assert present.fence > former.fence
    assert not present.renewed
    lease.release(former)
    assert lease.peek("session") == present


def test_peek_tells_who_holds_it_and_changes_nothing(lease: Lease, clock: FrozenClock) -> None:
    assert lease.peek("session") is None
    held = lease.acquire("session", holder="ann")
    clock.move(12)
    for _ in range(2):
        assert lease.peek("session") == HeldLease(
            subject="session", holder="ann", fence=held.fence, expires_in=18
        )
    clock.move(18)
    assert lease.peek("session") is None


def test_subjects_and_leases_of_other_names_are_apart(store: Fragile, lease: Lease) -> None:
    edit = Lease("edit", ttl=30, store=store)
    subjects: list[Subject] = ["1", 1, b"1", UUID(int=1)]
    for number, subject in enumerate(subjects):
        lease.acquire(subject, holder=f"ann {number}")
        edit.acquire(subject, holder=f"bob {number}")
    assert [getattr(lease.peek(subject), "holder", "") for subject in subjects] == [
        f"ann {number}" for number in range(4)
    ]


@pytest.mark.parametrize("holder", ["ä\ud800\x00", "a" * LONGEST_HOLDER, "{x}:s:y", " "])
def test_the_loser_is_told_the_winner_as_it_called_itself(lease: Lease, holder: str) -> None:
    held = lease.acquire("session", holder=holder)
    assert denied(lambda: lease.acquire("session", holder="bob")).winner == holder
    lease.release(held)
    assert lease.peek("session") is None


@pytest.mark.anyio
async def test_coroutines_get_the_same_answers(lease: Lease, clock: FrozenClock) -> None:
    held = await lease.aacquire("session", holder="ann")
    assert held == HeldLease(subject="session", holder="ann", fence=clock.now, expires_in=30)
    with pytest.raises(PairModeConflict):
        await lease.aacquire("session", holder="bob")
    clock.move(5)
    renewed = await lease.arenew(held)
    assert (renewed.fence, renewed.expires_in, renewed.renewed) == (held.fence, 30, True)
    assert await lease.apeek("session") == held
    assert await lease.averify("session", held.fence)
    await lease.arelease(held)
    await lease.arelease(held)
    assert await lease.apeek("session") is None
    assert not await lease.averify("session", held.fence)
    with pytest.raises(PairModeConflict):
        await lease.arenew(held)


# ---------------------------------------------------------------------------- fences


class Document:
    """What is written to; it keeps the highest fence that it saw."""

    def __init__(self) -> None:
        self.text, self.fence = "", 0

    def write(self, text: str, fence: int) -> bool:
        if fence < self.fence:
            return False
        self.text, self.fence = text, fence
        return True


def test_a_holder_whose_lease_lapses_while_it_writes_is_refused_by_its_fence(
    lease: Lease, clock: FrozenClock
) -> None:
    document = Document()
    slow = lease.acquire("session", holder="ann")
    assert denied(lambda: lease.acquire("session", holder="bob")).winner == "ann"
    clock.move(30)  # ann stands still
    assert not lease.verify("session", slow.fence)
    quick = lease.acquire("session", holder="bob")
    assert document.write("by bob", quick.fence)
    assert not document.write("by ann", slow.fence)
    assert document.text == "by bob"
    assert not lease.verify("session", slow.fence)
    assert lease.verify("session", quick.fence)
    assert denied(lambda: lease.acquire("session", holder="ann")).winner == "bob"


def test_a_fence_grows_from_holder_to_holder(lease: Lease) -> None:
    fences = []
    for holder in "abcde":
        with lease.hold("session", holder=holder) as held:
            fences.append(held.fence)
    assert fences == sorted(set(fences))


def test_a_fence_grows_after_its_entry_was_pushed_out(clock: FrozenClock) -> None:
    lease = Lease("takeover", ttl=30, store=Memory(max_subjects=2, clock=clock))
    held = lease.acquire("session", holder="ann")
    for number in range(5):
        clock.now += 1
        lease.acquire(number, holder="bob")
    assert lease.peek("session") is None
    assert lease.acquire("session", holder="bob").fence > held.fence


# ---------------------------------------------------------------------------- races


def test_of_racing_threads_exactly_one_wins(clock: FrozenClock) -> None:
    lease = Lease("takeover", ttl=30, store=Memory(clock=clock), problem=PairModeConflict)
    start = Barrier(64)

    def ask(number: int) -> tuple[str, bool]:
        start.wait()
        try:
            return lease.acquire("session", holder=f"{number}").holder, True
        except PairModeConflict as conflict:
            return conflict.denied.winner, False

    with ThreadPoolExecutor(64) as threads:
        answers = list(threads.map(ask, range(64)))
    assert sum(has_won for _, has_won in answers) == 1
    assert len({winner for winner, _ in answers}) == 1


def test_in_a_crowd_that_comes_and_goes_there_is_one_at_a_time(clock: FrozenClock) -> None:
    lease = Lease("takeover", ttl=30, store=Memory(clock=clock), problem=PairModeConflict)
    inside: list[str] = []
    fences: list[int] = []
    start = Barrier(16)

    def come_and_go(holder: str) -> None:
        start.wait()
        for _ in range(100):
            try:
                with lease.hold("session", holder=holder) as held:
                    inside.append(holder)
                    fences.append(held.fence)
                    assert inside == [holder]
                    inside.pop()
            except PairModeConflict:
                continue

    with ThreadPoolExecutor(16) as threads:
        for job in [threads.submit(come_and_go, f"{number}") for number in range(16)]:
            job.result()
    assert fences == sorted(set(fences))
    assert fences


# ---------------------------------------------------------------------------- with


def test_with_holds_it_and_gives_it_back(lease: Lease) -> None:
    with lease.hold("session", holder="ann") as held:
        assert lease.verify("session", held.fence)
    assert lease.peek("session") is None
    with pytest.raises(ZeroDivisionError), lease.hold("session", holder="ann"):
        raise ZeroDivisionError
    assert lease.peek("session") is None


def test_with_does_not_give_back_what_the_holder_had_before(lease: Lease) -> None:
    held = lease.acquire("session", holder="ann")
    with lease.hold("session", holder="ann"), lease.hold("session", holder="ann"):
        pass
    assert lease.verify("session", held.fence)


def test_with_does_not_take_it_from_another(lease: Lease) -> None:
    held = lease.acquire("session", holder="ann")
    with pytest.raises(PairModeConflict), lease.hold("session", holder="bob"):
        raise AssertionError
    assert lease.peek("session") == held


@pytest.mark.anyio
async def test_async_with_holds_it_and_gives_it_back(lease: Lease) -> None:
    async with lease.ahold("session", holder="ann") as held:
        async with lease.ahold("session", holder="ann") as again:
            assert again.fence == held.fence
        assert await lease.averify("session", held.fence)
    assert await lease.apeek("session") is None


@pytest.mark.anyio
async def test_a_cancelled_task_gives_it_back(lease: Lease) -> None:
    has_it = asyncio.Event()

    async def work() -> None:
        async with lease.ahold("session", holder="ann"):
            has_it.set()
            await asyncio.Event().wait()

    async with asyncio.TaskGroup() as group:
        task = group.create_task(work())
        await has_it.wait()
        task.cancel()
    assert task.cancelled()
    assert lease.peek("session") is None


@pytest.mark.anyio
async def test_a_task_that_is_cancelled_again_while_it_gives_back_does_so_all_the_same(lease: Lease) -> None:
    held = await lease.aacquire("session", holder="ann")
    task = asyncio.create_task(lease.arelease(held))
    await asyncio.sleep(0)
    for _ in range(3):
        task.cancel()
        await asyncio.sleep(0)
    with pytest.raises(asyncio.CancelledError):
        await task
    assert lease.peek("session") is None


# ---------------------------------------------------------------------------- without a problem


def test_without_a_problem_the_answer_is_409_and_when_it_is_free(store: Fragile, clock: FrozenClock) -> None:
    lease = Lease("takeover", ttl=30, store=store)
    held = lease.acquire("session", holder="ann")
    with pytest.raises(Refused, match="Somebody else") as caught:
        lease.acquire("session", holder="bob")
    assert (caught.value.status, caught.value.headers) == (409, (("Retry-After", "30"),))
    assert "ann" not in caught.value.detail
    assert caught.value.denied == LeaseDenied(subject="session", winner="ann", retry_after=30)
    clock.move(30)
    with pytest.raises(Refused, match="has lapsed") as caught:
        lease.renew(held)
    assert (caught.value.status, caught.value.headers) == (409, ())


# ---------------------------------------------------------------------------- as a guard


@pytest.mark.anyio
async def test_a_request_holds_it_until_it_is_over(lease: Lease) -> None:
    facts = Facts(method="POST", path="/", query="", field=lambda _: "")
    guard: Guard = lease
    assert not guard.needs_body
    admission = guard.admit(facts, {"subject": "session", "holder": "ann"})
    assert admission.held is not None
    with pytest.raises(PairModeConflict):
        await guard.aadmit(facts, {"subject": "session", "holder": "bob"})
    # A second request of the same holder leaves it to the first.
    assert (await guard.aadmit(facts, {"subject": "session", "holder": "ann"})).held is None
    admission.held.release()
    admission.held.release()
    assert lease.peek("session") is None

    admission = await guard.aadmit(facts, {"subject": "session", "holder": "bob"})
    assert admission.held is not None
    await admission.held.arelease()
    assert lease.peek("session") is None


# ---------------------------------------------------------------------------- without the store


def test_while_the_store_is_down_nobody_gets_it(store: Fragile, lease: Lease) -> None:
    store.is_down = True
    with pytest.raises(Refused) as caught:
        lease.acquire("session", holder="ann")
    assert (caught.value.status, caught.value.denied) == (503, Unavailable(guard="Lease"))
    with pytest.raises(Refused) as caught:
        lease.peek("session")
    assert caught.value.status == 503
    assert lease.degraded == 2


@pytest.mark.anyio
async def test_a_request_that_is_over_does_not_fail_because_the_store_is_down(
    store: Fragile, lease: Lease, clock: FrozenClock, caplog: pytest.LogCaptureFixture
) -> None:
    with lease.hold("session", holder="ann"):
        store.is_down = True
    store.is_down = False
    assert lease.peek("session") is not None
    clock.move(30)
    async with lease.ahold("session", holder="bob"):
        store.is_down = True
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert "Lease, when it is given back,: the store is down" in caplog.text


def test_where_it_is_open_everybody_gets_it(store: Fragile) -> None:
    lease = Lease("takeover", ttl=30, store=store, on_outage="open")
    known = lease.acquire("session", holder="ann")
    store.is_down = True
    for holder in ("ann", "bob"):
        with lease.hold("session", holder=holder) as held:
            assert (held.fence, held.expires_in, held.degraded) == (0, 30, True)
    assert lease.peek("session") is None
    assert not lease.verify("session", known.fence)
    assert lease.renew(known).fence == known.fence


def test_where_it_is_local_one_in_this_process_gets_it(clock: FrozenClock) -> None:
    store = Fragile(clock, stand_in=Memory(clock=clock))
    lease = Lease("takeover", ttl=30, store=store, on_outage="local", problem=PairModeConflict)
    store.is_down = True
    held = lease.acquire("session", holder="ann")
    assert held.degraded
    conflict = denied(lambda: lease.acquire("session", holder="bob"))
    assert (conflict.winner, conflict.degraded) == ("ann", True)
    assert lease.peek("session") == held
    lease.release(held)
    assert lease.acquire("session", holder="bob").fence > held.fence


# ---------------------------------------------------------------------------- mistakes


@pytest.mark.parametrize("holder", [None, 1, b"ann"])
def test_a_holder_is_a_text(lease: Lease, holder: Any) -> None:
    with pytest.raises(TypeError, match="cannot be a holder\n  To mend it"):
        lease.acquire("session", holder=holder)


@pytest.mark.parametrize("holder", ["", "a" * (LONGEST_HOLDER + 1)])
def test_a_holder_is_neither_empty_nor_endless(lease: Lease, holder: str) -> None:
    with pytest.raises(ValueError, match="and may have 1 to 256\n  To mend it"):
        lease.acquire("session", holder=holder)


def test_a_subject_is_what_can_be_one(lease: Lease) -> None:
    with pytest.raises(TypeError, match="cannot be a subject"):
        lease.acquire(None, holder="ann")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("declared", "code"),
    [
        ({"name": ""}, "lease-name"),
        ({"name": "a:b"}, "lease-name"),
        ({"name": "ä"}, "lease-name"),
        ({"name": None}, "lease-name"),
        ({"ttl": 0}, "lease-ttl"),
        ({"ttl": -1}, "lease-ttl"),
        ({"ttl": float("nan")}, "lease-ttl"),
        ({"ttl": float("inf")}, "lease-ttl"),
        ({"ttl": True}, "lease-ttl"),
        ({"ttl": "30"}, "lease-ttl"),
        ({"store": Memory}, "guard-store"),
        ({"problem": "text"}, "guard-problem"),
        ({"on_outage": "shut"}, "guard-on-outage"),
    ],
)
def test_what_cannot_be_a_lease_is_refused_when_it_is_declared(declared: dict[str, Any], code: str) -> None:
    arguments: dict[str, Any] = {"name": "takeover", "ttl": 30, "store": Memory()}
    with pytest.raises(DeclarationError) as caught:
        Lease(**arguments | declared)
    assert caught.value.code == code
