"""What renews others, by itself: what it renews, when it ends, and whom it waits for."""

from __future__ import annotations

import asyncio
import gc
import threading
from contextvars import ContextVar
from typing import Any

import pytest

from failwell.guard.heartbeat import LoopHeartbeat, TaskHeartbeat, ThreadHeartbeat
from tests.parts.program import wait_until
from tests.unit.guard.slots import turn_until

PAUSE = 0.005
WORD: ContextVar[str | None] = ContextVar("word", default=None)


class Ticket:
    """Counts its renewals, which may fail or have to wait."""

    def __init__(self) -> None:
        self.renewals = self.begun = 0
        self.is_broken = False
        self.gate: asyncio.Event | None = None

    def renew(self) -> bool:
        self.begun += 1
        if self.is_broken:
            raise ZeroDivisionError
        self.renewals += 1
        return True

    async def arenew(self) -> bool:
        if self.gate is not None:
            self.begun += 1
            await self.gate.wait()
        return self.renew()


# ------------------------------------------------------------------------------------------------ threads


def test_one_thread_renews_all_and_ends_when_there_is_nothing_to_renew() -> None:
    beats, tickets = ThreadHeartbeat(PAUSE), [Ticket() for _ in range(20)]
    before = set(threading.enumerate())
    assert not beats.is_running
    for ticket in tickets:
        beats.begin(ticket)
        beats.begin(ticket)
    assert len(set(threading.enumerate()) - before) == 1
    wait_until(lambda: all(ticket.renewals >= 2 for ticket in tickets), "all are renewed")
    for ticket in tickets:
        beats.end(ticket)
        beats.end(ticket)
    wait_until(lambda: not beats.is_running, "the thread has ended")
    beats.begin(tickets[0])
    more = tickets[0].renewals
    wait_until(lambda: tickets[0].renewals > more, "it is renewed again")
    beats.end(tickets[0])


def test_a_thread_renews_nothing_that_nobody_holds_and_ends_then() -> None:
    beats, ticket = ThreadHeartbeat(PAUSE), Ticket()
    beats.begin(ticket)
    del ticket
    gc.collect()
    wait_until(lambda: not beats.is_running, "the thread has ended")


def test_in_a_thread_one_that_fails_keeps_no_other_from_being_renewed(
    caplog: pytest.LogCaptureFixture,
) -> None:
    beats, tickets = ThreadHeartbeat(PAUSE), [Ticket(), Ticket()]
    tickets[0].is_broken = True
    for ticket in tickets:
        beats.begin(ticket)
    wait_until(lambda: tickets[0].begun >= 2 and tickets[1].renewals >= 2, "both are asked twice")
    assert "a ticket could not be renewed" in caplog.text
    for ticket in tickets:
        beats.end(ticket)


# --------------------------------------------------------------------------------- one task for one thing


@pytest.mark.anyio
async def test_a_task_renews_one_thing_until_it_is_ended() -> None:
    ticket, before = Ticket(), asyncio.all_tasks()
    beat = TaskHeartbeat(ticket, PAUSE)
    await turn_until(lambda: ticket.renewals >= 2)
    await beat.end()
    assert asyncio.all_tasks() == before


@pytest.mark.anyio
async def test_a_task_ends_soon_when_another_thread_says_so() -> None:
    ticket, before = Ticket(), asyncio.all_tasks()
    beat = TaskHeartbeat(ticket, 60)
    await asyncio.to_thread(beat.end_soon)
    await turn_until(lambda: asyncio.all_tasks() == before)
    assert ticket.begun == 0


def test_a_task_of_a_loop_that_is_closed_has_ended_already() -> None:
    async def begin() -> TaskHeartbeat:
        return TaskHeartbeat(Ticket(), 60)

    asyncio.run(begin()).end_soon()


# ------------------------------------------------------------------------------- one timer for everything


@pytest.mark.anyio
async def test_a_timer_renews_all_and_ends_when_there_is_nothing_to_renew() -> None:
    beats, tickets, before = LoopHeartbeat(PAUSE), [Ticket() for _ in range(20)], asyncio.all_tasks()
    for ticket in tickets:
        beats.begin(ticket)
        beats.begin(ticket)
    assert asyncio.all_tasks() == before
    await turn_until(lambda: all(ticket.renewals >= 2 for ticket in tickets))
    for ticket in tickets:
        await beats.end(ticket)
        await beats.end(ticket)
    assert asyncio.all_tasks() == before
    await turn_until(lambda: not beats._held)
    more = tickets[0].renewals
    beats.begin(tickets[0])
    await turn_until(lambda: tickets[0].renewals > more)
    await beats.end(tickets[0])


@pytest.mark.anyio
async def test_a_timer_renews_nothing_that_nobody_holds_and_ends_then() -> None:
    beats, ticket = LoopHeartbeat(PAUSE), Ticket()
    beats.begin(ticket)
    del ticket
    gc.collect()
    await turn_until(lambda: not beats._held)


@pytest.mark.anyio
async def test_with_a_timer_one_that_fails_keeps_no_other_from_being_renewed(
    caplog: pytest.LogCaptureFixture,
) -> None:
    beats, tickets = LoopHeartbeat(PAUSE), [Ticket(), Ticket()]
    tickets[0].is_broken = True
    for ticket in tickets:
        beats.begin(ticket)
    await turn_until(lambda: tickets[0].begun >= 2 and tickets[1].renewals >= 2)
    assert "a ticket could not be renewed" in caplog.text
    for ticket in tickets:
        await beats.end(ticket)


@pytest.mark.anyio
async def test_a_renewal_that_takes_longer_than_a_pause_is_not_begun_twice_and_its_end_is_awaited() -> None:
    beats, slow, quick, before = LoopHeartbeat(PAUSE), Ticket(), Ticket(), asyncio.all_tasks()
    slow.gate = asyncio.Event()
    beats.begin(slow)
    beats.begin(quick)
    await turn_until(lambda: quick.renewals >= 3)
    assert slow.begun == 1
    ending = asyncio.create_task(beats.end(slow))
    await turn_until(lambda: quick.renewals >= 6)
    assert not ending.done()
    slow.gate.set()
    await ending
    assert slow.renewals == 1
    await beats.end(quick)
    assert asyncio.all_tasks() == before


@pytest.mark.anyio
async def test_a_timer_does_not_keep_what_the_first_request_knew() -> None:
    seen: list[Any] = []

    class Curious(Ticket):
        async def arenew(self) -> bool:
            seen.append(WORD.get())
            return True

    WORD.set("of the first request")
    beats, ticket = LoopHeartbeat(PAUSE), Curious()
    beats.begin(ticket)
    await turn_until(lambda: len(seen) >= 2)
    await beats.end(ticket)
    assert set(seen) == {None}


def test_each_event_loop_has_a_timer_of_its_own_and_takes_it_along() -> None:
    beats, ticket = LoopHeartbeat(PAUSE), Ticket()

    async def renewed_once() -> None:
        before = ticket.renewals
        beats.begin(ticket)
        await turn_until(lambda: ticket.renewals > before)

    for _ in range(3):
        asyncio.run(renewed_once())
    gc.collect()
    assert len(beats._held) == 0
    asyncio.run(beats.end(ticket))  # in a loop that does not know it


def test_a_timer_needs_an_event_loop() -> None:
    beats = LoopHeartbeat(PAUSE)
    with pytest.raises(RuntimeError):
        beats.begin(Ticket())
