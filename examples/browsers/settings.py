"""What an operator can set, and what tests inject."""

from __future__ import annotations

import os

from examples.identity.deployment import Deployment

FIRST_REVISION = "2026-01-01"
ANTHROPIC = "https://api.anthropic.com/v1/messages"


class Settings(Deployment, frozen=True, kw_only=True):
    """Settings of one running service.

    Two things can change while it runs, as mounted files do: the revision of the terms that is in force,
    and the key of the bundled model.

    Attributes:
        page_hosts: hosts, with their port if it is not the usual one, whose pages sessions may open.
        page_seconds: the longest that a page may take to load.
        model_url: where messages to the agent's model go.
        avatar_bucket: the folder for avatars; empty where the deployment has none.
        visits_per_minute: signups, logins and the like from one network address.
    """

    page_hosts: frozenset[str] = frozenset()
    page_seconds: float = 10
    model_url: str = ANTHROPIC
    avatar_bucket: str = ""
    visits_per_minute: int = 60

    @property
    def legal_revision(self) -> str:
        """The revision of terms and privacy policy that is in force."""
        return self._mounted("legal-revision") or FIRST_REVISION

    @property
    def bundled_model_key(self) -> str:
        """The deployment's own key for the model; empty where it has none."""
        return self._mounted("bundled-model-key")

    def _mounted(self, name: str) -> str:
        file = self.folder / name
        return file.read_text(encoding="utf-8").strip() if file.exists() else ""


def read_settings() -> Settings:
    """Reads BROWSERS_PAGE_HOSTS (commas between), _MODEL_URL and _AVATAR_BUCKET, and what all read."""
    hosts = os.environ.get("BROWSERS_PAGE_HOSTS", "").split(",")
    return Settings.from_environment(
        "browsers",
        page_hosts=frozenset(filter(None, hosts)),
        model_url=os.environ.get("BROWSERS_MODEL_URL", ANTHROPIC),
        avatar_bucket=os.environ.get("BROWSERS_AVATAR_BUCKET", ""),
    )
