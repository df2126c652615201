"""The public API, for programs with a key."""

from __future__ import annotations

from flask import Blueprint, Response

from examples.devspace import api_keys, documents, editing, projects
from examples.devspace.entrance import BODY
from examples.devspace.errors import (
    InvalidApiKey,
    InvalidState,
    Locked,
    QueryFailed,
    RateLimited,
    UpdateFailed,
)
from examples.devspace.guards import Guards
from examples.devspace.service import answer, caller, do, enter, scoped, visible
from failwell import raises
from failwell.flask import body, guarded


def make_api(guards: Guards) -> Blueprint:
    """The blueprint. A key's minute is debited only once the request is one that the key may make."""
    api = Blueprint("api", __name__, url_prefix="/v1")
    api.before_request(need_key)
    minute = guarded(guards.minute, key=lambda _: caller().id)

    @api.get("/projects")
    @scoped("projects:read")
    @raises(RateLimited)
    @minute
    def read_projects() -> Response:
        """List the projects."""
        return answer({"projects": do(projects.list_projects, caller())})

    @api.get("/documents/<document_id>")
    @visible(documents.find)
    @scoped("documents:read")
    @raises(RateLimited)
    @minute
    def read_document(document_id: str) -> Response:
        """Read a document."""
        return answer(do(documents.show, caller(), document_id))

    @api.put("/documents/<document_id>")
    @visible(documents.find)
    @scoped("documents:write")
    @raises(RateLimited, *BODY, InvalidState, Locked, UpdateFailed)
    @minute
    def replace_document(document_id: str) -> Response:
        """Save the text of a document."""
        return answer(editing.save(caller(), document_id, body(documents.Writing)))

    return api


@raises(InvalidApiKey, QueryFailed)
def need_key() -> None:
    """Absent, wrong, expired, revoked: who calls is not told which."""
    enter(api_keys.authenticate, InvalidApiKey)
