"""Organisations: founded at signup, by a claim, or later; deleted by who types the slug."""

from __future__ import annotations

import re
from typing import Annotated

import msgspec
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from examples.flags.access import Access
from examples.flags.database import KEPT, Account, Membership, Organisation, Role
from examples.flags.errors import AlreadyClaimed, InvalidConfirmation, SlugUnavailable
from examples.flags.sign_in import Email, make_account
from examples.identity.tables import new_id

_KEY = r"^[a-z0-9]+(-[a-z0-9]+)*\Z"

Key = Annotated[str, msgspec.Meta(max_length=60, pattern=_KEY)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=100, pattern=KEPT)]


class Founding(msgspec.Struct, forbid_unknown_fields=True):
    slug: Key
    name: Name


class Signup(Founding, forbid_unknown_fields=True):
    """Somebody founds an organisation. It belongs to whoever reads the mails of the address."""

    email: Email


class Confirmation(msgspec.Struct, forbid_unknown_fields=True):
    confirm: str = ""


class OrganisationView(msgspec.Struct):
    slug: str
    name: str
    role: Role


def is_key(text: str) -> bool:
    """Whether a part of an address can be a key."""
    return len(text) <= 60 and re.match(_KEY, text) is not None


def claim(session: Session, wanted: Signup) -> OrganisationView:
    """Founds the first organisation of an installation, for whoever sets it up."""
    if session.scalar(select(Organisation.id).limit(1)) is not None:
        raise AlreadyClaimed
    return sign_up(session, wanted)


def sign_up(session: Session, wanted: Signup) -> OrganisationView:
    """Founds an organisation for an address, which need not have an account."""
    account = session.scalar(select(Account).where(Account.email == wanted.email))
    return _found(session, account or make_account(session, wanted.email), wanted)


def create(session: Session, access: Access, wanted: Founding) -> OrganisationView:
    """Founds another organisation."""
    return _found(session, session.get_one(Account, access.caller.account_id), wanted)


def _found(session: Session, account: Account, wanted: Founding) -> OrganisationView:
    if session.scalar(select(Organisation.id).where(Organisation.slug == wanted.slug)) is not None:
        raise SlugUnavailable(f"Another organisation has the slug {wanted.slug}.")
    organisation = Organisation(id=new_id("org"), slug=wanted.slug, name=wanted.name)
    session.add(organisation)
    session.flush()
    session.add(Membership(organisation_id=organisation.id, account_id=account.id, role="owner"))
    return OrganisationView(wanted.slug, wanted.name, "owner")


def list_own(session: Session, access: Access) -> list[OrganisationView]:
    """The organisations that somebody is in."""
    own = Membership.account_id == access.caller.account_id
    seats = select(Organisation.slug, Organisation.name, Membership.role).join(Membership).where(own)
    return [OrganisationView(*seat) for seat in session.execute(seats.order_by(Organisation.slug))]


def remove(session: Session, access: Access, slug: str, wanted: Confirmation) -> None:
    """Deletes an organisation and all that is in it."""
    if wanted.confirm != slug:
        raise InvalidConfirmation(fields={"confirm": "has to be the slug of the organisation"})
    session.execute(delete(Organisation).where(Organisation.id == access.organisation_id))
