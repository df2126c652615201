"""The product's own routes, for people in a session."""

from __future__ import annotations

from flask import Blueprint, Response

from examples.devspace import api_keys, documents, editing, organisations, projects, sessions, tasks
from examples.devspace.drafts import DraftRequest
from examples.devspace.entrance import BODY
from examples.devspace.errors import (
    AiFailed,
    BadTransition,
    CreateFailed,
    DeleteFailed,
    InvalidState,
    Locked,
    PlanLimit,
    QueryFailed,
    Unauthorized,
    UpdateFailed,
)
from examples.devspace.service import administrators, answer, caller, do, done, enter, service, visible
from failwell import raises
from failwell.flask import body

product = Blueprint("product", __name__)


@product.before_request
@raises(Unauthorized, QueryFailed)
def need_session() -> None:
    enter(sessions.authenticate, Unauthorized)


@product.delete("/session")
@raises(UpdateFailed)
def sign_out() -> Response:
    """Sign out."""
    do(sessions.sign_out, service().settings, caller())
    return done()


# ---------------------------------------------------------------------------- the organisation


@product.put("/plan")
@administrators
@raises(*BODY, UpdateFailed)
def choose_plan() -> Response:
    """Choose a plan."""
    wanted = body(organisations.PlanChoice)
    do(organisations.choose_plan, caller(), wanted)
    return answer(wanted)


@product.post("/members")
@administrators
@raises(*BODY, CreateFailed, UpdateFailed)
def invite() -> Response:
    """Give somebody a place in the organisation, or another role."""
    wanted = body(organisations.Invitation)
    do(organisations.invite, caller(), wanted)
    return answer(wanted, 201)


@product.post("/api-keys")
@administrators
@raises(*BODY, CreateFailed)
def make_key() -> Response:
    """Make an API key."""
    return answer(do(api_keys.make, service().settings, caller(), body(api_keys.KeyRequest)), 201)


@product.post("/api-keys/<key_id>/rotation")
@visible(api_keys.find)
@administrators
@raises(CreateFailed, UpdateFailed)
def rotate_key(key_id: str) -> Response:
    """Make a key that takes another's place; the other one serves for one more day."""
    return answer(do(api_keys.rotate, service().settings, caller(), key_id), 201)


@product.delete("/api-keys/<key_id>")
@visible(api_keys.find)
@administrators
@raises(UpdateFailed)
def revoke_key(key_id: str) -> Response:
    """Revoke an API key."""
    do(api_keys.revoke, service().settings, caller(), key_id)
    return done()


# ---------------------------------------------------------------------------- projects


@product.get("/projects")
def list_projects() -> Response:
    """List the projects."""
    return answer({"projects": do(projects.list_projects, caller())})


@product.post("/projects")
@raises(*BODY, PlanLimit, CreateFailed)
def create_project() -> Response:
    """Make a project."""
    return answer(do(projects.create, caller(), body(projects.ProjectRequest)), 201)


@product.put("/projects/<project_id>/archive")
@visible(projects.find)
@raises(UpdateFailed)
def archive_project(project_id: str) -> Response:
    """Put a project away."""
    return answer(do(projects.archive, caller(), project_id))


@product.delete("/projects/<project_id>/archive")
@visible(projects.find)
@raises(UpdateFailed)
def restore_project(project_id: str) -> Response:
    """Fetch a project back."""
    return answer(do(projects.restore, caller(), project_id))


@product.delete("/projects/<project_id>")
@visible(projects.find)
@administrators
@raises(DeleteFailed)
def delete_project(project_id: str) -> Response:
    """Delete a project with all that is in it."""
    do(projects.remove, caller(), project_id)
    return done()


# ---------------------------------------------------------------------------- tasks


@product.post("/projects/<project_id>/tasks")
@visible(projects.find)
@raises(*BODY, InvalidState, CreateFailed)
def create_task(project_id: str) -> Response:
    """Add a task to a project."""
    return answer(do(tasks.create, caller(), project_id, body(tasks.TaskRequest)), 201)


@product.put("/tasks/<task_id>/state")
@visible(tasks.find)
@raises(*BODY, InvalidState, BadTransition, UpdateFailed)
def move_task(task_id: str) -> Response:
    """Take a task to its next state."""
    return answer(do(tasks.move, caller(), task_id, body(tasks.Move)))


# ---------------------------------------------------------------------------- documents


@product.post("/projects/<project_id>/documents")
@visible(projects.find)
@raises(*BODY, InvalidState, CreateFailed)
def create_document(project_id: str) -> Response:
    """Add a document to a project."""
    return answer(do(documents.create, caller(), project_id, body(documents.DocumentRequest)), 201)


@product.get("/documents/<document_id>")
@visible(documents.find)
def show_document(document_id: str) -> Response:
    """Read a document."""
    return answer(do(documents.show, caller(), document_id))


@product.put("/documents/<document_id>")
@visible(documents.find)
@raises(*BODY, InvalidState, Locked, UpdateFailed)
def write_document(document_id: str) -> Response:
    """Save the text of a document."""
    return answer(editing.save(caller(), document_id, body(documents.Writing)))


@product.post("/documents/<document_id>/draft")
@visible(documents.find)
@raises(*BODY, PlanLimit, InvalidState, Locked, AiFailed, UpdateFailed)
def draft_document(document_id: str) -> Response:
    """Have the AI write the text of a document."""
    return answer(editing.draft(caller(), document_id, body(DraftRequest)))


@product.put("/documents/<document_id>/editing")
@visible(documents.find)
@raises(InvalidState, Locked)
def begin_editing(document_id: str) -> Response:
    """Open a document for editing, or keep it open."""
    return answer({"expires_in": editing.begin(caller(), document_id)})


@product.delete("/documents/<document_id>/editing")
@visible(documents.find)
def end_editing(document_id: str) -> Response:
    """Let others edit the document."""
    editing.end(caller(), document_id)
    return done()


@product.put("/documents/<document_id>/lock")
@visible(documents.find)
@administrators
@raises(UpdateFailed)
def lock_document(document_id: str) -> Response:
    """Lock a document."""
    return answer(do(documents.lock, caller(), document_id))


@product.delete("/documents/<document_id>/lock")
@visible(documents.find)
@administrators
@raises(UpdateFailed)
def unlock_document(document_id: str) -> Response:
    """Unlock a document."""
    return answer(do(documents.unlock, caller(), document_id))
