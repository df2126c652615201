"""One world for the tests of a file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from examples.flags.world import World


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World.start() as world:
        yield world


@pytest.fixture
def frozen(world: World) -> Iterator[World]:
    """A world in which time stands still until it is moved."""
    world.clock.freeze()
    yield world
    world.clock.go_on()
