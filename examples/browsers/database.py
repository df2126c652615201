"""The tables."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints
from sqlalchemy import BigInteger, ForeignKey, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, mapped_column

from examples.identity.tables import AccountColumns, KeyColumns, OneTimeColumns

Text = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00]+$")]
"""What callers may have kept: PostgreSQL takes no NUL."""

# What is deleted takes along what belongs to it.
AccountId = Annotated[str, mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)]
ProfileId = Annotated[str, mapped_column(ForeignKey("profiles.id", ondelete="CASCADE"), index=True)]


class Record(MappedAsDataclass, DeclarativeBase, kw_only=True):
    """Base of all tables. Times are whole seconds since the epoch."""


class Account(AccountColumns, Record):
    """An account.

    Attributes:
        accepted: the revision of the terms that was accepted last.
        model_key: a key of the account's own for the model; kept as it is, for it has to be sent on.
        monthly_cap: of what the bundled model may cost in a month, in cents.
    """

    __tablename__ = "accounts"

    accepted: Mapped[str]
    tier: Mapped[str] = mapped_column(default="solo_manual")
    model_key: Mapped[str | None] = mapped_column(default=None)
    bundled_llm_consent: Mapped[bool] = mapped_column(default=False)
    monthly_cap: Mapped[int] = mapped_column(default=2_000)


class ApiKey(KeyColumns, Record):
    """A key: minted by its owner, or issued for a while by a login or by the token endpoint.

    Attributes:
        kind: `minted`, `login` or `token`; only the first are listed, counted and rotated.
        issued_by: the key that a token was issued for.
    """

    __tablename__ = "api_keys"

    account_id: Mapped[AccountId]
    kind: Mapped[str]
    issued_by: Mapped[str | None] = mapped_column(default=None, index=True)


class Mailed(OneTimeColumns, Record):
    __tablename__ = "mailed"


class Profile(Record):
    """A named set of settings for sessions. A deleted one stays as a tombstone, so that its name does too."""

    __tablename__ = "profiles"
    __table_args__ = (UniqueConstraint("account_id", "name"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[AccountId]
    name: Mapped[str]
    capacity: Mapped[int]
    deleted_at: Mapped[int | None] = mapped_column(default=None)


class BrowserSession(Record):
    """A session, with the page that it shows.

    Attributes:
        pair_state: where pair mode stands, as long as the lease with `pair_fence` is held.
        pair_fence: of the lease under which it was written; an instant in microseconds.
        pair_client: who held that.
    """

    __tablename__ = "browser_sessions"

    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[AccountId]
    profile_id: Mapped[ProfileId | None]
    expires_at: Mapped[int]
    destroyed_at: Mapped[int | None] = mapped_column(default=None)
    url: Mapped[str | None] = mapped_column(default=None)
    html: Mapped[str] = mapped_column(default="")
    pair_state: Mapped[str] = mapped_column(default="agent")
    pair_fence: Mapped[int] = mapped_column(BigInteger, default=0)
    pair_client: Mapped[str] = mapped_column(default="")
