"""Signing in: a link that is mailed, and serves once."""

from __future__ import annotations

from typing import Annotated

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from examples.flags.access import logins_of
from examples.flags.database import Account, Invitation, Login, MagicLink
from examples.flags.errors import MagicLinkExpired, MagicLinkInvalid, MagicLinkUsed, NoInvitation
from examples.flags.settings import Settings
from examples.identity.mails import Outbox
from examples.identity.one_time import OneTimeTokens, expiry, verdict
from examples.identity.tables import new_id, redeem

LOGIN_SECONDS = 12 * 3_600

Email = Annotated[str, msgspec.Meta(max_length=254, pattern=r"^[a-z0-9._%+-]+@[a-z0-9-]+(\.[a-z0-9-]+)*\Z")]


class LinkRequest(msgspec.Struct, forbid_unknown_fields=True):
    email: Email


def make_link(session: Session, settings: Settings, email: str) -> str:
    """Makes the token of a magic link. Any address gets one: nothing tells who has an account."""
    minted, now = OneTimeTokens(settings.secret).mint("magic_link"), settings.now()
    session.add(
        MagicLink(
            id=minted.id,
            kind="magic_link",
            digest=minted.digest,
            email=email,
            expires_at=expiry("magic_link", now),
        )
    )
    return minted.text


def mail_link(settings: Settings, email: str, token: str) -> None:
    """Puts the mail into the outbox."""
    link = f"{settings.site}/auth/magic-link?token={token}"
    text = f"Open this link to sign in:\n\n{link}\n\nIt is good for 15 minutes.\n"
    Outbox(settings.outbox).send(email, "Sign in to Flags", text)


def follow_link(session: Session, settings: Settings, text: str) -> str:
    """Opens a session for who followed a magic link, and gives what its cookie holds."""
    presented = OneTimeTokens(settings.secret).read("magic_link", text)
    link = session.get(MagicLink, presented.id) if presented is not None else None
    judged = verdict(link, presented, settings.now()) if presented is not None else "unknown"
    if judged == "unknown" or link is None:
        raise MagicLinkInvalid
    if judged == "expired":
        raise MagicLinkExpired
    if judged == "used" or not redeem(session, link, settings.now()):
        raise MagicLinkUsed
    return open_login(session, settings, _account(session, settings, link.email))


def _account(session: Session, settings: Settings, email: str) -> Account:
    """The account of an address that is proved; a new one for who was invited, or where it is not hosted."""
    account = session.scalar(select(Account).where(Account.email == email))
    if account is None and (not settings.hosted or is_invited(session, settings, email)):
        return make_account(session, email)
    if account is None or account.deleted_at is not None:
        raise NoInvitation
    return account


def is_invited(session: Session, settings: Settings, email: str, organisation_id: str | None = None) -> bool:
    """Whether an invitation of an address is pending, to an organisation or to any."""
    pending = select(Invitation.id).where(
        Invitation.email == email, Invitation.used_at.is_(None), Invitation.expires_at > settings.now()
    )
    if organisation_id is not None:
        pending = pending.where(Invitation.organisation_id == organisation_id)
    return session.scalar(pending.limit(1)) is not None


def make_account(session: Session, email: str) -> Account:
    """Makes an account."""
    account = Account(id=new_id("user"), email=email)
    session.add(account)
    session.flush()
    return account


def open_login(session: Session, settings: Settings, account: Account) -> str:
    """Opens a browser's session, and gives what its cookie holds."""
    minted, now = logins_of(settings).mint(), settings.now()
    session.add(
        Login(
            id=minted.id,
            digest=minted.digest,
            created_at=now,
            expires_at=now + LOGIN_SECONDS,
            account_id=account.id,
        )
    )
    return minted.text
