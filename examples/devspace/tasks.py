"""Tasks: what is to be done in a project, and the states it goes through."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from examples.devspace import projects
from examples.devspace.callers import Caller
from examples.devspace.database import KEPT, Project, Task
from examples.devspace.errors import BadTransition, NotFound
from examples.identity.tables import new_id

State = Literal["open", "in_progress", "in_review", "done"]

STEPS: dict[str, set[State]] = {
    "open": {"in_progress"},
    "in_progress": {"open", "in_review"},
    "in_review": {"in_progress", "done"},
    "done": {"open"},
}
"""Which states can follow a state."""


class TaskRequest(msgspec.Struct, forbid_unknown_fields=True):
    title: Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=KEPT)]


class Move(msgspec.Struct, forbid_unknown_fields=True):
    state: State


class TaskView(msgspec.Struct):
    id: str
    title: str
    state: str


def find(session: Session, caller: Caller, task_id: str) -> Task:
    """A task of the caller's organisation; of any other there is none."""
    own = Task.id == task_id, Project.organisation_id == caller.organisation_id
    task = session.scalar(select(Task).join(Project).where(*own))
    if task is None:
        raise NotFound
    return task


def create(session: Session, caller: Caller, project_id: str, wanted: TaskRequest) -> TaskView:
    """Adds a task to a project."""
    project = projects.find(session, caller, project_id)
    projects.check_in_use(project)
    task = Task(id=new_id("task"), project_id=project.id, title=wanted.title)
    session.add(task)
    session.flush()
    return TaskView(task.id, task.title, task.state)


def move(session: Session, caller: Caller, task_id: str, wanted: Move) -> TaskView:
    """Takes a task to a state that follows its own."""
    task = find(session, caller, task_id)
    projects.check_in_use(projects.find(session, caller, task.project_id))
    if wanted.state not in STEPS[task.state]:
        before, after = task.state.replace("_", " "), wanted.state.replace("_", " ")
        raise BadTransition(f"There is no step from {before} to {after}.")
    task.state = wanted.state
    return TaskView(task.id, task.title, task.state)
