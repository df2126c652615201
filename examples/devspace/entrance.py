"""The way in: the only routes that nobody has to be signed in for."""

from __future__ import annotations

from flask import Blueprint, Response

from examples.devspace import sessions
from examples.devspace.errors import (
    BadRequest,
    CreateFailed,
    NotFound,
    QueryFailed,
    Unauthorized,
    UpdateFailed,
    devspace,
)
from examples.devspace.service import answer, do, service
from failwell import raises
from failwell.answers import Refused
from failwell.flask import body

ContentTooLarge = devspace.types["content_too_large"]
UnsupportedMediaType = devspace.types["unsupported_media_type"]
BODY = (BadRequest, ContentTooLarge, UnsupportedMediaType)

entrance = Blueprint("entrance", __name__)


@entrance.post("/links")
@raises(*BODY, QueryFailed, CreateFailed)
def request_link() -> Response:
    """Mail a link that signs in."""
    email = body(sessions.LinkRequest).email
    try:
        service().guards.mails.check(email=email)
    except Refused:
        return answer({}, 202)  # a link has just been mailed
    settings = service().settings
    sessions.mail_link(settings, email, do(sessions.make_link, settings, email))
    return answer({}, 202)


@entrance.post("/sessions")
@raises(*BODY, Unauthorized, NotFound, QueryFailed, CreateFailed, UpdateFailed)
def sign_in() -> Response:
    """Sign in by a mailed link."""
    return answer(do(sessions.sign_in, service().settings, body(sessions.SignIn)), 201)
