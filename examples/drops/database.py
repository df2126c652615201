"""The tables."""

from __future__ import annotations

from typing import Annotated

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, mapped_column

KEPT = r"^[^\x00]*\Z"
"""What texts look like: PostgreSQL keeps no NUL."""

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
