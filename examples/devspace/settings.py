"""What an operator can set, and what tests inject."""

from __future__ import annotations

import os

from examples.identity.deployment import Deployment

AI_URL = "http://127.0.0.1:9000/generate"


class Settings(Deployment, frozen=True, kw_only=True):
    """Settings of one running service.

    Attributes:
        ai_url: of the service that generates texts.
        ai_seconds: the longest that one step of asking it may take: to connect, to wait for the next bytes.
        site_url: of the pages, to which mailed links lead.
        drills: whether a file in the folder can have the database fail; see `drills.py`.
    """

    ai_url: str = AI_URL
    ai_seconds: float = 20
    site_url: str = "https://devspace.example"
    drills: bool = False


def read_settings() -> Settings:
    """Reads DEVSPACE_AI_URL, DEVSPACE_DRILLS, and what `Deployment.from_environment` reads."""
    ai_url = os.environ.get("DEVSPACE_AI_URL", AI_URL)
    return Settings.from_environment("devspace", ai_url=ai_url, drills="DEVSPACE_DRILLS" in os.environ)
