"""Projects: made, put away, fetched back, deleted."""

from __future__ import annotations

from typing import Annotated

import msgspec
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from examples.devspace.callers import Caller
from examples.devspace.database import KEPT, Project
from examples.devspace.errors import InvalidState, NotFound
from examples.devspace.organisations import plan_of
from examples.identity.tables import new_id

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=80, pattern=KEPT)]


class ProjectRequest(msgspec.Struct, forbid_unknown_fields=True):
    name: Name


class ProjectView(msgspec.Struct):
    id: str
    name: str
    is_archived: bool


def view(project: Project) -> ProjectView:
    """A project as callers see it."""
    return ProjectView(project.id, project.name, project.is_archived)


def find(session: Session, caller: Caller, project_id: str) -> Project:
    """A project of the caller's organisation; of any other there is none."""
    own = Project.id == project_id, Project.organisation_id == caller.organisation_id
    project = session.scalar(select(Project).where(*own))
    if project is None:
        raise NotFound
    return project


def check_in_use(project: Project) -> None:
    """Admits changes, unless the project is archived."""
    if project.is_archived:
        raise InvalidState("An archived project cannot be changed.")


def list_projects(session: Session, caller: Caller) -> list[ProjectView]:
    """The projects of the organisation."""
    own = select(Project).where(Project.organisation_id == caller.organisation_id).order_by(Project.id)
    return [view(project) for project in session.scalars(own)]


def create(session: Session, caller: Caller, wanted: ProjectRequest) -> ProjectView:
    """Makes a project, if the plan has room for it."""
    own = select(func.count()).where(Project.organisation_id == caller.organisation_id)
    plan_of(session, caller).check_projects(session.scalars(own).one())
    project = Project(id=new_id("project"), organisation_id=caller.organisation_id, name=wanted.name)
    session.add(project)
    return view(project)


def archive(session: Session, caller: Caller, project_id: str) -> ProjectView:
    """Puts a project away."""
    project = find(session, caller, project_id)
    project.is_archived = True
    return view(project)


def restore(session: Session, caller: Caller, project_id: str) -> ProjectView:
    """Fetches a project back."""
    project = find(session, caller, project_id)
    project.is_archived = False
    return view(project)


def remove(session: Session, caller: Caller, project_id: str) -> None:
    """Deletes a project with all that is in it."""
    session.execute(delete(Project).where(Project.id == find(session, caller, project_id).id))
