"""What services would keep, without a database."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Key:
    """A `keys.KeyRecord`."""

    id: str
    digest: str
    scopes: str = ""
    networks: str = ""
    expires_at: int | None = None
    rotated_at: int | None = None
    revoked_at: int | None = None


@dataclass
class Token:
    """A `one_time.OneTimeRecord`."""

    id: str
    digest: str
    expires_at: int
    used_at: int | None = None
