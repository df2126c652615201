"""What operations ask before they do anything, in the contract's order."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Header, Request, Response, Security
from fastapi.security import HTTPBearer

from examples.browsers import accounts, keys, profiles, sessions
from examples.browsers.database import Text
from examples.browsers.errors import (
    BadRequest,
    ConcurrencyLimit,
    Conflict,
    ExpiredKey,
    Forbidden,
    InvalidKey,
    LegalAcceptanceRequired,
    MfaStepUpRequired,
    NotFound,
    RateLimited,
    RevokedKey,
    Unauthorized,
)
from examples.browsers.keys import Caller, Scope
from examples.browsers.service import Service
from failwell import raises
from failwell.fastapi import admit


def service_of(request: Request) -> Service:
    """The service that a request came to."""
    service: Service = request.app.state.service
    return service


ServiceOf = Annotated[Service, Depends(service_of)]


def unstored(response: Response) -> None:
    """Lets nobody keep a response: most of them hold secrets or change with the next request."""
    response.headers["Cache-Control"] = "no-store"


# ---------------------------------------------------------------------------- who calls


@raises(Unauthorized, InvalidKey, RevokedKey, ExpiredKey)
async def caller_of(
    request: Request,
    service: ServiceOf,
    _: Annotated[object, Security(HTTPBearer(auto_error=False, bearerFormat="ds_live_…"))],
) -> Caller:
    """Who calls."""
    authorization = request.headers.get("authorization")
    return await service.database.run(keys.authenticate, service.settings, authorization)


CallerOf = Annotated[Caller, Depends(caller_of)]


@raises(RateLimited)
async def visit(request: Request, service: ServiceOf) -> None:
    """Counts callers without a key by their address."""
    network = request.client.host if request.client else None
    await admit(request, service.guards.visitors, auth_network=network)


# ---------------------------------------------------------------------------- what they may see and do


@raises(NotFound)
async def visible_key(key_id: Text, caller: CallerOf, service: ServiceOf) -> None:
    """Whether the key in the path is the caller's."""
    await service.database.run(keys.find, caller, key_id)


@raises(Forbidden)
async def reachable_key(key_id: Text, caller: CallerOf, service: ServiceOf) -> None:
    """Whether the caller may do all that the key in the path may."""
    await service.database.run(keys.check_reach, caller, key_id)


@raises(NotFound)
async def visible_profile(profile_id: Text, caller: CallerOf, service: ServiceOf) -> None:
    """Whether the profile in the path is the caller's."""
    await service.database.run(profiles.find, caller, profile_id)


@raises(NotFound)
async def visible_session(session_id: Text, caller: CallerOf, service: ServiceOf) -> None:
    """Whether the session in the path is the caller's."""
    await service.database.run(sessions.find, caller, session_id)


def scope(needed: Scope) -> Any:
    """Admits keys with a scope: `dependencies=[scope("sessions:read")]`."""

    @raises(Forbidden)
    def check(caller: CallerOf) -> None:
        caller.need(needed)

    return Depends(check)


@raises(RateLimited)
async def creation(request: Request, caller: CallerOf, service: ServiceOf) -> None:
    """Counts sessions that are created."""
    limit = service.guards.creations[caller.tier.name]
    await admit(request, limit, sessions_create=caller.account_id)


@raises(RateLimited)
async def attempt(request: Request, caller: CallerOf, service: ServiceOf) -> None:
    """Counts codes that are tried."""
    limit = service.guards.step_ups[caller.tier.name]
    await admit(request, limit, auth_mfa=caller.account_id)


@raises(LegalAcceptanceRequired)
def terms(caller: CallerOf, service: ServiceOf) -> None:
    """Whether the terms in force are accepted."""
    accounts.check_terms(service.settings, caller)


@raises(MfaStepUpRequired)
def fresh(caller: CallerOf, service: ServiceOf) -> None:
    """Whether the second factor was confirmed just now."""
    accounts.check_fresh(service.settings, caller)


@raises(BadRequest, Conflict)
async def once(
    request: Request,
    caller: CallerOf,
    service: ServiceOf,
    _: Annotated[str | None, Header(alias="Idempotency-Key")] = None,
) -> None:
    """Answers a request that comes again as before."""
    await admit(request, service.guards.once, principal=caller.account_id)


@raises(ConcurrencyLimit)
async def room(caller: CallerOf, service: ServiceOf) -> None:
    """Whether the tier has room for one more session."""
    await service.database.run(sessions.check_room, service.settings, caller)
