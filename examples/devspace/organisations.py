"""Organisations: their members, their plan, and what plans allow."""

from __future__ import annotations

from typing import Literal

import msgspec
from sqlalchemy.orm import Session

from examples.devspace.callers import Caller
from examples.devspace.database import Membership, Organisation
from examples.devspace.errors import PlanLimit
from examples.devspace.sessions import Email, account_of


class Invitation(msgspec.Struct, forbid_unknown_fields=True):
    email: Email
    role: Literal["admin", "member"] = "member"


class PlanChoice(msgspec.Struct, forbid_unknown_fields=True):
    plan: Literal["free", "team"]


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What a plan allows."""

    projects: int
    has_ai: bool

    def check_projects(self, count: int) -> None:
        """Admits one more project beside those that exist."""
        if count >= self.projects:
            raise PlanLimit(f"The plan allows {self.projects} projects, and {count} exist.", status=409)

    def check_ai(self) -> None:
        """Admits AI generation."""
        if not self.has_ai:
            raise PlanLimit("The plan does not include AI generation.", status=403)


PLANS = {"free": Plan(projects=3, has_ai=False), "team": Plan(projects=100, has_ai=True)}


def plan_of(session: Session, caller: Caller) -> Plan:
    """The plan of the caller's organisation."""
    return PLANS[session.get_one(Organisation, caller.organisation_id).plan]


def choose_plan(session: Session, caller: Caller, wanted: PlanChoice) -> None:
    """Sets the plan, as a payment would."""
    session.get_one(Organisation, caller.organisation_id).plan = wanted.plan


def invite(session: Session, caller: Caller, wanted: Invitation) -> None:
    """Gives an address a place in the organisation, or another role; it signs in by a link, as all do."""
    account = account_of(session, wanted.email)
    session.merge(Membership(organisation_id=caller.organisation_id, account_id=account.id, role=wanted.role))
