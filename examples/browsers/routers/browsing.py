"""Profiles and sessions: pages, exports, the agent and pair mode."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Header, Response

from examples.browsers import agent, driver, pair, profiles, sessions
from examples.browsers.agent import Answer, HeaderText, Message
from examples.browsers.database import Text
from examples.browsers.dependencies import (
    CallerOf,
    ServiceOf,
    creation,
    once,
    room,
    scope,
    terms,
    visible_profile,
    visible_session,
)
from examples.browsers.errors import (
    BadRequest,
    BundledLlmBudgetExhausted,
    BundledLlmConsentRequired,
    ByokAnthropicRequired,
    ConcurrencyLimit,
    Conflict,
    DriverError,
    DriverNotIntegrated,
    NotFound,
    PairModeConflict,
    PairModeInvalidTransition,
    SessionDestroyed,
    SessionTimeout,
    TierLimit,
)
from examples.browsers.pair import PairStep, PairView
from examples.browsers.profiles import ProfileRequest, ProfileView
from examples.browsers.sessions import Export, Navigation, SessionRequest, SessionView, Wait
from failwell import raises
from failwell.fastapi import ChecksFirstRoute
from failwell.guard import HeldLease

router = APIRouter(prefix="/v1/sessions", tags=["sessions"], route_class=ChecksFirstRoute)
profile_router = APIRouter(prefix="/v1/profiles", tags=["profiles"], route_class=ChecksFirstRoute)

VISIBLE = Depends(visible_session)
OPERATE = [VISIBLE, scope("sessions:write"), Depends(terms)]


# ---------------------------------------------------------------------------- profiles


@profile_router.post(
    "", status_code=201, dependencies=[scope("profiles:write"), Depends(terms), Depends(once)]
)
@raises(BadRequest, TierLimit, Conflict)
async def create_profile(wanted: ProfileRequest, caller: CallerOf, service: ServiceOf) -> ProfileView:
    """Make a profile."""
    return await service.database.run(profiles.create, caller, wanted)


@profile_router.get("/{profile_id}", dependencies=[Depends(visible_profile), scope("sessions:read")])
async def show_profile(profile_id: Text, caller: CallerOf, service: ServiceOf) -> ProfileView:
    """Read a profile."""
    return await service.database.run(profiles.show, caller, profile_id)


@profile_router.delete(
    "/{profile_id}", status_code=204, dependencies=[Depends(visible_profile), scope("profiles:write")]
)
async def remove_profile(profile_id: Text, caller: CallerOf, service: ServiceOf) -> None:
    """Delete a profile; its name is not given again."""
    await service.database.run(profiles.remove, service.settings, caller, profile_id)


# ---------------------------------------------------------------------------- sessions


@router.post(
    "",
    status_code=201,
    response_model_exclude_none=True,
    dependencies=[
        scope("sessions:write"), Depends(creation), Depends(terms), Depends(once), Depends(room)
    ],
)  # fmt: skip
@raises(NotFound, ConcurrencyLimit, Conflict)
async def create(
    wanted: SessionRequest, response: Response, caller: CallerOf, service: ServiceOf
) -> SessionView:
    """Start a session."""
    made = await service.database.run(sessions.create, service.settings, caller, wanted)
    response.headers["Location"] = f"/v1/sessions/{made.id}"
    return made


@router.get("/{session_id}", response_model_exclude_none=True, dependencies=[VISIBLE, scope("sessions:read")])
async def show(session_id: Text, caller: CallerOf, service: ServiceOf) -> SessionView:
    """Read a session."""
    return await service.database.run(sessions.show, service.settings, caller, session_id)


@router.delete("/{session_id}", status_code=204, dependencies=[VISIBLE, scope("sessions:write")])
@raises(SessionDestroyed)
async def destroy(session_id: Text, caller: CallerOf, service: ServiceOf) -> None:
    """Destroy a session."""
    await service.database.run(sessions.destroy, service.settings, caller, session_id)


@router.post("/{session_id}/navigate", response_model_exclude_none=True, dependencies=OPERATE)
@raises(BadRequest, SessionDestroyed, SessionTimeout, DriverError)
async def navigate(session_id: Text, wanted: Navigation, caller: CallerOf, service: ServiceOf) -> SessionView:
    """Open a page."""
    settings, run = service.settings, service.database.run
    driver.check_url(settings, wanted.url)
    await run(sessions.find_running, settings, caller, session_id)
    page = await driver.load(service.http, wanted.url, settings.page_seconds)
    return await run(sessions.keep_page, settings, caller, session_id, page)


@router.post("/{session_id}/wait", response_model_exclude_none=True, dependencies=OPERATE)
@raises(BadRequest, Conflict, SessionDestroyed, SessionTimeout, DriverError)
async def wait(session_id: Text, wanted: Wait, caller: CallerOf, service: ServiceOf) -> SessionView:
    """Wait until a selector finds something on the page."""
    settings, run = service.settings, service.database.run
    driver.check_selector(wanted.selector)
    url = await run(sessions.page_url, settings, caller, session_id)
    page = await driver.wait_for(service.http, url, wanted.selector, wanted.timeout_ms / 1_000)
    return await run(sessions.keep_page, settings, caller, session_id, page)


@router.get("/{session_id}/exports/{kind}", dependencies=[VISIBLE, scope("sessions:read"), Depends(terms)])
@raises(SessionDestroyed, DriverNotIntegrated)
async def export(
    session_id: Text, kind: Literal["html", "text", "pdf", "screenshot"], caller: CallerOf, service: ServiceOf
) -> Export:
    """Export the page that is open."""
    page = await service.database.run(sessions.read_page, service.settings, caller, session_id)
    return Export(kind=kind, content=driver.export(page, kind))


# ---------------------------------------------------------------------------- the agent and pair mode


@router.post("/{session_id}/agent/messages", dependencies=[VISIBLE, scope("agent:write"), Depends(terms)])
@raises(SessionDestroyed, ByokAnthropicRequired, BundledLlmBudgetExhausted, BundledLlmConsentRequired)
async def say(
    session_id: Text,
    message: Message,
    caller: CallerOf,
    service: ServiceOf,
    x_byok_anthropic_api_key: Annotated[HeaderText | None, Header()] = None,
) -> Answer:
    """Say something to the agent about the page that is open."""
    settings, run = service.settings, service.database.run
    granted = await run(agent.access, settings, caller, x_byok_anthropic_api_key)
    budget = await agent.reserve(service.guards.spending, caller, granted)
    page = await run(sessions.read_page, settings, caller, session_id)
    return await agent.answer(service.model, granted, budget, agent.prompt_of(page.text, message.text))


@router.post("/{session_id}/pair", dependencies=OPERATE)
@raises(SessionDestroyed, PairModeConflict, PairModeInvalidTransition)
async def change_pair_mode(
    session_id: Text, wanted: PairStep, caller: CallerOf, service: ServiceOf
) -> PairView:
    """Take a session over, have the takeover granted, or hand it back."""
    settings, run, takeover = service.settings, service.database.run, service.guards.takeover
    await run(sessions.find_running, settings, caller, session_id)
    if wanted.transition == "takeover":
        lease: HeldLease | None = await takeover.aacquire(session_id, holder=wanted.client_id)
    else:
        lease = await takeover.apeek(session_id)
        pair.check_holder(lease, wanted.client_id)
    view = await run(pair.step, settings, caller, session_id, wanted.transition, lease=lease)
    if lease is not None and wanted.transition == "handback":
        await takeover.arelease(lease)
    return view
