"""What guards want of a response is done once, whatever fails and whoever goes."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failwell.edge.watch import Watch
from failwell.typing import Admission, Headers

pytestmark = pytest.mark.anyio
TEXT = (("Content-Type", "text/plain"),)


class Keeper:
    def __init__(self, max_body: int = 10) -> None:
        self.max_body = max_body
        self.kept: list[tuple[int, bytes | None]] = []

    def keep(self, status: int, headers: Headers, body: bytes | None) -> None:
        self.kept.append((status, body))

    async def akeep(self, status: int, headers: Headers, body: bytes | None) -> None:
        await asyncio.sleep(0)
        self.keep(status, headers, body)


class Held:
    def __init__(self, *, is_broken: bool = False) -> None:
        self.released = 0
        self.is_broken = is_broken

    def release(self) -> None:
        self.released += 1
        if self.is_broken:
            raise OSError("the store is down")

    async def arelease(self) -> None:
        await asyncio.sleep(0)
        self.release()


def _watch(*admissions: Admission) -> Watch:
    watch = Watch()
    for admission in admissions:
        watch.take(admission)
    return watch


def test_everything_is_let_go_once_even_if_some_of_it_fails(caplog: pytest.LogCaptureFixture) -> None:
    held = [Held(), Held(is_broken=True), Held()]
    watch = _watch(*(Admission(held=one) for one in held))
    watch.over()
    watch.over()
    assert [one.released for one in held] == [1, 1, 1]
    assert caplog.messages == ["a guard could not let go of what was held"]


async def test_it_is_let_go_once_by_two_who_do_it_at_the_same_time() -> None:
    held = [Held(), Held(is_broken=True), Held()]
    watch = _watch(*(Admission(held=one) for one in held))
    await asyncio.gather(watch.aover(), watch.aover())
    assert [one.released for one in held] == [1, 1, 1]


async def test_a_request_that_is_cancelled_twice_still_lets_go_and_stays_cancelled() -> None:
    go = asyncio.Event()

    class Slow(Held):
        async def arelease(self) -> None:
            await go.wait()
            self.release()

    held = Slow()
    over = asyncio.ensure_future(_watch(Admission(held=held)).aover())
    for _ in range(2):
        await asyncio.sleep(0)
        over.cancel()
    await asyncio.sleep(0)
    assert (over.done(), held.released) == (False, 0)
    go.set()
    with pytest.raises(asyncio.CancelledError):
        await over
    assert held.released == 1


@given(parts=st.lists(st.binary(max_size=8), max_size=8), most=st.integers(0, 20))
def test_a_keeper_gets_the_whole_content_if_it_takes_so_much_and_else_none(
    parts: list[bytes], most: int
) -> None:
    keeper, other = Keeper(most), Keeper(10)
    withheld = _watch(Admission(keeper=keeper), Admission(keeper=other)).begin(200, TEXT)
    for part in parts:
        withheld.add(part)
    withheld.keep(is_whole=withheld.is_open)
    withheld.keep(is_whole=False)
    whole = b"".join(parts)
    for one in (keeper, other):
        assert one.kept == [(200, whole if len(whole) <= one.max_body else None)]


@pytest.mark.parametrize(
    ("headers", "is_open"),
    [
        ((), True),
        ((("content-type", "text/event-stream; charset=utf-8"),), False),
        ((("Content-Type", "application/x-ndjson"),), False),
        ((("Content-Length", "10"),), True),
        ((("Content-Length", "11"),), False),
        ((("Content-Length", "9" * 99),), False),
        ((("Content-Length", "odd"),), True),
    ],
)
def test_what_is_known_to_be_long_or_endless_is_not_held_back(headers: Headers, *, is_open: bool) -> None:
    assert _watch(Admission(keeper=Keeper())).begin(200, headers).is_open is is_open


async def test_a_response_that_broke_off_is_shown_without_its_content() -> None:
    keeper, held = Keeper(), Held()
    watch = _watch(Admission(keeper=keeper, held=held))
    watch.begin(200, TEXT).add(b"half")
    await watch.aover()
    assert (keeper.kept, held.released) == ([(200, None)], 1)


def test_a_request_without_a_response_shows_nothing_and_lets_go() -> None:
    keeper, held = Keeper(), Held()
    _watch(Admission(keeper=keeper, held=held)).over()
    assert (keeper.kept, held.released) == ([], 1)
