"""Workspaces, and the teams that share them."""

from __future__ import annotations

import re
import secrets
from typing import Annotated, Literal

import msgspec
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from examples.drops.credentials import Caller
from examples.drops.database import KEPT, Account, Membership, Team, Workspace
from examples.drops.errors import (
    Choice,
    Forbidden,
    NotFound,
    WorkspaceChoiceRequired,
    WorkspaceNotFound,
    WorkspacePinned,
)
from examples.drops.plans import PLANS, Plan
from examples.drops.settings import Settings
from examples.identity.tables import new_id

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=60, pattern=KEPT)]


class Activation(msgspec.Struct, forbid_unknown_fields=True):
    workspace: str


class TeamRequest(msgspec.Struct, forbid_unknown_fields=True):
    name: Name


class Member(msgspec.Struct):
    account_id: str
    email: str
    role: str


class TeamView(msgspec.Struct):
    id: str
    name: str
    plan: str
    members: list[Member]


# ---------------------------------------------------------------------------- workspaces


def new_slug(name: str) -> str:
    """A slug that reads like the name and clashes with none."""
    words = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "workspace"
    return f"{words}-{secrets.token_hex(4)}"


def in_reach(session: Session, account_id: str) -> list[Workspace]:
    """The workspaces of an account and of its teams."""
    teams = select(Membership.team_id).where(Membership.account_id == account_id)
    own = (Workspace.account_id == account_id) | Workspace.team_id.in_(teams)
    return list(session.scalars(select(Workspace).where(own).order_by(Workspace.slug)))


def usable(session: Session, caller: Caller) -> list[Workspace]:
    """Those of them that this credential is for: of a service key, the one it is pinned to."""
    return [w for w in in_reach(session, caller.account_id) if caller.pinned_to in (None, w.id)]


def choose(session: Session, caller: Caller, slug: str | None) -> Workspace:
    """The workspace that is meant: the one named (slug or id), the key's, the active one, or the only one."""
    reach = in_reach(session, caller.account_id)
    if slug is not None:
        named = next((workspace for workspace in reach if slug in (workspace.slug, workspace.id)), None)
        if named is None:
            raise WorkspaceNotFound
        if caller.pinned_to not in (None, named.id):
            raise WorkspacePinned
        return named
    active = session.get_one(Account, caller.account_id).active_workspace
    candidates = usable(session, caller)
    if len(candidates) > 1:  # an active one that is out of reach no longer counts
        candidates = [workspace for workspace in candidates if workspace.id == active] or candidates
    if not candidates:
        raise WorkspaceNotFound
    if len(candidates) > 1:
        raise WorkspaceChoiceRequired(choices=[Choice(w.slug, w.name) for w in candidates])
    return candidates[0]


def list_workspaces(session: Session, caller: Caller) -> list[Choice]:
    """What the caller can choose from."""
    return [Choice(workspace.slug, workspace.name) for workspace in usable(session, caller)]


def activate(session: Session, caller: Caller, slug: str) -> Choice:
    """Makes a workspace the one that is meant where a request names none."""
    workspace = choose(session, caller, slug)
    session.get_one(Account, caller.account_id).active_workspace = workspace.id
    return Choice(workspace.slug, workspace.name)


def plan_of(session: Session, workspace: Workspace) -> Plan:
    """The plan of the account or team that a workspace belongs to."""
    if workspace.team_id is not None:
        return PLANS[session.get_one(Team, workspace.team_id).plan]
    return PLANS[session.get_one(Account, workspace.account_id).plan]


# ---------------------------------------------------------------------------- teams


def create_team(session: Session, caller: Caller, wanted: TeamRequest) -> TeamView:
    """Makes a team with a workspace, on its founder's plan."""
    if caller.pinned_to is not None:
        raise WorkspacePinned
    team = Team(id=new_id("team"), name=wanted.name, plan=session.get_one(Account, caller.account_id).plan)
    session.add(team)
    session.flush()
    session.add(Membership(team_id=team.id, account_id=caller.account_id, role="owner"))
    slug = new_slug(team.name)
    session.add(Workspace(id=new_id("ws"), slug=slug, name=team.name, account_id=None, team_id=team.id))
    return view_team(session, caller, team.id)


def find_team(session: Session, caller: Caller, team_id: str, *, role: Literal["member", "owner"]) -> Team:
    """A team of the caller's, whose role in it allows what is asked; to everybody else there is none."""
    membership = session.get(Membership, (team_id, caller.account_id))
    if membership is None or team_id not in [workspace.team_id for workspace in usable(session, caller)]:
        raise NotFound
    caller.need("team")
    if role == "owner" and membership.role != "owner":
        raise Forbidden("Only an owner of the team can do this.")
    return session.get_one(Team, team_id)


def view_team(session: Session, caller: Caller, team_id: str) -> TeamView:
    """A team with its members."""
    team = find_team(session, caller, team_id, role="member")
    seats = (
        select(Account.id, Account.email, Membership.role)
        .join(Membership)
        .where(Membership.team_id == team.id)
    )
    members = [Member(*seat) for seat in session.execute(seats.order_by(Account.email))]
    return TeamView(team.id, team.name, team.plan, members)


def add_member(session: Session, caller: Caller, team_id: str, account: Account, role: str) -> TeamView:
    """Gives an account a seat, or makes a member an owner."""
    team = find_team(session, caller, team_id, role="owner")
    member = session.get(Membership, (team.id, account.id))
    if member is None:
        seats = select(func.count()).select_from(Membership).where(Membership.team_id == team.id)
        PLANS[team.plan].check_seats(session.scalars(seats).one())
        session.add(Membership(team_id=team.id, account_id=account.id, role=role))
    elif role == "owner":
        member.role = role
    return view_team(session, caller, team_id)


def delete_team(session: Session, settings: Settings, caller: Caller, team_id: str) -> None:
    """Deletes a team, its workspace and its drops."""
    team = find_team(session, caller, team_id, role="owner")
    caller.need_fresh_login(settings.now())
    session.execute(delete(Team).where(Team.id == team.id))
