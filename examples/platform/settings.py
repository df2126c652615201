"""What an operator can set, and what tests inject."""

from __future__ import annotations

import os

from examples.identity.deployment import Deployment


class Settings(Deployment, frozen=True, kw_only=True):
    """Settings of one running service.

    Attributes:
        flags_url: the service of feature flags; without one every feature is available.
        flags_seconds: the longest that it may take to answer.
    """

    flags_url: str = ""
    flags_seconds: float = 0.3


def read_settings() -> Settings:
    """Reads PLATFORM_FLAGS_URL, and what `Deployment.from_environment` reads."""
    return Settings.from_environment("platform", flags_url=os.environ.get("PLATFORM_FLAGS_URL", ""))
