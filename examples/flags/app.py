"""The app: what is open to everybody, and the controllers behind their guards."""

from __future__ import annotations

from html import escape
from typing import Any

from anyio.to_thread import run_sync
from litestar import Litestar, MediaType, Request, Response, Router, get, post
from litestar.datastructures import CacheControlHeader, Cookie, State
from litestar.di import NamedDependency, Provide
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.params import FromQuery, JSONBody
from litestar.response import Redirect

import failwell.litestar
from examples.flags import members, organisations, sign_in
from examples.flags.access import Access
from examples.flags.controllers import CONTROLLERS
from examples.flags.database import Kind, Record
from examples.flags.error_log import ErrorLog
from examples.flags.errors import (
    AlreadyClaimed,
    InvalidRequest,
    InvitationEmailLocked,
    InvitationExpired,
    InvitationUsed,
    MagicLinkExpired,
    MagicLinkInvalid,
    MagicLinkUsed,
    NoInvitation,
    NotFound,
    SlugUnavailable,
    contract,
    flags,
)
from examples.flags.guards import COOKIE, Service, access_of, guards_of, service_of
from examples.flags.settings import Settings, read_settings
from examples.identity.tables import Database
from failwell import raises

AnyRequest = Request[Any, Any, Any]


def signed_in(value: str) -> Cookie:
    """The cookie of a browser's session. Pages of others cannot make browsers send it with a change."""
    return Cookie(
        COOKIE, value=value, max_age=sign_in.LOGIN_SECONDS, httponly=True, secure=True, samesite="lax"
    )


# ---------------------------------------------------------------------------- signing in


@post("/auth/install-claim")
@raises(InvalidRequest, AlreadyClaimed)
async def claim(
    service: NamedDependency[Service], data: JSONBody[organisations.Signup]
) -> organisations.OrganisationView:
    """Found the first organisation of an installation."""
    view = await service.database.run(organisations.claim, data)
    await mail_link(service, data.email)
    return view


@post("/auth/signup")
@raises(InvalidRequest, SlugUnavailable)
async def sign_up(
    service: NamedDependency[Service], data: JSONBody[organisations.Signup]
) -> organisations.OrganisationView:
    """Found an organisation, for whoever reads the mails of an address."""
    view = await service.database.run(organisations.sign_up, data)
    await mail_link(service, data.email)
    return view


@post("/auth/magic-links", status_code=204)
@raises(InvalidRequest)
async def request_link(service: NamedDependency[Service], data: JSONBody[sign_in.LinkRequest]) -> None:
    """Mail a link to sign in with."""
    await mail_link(service, data.email)


async def mail_link(service: Service, email: str) -> None:
    """Mails a link, after what was done for it is kept."""
    token = await service.database.run(sign_in.make_link, service.settings, email)
    await run_sync(sign_in.mail_link, service.settings, email, token)


@get("/auth/magic-link", status_code=303)
@raises(MagicLinkInvalid, MagicLinkUsed, MagicLinkExpired, NoInvitation)
async def follow_link(service: NamedDependency[Service], token: FromQuery[str] = "") -> Redirect:
    """Sign in by a mailed link."""
    cookie = await service.database.run(sign_in.follow_link, service.settings, token)
    return Redirect("/orgs", status_code=303, cookies=[signed_in(cookie)])


@get("/login", media_type=MediaType.HTML)
async def login_page(error: FromQuery[str] = "") -> str:
    """The page that magic links which fail lead to."""
    problem = flags.types.get(error)
    said = f"{problem.problem_type.title}. {problem.problem_type.suggestion}" if problem else "Sign in."
    return f"<!doctype html><title>Flags</title><p>{escape(said)}</p>"


# ---------------------------------------------------------------------------- invitations


@get("/invitations")
@raises(NotFound, InvitationUsed, InvitationExpired)
async def read_invitation(service: NamedDependency[Service], token: FromQuery[str] = "") -> members.Seat:
    """See what you are invited to."""
    return await service.database.run(members.read_invitation, service.settings, token)


@post("/invitations", status_code=200)
@raises(NotFound, InvitationUsed, InvitationExpired, InvitationEmailLocked)
async def accept_invitation(
    service: NamedDependency[Service], token: FromQuery[str] = ""
) -> Response[members.Seat]:
    """Accept an invitation, and be signed in."""
    joined = await service.database.run(members.accept, service.settings, token)
    return Response(joined.seat, cookies=[signed_in(joined.cookie)])


# ---------------------------------------------------------------------------- the app


async def service_for(request: AnyRequest) -> Service:
    """The service, for handlers."""
    return service_of(request)


async def access_for(request: AnyRequest) -> Access:
    """Who is where, for handlers behind the guards."""
    return access_of(request)


async def kind_for(request: AnyRequest) -> Kind:
    """Whether the address is of flags or of configs, for handlers of both."""
    kind: Kind = request.route_handler.opt["kind"]
    return kind


def create_app(settings: Settings) -> Litestar:
    """Makes the service. Its database is there at once; it is closed when the server stops."""
    database = Database(settings.database_url, Record.metadata, settings.name)
    log = ErrorLog(settings.folder / "flags.log")
    everybody = [
        claim, sign_up, request_link, follow_link, login_page, read_invitation, accept_invitation,
    ]  # fmt: skip
    within = Router(
        "/",
        route_handlers=CONTROLLERS,
        guards=guards_of(settings),
        dependencies={"access": Provide(access_for), "kind": Provide(kind_for)},
    )
    return Litestar(
        [*everybody, within],
        dependencies={"service": Provide(service_for)},
        state=State({"service": Service(settings, database)}),
        on_shutdown=[database.close, log.close],
        cache_control=CacheControlHeader(private=True, no_cache=True),  # with a tag it costs little to ask
        plugins=[failwell.litestar.Plugin(contract.at(settings.errors_base))],
        openapi_config=OpenAPIConfig(
            "Flags", "1", path="/openapi.json", render_plugins=[JsonRenderPlugin(path="/")]
        ),
        logging_config=log,
    )


def from_environment() -> Litestar:
    """Makes the service for `uvicorn --factory`."""
    return create_app(read_settings())
