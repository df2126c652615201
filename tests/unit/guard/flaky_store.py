"""A store outside the process that goes down when a test says so."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from failwell.store import Memory
from failwell.typing import Args, Clock, Key, StoreUnavailableError, Transition, Value


class FlakyStore:
    """Memory behind a connection: coroutines wait a turn before a command is done, and one after it.

    Attributes:
        inner: what is kept outside.
        stand_in: what is kept in the process meanwhile.
        is_down: whether it cannot be asked.
        before: is called once, when the next command has arrived.
        gate: what coroutines wait for while it is set.
        waiting: how many do.
    """

    def __init__(self, clock: Clock) -> None:
        self.inner, self.stand_in = Memory(clock=clock), Memory(clock=clock)
        self.is_down = False
        self.before: Callable[[], None] | None = None
        self.gate: asyncio.Event | None = None
        self.waiting = 0

    def run(
        self, transition: Transition, keys: Sequence[Key], args: Sequence[Args], group: str | None = None
    ) -> Sequence[Value]:
        if self.is_down:
            raise StoreUnavailableError("down")
        before, self.before = self.before, None
        if before is not None:
            before()
        return self.inner.run(transition, keys, args, group)

    async def arun(
        self, transition: Transition, keys: Sequence[Key], args: Sequence[Args], group: str | None = None
    ) -> Sequence[Value]:
        if self.gate is None:
            await asyncio.sleep(0)
        else:
            self.waiting += 1
            await self.gate.wait()
        result = self.run(transition, keys, args, group)
        await asyncio.sleep(0)
        return result
