"""The tables."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, mapped_column

from examples.identity.tables import AccountColumns, KeyColumns, OneTimeColumns

KEPT = r"^[^\x00]*\Z"
"""What texts look like: PostgreSQL keeps no NUL."""

# What is deleted takes along what belongs to it.
AccountId = Annotated[str, mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)]
OrganisationId = Annotated[str, mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"), index=True)]
EnvironmentId = Annotated[str, mapped_column(ForeignKey("environments.id", ondelete="CASCADE"), index=True)]
SwitchId = Annotated[str, mapped_column(ForeignKey("switches.id", ondelete="CASCADE"), index=True)]
Json = Annotated[Any, mapped_column(JSON)]

Role = Literal["viewer", "editor", "owner"]
Kind = Literal["flag", "config"]


class Record(MappedAsDataclass, DeclarativeBase, kw_only=True):
    """Base of all tables. Times are whole seconds since the epoch."""


# ---------------------------------------------------------------------------- who


class Account(AccountColumns, Record):
    """A user. One that was deleted keeps the email until the operator deletes the row."""

    __tablename__ = "accounts"

    deleted_at: Mapped[int | None] = mapped_column(default=None)


class Login(KeyColumns, Record):
    """A browser's session."""

    __tablename__ = "logins"

    account_id: Mapped[AccountId]


class MagicLink(OneTimeColumns, Record):
    __tablename__ = "magic_links"


class Organisation(Record):
    __tablename__ = "organisations"

    id: Mapped[str] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]


class Membership(Record):
    __tablename__ = "memberships"

    organisation_id: Mapped[OrganisationId] = mapped_column(primary_key=True)
    account_id: Mapped[AccountId] = mapped_column(primary_key=True)
    role: Mapped[Role] = mapped_column(String)


class Invitation(OneTimeColumns, Record):
    __tablename__ = "invitations"

    organisation_id: Mapped[OrganisationId]
    role: Mapped[Role] = mapped_column(String)


class Token(KeyColumns, Record):
    """Its scopes are the actions; environments and resources are words with a space between."""

    __tablename__ = "tokens"

    organisation_id: Mapped[OrganisationId]
    account_id: Mapped[AccountId]
    environments: Mapped[str]
    resources: Mapped[str]
    rate_limit: Mapped[int]
    requires_approval: Mapped[bool]


# ---------------------------------------------------------------------------- what


class Environment(Record):
    """Its version counts the writes; the ruleset is what SDKs read, and is there from the first write on."""

    __tablename__ = "environments"
    __table_args__ = (UniqueConstraint("organisation_id", "key"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    organisation_id: Mapped[OrganisationId]
    key: Mapped[str]
    version: Mapped[int] = mapped_column(default=0)
    ruleset: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True, default=None)


class Switch(Record):
    """A flag or a config."""

    __tablename__ = "switches"
    __table_args__ = (UniqueConstraint("organisation_id", "kind", "key"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    organisation_id: Mapped[OrganisationId]
    kind: Mapped[Kind] = mapped_column(String)
    key: Mapped[str]
    name: Mapped[str]
    description: Mapped[str]
    revision: Mapped[int] = mapped_column(default=1)


class SwitchState(Record):
    """What a flag or config does in an environment. Until the first write it is off, and there is no row."""

    __tablename__ = "switch_states"

    environment_id: Mapped[EnvironmentId] = mapped_column(primary_key=True)
    switch_id: Mapped[SwitchId] = mapped_column(primary_key=True)
    version: Mapped[int]
    content: Mapped[Json]


class Segment(Record):
    __tablename__ = "segments"
    __table_args__ = (UniqueConstraint("organisation_id", "key"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    organisation_id: Mapped[OrganisationId]
    key: Mapped[str]
    people: Mapped[Json]
    includes: Mapped[Json]


class Proposal(Record):
    """A change of one dimension of a state, made on a version of the environment."""

    __tablename__ = "proposals"

    id: Mapped[str] = mapped_column(primary_key=True)
    environment_id: Mapped[EnvironmentId]
    switch_id: Mapped[SwitchId]
    account_id: Mapped[AccountId]
    change: Mapped[Json]
    version: Mapped[int]
    expires_at: Mapped[int]
    status: Mapped[str] = mapped_column(default="open")
