"""Documents: texts in a project, and the locks on them."""

from __future__ import annotations

from typing import Annotated

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from examples.devspace import projects
from examples.devspace.callers import Caller
from examples.devspace.database import KEPT, Document, Project
from examples.devspace.errors import Locked, NotFound
from examples.devspace.organisations import plan_of
from examples.identity.tables import new_id

Text = Annotated[str, msgspec.Meta(max_length=100_000, pattern=KEPT)]


class DocumentRequest(msgspec.Struct, forbid_unknown_fields=True):
    title: Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=KEPT)]


class Writing(msgspec.Struct, forbid_unknown_fields=True):
    text: Text


class DocumentView(msgspec.Struct):
    id: str
    title: str
    text: str
    is_locked: bool


def view(document: Document) -> DocumentView:
    """A document as callers see it."""
    return DocumentView(document.id, document.title, document.text, document.is_locked)


def find(session: Session, caller: Caller, document_id: str) -> Document:
    """A document of the caller's organisation; of any other there is none."""
    own = Document.id == document_id, Project.organisation_id == caller.organisation_id
    document = session.scalar(select(Document).join(Project).where(*own))
    if document is None:
        raise NotFound
    return document


def show(session: Session, caller: Caller, document_id: str) -> DocumentView:
    """Reads a document."""
    return view(find(session, caller, document_id))


def create(session: Session, caller: Caller, project_id: str, wanted: DocumentRequest) -> DocumentView:
    """Adds an empty document to a project."""
    project = projects.find(session, caller, project_id)
    projects.check_in_use(project)
    document = Document(id=new_id("document"), project_id=project.id, title=wanted.title)
    session.add(document)
    session.flush()
    return view(document)


# ---------------------------------------------------------------------------- locks and changes


def lock(session: Session, caller: Caller, document_id: str) -> DocumentView:
    """Keeps a document as it is, whoever wants to change it."""
    document = find(session, caller, document_id)
    document.is_locked = True
    return view(document)


def unlock(session: Session, caller: Caller, document_id: str) -> DocumentView:
    """Lets a document be changed again."""
    document = find(session, caller, document_id)
    document.is_locked = False
    return view(document)


def find_writable(session: Session, caller: Caller, document_id: str) -> Document:
    """A document that nothing but another editor can keep from being changed."""
    document = find(session, caller, document_id)
    projects.check_in_use(projects.find(session, caller, document.project_id))
    if document.is_locked:
        raise Locked("An administrator has locked this document.", status=403)
    return document


def check_draft(session: Session, caller: Caller, document_id: str) -> None:
    """Admits a text by AI, before anything is spent on it."""
    plan_of(session, caller).check_ai()
    find_writable(session, caller, document_id)


def write(session: Session, caller: Caller, document_id: str, text: str, fence: int) -> DocumentView:
    """Replaces the text, unless whoever holds the fence has been late and another editor has been there."""
    document = find_writable(session, caller, document_id)
    if document.fence > fence:
        raise edited()
    document.text, document.fence = text, fence
    return view(document)


def edited() -> Locked:
    """The problem for who comes second."""
    return Locked("Somebody else is editing this document.", status=409)
