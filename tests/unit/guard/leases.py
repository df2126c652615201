"""What tests of leases share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import pytest

from failwell.guard.lease import Lease, LeaseDenied
from failwell.store import Memory
from failwell.typing import Args, Facts, Key, StoreUnavailableError, Transition, Value
from tests.unit.guard.frozen_clock import FrozenClock

FACTS = Facts(method="POST", path="/", query="", field=lambda _: None)


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


def takeover(store: Fragile | Memory) -> Lease:
    return Lease("takeover", ttl=30, store=store, problem=PairModeConflict)


def denied(ask: Callable[[], object]) -> LeaseDenied:
    with pytest.raises(PairModeConflict) as caught:
        ask()
    return caught.value.denied
