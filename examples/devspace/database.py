"""The tables."""

from __future__ import annotations

from typing import Annotated

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, mapped_column

from examples.identity.tables import AccountColumns, KeyColumns, OneTimeColumns

KEPT = r"^[^\x00]*\Z"
"""What texts look like: PostgreSQL keeps no NUL."""

# What is deleted takes along what belongs to it.
OrganisationId = Annotated[str, mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"), index=True)]
AccountId = Annotated[str, mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)]
ProjectId = Annotated[str, mapped_column(ForeignKey("projects.id", ondelete="CASCADE"), index=True)]


class Record(MappedAsDataclass, DeclarativeBase, kw_only=True):
    """Base of all tables."""


class Organisation(Record):
    __tablename__ = "organisations"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    plan: Mapped[str] = mapped_column(default="free")


class Account(AccountColumns, Record):
    __tablename__ = "accounts"


class Membership(Record):
    """Who belongs to an organisation, as `admin` or as `member`."""

    __tablename__ = "memberships"

    organisation_id: Mapped[OrganisationId] = mapped_column(primary_key=True)
    account_id: Mapped[AccountId] = mapped_column(primary_key=True)
    role: Mapped[str]


class Mailed(OneTimeColumns, Record):
    """A link that signs in."""

    __tablename__ = "mailed"


class Login(KeyColumns, Record):
    """A session: of one account, in one organisation."""

    __tablename__ = "logins"

    account_id: Mapped[AccountId]
    organisation_id: Mapped[OrganisationId]


class ApiKey(KeyColumns, Record):
    """A key for the public API."""

    __tablename__ = "api_keys"

    organisation_id: Mapped[OrganisationId]


class Project(Record):
    __tablename__ = "projects"

    id: Mapped[str] = mapped_column(primary_key=True)
    organisation_id: Mapped[OrganisationId]
    name: Mapped[str]
    is_archived: Mapped[bool] = mapped_column(default=False)


class Task(Record):
    __tablename__ = "tasks"

    id: Mapped[str] = mapped_column(primary_key=True)
    project_id: Mapped[ProjectId]
    title: Mapped[str]
    state: Mapped[str] = mapped_column(default="open")


class Document(Record):
    """A text. Its fence is that of the lease under which it was written last."""

    __tablename__ = "documents"

    id: Mapped[str] = mapped_column(primary_key=True)
    project_id: Mapped[ProjectId]
    title: Mapped[str]
    text: Mapped[str] = mapped_column(default="")
    is_locked: Mapped[bool] = mapped_column(default=False)
    fence: Mapped[int] = mapped_column(BigInteger, default=0)
