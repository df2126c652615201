"""What an operator can set, and what tests inject."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable
from pathlib import Path

import msgspec


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of one running service.

    Attributes:
        folder: where the database and the outbox of mails live.
        secret: keys the digests under which codes and tokens are stored. With another one all are void.
        clock: the time, in seconds since the epoch.
        errors_base: where the pages of the errors are served; the catalog's own address unless set.
        source_hosts: hosts, with their port if it is not the usual one, that files may be fetched from.
        source_seconds: the longest that one file may take to fetch.
    """

    folder: Path
    secret: bytes
    clock: Callable[[], float] = time.time
    errors_base: str = ""
    source_hosts: frozenset[str] = frozenset()
    source_seconds: float = 5

    @property
    def outbox(self) -> Path:
        """Where mails are put: one file each."""
        return self.folder / "outbox"

    def now(self) -> int:
        """The time in whole seconds since the epoch."""
        return int(self.clock())

    @classmethod
    def from_environment(cls) -> Settings:
        """Reads DROPS_FOLDER, DROPS_SECRET, DROPS_ERRORS_BASE and DROPS_SOURCE_HOSTS (commas between)."""
        return cls(
            folder=Path(os.environ.get("DROPS_FOLDER", "drops-data")),
            secret=os.environ.get("DROPS_SECRET", "").encode() or secrets.token_bytes(32),
            errors_base=os.environ.get("DROPS_ERRORS_BASE", ""),
            source_hosts=frozenset(filter(None, os.environ.get("DROPS_SOURCE_HOSTS", "").split(","))),
        )
