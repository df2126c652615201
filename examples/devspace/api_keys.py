"""Keys for the public API."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from examples.devspace.callers import Caller, Refusal
from examples.devspace.database import ApiKey
from examples.devspace.errors import NotFound
from examples.devspace.settings import Settings
from examples.identity import keys

DAY = 86_400
USUAL_DAYS = 90

Scope = Literal["projects:read", "documents:read", "documents:write"]


class KeyRequest(msgspec.Struct, forbid_unknown_fields=True):
    """A key to make, and the days for which it is good."""

    scopes: Annotated[list[Scope], msgspec.Meta(min_length=1)]
    days: Annotated[int, msgspec.Meta(ge=1, le=365)] = USUAL_DAYS


class MadeKey(msgspec.Struct):
    """A new key. It is shown this once."""

    id: str
    key: str


def keyring(settings: Settings) -> keys.Keyring:
    """Makes and reads keys."""
    return keys.Keyring("ds_live_", settings.secret)


def make(session: Session, settings: Settings, caller: Caller, wanted: KeyRequest) -> MadeKey:
    """Makes a key for the caller's organisation."""
    expires_at = settings.now() + wanted.days * DAY
    return _made(session, settings, caller.organisation_id, " ".join(sorted(wanted.scopes)), expires_at)


def _made(
    session: Session, settings: Settings, organisation_id: str, scopes: str, expires_at: int
) -> MadeKey:
    minted = keyring(settings).mint()
    session.add(
        ApiKey(
            id=minted.id,
            digest=minted.digest,
            scopes=scopes,
            created_at=settings.now(),
            expires_at=expires_at,
            organisation_id=organisation_id,
        )
    )
    return MadeKey(minted.id, minted.text)


def find(session: Session, caller: Caller, key_id: str) -> ApiKey:
    """A key of the caller's organisation; of any other there is none."""
    own = ApiKey.id == key_id, ApiKey.organisation_id == caller.organisation_id
    key = session.scalar(select(ApiKey).where(*own))
    if key is None:
        raise NotFound
    return key


def rotate(session: Session, settings: Settings, caller: Caller, key_id: str) -> MadeKey:
    """Makes a key that takes another's place; the other one serves for a last day."""
    old, now = find(session, caller, key_id), settings.now()
    keys.rotate(old, now)
    return _made(session, settings, old.organisation_id, old.scopes, now + USUAL_DAYS * DAY)


def revoke(session: Session, settings: Settings, caller: Caller, key_id: str) -> None:
    """Ends a key at once."""
    keys.revoke(find(session, caller, key_id), settings.now())


def authenticate(
    session: Session, settings: Settings, authorization: str | None, address: str | None
) -> Caller | Refusal:
    """Finds out who calls, from the request's Authorization field."""
    presented = keyring(settings).read(authorization)
    if isinstance(presented, str):
        return Refusal(presented)
    key = session.get(ApiKey, presented.id)
    verdict = keys.verdict(key, presented, settings.now(), address)
    if key is None or verdict != "ok":
        return Refusal(verdict)
    return Caller(
        id=key.id, organisation_id=key.organisation_id, scopes=keys.scopes_of(key), credential=key.id
    )
