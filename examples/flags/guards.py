"""What every request to an organisation goes through, in this order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import msgspec
from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler

from examples.flags import access
from examples.flags.access import READ, Access, Caller, Wants
from examples.flags.errors import (
    ApprovalNotSupported,
    Forbidden,
    InsufficientRole,
    NotFound,
    PreconditionFailed,
    ScopeDenied,
    TokenActionDenied,
    TokenEnvOutOfScope,
    TokenIpDenied,
    TokenRateLimit,
    TokenResourceOutOfScope,
    Unauthorized,
)
from examples.flags.settings import Settings
from examples.identity.tables import Database
from failwell import raises
from failwell.guard import Bucket, Denied, Precondition, RateLimit
from failwell.litestar import guarded

COOKIE = "flags_session"

Connection = ASGIConnection[Any, Any, Any, Any]


class Service(msgspec.Struct, frozen=True):
    """What requests are answered with."""

    settings: Settings
    database: Database


def service_of(connection: Connection) -> Service:
    """The service that a request came to."""
    service: Service = connection.app.state.service
    return service


def guards_of(settings: Settings) -> list[Any]:
    """Asked one after the other before anything is read; each says with what it can refuse."""
    limit = RateLimit(
        Bucket("token", 600, per="minute"),
        Bucket("organisation", settings.requests_per_minute, per="minute"),
        store=settings.store(),
        problem=too_many,
    )
    precondition = Precondition(problem=lambda _: PreconditionFailed())
    limited = guarded(limit, token=token_of, organisation=organisation_of, plan=plan_of)
    conditional = guarded(precondition, etag=lambda connection: access_of(connection).version)
    return [
        authenticated,
        visible,
        permitted,
        raises(TokenRateLimit)(limited),
        raises(PreconditionFailed)(conditional),
    ]


# ---------------------------------------------------------------------------- who, what, and whether


@raises(Unauthorized, TokenIpDenied)
async def authenticated(connection: Connection, _: BaseRouteHandler) -> None:
    """Finds out who calls."""
    service = service_of(connection)
    connection.state.caller = await service.database.run(
        access.authenticate,
        service.settings,
        connection.headers.get("authorization"),
        connection.cookies.get(COOKIE),
        connection.client.host if connection.client else None,
    )


@raises(NotFound)
async def visible(connection: Connection, handler: BaseRouteHandler) -> None:
    """Finds what the address names, for who may see it."""
    caller: Caller = connection.state.caller
    found = await service_of(connection).database.run(
        access.find,
        caller,
        connection.path_params,
        handler.opt.get("kind", "flag"),
        creates=wants_of(handler).creates,
    )
    is_conditional = not {"if-match", "if-none-match"}.isdisjoint(connection.headers)
    connection.state.access = msgspec.structs.replace(found, is_conditional=is_conditional)


@raises(
    Forbidden, InsufficientRole, ScopeDenied, TokenActionDenied, TokenEnvOutOfScope, TokenResourceOutOfScope,
    ApprovalNotSupported,
)  # fmt: skip
async def permitted(connection: Connection, handler: BaseRouteHandler) -> None:
    """Admits who may do this there."""
    access.permit(access_of(connection), wants_of(handler), connection.path_params)


def wants_of(handler: BaseRouteHandler) -> Wants:
    """What an operation asks of its callers: `@get(…, wants=READ)`. Litestar adds OPTIONS: it reads."""
    return cast("Wants", handler.opt.get("wants", READ))


def access_of(connection: Connection) -> Access:
    """Who is where."""
    return cast("Access", connection.state.access)


# ---------------------------------------------------------------------------- how often


def token_of(connection: Connection) -> str | None:
    """Whose bucket counts. Sessions have none."""
    grant = access_of(connection).caller.grant
    return grant.token_id if grant is not None else None


def organisation_of(connection: Connection) -> str | None:
    """The organisation whose bucket counts."""
    grant = access_of(connection).caller.grant
    return grant.organisation_id if grant is not None else None


def plan_of(connection: Connection) -> Sequence[Bucket]:
    """The token's own limit."""
    grant = access_of(connection).caller.grant
    return [Bucket("token", grant.rate_limit, per="minute")] if grant is not None else []


def too_many(denied: Denied) -> TokenRateLimit:
    """Says whose bucket is empty."""
    return TokenRateLimit(
        f"Too many requests of this {denied.bucket.name} in the last minute.",
        retry_after_seconds=denied.retry_after,
    )
