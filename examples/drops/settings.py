"""What an operator can set, and what tests inject."""

from __future__ import annotations

import os

from examples.identity.deployment import Deployment


class Settings(Deployment, frozen=True, kw_only=True):
    """Settings of one running service.

    Attributes:
        source_hosts: hosts, with their port if it is not the usual one, that files may be fetched from.
        source_seconds: the longest that one file may take to fetch.
    """

    source_hosts: frozenset[str] = frozenset()
    source_seconds: float = 5


def read_settings() -> Settings:
    """Reads DROPS_SOURCE_HOSTS (commas between), and what `Deployment.from_environment` reads."""
    hosts = os.environ.get("DROPS_SOURCE_HOSTS", "").split(",")
    return Settings.from_environment("drops", source_hosts=frozenset(filter(None, hosts)))
