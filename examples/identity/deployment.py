"""Where a service runs: its folder, secret, clock and backends."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Self

import msgspec
from sqlalchemy.engine import URL, make_url

from failwell.store import Memory
from failwell.typing import Store

BACKENDS = "EXAMPLES_BACKENDS"
"""The environment variable that takes services to PostgreSQL and Redis: two addresses, a space between."""

PATIENCE = 30
"""Seconds for which a unit of work waits for the one before it, in SQLite."""


class Deployment(msgspec.Struct, frozen=True, kw_only=True):
    """What an operator can set, and what tests inject. A service adds fields of its own in a subclass.

    Attributes:
        name: of the service: of its database file, its schema in PostgreSQL, and its keys in Redis.
        folder: where the database and the outbox of mails live.
        secret: keys the digests under which keys and tokens are stored. With another one all are void.
        clock: the time, in seconds since the epoch.
        errors_base: where the pages of the errors are served; the catalog's own address unless set.
        backends: addresses of PostgreSQL and Redis; SQLite in the folder, and memory, unless set.
        password_cost: how often scrypt goes round, a power of two; tests take a small one.
    """

    name: str
    folder: Path
    secret: bytes
    clock: Callable[[], float] = time.time
    errors_base: str = ""
    backends: str = ""
    password_cost: int = 2**14

    @classmethod
    def from_environment(cls, name: str, **own: Any) -> Self:
        """Reads EXAMPLES_BACKENDS, and for `browsers` BROWSERS_FOLDER, BROWSERS_SECRET, BROWSERS_ERRORS_BASE.

        Args:
            name: of the service.
            own: the fields that the service has added.
        """
        said = {
            word: os.environ.get(f"{name}_{word}".upper(), "") for word in ("folder", "secret", "errors_base")
        }
        deployment = cls(
            name=name,
            folder=Path(said["folder"] or f"{name}-data"),
            secret=said["secret"].encode() or secrets.token_bytes(32),
            errors_base=said["errors_base"],
            backends=os.environ.get(BACKENDS, ""),
            **own,
        )
        deployment.folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # mails hold links that log in
        return deployment

    def __repr__(self) -> str:
        return f"{type(self).__name__}(name={self.name!r}, folder={str(self.folder)!r})"  # and no secret

    @property
    def outbox(self) -> Path:
        """Where mails are put: one file each."""
        return self.folder / "outbox"

    def now(self) -> int:
        """The time in whole seconds since the epoch."""
        return int(self.clock())

    def microseconds(self) -> int:
        """The time in whole microseconds since the epoch, as stores ask for it."""
        return round(self.clock() * 1_000_000)

    @property
    def database_url(self) -> URL:
        """The database, as SQLAlchemy takes it."""
        if not self.backends:
            return URL.create("sqlite", database=str(self.folder / f"{self.name}.sqlite"))
        return make_url(self.backends.split()[0])

    def django_databases(self) -> dict[str, dict[str, Any]]:
        """The same database as Django's setting DATABASES; in PostgreSQL the schema has to be there."""
        url = self.database_url
        if url.get_backend_name() == "sqlite":
            options = {
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode = WAL",
                "timeout": PATIENCE,
            }
            return {
                "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": url.database, "OPTIONS": options}
            }
        return {
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": url.database,
                "HOST": url.host or "",
                "PORT": str(url.port or ""),
                "USER": url.username or "",
                "PASSWORD": url.password or "",
                "OPTIONS": {"options": f"-c search_path={self.name}"},
            }
        }

    def store(self) -> Store:
        """A new store for guards, on this deployment's clock; call it once, and give it to all of them."""
        if not self.backends:
            return Memory(clock=self.microseconds)
        from failwell.store import Redis  # noqa: PLC0415 - redis need not be installed otherwise

        redis = partial(Redis.from_url, self.backends.split()[1], prefix=f"{self.name}:", secret=self.secret)
        if self.clock is time.time:
            return redis()  # on the server's clock, which is one for all machines
        return redis(clock=self.microseconds, deadline=5)  # tests, on a busy machine
