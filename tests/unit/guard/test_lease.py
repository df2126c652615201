"""Leases over a store in memory: who gets them, what the loser is told, how they are given back."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest

from failwell.guard.lease import LONGEST_HOLDER, HeldLease, Lease, LeaseDenied
from failwell.guard.subject import Subject
from failwell.store import Memory
from tests.unit.guard.frozen_clock import FrozenClock
from tests.unit.guard.leases import Fragile, PairModeConflict, denied, takeover


@pytest.fixture
def store(clock: FrozenClock) -> Fragile:
    return Fragile(clock)


@pytest.fixture
def lease(store: Fragile) -> Lease:
    return takeover(store)


def seen(lease: Lease) -> HeldLease:
    told = lease.peek("session")
    assert told is not None
    return told


# ---------------------------------------------------------------------------- taken, renewed, given back


def test_who_comes_first_has_it(lease: Lease, clock: FrozenClock) -> None:
    assert lease.acquire("session", holder="ann") == HeldLease(
        subject="session", holder="ann", fence=clock.now, expires_in=30, take=1
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
    assert (again.fence, again.expires_in, again.renewed, again.take) == (held.fence, 30, True, 2)
    clock.move(20)
    assert lease.renew(held) == HeldLease(
        subject="session", holder="ann", fence=held.fence, expires_in=30, renewed=True, take=1
    )
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
    assert seen(lease).holder == "bob"
    lease.release(other)
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
    assert lease.verify("session", present.fence)
    assert denied(lambda: lease.renew(former)).winner == "ann"


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["the first goes first", "the second goes first"])
def test_what_a_holder_took_twice_is_free_when_both_takes_are_given_back(
    lease: Lease, order: tuple[int, int]
) -> None:
    takes = [lease.acquire("session", holder="ann") for _ in range(2)]
    early, late = (takes[number] for number in order)
    lease.release(early)
    lease.release(early)
    assert denied(lambda: lease.acquire("session", holder="bob")).winner == "ann"
    assert denied(lambda: lease.renew(early)).winner == "ann"
    assert lease.renew(late).take == late.take
    lease.release(late)
    assert lease.peek("session") is None


def test_what_peek_told_gives_back_all_takes(lease: Lease) -> None:
    takes = [lease.acquire("session", holder="ann") for _ in range(3)]
    whole = seen(lease)
    assert (whole.take, lease.renew(whole).take) == (0, 0)
    lease.release(whole)
    assert lease.peek("session") is None
    for take in takes:
        assert denied(lambda take=take: lease.renew(take)).winner == ""  # type: ignore[misc]


def test_a_fence_that_was_kept_is_as_good_as_the_lease(lease: Lease, clock: FrozenClock) -> None:
    kept = lease.acquire("session", holder="ann").fence
    clock.move(20)
    again = HeldLease(subject="session", holder="ann", fence=kept, expires_in=0)
    assert lease.renew(again).expires_in == 30
    lease.release(again)
    assert lease.peek("session") is None


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
    assert held == HeldLease(subject="session", holder="ann", fence=clock.now, expires_in=30, take=1)
    with pytest.raises(PairModeConflict):
        await lease.aacquire("session", holder="bob")
    clock.move(5)
    renewed = await lease.arenew(held)
    assert (renewed.fence, renewed.expires_in, renewed.renewed) == (held.fence, 30, True)
    assert await lease.apeek("session") == lease.peek("session")
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
    lease = takeover(Memory(clock=clock))
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
    lease = takeover(Memory(clock=clock))
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
    lease.release(held)
    assert lease.peek("session") is None


def test_of_two_blocks_side_by_side_the_last_gives_it_back(lease: Lease) -> None:
    first, second = (lease.hold("session", holder="ann") for _ in range(2))
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert denied(lambda: lease.acquire("session", holder="bob")).winner == "ann"
    second.__exit__(None, None, None)
    assert lease.acquire("session", holder="bob").take == 1


def test_with_does_not_take_it_from_another(lease: Lease) -> None:
    held = lease.acquire("session", holder="ann")
    with pytest.raises(PairModeConflict), lease.hold("session", holder="bob"):
        raise AssertionError
    assert lease.verify("session", held.fence)


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
