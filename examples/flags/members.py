"""Members of an organisation, and those who are invited to it."""

from __future__ import annotations

import msgspec
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from examples.flags.access import Access, again, found
from examples.flags.database import Account, Invitation, Membership, Organisation, Role
from examples.flags.errors import (
    AlreadyMember,
    InvitationEmailLocked,
    InvitationExpired,
    InvitationPending,
    InvitationUsed,
    LastOwnerCannotDemoteOrRemove,
    NotFound,
)
from examples.flags.settings import Settings
from examples.flags.sign_in import Email, is_invited, make_account, open_login
from examples.identity.mails import Outbox
from examples.identity.one_time import OneTimeTokens, expiry, verdict
from examples.identity.tables import redeem


class MemberView(msgspec.Struct):
    id: str
    email: str
    role: Role


class RoleChoice(msgspec.Struct, forbid_unknown_fields=True):
    role: Role


class Invite(msgspec.Struct, forbid_unknown_fields=True):
    email: Email
    role: Role = "viewer"


class InvitationView(msgspec.Struct, rename="camel"):
    id: str
    email: str
    role: Role
    expires_at: int


class Invited(msgspec.Struct):
    """An invitation, and the token to mail."""

    invitation: InvitationView
    token: str


class Seat(msgspec.Struct):
    slug: str
    name: str
    role: Role


class Joined(msgspec.Struct):
    """A seat that was taken, and what the cookie of the browser's session holds."""

    seat: Seat
    cookie: str


# ---------------------------------------------------------------------------- members


def list_members(session: Session, access: Access) -> list[MemberView]:
    """Who is in an organisation. Users who were deleted are not."""
    active = Membership.organisation_id == access.organisation_id, Account.deleted_at.is_(None)
    seats = select(Account.id, Account.email, Membership.role).join(Membership).where(*active)
    return [MemberView(*seat) for seat in session.execute(seats.order_by(Account.email))]


def change_role(session: Session, access: Access, wanted: RoleChoice) -> None:
    """Gives a member another role."""
    member = again(session, access.member)
    if wanted.role != "owner":
        _need_other_owner(session, member)
    member.role = wanted.role


def remove_member(session: Session, access: Access) -> None:
    """Removes a member from an organisation."""
    member = again(session, access.member)
    _need_other_owner(session, member)
    session.delete(member)


def delete_user(session: Session, settings: Settings, access: Access) -> None:
    """Deletes the caller's account, so that a mistake can be undone: the email stays taken."""
    account_id = access.caller.account_id
    for member in session.scalars(select(Membership).where(Membership.account_id == account_id)):
        _need_other_owner(session, member)
    session.get_one(Account, account_id).deleted_at = settings.now()


def _need_other_owner(session: Session, member: Membership) -> None:
    """Owners who were deleted do not count: nobody can sign in as them."""
    others = (
        select(func.count())
        .select_from(Membership)
        .join(Account)
        .where(
            Membership.organisation_id == member.organisation_id,
            Membership.account_id != member.account_id,
            Membership.role == "owner",
            Account.deleted_at.is_(None),
        )
    )
    if member.role == "owner" and session.scalars(others).one() == 0:
        raise LastOwnerCannotDemoteOrRemove


# ---------------------------------------------------------------------------- invitations


def invite(session: Session, settings: Settings, access: Access, wanted: Invite) -> Invited:
    """Invites an address."""
    if wanted.email in [member.email for member in list_members(session, access)]:
        raise AlreadyMember(f"{wanted.email} belongs to a member of the organisation.")
    if is_invited(session, settings, wanted.email, access.organisation_id):
        raise InvitationPending(f"A fresh invitation of {wanted.email} to this organisation is pending.")
    return _make_invitation(session, settings, access, wanted)


def invite_again(session: Session, settings: Settings, access: Access) -> Invited:
    """Replaces an invitation whose mail was lost: its link is void, the new one is good for seven days."""
    lost = again(session, access.invitation)
    if lost.used_at is not None:
        raise InvitationUsed
    session.delete(lost)
    return _make_invitation(session, settings, access, Invite(email=lost.email, role=lost.role))


def _make_invitation(session: Session, settings: Settings, access: Access, wanted: Invite) -> Invited:
    minted, until = OneTimeTokens(settings.secret).mint("invitation"), expiry("invitation", settings.now())
    session.add(
        Invitation(
            id=minted.id,
            kind="invitation",
            digest=minted.digest,
            email=wanted.email,
            expires_at=until,
            organisation_id=access.organisation_id,
            role=wanted.role,
        )
    )
    return Invited(InvitationView(minted.id, wanted.email, wanted.role, until), minted.text)


def mail_invitation(settings: Settings, invited: Invited) -> None:
    """Puts the mail into the outbox."""
    link = f"{settings.site}/invitations?token={invited.token}"
    text = f"Open this link to see what you are invited to:\n\n{link}\n\nIt is good for 7 days.\n"
    Outbox(settings.outbox).send(invited.invitation.email, "An invitation to Flags", text)


def read_invitation(session: Session, settings: Settings, token: str) -> Seat:
    """What somebody is invited to."""
    return _seat(session, find_invitation(session, settings, token))


def accept(session: Session, settings: Settings, token: str) -> Joined:
    """Takes the seat, and signs in who was invited. An account is made where there is none."""
    invitation = find_invitation(session, settings, token)
    account = session.scalar(select(Account).where(Account.email == invitation.email))
    if account is None:
        account = make_account(session, invitation.email)
    elif account.deleted_at is not None:
        raise InvitationEmailLocked
    if not redeem(session, invitation, settings.now()):
        raise InvitationUsed
    if session.get(Membership, (invitation.organisation_id, account.id)) is None:
        seat = {"organisation_id": invitation.organisation_id, "account_id": account.id}
        session.add(Membership(**seat, role=invitation.role))
    return Joined(_seat(session, invitation), open_login(session, settings, account))


def find_invitation(session: Session, settings: Settings, token: str) -> Invitation:
    """The invitation of a mailed token, if it is still good."""
    presented = found(OneTimeTokens(settings.secret).read("invitation", token))
    invitation = session.get(Invitation, presented.id)
    judged = verdict(invitation, presented, settings.now())
    if judged == "used":
        raise InvitationUsed
    if judged == "expired":
        raise InvitationExpired
    if judged == "unknown" or invitation is None:
        raise NotFound
    return invitation


def _seat(session: Session, invitation: Invitation) -> Seat:
    organisation = session.get_one(Organisation, invitation.organisation_id)
    return Seat(organisation.slug, organisation.name, invitation.role)
