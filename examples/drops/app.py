"""The HTTP side: routes, what each can raise, and the app."""

from __future__ import annotations

import mimetypes
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

import httpx
import msgspec
from sqlalchemy.orm import Session
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

import failwell.starlette
from examples.drops import accounts, drops, workspaces
from examples.drops.credentials import Caller, authenticate
from examples.drops.database import Record
from examples.drops.errors import (
    AuthenticationRequired,
    BadRequest,
    ChecksumMismatch,
    ContentTooLarge,
    FeatureNotInPlan,
    Forbidden,
    InsufficientScope,
    InvalidApiKey,
    InvalidSession,
    NotFound,
    OtpExpired,
    OtpInvalid,
    QuotaExceeded,
    RateLimitExceeded,
    RemoteFetchFailed,
    RevisionConflict,
    ServiceCannotMintDelegated,
    SoleOwnerOfTeam,
    StepUpRequired,
    UnsupportedMediaType,
    UploadExpired,
    ValidationError,
    WorkspaceChoiceRequired,
    WorkspaceMismatch,
    WorkspaceNotFound,
    WorkspacePinned,
    contract,
)
from examples.drops.plans import LARGEST_DROP, Plan
from examples.drops.settings import Settings, read_settings
from examples.drops.sources import fetch_sources, source_client
from examples.identity.tables import Database
from failwell import raises
from failwell.guard import RateLimit

CREDENTIAL = (AuthenticationRequired, InvalidApiKey, InvalidSession)
BODY = (BadRequest, ContentTooLarge, UnsupportedMediaType, ValidationError)
FILES = (NotFound, QuotaExceeded, ChecksumMismatch, UploadExpired, RemoteFetchFailed)


class Service(msgspec.Struct, frozen=True):
    """What handlers work with."""

    settings: Settings
    database: Database
    logins: RateLimit
    http: httpx.AsyncClient


def service_of(request: Request) -> Service:
    """The service that a request came to."""
    service: Service = request.app.state.service
    return service


async def caller_of(request: Request, scope: str = "") -> Caller:
    """Who calls, with the scope. Operations on a resource ask for it later: first it may look absent."""
    service = service_of(request)
    authorization = request.headers.get("authorization", "")
    caller = await service.database.run(authenticate, service.settings, authorization)
    if scope:
        caller.need(scope)
    return caller


def named(request: Request, name: str = "id") -> str:
    """What the path names. PostgreSQL does not even look for what has a NUL in it."""
    text: str = request.path_params[name]
    if "\0" in text:
        raise NotFound
    return text


def answer(value: object, status: int = 200) -> Response:
    """A JSON response that nobody may keep: most of them hold secrets or change with the next request."""
    return Response(msgspec.json.encode(value), status, {"Cache-Control": "no-store"}, "application/json")


def done() -> Response:
    """Nothing more to say."""
    return Response(status_code=204)


# ---------------------------------------------------------------------------- accounts


async def check_rate(request: Request, email: str) -> None:
    """Counts an attempt, and shows where the caller stands."""
    network = request.client.host if request.client else None
    decision = await service_of(request).logins.acheck(email=email, network=network)
    failwell.starlette.show_limits(request, decision.limits)


@raises(*BODY, RateLimitExceeded)
async def request_code(request: Request) -> Response:
    """Mail a login code."""
    service = service_of(request)
    wanted = await failwell.starlette.body(request, accounts.CodeRequest)
    await check_rate(request, wanted.email)
    code = await service.database.run(accounts.request_code, service.settings, wanted.email)
    await run_in_threadpool(accounts.mail_code, service.settings, wanted.email, code)
    return answer({"expires_in": accounts.CODE_SECONDS}, 202)


@raises(*BODY, RateLimitExceeded, OtpExpired, OtpInvalid)
async def log_in(request: Request) -> Response:
    """Log in with a mailed code."""
    service = service_of(request)
    login = await failwell.starlette.body(request, accounts.Login)
    await check_rate(request, login.email)
    return answer(await service.database.run(accounts.log_in, service.settings, login))


@raises(*CREDENTIAL, InsufficientScope, *BODY, ServiceCannotMintDelegated, WorkspaceNotFound, WorkspacePinned)
async def create_key(request: Request) -> Response:
    """Make an API key."""
    service, caller = service_of(request), await caller_of(request, "account")
    wanted = await failwell.starlette.body(request, accounts.KeyRequest)
    return answer(await service.database.run(accounts.mint_key, service.settings, caller, wanted), 201)


