"""A real PostgreSQL for tests."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from tests.parts.program import PATIENCE, Program

ABSENT = "there is no PostgreSQL under /usr/lib/postgresql: install Debian's package postgresql"

_USER = "failwell"


def postgres_programs() -> Path | None:
    """The folder of the newest PostgreSQL's programs, where Debian puts it; None if there is none."""
    folders = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/postgres")]
    return max(folders, key=lambda folder: float(folder.parent.name), default=None)


class PostgresServer(Program):
    """A PostgreSQL that nobody else uses: `with PostgresServer() as server`.

    It lets in everybody on this machine, as the user failwell, who may do everything. PostgreSQL refuses to
    run as root; for root it runs as the user that Debian's package has made for it.
    """

    ending = signal.SIGQUIT  # "immediate shutdown"; SIGKILL would leave shared memory behind
    account = "postgres" if os.geteuid() == 0 else None

    def __init__(self, *, fsync: bool = False) -> None:
        """Takes a port and a folder.

        Args:
            fsync: whether each commit waits for the disk. What was committed survives `kill` without that as
                well, for the system has it by then; only the time that commits take is not as in earnest.
        """
        programs = postgres_programs()
        if programs is None:
            raise FileNotFoundError(ABSENT)
        super().__init__()
        self._programs = programs
        self._fsync = fsync
        self._data = self.folder / "data"
        self._numbers = count(1)

    @property
    def url(self) -> str:
        """The address of the database that is there from the start, as SQLAlchemy takes it."""
        return self._url("postgres")

    def _url(self, database: str) -> str:
        return f"postgresql+psycopg://{_USER}@127.0.0.1:{self.port}/{database}"

    def client(self, database: str = "postgres") -> psycopg.Connection[Any]:
        """A connection of the tests' own that commits at once; to be closed, best by `with`."""
        return psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user=_USER,
            dbname=database,
            autocommit=True,
            connect_timeout=round(PATIENCE),
        )

    @contextmanager
    def database(self) -> Iterator[str]:
        """The address of a fresh database, which is dropped afterwards, even while somebody is connected."""
        name = f"test_{next(self._numbers)}"
        quoted = sql.Identifier(name)
        with self.client() as client:
            client.execute(sql.SQL("CREATE DATABASE {}").format(quoted))
        try:
            yield self._url(name)
        finally:
            self.mend()
            with self.client() as client:
                client.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(quoted))

    def prepare(self) -> None:
        """Makes the data folder."""
        if self.account:
            shutil.chown(self.folder, self.account)  # it stays closed to others
        words = ["--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"]
        made = subprocess.run(
            [str(self._programs / "initdb"), f"--pgdata={self._data}", f"--username={_USER}", *words],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            **self._identity(),
        )
        if made.returncode:
            raise RuntimeError(f"initdb ended with {made.returncode}:\n{made.stdout}")

    def _command(self) -> list[str]:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": "",
            "shared_buffers": "16MB",
            "fsync": "on" if self._fsync else "off",
        }
        words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return [str(self._programs / "postgres"), "-D", str(self._data), *words]

    def _is_ready(self, pid: int) -> bool:
        """What pg_ctl looks at too: the server's own word that it takes connections."""
        lines = self._told()
        return len(lines) > 7 and lines[0] == str(pid) and lines[7].strip() == "ready"

    def _told(self) -> list[str]:
        try:
            return (self._data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def kill(self) -> None:
        """Ends it and its children at once, by SIGKILL, and takes away the shared memory that they leave."""
        was_running = self.is_running
        super().kill()
        if was_running:
            segment = self._told()[6].split()[1]
            subprocess.run(["ipcrm", "--shmem-id", segment], check=True)
