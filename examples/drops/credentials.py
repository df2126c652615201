"""Bearer credentials: API keys (`sk_…`) and the access tokens of login sessions (`at_…`)."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Literal, get_args

import msgspec
from sqlalchemy.orm import Session

from examples.drops.database import Credential
from examples.drops.errors import (
    AuthenticationRequired,
    InsufficientScope,
    InvalidApiKey,
    InvalidSession,
    StepUpRequired,
)
from examples.drops.settings import Settings
from examples.identity.tables import new_id

Scope = Literal["read", "publish", "team", "account"]
ALL_SCOPES: frozenset[Scope] = frozenset(get_args(Scope))

SESSION_SECONDS = 12 * 3_600
STEP_UP_SECONDS = 5 * 60
_REFUSALS = {"sk_": InvalidApiKey, "at_": InvalidSession}


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """Who makes a request, and what the credential was made for.

    Attributes:
        account_id: whose credential it is.
        scopes: what it may do.
        pinned_to: the workspace that a service key is pinned to.
        logged_in_at: when the session's user logged in; None for keys.
    """

    account_id: str
    scopes: frozenset[str]
    pinned_to: str | None = None
    logged_in_at: int | None = None

    def need(self, scope: str) -> None:
        """Admits callers with this scope."""
        if scope not in self.scopes:
            raise InsufficientScope(scope=scope)

    def need_fresh_login(self, now: int) -> None:
        """Admits callers who have just proved who they are."""
        if self.logged_in_at is None or now - self.logged_in_at > STEP_UP_SECONDS:
            raise StepUpRequired


def digest(settings: Settings, *parts: str) -> str:
    """Keyed digest under which a secret is stored: of no use without the service's own secret."""
    return hmac.new(settings.secret, "\n".join(parts).encode(), hashlib.sha256).hexdigest()


def issue(session: Session, settings: Settings, kind: Literal["sk", "at"], caller: Caller) -> str:
    """Makes a credential that stands for a caller. It is shown once and not kept; its last part is secret."""
    now, secret = settings.now(), secrets.token_hex(32)
    credential = Credential(
        id=new_id(kind),
        account_id=caller.account_id,
        workspace_id=caller.pinned_to,
        digest=digest(settings, secret),
        scopes=" ".join(sorted(caller.scopes)),
        created_at=now,
        expires_at=now + SESSION_SECONDS if kind == "at" else None,
    )
    session.add(credential)
    return f"{credential.id}_{secret}"


def authenticate(session: Session, settings: Settings, authorization: str) -> Caller:
    """Finds out who calls, from the request's Authorization field."""
    scheme, _, token = authorization.partition(" ")
    refusal = _REFUSALS.get(token[:3])
    if scheme.lower() != "bearer" or refusal is None:
        raise AuthenticationRequired
    identifier, _, secret = token.rpartition("_")
    found = session.get(Credential, identifier)
    if found is None or not hmac.compare_digest(found.digest, digest(settings, secret)):
        raise refusal
    if found.expires_at is not None and found.expires_at <= settings.now():
        raise refusal
    return Caller(
        account_id=found.account_id,
        scopes=frozenset(found.scopes.split()),
        pinned_to=found.workspace_id,
        logged_in_at=found.created_at if token.startswith("at_") else None,
    )
