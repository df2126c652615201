"""Accounts: signup, logins, the second factor, terms, and the end of an account."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from examples.browsers import links
from examples.browsers.database import Account, BrowserSession
from examples.browsers.errors import (
    BadRequest,
    Conflict,
    EmailAlreadyRegistered,
    EmailNotVerified,
    InvalidAuthToken,
    InvalidCredentials,
    LegalAcceptanceRequired,
    MfaStepUpRequired,
)
from examples.browsers.keys import ALL_SCOPES, LOGIN_SECONDS, Caller, issue
from examples.browsers.settings import Settings
from examples.identity.one_time import Kind
from examples.identity.step_up import StepUp
from examples.identity.tables import new_id

Email = Annotated[
    str, StringConstraints(max_length=254, pattern=r"^[a-z0-9._%+-]+@[a-z0-9-]+(\.[a-z0-9-]+)+$")
]
Password = Annotated[str, StringConstraints(min_length=8, max_length=200)]
STEP_UP = StepUp(issuer="Driftstack")


class Credentials(BaseModel, extra="forbid"):
    email: Email
    password: Password


class Address(BaseModel, extra="forbid"):
    email: Email


class Link(BaseModel, extra="forbid"):
    token: str


class NewPassword(Link):
    password: Password


class Digits(BaseModel, extra="forbid"):
    code: str = Field(pattern=r"^[0-9]{6}$")


class Revision(BaseModel, extra="forbid"):
    revision: str


class TierChoice(BaseModel, extra="forbid"):
    tier: Literal["solo_manual", "team_auto"]


class LoggedIn(BaseModel):
    key: str
    expires_in: int


class Enrolment(BaseModel):
    secret: str
    uri: str


class AccountView(BaseModel):
    id: str
    email: str
    tier: str


# ---------------------------------------------------------------------------- signup and logins


def find_by_email(session: Session, email: str) -> Account | None:
    """The account with an address."""
    return session.scalar(select(Account).where(Account.email == email))


def sign_up(session: Session, settings: Settings, email: str, password: str) -> tuple[AccountView, str]:
    """Makes an account, and the token by which its owner verifies the address. The password is a digest."""
    if find_by_email(session, email) is not None:
        raise EmailAlreadyRegistered
    account = Account(id=new_id("acct"), email=email, password=password, accepted=settings.legal_revision)
    session.add(account)
    return view(account), links.make(session, settings, "verification", email)


def verify_email(session: Session, settings: Settings, token: str) -> None:
    """Takes the word of who has followed the link."""
    account = find_by_email(session, links.use(session, settings, "verification", token))
    if account is not None:
        account.verified_at = settings.now()


def make_link(session: Session, settings: Settings, kind: Kind, email: str) -> tuple[str, bool]:
    """The token of a link, and whether there is an account to mail it to: one row and as much work if not."""
    known = session.scalar(select(func.count()).where(Account.email == email))
    return links.make(session, settings, kind, email), bool(known)


def password_of(session: Session, email: str) -> str | None:
    """What is kept of a password; one row and as much work also where there is no such account."""
    return session.scalar(select(func.max(Account.password)).where(Account.email == email))


def log_in(session: Session, settings: Settings, email: str) -> LoggedIn:
    """Issues a key to who had the password. That an address is not verified is told to nobody else."""
    account = find_by_email(session, email)
    if account is None:  # it was closed meanwhile
        raise InvalidCredentials
    if account.verified_at is None:
        raise EmailNotVerified
    return _logged_in(session, settings, account)


def follow_link(session: Session, settings: Settings, token: str) -> LoggedIn:
    """Issues a key to who has followed a magic link, which verifies the address as well."""
    account = find_by_email(session, links.use(session, settings, "magic_link", token))
    if account is None:
        raise InvalidAuthToken("The account of this magic-link token was closed.")
    account.verified_at = account.verified_at or settings.now()
    return _logged_in(session, settings, account)


def reset_password(session: Session, settings: Settings, token: str, password: str) -> None:
    """Sets another password, a digest, for who has followed the link."""
    account = find_by_email(session, links.use(session, settings, "password_reset", token))
    if account is not None:
        account.password = password


def _logged_in(session: Session, settings: Settings, account: Account) -> LoggedIn:
    made = issue(session, settings, account.id, ALL_SCOPES, kind="login", seconds=LOGIN_SECONDS)
    return LoggedIn(key=made.text, expires_in=LOGIN_SECONDS)


# ---------------------------------------------------------------------------- the second factor


def enrol(session: Session, caller: Caller) -> Enrolment:
    """Gives the secret for an authenticator app; from its first code on there is no other."""
    account = session.get_one(Account, caller.account_id)
    if account.totp_step is not None:
        raise Conflict("A second factor is in use already.")
    account.totp_secret = secret = STEP_UP.new_secret()
    return Enrolment(secret=secret, uri=STEP_UP.uri(secret, account.email))


def confirm(session: Session, settings: Settings, caller: Caller, code: str) -> None:
    """Takes six digits, each once."""
    account, now = session.get_one(Account, caller.account_id), settings.now()
    if account.totp_secret is None:
        raise Conflict("There is no second factor yet: enrol one at /v1/auth/mfa/enrol.")
    step = STEP_UP.verified_step(account.totp_secret, code, now, account.totp_step)
    if step is None:
        raise BadRequest("code: is not the one that the authenticator shows, or was used before.")
    account.totp_step, account.confirmed_at = step, now


def check_fresh(settings: Settings, caller: Caller) -> None:
    """Admits accounts whose second factor was confirmed just now."""
    if not STEP_UP.is_fresh(caller.confirmed_at, settings.now()):
        raise MfaStepUpRequired


# ---------------------------------------------------------------------------- terms, tier, the end


def check_terms(settings: Settings, caller: Caller) -> None:
    """Admits accounts that have accepted the revision in force."""
    current = settings.legal_revision
    if caller.accepted != current:
        raise LegalAcceptanceRequired(f"Revision {current} of the terms is not accepted yet.")


def accept_terms(session: Session, settings: Settings, caller: Caller, revision: str) -> None:
    """Accepts the revision in force."""
    if revision != settings.legal_revision:
        raise BadRequest("revision: is not the one in force.")
    session.get_one(Account, caller.account_id).accepted = revision


def view(account: Account) -> AccountView:
    """What its owner sees."""
    return AccountView(id=account.id, email=account.email, tier=account.tier)


def show(session: Session, caller: Caller) -> AccountView:
    """The caller's account."""
    return view(session.get_one(Account, caller.account_id))


def choose_tier(session: Session, caller: Caller, tier: str) -> AccountView:
    """Sets the tier, as a payment would."""
    account = session.get_one(Account, caller.account_id)
    account.tier = tier
    return view(account)


def close(session: Session, settings: Settings, caller: Caller) -> None:
    """Ends an account, with all that is its own. Sessions are not cut off: destroy them first."""
    running = select(BrowserSession.id).where(
        BrowserSession.account_id == caller.account_id,
        BrowserSession.destroyed_at.is_(None),
        BrowserSession.expires_at > settings.now(),
    )
    if session.scalar(running.limit(1)) is not None:
        raise Conflict("Sessions are running. Destroy them first.")
    session.execute(delete(Account).where(Account.id == caller.account_id))
