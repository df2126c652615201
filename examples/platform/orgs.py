"""Organisations, their members, and invitations that expire."""

# mypy: allow-untyped-decorators
from __future__ import annotations

import re
import secrets

import msgspec

from examples.identity.tables import new_id
from examples.platform.accounts import Email, Token, mail_token, redeem
from examples.platform.errors import SITE, STANDARD, InviteExpired, NotAMember
from examples.platform.models import Account, Membership, Organisation
from examples.platform.service import Service
from examples.platform.text import Name
from examples.platform.untyped import transaction

NotFound, Forbidden = STANDARD[404], STANDARD[403]


class OrgRequest(msgspec.Struct, forbid_unknown_fields=True):
    name: Name


class Invitation(msgspec.Struct, forbid_unknown_fields=True):
    email: Email


class Acceptance(msgspec.Struct, forbid_unknown_fields=True):
    token: Token


class OrgView(msgspec.Struct):
    org: str
    name: str
    members: list[str]


@transaction.atomic
def create(account: Account, name: str) -> OrgView:
    """Founds an organisation."""
    words = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "org"
    org = Organisation.objects.create(slug=f"{words}-{secrets.token_hex(4)}", name=name)
    _add_member(org, account, is_owner=True)
    return view(org)


def find_as_member(account: Account, slug: str) -> Organisation:
    """An organisation that the account is a member of."""
    org = find(slug)
    _membership(org, account)
    return org


def find(slug: str) -> Organisation:
    """An organisation by its name in addresses."""
    org: Organisation | None = Organisation.objects.filter(pk=slug).first()
    if org is None:
        raise NotFound
    return org


def request_invite(service: Service, account: Account, org: Organisation) -> None:
    """Asks the owners by mail to let somebody in. They know how."""
    for owner in Membership.objects.filter(org=org, is_owner=True).select_related("account"):
        text = f"{account.email} asks for an invitation to {org.name}.\n"
        service.outbox.send(owner.account.email, "Somebody asks for an invitation", text)


def find_as_owner(account: Account, slug: str) -> Organisation:
    """The organisation, if the account is one of its owners."""
    org = find(slug)
    if not _membership(org, account).is_owner:
        raise Forbidden("Only an owner of the organisation can do this.")
    return org


def invite(service: Service, org: Organisation, email: str) -> None:
    """Mails an invitation, which is good for a week."""
    token = mail_token(service, "invitation", email, org)
    text = f"Open this within a week to join {org.name}:\n\n{SITE}/invitations?token={token}\n"
    service.outbox.send(email, f"An invitation to {org.name}", text)


@transaction.atomic
def accept(service: Service, account: Account, token: str) -> OrgView:
    """Joins the organisation that has sent the invitation, to this account's address."""
    record, verdict = redeem(service, "invitation", token)
    if record is None or record.org is None or record.email != account.email:
        raise NotFound
    if verdict == "expired":
        raise InviteExpired(org=record.org.slug)
    if verdict != "ok":
        raise NotFound
    _add_member(record.org, account)
    return view(record.org)


def _membership(org: Organisation, account: Account) -> Membership:
    seat: Membership | None = Membership.objects.filter(org=org, account=account).first()
    if seat is None:
        raise NotAMember(org=org.slug)
    return seat


def _add_member(org: Organisation, account: Account, *, is_owner: bool = False) -> None:
    Membership.objects.get_or_create(
        org=org, account=account, defaults={"id": new_id("seat"), "is_owner": is_owner}
    )


def view(org: Organisation) -> OrgView:
    """What an organisation shows."""
    seats = Membership.objects.filter(org=org).select_related("account")
    return OrgView(org.slug, org.name, sorted(seat.account.email for seat in seats))
