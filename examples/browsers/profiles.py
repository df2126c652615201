"""Profiles: names under which sessions run. A name that was deleted is not given again."""

from __future__ import annotations

from pydantic import BaseModel
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from examples.browsers.database import BrowserSession, Profile, Text
from examples.browsers.errors import BadRequest, Conflict, NotFound
from examples.browsers.keys import Caller
from examples.browsers.settings import Settings
from examples.identity.tables import new_id

LARGEST_CAPACITY = 1_000


class ProfileRequest(BaseModel, extra="forbid", strict=True):
    """A profile to make; its capacity is how many sessions may run under it at one time."""

    name: Text
    capacity: int = 1


class ProfileView(BaseModel):
    id: str
    name: str
    capacity: int


def create(session: Session, caller: Caller, wanted: ProfileRequest) -> ProfileView:
    """Makes a profile."""
    if not 0 < wanted.capacity <= LARGEST_CAPACITY:
        raise BadRequest(f"capacity: has to be greater than 0, and {LARGEST_CAPACITY} at most.")
    own = Profile.account_id == caller.account_id
    living = select(func.count()).select_from(Profile).where(own, Profile.deleted_at.is_(None))
    caller.tier.check_profiles(session.scalars(living).one())
    same = session.scalar(select(Profile).where(own, Profile.name == wanted.name))
    if same is not None and same.deleted_at is not None:
        raise Conflict("A profile of this name was deleted; its name is not given again.")
    if same is not None:
        raise Conflict("There is a profile of this name.")
    profile = Profile(
        id=new_id("profile"), account_id=caller.account_id, name=wanted.name, capacity=wanted.capacity
    )
    session.add(profile)
    return _view(profile)


def find(session: Session, caller: Caller, profile_id: str) -> Profile:
    """A profile of the caller's account; to everybody else there is none."""
    own = Profile.account_id == caller.account_id, Profile.deleted_at.is_(None)
    profile = session.scalar(select(Profile).where(Profile.id == profile_id, *own))
    if profile is None:
        raise NotFound
    return profile


def show(session: Session, caller: Caller, profile_id: str) -> ProfileView:
    """A profile."""
    return _view(find(session, caller, profile_id))


def remove(session: Session, settings: Settings, caller: Caller, profile_id: str) -> None:
    """Deletes a profile, but for its tombstone."""
    find(session, caller, profile_id).deleted_at = settings.now()


def check_room(session: Session, settings: Settings, profile: Profile) -> None:
    """Admits one more session under a profile."""
    running = select(func.count()).where(
        BrowserSession.profile_id == profile.id,
        BrowserSession.destroyed_at.is_(None),
        BrowserSession.expires_at > settings.now(),
    )
    if session.scalars(running).one() >= profile.capacity:
        raise Conflict(f"As many sessions as its capacity, {profile.capacity}, run under this profile.")


def _view(profile: Profile) -> ProfileView:
    return ProfileView(id=profile.id, name=profile.name, capacity=profile.capacity)
