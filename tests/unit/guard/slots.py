"""What tests of concurrency share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any, cast

import pytest

from failwell.guard.cap import Cap
from failwell.guard.concurrency import Concurrency, ConcurrencyDenied, Slot
from failwell.store import Memory
from failwell.typing import Facts, Key
from tests.parts.program import PATIENCE
from tests.unit.guard.frozen_clock import FrozenClock


class DeniedError(Exception):
    def __init__(self, denied: ConcurrencyDenied) -> None:
        super().__init__(denied)
        self.denied = denied


ACCOUNT = Cap("account", 2)
FACTS = Facts(method="POST", path="/v1/sessions", query="", field=lambda _: None)


def guard_of(clock: FrozenClock, *caps: Cap, **options: Any) -> Concurrency:
    given: dict[str, Any] = {"store": Memory(clock=clock), "problem": DeniedError, **options}
    return Concurrency(*(caps or (ACCOUNT,)), **given)


def entries_of(store: Memory) -> list[tuple[int, ...]]:
    """What is kept of each cap: the latest end of a lease, then of each slot its end and its id."""
    return list(cast("dict[Key, tuple[int, ...]]", store._entries).values())


async def turn_until(reached: Callable[[], bool]) -> None:
    """Lets other tasks run until something has been reached."""
    async with asyncio.timeout(PATIENCE):
        while not reached():  # noqa: ASYNC110 - tasks of the guard have nothing else to tell it by
            await asyncio.sleep(0)


def denied(take: Callable[[], object]) -> ConcurrencyDenied:
    with pytest.raises(DeniedError) as caught:
        take()
    return caught.value.denied


def free(guard: Concurrency, **subjects: Any) -> int:
    """Slots that are to be had, by taking and giving them back."""
    slots: list[Slot] = []
    with suppress(DeniedError):
        while True:
            slots.append(guard.acquire(**subjects))
    for slot in slots:
        slot.release()
    return len(slots)