@raises(*CREDENTIAL, NotFound, InsufficientScope)
async def revoke_key(request: Request) -> Response:
    """Revoke an API key."""
    caller = await caller_of(request)
    await service_of(request).database.run(accounts.revoke_key, caller, named(request))
    return done()


@raises(*CREDENTIAL, InsufficientScope, *BODY)
async def choose_plan(request: Request) -> Response:
    """Choose a plan."""
    caller = await caller_of(request, "account")
    wanted = await failwell.starlette.body(request, accounts.PlanChoice)
    await service_of(request).database.run(accounts.choose_plan, caller, wanted)
    return answer(wanted)


@raises(*CREDENTIAL, InsufficientScope, StepUpRequired, SoleOwnerOfTeam)
async def delete_account(request: Request) -> Response:
    """Delete the account."""
    service, caller = service_of(request), await caller_of(request)
    await service.database.run(accounts.delete_account, service.settings, caller)
    return done()


# ---------------------------------------------------------------------------- workspaces


@raises(*CREDENTIAL, InsufficientScope)
async def list_workspaces(request: Request) -> Response:
    """List the workspaces in reach."""
    caller = await caller_of(request, "read")
    return answer({"workspaces": await service_of(request).database.run(workspaces.list_workspaces, caller)})


@raises(*CREDENTIAL, InsufficientScope, *BODY, WorkspaceNotFound, WorkspacePinned)
async def activate_workspace(request: Request) -> Response:
    """Make a workspace the active one."""
    caller = await caller_of(request, "account")
    wanted = await failwell.starlette.body(request, workspaces.Activation)
    return answer(await service_of(request).database.run(workspaces.activate, caller, wanted.workspace))


@raises(*CREDENTIAL, InsufficientScope, *BODY, WorkspacePinned)
async def create_team(request: Request) -> Response:
    """Found a team."""
    caller = await caller_of(request, "team")
    wanted = await failwell.starlette.body(request, workspaces.TeamRequest)
    return answer(await service_of(request).database.run(workspaces.create_team, caller, wanted), 201)


@raises(*CREDENTIAL, NotFound, InsufficientScope)
async def show_team(request: Request) -> Response:
    """Read a team."""
    caller = await caller_of(request)
    return answer(await service_of(request).database.run(workspaces.view_team, caller, named(request)))


class Invitation(msgspec.Struct, forbid_unknown_fields=True):
    email: accounts.Email
    role: Literal["member", "owner"] = "member"


def invite(session: Session, caller: Caller, team_id: str, wanted: Invitation) -> workspaces.TeamView:
    """Gives a seat to an address, whether it has logged in before or not."""
    return workspaces.add_member(
        session, caller, team_id, accounts.account_of(session, wanted.email), wanted.role
    )


@raises(*CREDENTIAL, NotFound, InsufficientScope, Forbidden, *BODY, QuotaExceeded)
async def add_member(request: Request) -> Response:
    """Add a member to a team, or make a member an owner."""
    service, caller, team_id = service_of(request), await caller_of(request), named(request)
    await service.database.run(workspaces.find_team, caller, team_id, role="owner")
    wanted = await failwell.starlette.body(request, Invitation)
    return answer(await service.database.run(invite, caller, team_id, wanted))


@raises(*CREDENTIAL, NotFound, InsufficientScope, Forbidden, StepUpRequired)
async def delete_team(request: Request) -> Response:
    """Delete a team with all its drops."""
    service, caller = service_of(request), await caller_of(request)
    await service.database.run(workspaces.delete_team, service.settings, caller, named(request))
    return done()


# ---------------------------------------------------------------------------- drops


@raises(*CREDENTIAL, InsufficientScope, ContentTooLarge, QuotaExceeded)
async def stage_upload(request: Request) -> Response:
    """Stage a file: the body is its bytes."""
    service, caller = service_of(request), await caller_of(request, "publish")
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > LARGEST_DROP:
            raise ContentTooLarge("No plan takes a file of this size.")
    return answer(await service.database.run(drops.stage, service.settings, caller, bytes(content)), 201)


async def contents_of(service: Service, manifest: drops.Manifest, plan: Plan) -> drops.Contents:
    """The files of a manifest, those from elsewhere fetched."""
    fetched = await fetch_sources(service.http, service.settings, manifest.sources, plan.drop_bytes)
    return drops.Contents(manifest.files, fetched, service.settings.now())


