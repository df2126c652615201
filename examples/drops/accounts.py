"""Accounts: logins by mailed code, API keys, plans, and the end of an account."""

from __future__ import annotations

import hmac
import secrets
from typing import Annotated, Literal

import msgspec
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from examples.drops.credentials import ALL_SCOPES, SESSION_SECONDS, Caller, Scope, digest, issue
from examples.drops.database import Account, Credential, LoginCode, Membership, Team, Workspace
from examples.drops.errors import (
    NotFound,
    OtpExpired,
    OtpInvalid,
    RateLimitExceeded,
    ServiceCannotMintDelegated,
    SoleOwnerOfTeam,
)
from examples.drops.settings import Settings
from examples.drops.workspaces import choose, new_slug
from examples.identity.mails import Outbox
from examples.identity.tables import new_id
from failwell.guard import Bucket, RateLimit

CODE_SECONDS = 10 * 60

Email = Annotated[str, msgspec.Meta(max_length=254, pattern=r"^[a-z0-9._%+-]+@[a-z0-9-]+(\.[a-z0-9-]+)*\Z")]


class CodeRequest(msgspec.Struct, forbid_unknown_fields=True):
    email: Email


class Login(msgspec.Struct, forbid_unknown_fields=True):
    email: Email
    code: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{6}\Z")]


class LoggedIn(msgspec.Struct):
    access_token: str
    expires_in: int
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - no secret, but its type (RFC 6749)


class KeyRequest(msgspec.Struct, forbid_unknown_fields=True):
    """A key to make; with a workspace it becomes a service key, pinned to it."""

    scopes: Annotated[list[Scope], msgspec.Meta(min_length=1)]
    workspace: str | None = None


class ApiKey(msgspec.Struct):
    id: str
    key: str


class PlanChoice(msgspec.Struct, forbid_unknown_fields=True):
    plan: Literal["free", "pro"]


# ---------------------------------------------------------------------------- login


def login_limit(settings: Settings) -> RateLimit:
    """Slows down guessing and mail bombing: five attempts per mailbox, more per network address."""
    return RateLimit(
        Bucket("email", 5, per=10 * 60),
        Bucket("network", 300, per="minute"),
        store=settings.store(),
        problem=lambda denied: RateLimitExceeded(retry_after_seconds=denied.retry_after),
    )


def request_code(session: Session, settings: Settings, email: str) -> str:
    """Makes the active login code of an address. Any address gets one: nothing tells who has an account."""
    code = f"{secrets.randbelow(1_000_000):06}"
    expires_at = settings.now() + CODE_SECONDS
    session.execute(delete(LoginCode).where(LoginCode.expires_at <= settings.now()))
    session.merge(LoginCode(email=email, digest=digest(settings, email, code), expires_at=expires_at))
    return code


def mail_code(settings: Settings, email: str, code: str) -> None:
    """Puts the mail into the outbox."""
    text = f"Your login code is {code}. It is good for {CODE_SECONDS // 60} minutes.\n"
    Outbox(settings.outbox).send(email, "Your login code", text)


def log_in(session: Session, settings: Settings, login: Login) -> LoggedIn:
    """Opens a session, for an account that is made on the first login. A code serves once."""
    active = session.get(LoginCode, login.email)
    if active is None or active.expires_at <= settings.now():
        raise OtpExpired
    if not hmac.compare_digest(active.digest, digest(settings, login.email, login.code)):
        raise OtpInvalid
    session.delete(active)
    session.execute(delete(Credential).where(Credential.expires_at <= settings.now()))
    account = account_of(session, login.email)
    user = Caller(account_id=account.id, scopes=ALL_SCOPES)
    return LoggedIn(issue(session, settings, "at", user), SESSION_SECONDS)


def account_of(session: Session, email: str) -> Account:
    """The account of an address; made with a workspace of its own where there is none yet."""
    account = session.scalar(select(Account).where(Account.email == email))
    if account is None:
        account = Account(id=new_id("acct"), email=email)
        name = email.partition("@")[0]
        session.add(account)
        session.flush()
        session.add(
            Workspace(id=new_id("ws"), slug=new_slug(name), name=name, account_id=account.id, team_id=None)
        )
    return account


# ---------------------------------------------------------------------------- keys


def mint_key(session: Session, settings: Settings, caller: Caller, wanted: KeyRequest) -> ApiKey:
    """Makes a key that reaches no further than the caller does."""
    caller.need("account")
    if caller.pinned_to is not None and wanted.workspace is None:
        raise ServiceCannotMintDelegated
    for scope in wanted.scopes:
        caller.need(scope)
    pinned_to = choose(session, caller, wanted.workspace).id if wanted.workspace is not None else None
    bearer = Caller(account_id=caller.account_id, scopes=frozenset(wanted.scopes), pinned_to=pinned_to)
    key = issue(session, settings, "sk", bearer)
    return ApiKey(id=key.rpartition("_")[0], key=key)


def revoke_key(session: Session, caller: Caller, key_id: str) -> None:
    """Revokes a key of the caller's account; a service key sees only those of its own workspace."""
    own = Credential.id == key_id, Credential.account_id == caller.account_id
    key = session.scalar(select(Credential).where(*own))
    if key is None or not key_id.startswith("sk_") or caller.pinned_to not in (None, key.workspace_id):
        raise NotFound
    caller.need("account")
    session.delete(key)


# ---------------------------------------------------------------------------- account


def choose_plan(session: Session, caller: Caller, wanted: PlanChoice) -> None:
    """Sets the plan of the account and of the teams it owns, as a payment would."""
    account = session.get_one(Account, caller.account_id)
    account.plan = wanted.plan
    owned = (
        select(Team).join(Membership).where(Membership.account_id == account.id, Membership.role == "owner")
    )
    for team in session.scalars(owned):
        team.plan = wanted.plan


def delete_account(session: Session, settings: Settings, caller: Caller) -> None:
    """Deletes an account and all that is its own. Teams stay, so each must keep an owner."""
    caller.need("account")
    caller.need_fresh_login(settings.now())
    sole_owner = func.count() == 1, func.max(Membership.account_id) == caller.account_id
    owners = select(Membership.team_id).where(Membership.role == "owner").group_by(Membership.team_id)
    if session.scalar(owners.having(*sole_owner).limit(1)) is not None:
        raise SoleOwnerOfTeam
    session.execute(delete(Account).where(Account.id == caller.account_id))
