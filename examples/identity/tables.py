"""Columns for SQLAlchemy, and one way to use a database: a unit of work is a function in one transaction."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

import anyio.to_thread
from sqlalchemy import MetaData, create_engine, event, update
from sqlalchemy.engine import URL, Connection, Engine
from sqlalchemy.orm import Mapped, MappedAsDataclass, Session, mapped_column, sessionmaker

from examples.identity.deployment import PATIENCE

P = ParamSpec("P")
T = TypeVar("T")


def new_id(kind: str) -> str:
    """An id that cannot be guessed, and says what it is of: `session_4f0c…`."""
    return f"{kind}_{secrets.token_hex(8)}"


# ---------------------------------------------------------------------------- columns


class AccountColumns(MappedAsDataclass, kw_only=True):
    """Who can log in. Times are whole seconds since the epoch, here and below.

    Attributes:
        password: what `Passwords.keep` made of it; None where there is none.
        verified_at: when the address was verified.
        totp_secret: None until a second factor is set up.
        totp_step: of the code that was taken last.
        confirmed_at: when the second factor was confirmed last.
    """

    id: Mapped[str] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    password: Mapped[str | None] = mapped_column(default=None)
    verified_at: Mapped[int | None] = mapped_column(default=None)
    totp_secret: Mapped[str | None] = mapped_column(default=None)
    totp_step: Mapped[int | None] = mapped_column(default=None)
    confirmed_at: Mapped[int | None] = mapped_column(default=None)


class KeyColumns(MappedAsDataclass, kw_only=True):
    """An API key; a `keys.KeyRecord`. Whose it is, is for the service's own column to say."""

    id: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str]
    scopes: Mapped[str] = mapped_column(default="")
    networks: Mapped[str] = mapped_column(default="")
    created_at: Mapped[int]
    expires_at: Mapped[int | None] = mapped_column(default=None)
    rotated_at: Mapped[int | None] = mapped_column(default=None)
    revoked_at: Mapped[int | None] = mapped_column(default=None)


class OneTimeColumns(MappedAsDataclass, kw_only=True):
    """A mailed token; a `one_time.OneTimeRecord`.

    Attributes:
        kind: a `one_time.Kind`.
        email: where it was mailed to.
    """

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    digest: Mapped[str]
    email: Mapped[str] = mapped_column(index=True)
    expires_at: Mapped[int]
    used_at: Mapped[int | None] = mapped_column(default=None)


def redeem(session: Session, record: OneTimeColumns, now: int) -> bool:
    """Marks a token as used. False if somebody else was faster, whatever the database."""
    table = type(record)
    unused = update(table).where(table.id == record.id, table.used_at.is_(None)).values(used_at=now)
    return session.connection().execute(unused).rowcount == 1


# ---------------------------------------------------------------------------- the database


class Database:
    """SQLite or PostgreSQL. Each unit of work runs in a transaction, and one runs at a time.

    So what it has read stays true until it has written, and quotas, state machines and the last owner of an
    organisation need no further locks. SQLite is told so by `BEGIN IMMEDIATE`, PostgreSQL by a lock that all
    processes of the service take. Whatever takes long, such as a request to somebody else, is done between
    two units of work.

    Attributes:
        engine: SQLAlchemy's, for events.
    """

    def __init__(self, url: URL, metadata: MetaData, schema: str) -> None:
        """Opens the database, and makes the tables that are missing.

        Args:
            url: the deployment's `database_url`.
            metadata: of the service's tables.
            schema: the service's name; in PostgreSQL its tables are there, so that services can share one.
        """
        make_schema(url, schema)
        self.engine = _sqlite(url) if url.get_backend_name() == "sqlite" else _postgresql(url, schema)
        with self.engine.begin() as connection:
            metadata.create_all(connection)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)

    def transact(self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs a unit of work. It commits unless a problem, or anything else, is raised."""
        with self._sessions.begin() as session:
            return work(session, *args, **kwargs)

    async def run(self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Does what `transact` does, in a thread."""
        return await anyio.to_thread.run_sync(lambda: self.transact(work, *args, **kwargs))

    def close(self) -> None:
        """Closes all connections."""
        self.engine.dispose()


def make_schema(url: URL, schema: str) -> None:
    """Makes the schema of a service in PostgreSQL if it is missing; SQLite needs none."""
    if url.get_backend_name() != "sqlite":
        engine = _postgresql(url, schema)
        with engine.begin() as connection:
            connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        engine.dispose()


def _sqlite(url: URL) -> Engine:
    engine = create_engine(url, connect_args={"timeout": PATIENCE})
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _configure(connection: Any, _: object) -> None:
    connection.isolation_level = None  # the driver leaves BEGIN to us
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA journal_mode = WAL")


def _postgresql(url: URL, schema: str) -> Engine:
    engine = create_engine(url, connect_args={"options": f"-c search_path={schema}"})

    @event.listens_for(engine, "begin")
    def take_turns(connection: Connection) -> None:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock(hashtext('{schema}'))")

    return engine
