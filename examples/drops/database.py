"""The tables, and one way to use them: a unit of work is a function that runs in one transaction."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import CheckConstraint, ForeignKey, create_engine, event
from sqlalchemy.engine import URL, Connection
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, Session, mapped_column, sessionmaker
from starlette.concurrency import run_in_threadpool

P = ParamSpec("P")
T = TypeVar("T")


def new_id(kind: str) -> str:
    """An id that cannot be guessed, and says what it is of: `drop_4f0c…`."""
    return f"{kind}_{secrets.token_hex(8)}"


# What is deleted takes along what belongs to it.
AccountId = Annotated[str, mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)]
TeamId = Annotated[str, mapped_column(ForeignKey("teams.id", ondelete="CASCADE"), index=True)]
WorkspaceId = Annotated[str, mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"), index=True)]
DropId = Annotated[str, mapped_column(ForeignKey("drops.id", ondelete="CASCADE"), index=True)]


class Record(MappedAsDataclass, DeclarativeBase, kw_only=True):
    """Base of all tables. Times are whole seconds since the epoch."""


class Account(Record):
    __tablename__ = "accounts"

    id: Mapped[str] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    plan: Mapped[str] = mapped_column(default="free")
    active_workspace: Mapped[str | None] = mapped_column(default=None)


class LoginCode(Record):
    __tablename__ = "login_codes"

    email: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str]
    expires_at: Mapped[int]


class Credential(Record):
    """An API key (no expiry; pinned to a workspace if it is a service key) or a session's access token."""

    __tablename__ = "credentials"

    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[AccountId]
    workspace_id: Mapped[WorkspaceId | None]
    digest: Mapped[str]
    scopes: Mapped[str]
    created_at: Mapped[int]
    expires_at: Mapped[int | None]


class Team(Record):
    __tablename__ = "teams"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    plan: Mapped[str]


class Membership(Record):
    __tablename__ = "memberships"

    team_id: Mapped[TeamId] = mapped_column(primary_key=True)
    account_id: Mapped[AccountId] = mapped_column(primary_key=True)
    role: Mapped[str]


class Workspace(Record):
    """Belongs to an account or to a team, whose plan counts."""

    __tablename__ = "workspaces"
    __table_args__ = (CheckConstraint("(account_id IS NULL) <> (team_id IS NULL)"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    account_id: Mapped[AccountId | None]
    team_id: Mapped[TeamId | None]


class Drop(Record):
    __tablename__ = "drops"

    id: Mapped[str] = mapped_column(primary_key=True)
    workspace_id: Mapped[WorkspaceId]
    title: Mapped[str]
    domain: Mapped[str | None]
    revision: Mapped[int] = mapped_column(default=1)


class File(Record):
    __tablename__ = "files"

    drop_id: Mapped[DropId] = mapped_column(primary_key=True)
    path: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(deferred=True)
    size: Mapped[int]


class Upload(Record):
    """Bytes that wait to be published. Those that expired leave the row, without bytes, to say so."""

    __tablename__ = "uploads"

    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[AccountId]
    content: Mapped[bytes | None]
    size: Mapped[int]
    expires_at: Mapped[int]


class Database:
    """A SQLite file. Each unit of work runs in a thread, in a transaction that is its own from the start.

    `BEGIN IMMEDIATE` lets one unit of work run at a time. So what it has read stays true until it has
    written, and revisions, quotas and the last owner of a team need no further locks.
    """

    def __init__(self, path: Path) -> None:
        self._engine = create_engine(URL.create("sqlite", database=str(path)))
        event.listen(self._engine, "connect", _configure)
        event.listen(self._engine, "begin", _begin)
        Record.metadata.create_all(self._engine)
        self._sessions = sessionmaker(self._engine, expire_on_commit=False)

    async def run(self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs a unit of work. It commits unless a problem, or anything else, is raised."""

        def transact() -> T:
            with self._sessions.begin() as session:
                return work(session, *args, **kwargs)

        return await run_in_threadpool(transact)

    def close(self) -> None:
        """Closes the file."""
        self._engine.dispose()


def _configure(connection: Any, _: object) -> None:
    connection.isolation_level = None  # the driver leaves BEGIN to us
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA journal_mode = WAL")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
