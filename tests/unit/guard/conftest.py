"""The parts that tests of guards begin with: a clock that stands still, and what follows it."""

from __future__ import annotations

import pytest

from failwell.guard import Probing, Quota
from failwell.store import Memory
from tests.unit.guard.flaky_store import FlakyStore
from tests.unit.guard.frozen_clock import FrozenClock
from tests.unit.guard.probes import SECRET
from tests.unit.guard.quotas import WallClock, quota_of


@pytest.fixture
def clock() -> FrozenClock:
    """The store's."""
    return FrozenClock()


@pytest.fixture
def store(clock: FrozenClock) -> FlakyStore:
    return FlakyStore(clock)


@pytest.fixture
def wall() -> WallClock:
    return WallClock("2026-11-21T12:00")


@pytest.fixture
def quota(store: FlakyStore, wall: WallClock) -> Quota:
    return quota_of(store, wall)


@pytest.fixture
def probing(clock: FrozenClock) -> Probing:
    return Probing(store=Memory(clock=clock), secret=SECRET)
