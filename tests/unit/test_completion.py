"""Work that is finished whoever is cancelled meanwhile."""

from __future__ import annotations

import asyncio

import pytest

from failwell.completion import finished


@pytest.mark.anyio
async def test_what_comes_of_the_work_is_passed_on() -> None:
    async def result() -> int:
        await asyncio.sleep(0)
        return 7

    async def failure() -> int:
        await asyncio.sleep(0)
        raise ZeroDivisionError

    assert await finished(result()) == 7
    with pytest.raises(ZeroDivisionError):
        await finished(failure())


@pytest.mark.anyio
@pytest.mark.parametrize("fails", [False, True])
async def test_a_cancellation_goes_on_when_the_work_is_done_whatever_comes_of_it(*, fails: bool) -> None:
    gate, done = asyncio.Event(), list[str]()

    async def work() -> None:
        await gate.wait()
        done.append("work")
        if fails:
            raise ZeroDivisionError

    waiting = asyncio.ensure_future(finished(work()))
    for _ in range(3):  # cancelled more than once, as by a scope of anyio
        await asyncio.sleep(0)
        waiting.cancel()
    await asyncio.sleep(0)
    assert not waiting.done()
    gate.set()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert done == ["work"]


@pytest.mark.anyio
async def test_work_that_is_cancelled_itself_is_over() -> None:
    async def work() -> None:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await finished(work())


def test_another_event_loop_awaits_the_work_as_it_is() -> None:
    async def work() -> int:
        return 7

    with pytest.raises(StopIteration) as end:
        finished(work()).send(None)
    assert end.value.value == 7
