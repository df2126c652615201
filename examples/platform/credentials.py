"""Who calls: by the access token of a login, or by an API key."""

from __future__ import annotations

from typing import Literal

import msgspec

from examples.identity import keys
from examples.identity.keys import Presented
from examples.platform.errors import STANDARD, ApiKeyRequired, AuthRequired
from examples.platform.models import Account, ApiKey, LoginSession
from examples.platform.service import Service
from examples.platform.text import Name

SESSION_SECONDS = 12 * 3_600

NotFound = STANDARD[404]

Way = Literal["login", "key"]
"""What callers can be known by."""


class KeyRequest(msgspec.Struct, forbid_unknown_fields=True):
    name: Name


class KeyView(msgspec.Struct, omit_defaults=True):
    """An API key; its text is shown once."""

    id: str
    name: str
    key: str = ""


# ---------------------------------------------------------------------------- who calls


def caller(service: Service, authorization: str | None, *ways: Way) -> Account:
    """The account that calls, in one of the ways that are taken.

    Raises:
        ApiKeyRequired: if only keys are taken, and this is none that is valid.
        AuthRequired: if logins are taken as well, and it is neither.
    """
    found = None
    if "login" in ways:
        found = _account(service, LoginSession, service.sessions.read(authorization))
    if found is None and "key" in ways:
        found = _account(service, ApiKey, service.api_keys.read(authorization))
    if found is None:
        raise AuthRequired if "login" in ways else ApiKeyRequired
    return found


def visitor(service: Service, cookie: str) -> Account | None:
    """The account that a browser's cookie stands for."""
    return _account(service, LoginSession, service.sessions.read_text(cookie))


def _account(
    service: Service, kind: type[ApiKey | LoginSession], presented: Presented | keys.Unread | None
) -> Account | None:
    if not isinstance(presented, Presented):
        return None
    record = kind.objects.select_related("account").filter(pk=presented.id).first()
    is_good = keys.verdict(record, presented, service.now(), None) == "ok"
    return record.account if is_good else None


# ---------------------------------------------------------------------------- sessions


def open_session(service: Service, account: Account) -> str:
    """Logs an account in; the token is good for twelve hours."""
    minted = service.sessions.mint()
    expires_at = service.now() + SESSION_SECONDS
    LoginSession.objects.filter(account=account, expires_at__lte=service.now()).delete()
    LoginSession.objects.create(id=minted.id, digest=minted.digest, account=account, expires_at=expires_at)
    return minted.text


# ---------------------------------------------------------------------------- keys


def create_key(service: Service, account: Account, name: str) -> KeyView:
    """Makes a key."""
    minted = service.api_keys.mint()
    ApiKey.objects.create(id=minted.id, digest=minted.digest, account=account, name=name)
    return KeyView(minted.id, name, minted.text)


def list_keys(service: Service, account: Account) -> list[KeyView]:
    """The keys that can be used."""
    found = ApiKey.objects.filter(account=account, revoked_at=None).exclude(expires_at__lte=service.now())
    return [KeyView(key.id, key.name) for key in found.order_by("id")]


def find_key(account: Account, key_id: str) -> ApiKey:
    """A key of the account's that has not been revoked."""
    key: ApiKey | None = ApiKey.objects.filter(pk=key_id, account=account, revoked_at=None).first()
    if key is None:
        raise NotFound
    return key


def rotate_key(service: Service, key: ApiKey) -> KeyView:
    """Makes a key that takes the place of another, which serves for one more day."""
    keys.rotate(key, service.now())
    key.save()
    return create_key(service, key.account, key.name)


def revoke_key(service: Service, key: ApiKey) -> None:
    """Ends a key at once."""
    keys.revoke(key, service.now())
    key.save()