@raises(
    *CREDENTIAL, InsufficientScope, *BODY, WorkspaceNotFound, WorkspacePinned, WorkspaceChoiceRequired,
    FeatureNotInPlan, *FILES,
)  # fmt: skip
async def publish(request: Request) -> Response:
    """Publish a drop."""
    service, caller = service_of(request), await caller_of(request, "publish")
    wanted = await failwell.starlette.body(request, drops.Publication)
    plan = await service.database.run(drops.check_publication, caller, wanted)
    contents = await contents_of(service, wanted, plan)
    return answer(await service.database.run(drops.publish, caller, wanted, contents), 201)


@raises(*CREDENTIAL, InsufficientScope)
async def list_drops(request: Request) -> Response:
    """List the drops in reach."""
    caller = await caller_of(request, "read")
    return answer({"drops": await service_of(request).database.run(drops.list_drops, caller)})


@raises(*CREDENTIAL, NotFound, InsufficientScope, WorkspaceMismatch)
async def show_drop(request: Request) -> Response:
    """Read a drop."""
    caller = await caller_of(request)
    return answer(await service_of(request).database.run(drops.show, caller, named(request)))


@raises(*CREDENTIAL, InsufficientScope, WorkspaceMismatch, *BODY, RevisionConflict, *FILES)
async def revise(request: Request) -> Response:
    """Replace the files of a drop."""
    service, caller, drop_id = service_of(request), await caller_of(request), named(request)
    await service.database.run(drops.find, caller, drop_id, "publish")
    change = await failwell.starlette.body(request, drops.Revision)
    plan = await service.database.run(drops.check_revision, caller, drop_id, change)
    contents = await contents_of(service, change, plan)
    return answer(await service.database.run(drops.revise, caller, drop_id, change, contents))


@raises(*CREDENTIAL, NotFound, InsufficientScope, WorkspaceMismatch)
async def remove_drop(request: Request) -> Response:
    """Take a drop down."""
    caller = await caller_of(request)
    await service_of(request).database.run(drops.remove, caller, named(request))
    return done()


@raises(NotFound)
async def read_file(request: Request) -> Response:
    """Read a published file."""
    path = named(request, "path") or "index.html"
    content = await service_of(request).database.run(drops.read_file, named(request), path)
    media_type = mimetypes.guess_type(path)[0] or "application/octet-stream"
    guarded = {
        "Content-Security-Policy": "sandbox",
        "X-Content-Type-Options": "nosniff",
    }  # it is a stranger's
    return Response(content, 200, guarded, media_type)


# ---------------------------------------------------------------------------- the app

ROUTES = [
    Route("/v1/login/codes", request_code, methods=["POST"]),
    Route("/v1/login", log_in, methods=["POST"]),
    Route("/v1/api-keys", create_key, methods=["POST"]),
    Route("/v1/api-keys/{id}", revoke_key, methods=["DELETE"]),
    Route("/v1/plan", choose_plan, methods=["PUT"]),
    Route("/v1/account", delete_account, methods=["DELETE"]),
    Route("/v1/workspaces", list_workspaces, methods=["GET"]),
    Route("/v1/workspaces/active", activate_workspace, methods=["PUT"]),
    Route("/v1/teams", create_team, methods=["POST"]),
    Route("/v1/teams/{id}", show_team, methods=["GET"]),
    Route("/v1/teams/{id}", delete_team, methods=["DELETE"]),
    Route("/v1/teams/{id}/members", add_member, methods=["POST"]),
    Route("/v1/uploads", stage_upload, methods=["POST"]),
    Route("/v1/drops", publish, methods=["POST"]),
    Route("/v1/drops", list_drops, methods=["GET"]),
    Route("/v1/drops/{id}", show_drop, methods=["GET"]),
    Route("/v1/drops/{id}", revise, methods=["PATCH"]),
    Route("/v1/drops/{id}", remove_drop, methods=["DELETE"]),
    Route("/d/{id}/{path:path}", read_file, methods=["GET"]),
]


def create_app(settings: Settings) -> Starlette:
    """Makes the service. Its database is there at once; it is closed when the server stops."""
    database = Database(settings.database_url, Record.metadata, settings.name)
    http = source_client()

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        await http.aclose()
        database.close()

    async def openapi(_: Request) -> Response:
        return answer(failwell.starlette.openapi(app, here, title="Drops", version="1"))

    here = contract.at(settings.errors_base)
    openapi_route = Route("/openapi.json", openapi, include_in_schema=False)
    app = Starlette(routes=[*ROUTES, openapi_route], lifespan=lifespan)
    app.state.service = Service(settings, database, accounts.login_limit(settings), http)
    failwell.starlette.install(app, here)
    return app


def from_environment() -> Starlette:
    """Makes the service for `uvicorn --factory`."""
    return create_app(read_settings())
