"""Sessions: opened by a mailed link, good for half a day, in one organisation."""

from __future__ import annotations

from typing import Annotated

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from examples.devspace.callers import Caller, Refusal
from examples.devspace.database import Account, Login, Mailed, Membership, Organisation
from examples.devspace.errors import NotFound, Unauthorized
from examples.devspace.settings import Settings
from examples.identity import keys, one_time
from examples.identity.mails import Outbox
from examples.identity.tables import new_id, redeem

SESSION_SECONDS = 12 * 3_600

Email = Annotated[str, msgspec.Meta(max_length=254, pattern=r"^[a-z0-9._%+-]+@[a-z0-9-]+(\.[a-z0-9-]+)*\Z")]


class LinkRequest(msgspec.Struct, forbid_unknown_fields=True):
    email: Email


class SignIn(msgspec.Struct, forbid_unknown_fields=True):
    """The token of a mailed link; and the organisation, for who belongs to several."""

    token: Annotated[str, msgspec.Meta(max_length=200)]
    organisation: str | None = None


class SignedIn(msgspec.Struct):
    session: str
    organisation: str
    role: str
    expires_in: int = SESSION_SECONDS


def logins(settings: Settings) -> keys.Keyring:
    """Makes and reads the tokens of sessions."""
    return keys.Keyring("ds_sess_", settings.secret)


# ---------------------------------------------------------------------------- links


def make_link(session: Session, settings: Settings, email: str) -> str:
    """The token of a new link. Any address gets one: nothing tells who has an account."""
    minted = one_time.OneTimeTokens(settings.secret).mint("magic_link")
    expires_at = one_time.expiry("magic_link", settings.now())
    session.add(
        Mailed(id=minted.id, kind="magic_link", digest=minted.digest, email=email, expires_at=expires_at)
    )
    return minted.text


def mail_link(settings: Settings, email: str, token: str) -> None:
    """Puts the mail into the outbox."""
    text = f"Sign in to Devspace:\n{settings.site_url}/sign-in?token={token}\n"
    Outbox(settings.outbox).send(email, "Your link to sign in", text)


# ---------------------------------------------------------------------------- sessions


def sign_in(session: Session, settings: Settings, wanted: SignIn) -> SignedIn:
    """Opens a session. A link serves once; who signs in for the first time gets an organisation."""
    email = _redeemed(session, settings, wanted.token)
    if email is None:
        raise Unauthorized("This link does not sign in, or does so no more.")
    seat = _seat(session, account_of(session, email), wanted.organisation)
    minted, now = logins(settings).mint(), settings.now()
    session.add(
        Login(
            id=minted.id,
            digest=minted.digest,
            created_at=now,
            expires_at=now + SESSION_SECONDS,
            account_id=seat.account_id,
            organisation_id=seat.organisation_id,
        )
    )
    return SignedIn(minted.text, seat.organisation_id, seat.role)


def _redeemed(session: Session, settings: Settings, token: str) -> str | None:
    """The address to which a link was mailed, if it is still good; from then on it is not."""
    presented = one_time.OneTimeTokens(settings.secret).read("magic_link", token)
    if presented is None:
        return None
    mailed, now = session.get(Mailed, presented.id), settings.now()
    is_good = one_time.verdict(mailed, presented, now) == "ok"
    return mailed.email if mailed and is_good and redeem(session, mailed, now) else None


def account_of(session: Session, email: str) -> Account:
    """The account of an address, which is made if there is none."""
    account = session.scalar(select(Account).where(Account.email == email))
    if account is None:
        account = Account(id=new_id("account"), email=email)
        session.add(account)
        session.flush()
    return account


def _seat(session: Session, account: Account, organisation_id: str | None) -> Membership:
    """The account's place in the organisation that is named, or else in the first that there is."""
    seats = select(Membership).where(Membership.account_id == account.id).order_by(Membership.organisation_id)
    found = list(session.scalars(seats))
    if not found:
        organisation = Organisation(id=new_id("org"), name=account.email.partition("@")[0])
        session.add(organisation)
        session.flush()
        found = [Membership(organisation_id=organisation.id, account_id=account.id, role="admin")]
        session.add_all(found)
    named = [seat for seat in found if organisation_id in {None, seat.organisation_id}]
    if not named:
        raise NotFound
    return named[0]


def authenticate(
    session: Session, settings: Settings, authorization: str | None, address: str | None
) -> Caller | Refusal:
    """Finds out who calls, from the request's Authorization field."""
    presented = logins(settings).read(authorization)
    if isinstance(presented, str):
        return Refusal(presented)
    login = session.get(Login, presented.id)
    verdict = keys.verdict(login, presented, settings.now(), address)
    if login is None or verdict != "ok":
        return Refusal(verdict)
    seat = session.get_one(Membership, (login.organisation_id, login.account_id))
    return Caller(
        id=login.account_id, organisation_id=seat.organisation_id, role=seat.role, credential=login.id
    )


def sign_out(session: Session, settings: Settings, caller: Caller) -> None:
    """Ends the session."""
    keys.revoke(session.get_one(Login, caller.credential), settings.now())
