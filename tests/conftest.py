"""How properties and coroutines run in the tests."""

from __future__ import annotations

import os

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
