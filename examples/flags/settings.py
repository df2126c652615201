"""What an operator can set, and what tests inject."""

from __future__ import annotations

import os

from examples.identity.deployment import Deployment


class Settings(Deployment, frozen=True, kw_only=True):
    """Settings of one running service.

    Attributes:
        site: where browsers find it; what links in mails begin with.
        hosted: whether people join by invitation only; otherwise whoever reads a magic link has an account.
        requests_per_minute: of an organisation, by all of its tokens together.
    """

    site: str = "http://127.0.0.1:8000"
    hosted: bool = True
    requests_per_minute: int = 600


def read_settings() -> Settings:
    """Reads FLAGS_SITE, FLAGS_HOSTED (`no` for your own), and what `Deployment.from_environment` reads."""
    site = os.environ.get("FLAGS_SITE", "") or "http://127.0.0.1:8000"
    hosted = os.environ.get("FLAGS_HOSTED", "") != "no"
    return Settings.from_environment("flags", site=site, hosted=hosted)
