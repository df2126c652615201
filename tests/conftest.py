"""How properties and coroutines run in the tests, and that no test leaves its logging to the next."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

# `make soak` chooses the thorough profile; on CI the small one finds the same examples every time.
settings.register_profile(
    "small",
    max_examples=50,
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.too_slow],  # a busy machine is not a finding
)
settings.register_profile(
    "soak", max_examples=5000, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "small"))


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Tests marked `anyio` run on asyncio, the loop that servers use."""
    return "asyncio"


@pytest.fixture(autouse=True)
def loggers_as_before() -> Iterator[None]:
    """Frameworks that configure logging (Litestar sets the root logger's level) do so for one test only."""
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    yield
    root.setLevel(level)
    root.handlers[:] = handlers
