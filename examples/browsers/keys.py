"""API keys: who calls, and the life of a key from minting to clean-up."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal, get_args

import msgspec
from pydantic import BaseModel, Field
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from examples.browsers.database import Account, ApiKey
from examples.browsers.errors import (
    Conflict,
    ExpiredKey,
    Forbidden,
    InvalidKey,
    NotFound,
    RevokedKey,
    Unauthorized,
)
from examples.browsers.settings import Settings
from examples.browsers.tiers import TIERS, Tier
from examples.identity.keys import Keyring, Minted, Verdict, retire, revoke, rotate, scopes_of, verdict
from failwell import Problem

Scope = Literal[
    "sessions:read", "sessions:write", "profiles:write", "agent:write", "keys:write", "account:write"
]
ALL_SCOPES: frozenset[Scope] = frozenset(get_args(Scope))

LOGIN_SECONDS = 12 * 3_600
TOKEN_SECONDS = 3_600
_REFUSALS: dict[Verdict, type[Problem]] = {
    "unknown": InvalidKey,
    "revoked": RevokedKey,
    "expired": ExpiredKey,
    "address_denied": Forbidden,  # keys of this service are tied to no network, so far
}


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """Who makes a request, and what the key was made for.

    Attributes:
        account_id: whose key it is.
        tier: the account's.
        scopes: what the key may do.
        accepted: the revision of the terms that the account has accepted.
        confirmed_at: when its second factor was confirmed last.
    """

    account_id: str
    tier: Tier
    scopes: frozenset[str]
    accepted: str
    confirmed_at: int | None

    def need(self, scope: str) -> None:
        """Admits keys with this scope."""
        if scope not in self.scopes:
            raise Forbidden(f"The key lacks the scope {scope}.")


class KeyRequest(BaseModel, extra="forbid"):
    scopes: list[Scope] = Field(min_length=1)


class NewKey(BaseModel):
    """A key, shown once."""

    id: str
    key: str
    scopes: list[str]


def keyring(settings: Settings) -> Keyring:
    """Makes and reads the keys of this deployment."""
    return Keyring("ds_live_", settings.secret)


# ---------------------------------------------------------------------------- who calls


def authenticate(session: Session, settings: Settings, authorization: str | None) -> Caller:
    """Finds out who calls, from the request's Authorization field."""
    presented = keyring(settings).read(authorization)
    if presented == "missing":
        raise Unauthorized("The request carries no Authorization header.")
    if presented == "malformed":
        raise Unauthorized("The Authorization header is not Bearer and a key.")
    if presented == "foreign":
        raise InvalidKey("The API key does not begin with ds_live_, or it was cut or mistyped.")
    key = session.get(ApiKey, presented.id)
    judged = verdict(key, presented, settings.now(), address=None)
    if key is None or judged != "ok":
        raise _REFUSALS[judged]
    account = session.get_one(Account, key.account_id)
    return Caller(
        account_id=account.id,
        tier=TIERS[account.tier],
        scopes=scopes_of(key),
        accepted=account.accepted,
        confirmed_at=account.confirmed_at,
    )


# ---------------------------------------------------------------------------- the life of a key


def issue(  # noqa: PLR0913 - all that a key is
    session: Session,
    settings: Settings,
    account_id: str,
    scopes: Collection[str],
    *,
    kind: Literal["minted", "login", "token"],
    seconds: int | None = None,
    issued_by: str | None = None,
) -> Minted:
    """Makes a key; with seconds it is good for so long."""
    made, now = keyring(settings).mint(), settings.now()
    session.add(
        ApiKey(
            id=made.id,
            digest=made.digest,
            scopes=" ".join(sorted(scopes)),
            created_at=now,
            expires_at=now + seconds if seconds else None,
            account_id=account_id,
            kind=kind,
            issued_by=issued_by,
        )
    )
    return made


def mint(session: Session, settings: Settings, caller: Caller, wanted: KeyRequest) -> NewKey:
    """Makes a key that reaches no further than the caller's."""
    for scope in wanted.scopes:
        caller.need(scope)
    in_use = select(func.count()).where(
        ApiKey.account_id == caller.account_id,
        ApiKey.kind == "minted",
        ApiKey.revoked_at.is_(None),
        ApiKey.rotated_at.is_(None),
    )
    caller.tier.check_keys(session.scalars(in_use).one())
    made = issue(session, settings, caller.account_id, set(wanted.scopes), kind="minted")
    return NewKey(id=made.id, key=made.text, scopes=sorted(set(wanted.scopes)))


def find(session: Session, caller: Caller, key_id: str) -> ApiKey:
    """A key that the caller's account has minted; to everybody else there is none."""
    own = ApiKey.account_id == caller.account_id, ApiKey.kind == "minted"
    key = session.scalar(select(ApiKey).where(ApiKey.id == key_id, *own))
    if key is None:
        raise NotFound
    return key


def check_reach(session: Session, caller: Caller, key_id: str) -> None:
    """Admits callers whose key reaches as far as another: they get its successor to see."""
    for scope in sorted(scopes_of(find(session, caller, key_id))):
        caller.need(scope)


def replace(session: Session, settings: Settings, caller: Caller, key_id: str) -> NewKey:
    """Rotates: makes a new key at once, and lets the old one work for 24 more hours."""
    old = find(session, caller, key_id)
    if old.rotated_at is not None or old.revoked_at is not None:
        raise Conflict("The key was rotated or revoked before.")
    rotate(old, settings.now())
    made = issue(session, settings, caller.account_id, scopes_of(old), kind="minted")
    return NewKey(id=made.id, key=made.text, scopes=sorted(scopes_of(old)))


def end(session: Session, settings: Settings, caller: Caller, key_id: str) -> None:
    """Revokes a key, and the tokens that were issued for it."""
    key = find(session, caller, key_id)
    tokens = session.scalars(select(ApiKey).where(ApiKey.issued_by == key.id))
    for one in (key, *tokens):
        if one.revoked_at is None:
            revoke(one, settings.now())


def clean_up(session: Session, settings: Settings) -> int:
    """Retires keys whose grace is over, once a day; says how many."""
    rotated = select(ApiKey).where(ApiKey.rotated_at.is_not(None), ApiKey.revoked_at.is_(None))
    return retire(session.scalars(rotated), settings.now())
