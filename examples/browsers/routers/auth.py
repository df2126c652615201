"""Signup, logins, mailed links, the second factor, and the token endpoint."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Form, Request
from fastapi.security import HTTPBasic, HTTPBasicCredentials

from examples.browsers import accounts, links, oauth
from examples.browsers.accounts import AccountView, Address, Credentials, Digits, Enrolment, Link, LoggedIn
from examples.browsers.dependencies import CallerOf, ServiceOf, attempt, scope, visit
from examples.browsers.errors import (
    BadRequest,
    Conflict,
    EmailAlreadyRegistered,
    EmailNotVerified,
    InvalidAuthToken,
    InvalidCredentials,
    RateLimited,
    Unauthorized,
)
from examples.browsers.oauth import Token, TokenRequest
from examples.browsers.service import Service
from examples.identity.one_time import Kind
from failwell import raises
from failwell.fastapi import ChecksFirstRoute, admit

public = APIRouter(
    prefix="/v1/auth", tags=["auth"], dependencies=[Depends(visit)], route_class=ChecksFirstRoute
)
factor = APIRouter(prefix="/v1/auth/mfa", tags=["auth"], route_class=ChecksFirstRoute)
tokens = APIRouter(prefix="/oauth", tags=["auth"], dependencies=[Depends(visit)])


async def count(request: Request, service: Service, email: str) -> None:
    """Counts attempts to do with one mailbox: guesses, and mails to it."""
    await admit(request, service.guards.mailboxes, auth_email=email)


async def mail_link(service: Service, kind: Kind, email: str) -> None:
    """Mails a link, if there is such an account; if not, it takes as long."""
    token, is_known = await service.database.run(accounts.make_link, service.settings, kind, email)
    await run_sync(partial(links.mail, service.settings, kind, email, token, is_known=is_known))


@public.post("/signup", status_code=201)
@raises(RateLimited, EmailAlreadyRegistered)
async def sign_up(request: Request, wanted: Credentials, service: ServiceOf) -> AccountView:
    """Sign up; the answer goes by mail, too."""
    await count(request, service, wanted.email)
    password = await run_sync(service.passwords.keep, wanted.password)
    made, token = await service.database.run(accounts.sign_up, service.settings, wanted.email, password)
    await run_sync(links.mail, service.settings, "verification", wanted.email, token)
    return made


@public.post("/verify-email", status_code=204)
@raises(InvalidAuthToken)
async def verify_email(link: Link, service: ServiceOf) -> None:
    """Follow the link of the signup email."""
    await service.database.run(accounts.verify_email, service.settings, link.token)


@public.post("/verify-email/again", status_code=202)
@raises(RateLimited)
async def verify_again(request: Request, wanted: Address, service: ServiceOf) -> None:
    """Have the signup email sent again."""
    await count(request, service, wanted.email)
    await mail_link(service, "verification", wanted.email)


@public.post("/login")
@raises(RateLimited, EmailNotVerified, InvalidCredentials)
async def log_in(request: Request, login: Credentials, service: ServiceOf) -> LoggedIn:
    """Log in: gives a key of all scopes for twelve hours."""
    await count(request, service, login.email)
    kept = await service.database.run(accounts.password_of, login.email)
    if not await run_sync(service.passwords.is_right, login.password, kept):
        raise InvalidCredentials
    return await service.database.run(accounts.log_in, service.settings, login.email)


@public.post("/magic-link", status_code=202)
@raises(RateLimited)
async def ask_for_link(request: Request, wanted: Address, service: ServiceOf) -> None:
    """Have a link mailed that logs in."""
    await count(request, service, wanted.email)
    await mail_link(service, "magic_link", wanted.email)


@public.post("/magic-link/follow")
@raises(InvalidAuthToken)
async def follow_link(link: Link, service: ServiceOf) -> LoggedIn:
    """Log in by a mailed link."""
    return await service.database.run(accounts.follow_link, service.settings, link.token)


@public.post("/password-reset", status_code=202)
@raises(RateLimited)
async def ask_for_reset(request: Request, wanted: Address, service: ServiceOf) -> None:
    """Have a link mailed that sets another password."""
    await count(request, service, wanted.email)
    await mail_link(service, "password_reset", wanted.email)


@public.post("/password-reset/follow", status_code=204)
@raises(InvalidAuthToken)
async def reset_password(link: accounts.NewPassword, service: ServiceOf) -> None:
    """Set another password."""
    password = await run_sync(service.passwords.keep, link.password)
    await service.database.run(accounts.reset_password, service.settings, link.token, password)


# ---------------------------------------------------------------------------- the second factor


@factor.post("/enrol", dependencies=[scope("account:write")])
@raises(Conflict)
async def enrol(caller: CallerOf, service: ServiceOf) -> Enrolment:
    """Set up an authenticator app."""
    return await service.database.run(accounts.enrol, caller)


@factor.post("/step-up", status_code=204, dependencies=[scope("account:write"), Depends(attempt)])
@raises(BadRequest, Conflict)
async def step_up(digits: Digits, caller: CallerOf, service: ServiceOf) -> None:
    """Confirm with six digits; it is good for five minutes."""
    await service.database.run(accounts.confirm, service.settings, caller, digits.code)


# ---------------------------------------------------------------------------- OAuth


@tokens.post("/token")
@raises(Unauthorized, BadRequest)
async def issue_token(
    asked: Annotated[TokenRequest, Form()],
    service: ServiceOf,
    basic: Annotated[HTTPBasicCredentials | None, Depends(HTTPBasic(auto_error=False))],
) -> Token:
    """Client credentials: gives a key for an hour."""
    if basic is not None:  # RFC 6749, 2.3.1
        client = {"client_id": basic.username, "client_secret": basic.password}
        asked = asked.model_copy(update=client)
    return await service.database.run(oauth.grant, service.settings, asked)
