"""The token endpoint, for client credentials (RFC 6749, 4.4). An API key is a client: its id, and itself."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel
from sqlalchemy.orm import Session

from examples.browsers.database import Account, ApiKey
from examples.browsers.errors import oauth_problem
from examples.browsers.keys import TOKEN_SECONDS, issue, keyring
from examples.browsers.settings import Settings
from examples.identity.keys import scopes_of, verdict


class TokenRequest(BaseModel):
    """What a client asks; an empty scope means all that the client has."""

    grant_type: str = ""
    client_id: str = ""
    client_secret: str = ""
    scope: str = ""


class Token(BaseModel):
    access_token: str
    expires_in: int
    scope: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - no secret, but its type


def grant(session: Session, settings: Settings, asked: TokenRequest) -> Token:
    """Issues a key for an hour."""
    if not asked.grant_type:
        raise oauth_problem("invalid_request", "grant_type: is required.")
    if asked.grant_type != "client_credentials":
        raise oauth_problem("unsupported_grant_type", "grant_type: has to be client_credentials.")
    client = _client(session, settings, asked)
    scopes = frozenset(asked.scope.split()) or scopes_of(client)
    if not scopes <= scopes_of(client):
        raise oauth_problem("invalid_scope", "scope: reaches further than the client's own.")
    if session.get_one(Account, client.account_id).accepted != settings.legal_revision:
        raise oauth_problem("access_denied", "The account has not accepted the terms in force.")
    made = issue(
        session,
        settings,
        client.account_id,
        scopes,
        kind="token",
        seconds=TOKEN_SECONDS,
        issued_by=client.id,
    )
    return Token(access_token=made.text, expires_in=TOKEN_SECONDS, scope=" ".join(sorted(scopes)))


def _client(session: Session, settings: Settings, asked: TokenRequest) -> ApiKey:
    """The client, if it is the one that it says, and may ask for tokens."""
    presented = keyring(settings).read_text(asked.client_secret)
    if presented is None or presented.id != asked.client_id:
        raise oauth_problem("invalid_client", "The client is not known, or its secret is wrong.")
    client = session.get(ApiKey, presented.id)
    judged = verdict(client, presented, settings.now(), address=None)
    if client is None or judged == "unknown":
        raise oauth_problem("invalid_client", "The client is not known, or its secret is wrong.")
    if judged != "ok":
        raise oauth_problem("invalid_grant", f"client_secret: the key is {judged}.")
    if client.kind != "minted":
        raise oauth_problem("unauthorized_client", "Keys of logins, and tokens, get no tokens.")
    return client
