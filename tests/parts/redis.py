"""A real Redis, or Valkey, for tests."""

from __future__ import annotations

import shutil
from collections.abc import Mapping

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from tests.parts.program import PATIENCE, Program

ABSENT = "there is no redis-server: install Debian's package redis-server (or valkey-server)"


def redis_program() -> str | None:
    """The path of redis-server, or of valkey-server; None if there is neither."""
    return shutil.which("redis-server") or shutil.which("valkey-server")


class RedisServer(Program):
    """A Redis that nobody else uses: `with RedisServer() as server`.

    It starts in hundredths of a second, so a test that breaks or configures it starts its own.
    """

    def __init__(self, *, appendonly: bool = False, settings: Mapping[str, str] | None = None) -> None:
        """Takes a port and a folder.

        Args:
            appendonly: whether what was written survives `kill` and `restart`. Each write is handed to the
                system before it is answered, and never waited for: with `everysec`, Redis answers first
                while a slow disk is busy.
            settings: further lines of redis.conf.
        """
        super().__init__()
        self._settings = {
            "bind": "127.0.0.1",
            "port": str(self.port),
            "protected-mode": "yes",
            "dir": str(self.folder),
            "save": "",
            "appendonly": "yes" if appendonly else "no",
            "appendfsync": "no",
            **(settings or {}),
        }

    @property
    def url(self) -> str:
        """The address, as clients take it."""
        return f"redis://127.0.0.1:{self.port}/0"

    def client(self) -> redis.Redis:
        """A client of the tests' own, which repeats nothing; to be closed, best by `with`."""
        return redis.Redis(
            host="127.0.0.1",
            port=self.port,
            socket_timeout=PATIENCE,
            retry=Retry(NoBackoff(), 0),
            decode_responses=True,
        )

    def flush(self) -> None:
        """Forgets all keys and all scripts."""
        with self.client() as client:
            client.flushall()
            client.script_flush()

    def _command(self) -> list[str]:
        program = redis_program()
        if program is None:
            raise FileNotFoundError(ABSENT)
        return [program, *(word for name, value in self._settings.items() for word in (f"--{name}", value))]

    def _is_ready(self, pid: int) -> bool:
        try:
            with self.client() as client:
                return bool(client.ping()) and client.info("server")["process_id"] == pid
        except (redis.ConnectionError, redis.TimeoutError):  # not listening yet, or still loading
            return False
