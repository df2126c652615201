"""Tokens of programs: what each may do, where, to what, how often and from which addresses."""

from __future__ import annotations

from typing import Annotated

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from examples.flags.access import EVERYTHING, Access, Action, again, tokens_of
from examples.flags.database import Token
from examples.flags.errors import InvalidRequest
from examples.flags.settings import Settings
from examples.identity.keys import networks_of, revoke, rotate

Pattern = Annotated[str, msgspec.Meta(max_length=60, pattern=r"^(\*|[a-z0-9-]+\*?)\Z")]


class TokenRequest(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    """What a token is for. A resource may end with `*`, which stands for any ending."""

    actions: Annotated[list[Action], msgspec.Meta(min_length=1)]
    environments: tuple[Pattern, ...] = (EVERYTHING,)
    resources: tuple[Pattern, ...] = (EVERYTHING,)
    rate_limit_per_min: Annotated[int, msgspec.Meta(ge=1, le=6_000)] = 600
    allowed_ips: list[str] = []
    requires_approval: bool = False


class TokenView(msgspec.Struct, rename="camel", omit_defaults=True):
    """A token as it is listed; the token itself is shown once, to who has made it."""

    id: str
    actions: list[str]
    environments: list[str]
    resources: list[str]
    rate_limit_per_min: int
    allowed_ips: list[str]
    requires_approval: bool
    token: str | None = None


def make(session: Session, settings: Settings, access: Access, wanted: TokenRequest) -> TokenView:
    """Makes a token."""
    minted = tokens_of(settings).mint()
    token = Token(
        id=minted.id,
        digest=minted.digest,
        scopes=" ".join(wanted.actions),
        networks=_networks(wanted.allowed_ips),
        created_at=settings.now(),
        organisation_id=access.organisation_id,
        account_id=access.caller.account_id,
        environments=" ".join(wanted.environments),
        resources=" ".join(wanted.resources),
        rate_limit=wanted.rate_limit_per_min,
        requires_approval=wanted.requires_approval,
    )
    session.add(token)
    return _view(token, minted.text)


def list_all(session: Session, access: Access) -> list[TokenView]:
    """The tokens of an organisation that were not revoked."""
    own = Token.organisation_id == access.organisation_id, Token.revoked_at.is_(None)
    return [_view(token) for token in session.scalars(select(Token).where(*own).order_by(Token.id))]


def replace(session: Session, settings: Settings, access: Access) -> TokenView:
    """Makes another token like this one, which is good for one more day."""
    old, minted = again(session, access.token), tokens_of(settings).mint()
    rotate(old, settings.now())
    kept = {
        column.key: getattr(old, column.key)
        for column in Token.__mapper__.column_attrs
        if column.key not in ("id", "digest", "created_at", "expires_at", "rotated_at", "revoked_at")
    }
    token = Token(id=minted.id, digest=minted.digest, created_at=settings.now(), **kept)
    session.add(token)
    return _view(token, minted.text)


def remove(session: Session, settings: Settings, access: Access) -> None:
    """Revokes a token."""
    revoke(again(session, access.token), settings.now())


def _networks(addresses: list[str]) -> str:
    try:
        return networks_of(addresses)
    except ValueError:
        wanted = "has to be a list of addresses and networks"
        raise InvalidRequest(fields={"allowedIps": wanted}) from None


def _view(token: Token, text: str | None = None) -> TokenView:
    return TokenView(
        id=token.id,
        actions=token.scopes.split(),
        environments=token.environments.split(),
        resources=token.resources.split(),
        rate_limit_per_min=token.rate_limit,
        allowed_ips=token.networks.split(),
        requires_approval=token.requires_approval,
        token=text,
    )
