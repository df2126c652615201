"""The caller's account: itself, its keys, its terms, and what it allows the model."""

from __future__ import annotations

from pathlib import Path

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Request

from examples.browsers import accounts, agent, keys
from examples.browsers.accounts import AccountView, Revision, TierChoice
from examples.browsers.agent import BundledSettings, BundledView, ModelKey
from examples.browsers.database import Text
from examples.browsers.dependencies import (
    CallerOf,
    ServiceOf,
    caller_of,
    fresh,
    reachable_key,
    scope,
    terms,
    visible_key,
)
from examples.browsers.errors import BadRequest, Conflict, FeatureUnavailable, Forbidden, TierLimit
from examples.browsers.keys import KeyRequest, NewKey
from failwell import raises
from failwell.fastapi import ChecksFirstRoute

router = APIRouter(prefix="/v1/account", tags=["account"], route_class=ChecksFirstRoute)
api_keys = APIRouter(prefix="/v1/api-keys", tags=["account"], route_class=ChecksFirstRoute)
OWNER = scope("account:write")


@router.get("/me")
async def show(caller: CallerOf, service: ServiceOf) -> AccountView:
    """Read the account."""
    return await service.database.run(accounts.show, caller)


@router.put("/me/tier", dependencies=[OWNER, Depends(terms)])
async def choose_tier(wanted: TierChoice, caller: CallerOf, service: ServiceOf) -> AccountView:
    """Choose a tier."""
    return await service.database.run(accounts.choose_tier, caller, wanted.tier)


@router.delete("/me", status_code=204, dependencies=[OWNER, Depends(fresh)])
@raises(Conflict)
async def close(caller: CallerOf, service: ServiceOf) -> None:
    """Close the account."""
    await service.database.run(accounts.close, service.settings, caller)


@router.get("/legal", dependencies=[Depends(caller_of)])
async def show_terms(service: ServiceOf) -> Revision:
    """Read which revision of the terms is in force."""
    return Revision(revision=service.settings.legal_revision)


@router.post("/legal/accept", status_code=204, dependencies=[OWNER])
@raises(BadRequest)
async def accept_terms(wanted: Revision, caller: CallerOf, service: ServiceOf) -> None:
    """Accept the revision in force."""
    await service.database.run(accounts.accept_terms, service.settings, caller, wanted.revision)


@router.put("/me/avatar", status_code=204, dependencies=[OWNER, Depends(terms)])
@raises(FeatureUnavailable)
async def put_avatar(request: Request, caller: CallerOf, service: ServiceOf) -> None:
    """Upload an avatar: the body is its bytes."""
    bucket = service.settings.avatar_bucket
    if not bucket:
        raise FeatureUnavailable("There is no bucket for avatar uploads in this deployment.")
    await run_sync((Path(bucket) / caller.account_id).write_bytes, await request.body())


# ---------------------------------------------------------------------------- the model


@router.put("/me/byok-anthropic-key", status_code=204, dependencies=[OWNER, Depends(terms)])
async def keep_model_key(wanted: ModelKey, caller: CallerOf, service: ServiceOf) -> None:
    """Keep a model key of the account's own; it always wins over the bundled model."""
    await service.database.run(agent.keep_key, caller, wanted.key)


@router.delete("/me/byok-anthropic-key", status_code=204, dependencies=[OWNER])
async def forget_model_key(caller: CallerOf, service: ServiceOf) -> None:
    """Forget it."""
    await service.database.run(agent.keep_key, caller, None)


@router.patch("/me/bundled-llm-settings", dependencies=[OWNER, Depends(terms)])
@raises(BadRequest)
async def change_bundled(wanted: BundledSettings, caller: CallerOf, service: ServiceOf) -> BundledView:
    """Consent to the bundled model, and set what it may cost in a month."""
    return await service.database.run(agent.change_bundled, caller, wanted)


# ---------------------------------------------------------------------------- keys


@api_keys.post("", status_code=201, dependencies=[scope("keys:write"), Depends(terms)])
@raises(Forbidden, TierLimit)
async def mint(wanted: KeyRequest, caller: CallerOf, service: ServiceOf) -> NewKey:
    """Mint a key."""
    return await service.database.run(keys.mint, service.settings, caller, wanted)


@api_keys.post(
    "/{key_id}/rotate",
    status_code=201,
    dependencies=[Depends(visible_key), scope("keys:write"), Depends(reachable_key), Depends(terms)],
)
@raises(Conflict)
async def rotate(key_id: Text, caller: CallerOf, service: ServiceOf) -> NewKey:
    """Rotate a key: the old one works for 24 more hours."""
    return await service.database.run(keys.replace, service.settings, caller, key_id)


@api_keys.delete("/{key_id}", status_code=204, dependencies=[Depends(visible_key), scope("keys:write")])
async def revoke(key_id: Text, caller: CallerOf, service: ServiceOf) -> None:
    """Revoke a key."""
    await service.database.run(keys.end, service.settings, caller, key_id)
