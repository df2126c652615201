"""The world of these tests: the service in a thread of this process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from examples.platform.world import World


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World.start() as world:
        yield world
