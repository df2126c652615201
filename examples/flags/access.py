"""Who calls, what of it they see, and what they may do there: asked in this order, before a body is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from typing import Any, Literal, TypeVar, get_args

import msgspec
from sqlalchemy import ColumnElement, Select, inspect, select
from sqlalchemy.orm import Session

from examples.flags.database import (
    Account,
    Environment,
    Invitation,
    Kind,
    Login,
    Membership,
    Organisation,
    Proposal,
    Role,
    Segment,
    Switch,
    SwitchState,
    Token,
)
from examples.flags.errors import (
    ApprovalNotSupported,
    Forbidden,
    InsufficientRole,
    NotFound,
    PreconditionFailed,
    ScopeDenied,
    TokenActionDenied,
    TokenEnvOutOfScope,
    TokenIpDenied,
    TokenResourceOutOfScope,
    Unauthorized,
)
from examples.flags.settings import Settings
from examples.identity.keys import Keyring, scopes_of, verdict
from failwell import Problem

Action = Literal["read", "write"]
ROLES: tuple[Role, ...] = get_args(Role)
EVERYTHING = "*"

T = TypeVar("T")


def tokens_of(settings: Settings) -> Keyring:
    """Makes and reads the tokens of programs."""
    return Keyring("fl_live_", settings.secret)


def logins_of(settings: Settings) -> Keyring:
    """Makes and reads what stands in the cookies of browsers."""
    return Keyring("fl_sess_", settings.secret)


# ---------------------------------------------------------------------------- who calls


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """What a token is for."""

    token_id: str
    organisation_id: str
    actions: frozenset[str]
    environments: frozenset[str]
    resources: frozenset[str]
    rate_limit: int
    requires_approval: bool


class Caller(msgspec.Struct, frozen=True):
    """Who makes a request: somebody who signed in, or a token that somebody made.

    Attributes:
        account_id: whose session it is, or who made the token.
        grant: of the token; None for a session.
    """

    account_id: str
    grant: Grant | None = None


def authenticate(
    session: Session, settings: Settings, authorization: str | None, cookie: str | None, address: str | None
) -> Caller:
    """Finds out who calls: by the token if there is one, else by the browser's session."""
    if authorization is None and cookie is not None:
        return _signed_in(session, settings, cookie)
    presented = tokens_of(settings).read(authorization)
    if isinstance(presented, str):
        raise Unauthorized
    token = session.get(Token, presented.id)
    judged = verdict(token, presented, settings.now(), address)
    if judged == "address_denied":
        raise TokenIpDenied
    if judged != "ok" or token is None:
        raise Unauthorized
    return Caller(token.account_id, _grant(token))


def _signed_in(session: Session, settings: Settings, cookie: str) -> Caller:
    presented = logins_of(settings).read_text(cookie)
    if presented is None:
        raise Unauthorized
    login = session.get(Login, presented.id)
    if verdict(login, presented, settings.now(), None) != "ok" or login is None:
        raise Unauthorized
    if session.get_one(Account, login.account_id).deleted_at is not None:
        raise Unauthorized
    return Caller(login.account_id)


def _grant(token: Token) -> Grant:
    return Grant(
        token_id=token.id,
        organisation_id=token.organisation_id,
        actions=scopes_of(token),
        environments=frozenset(token.environments.split()),
        resources=frozenset(token.resources.split()),
        rate_limit=token.rate_limit,
        requires_approval=token.requires_approval,
    )


# ---------------------------------------------------------------------------- what they see


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """A caller at the place that an address names: of a proposal, where it would change something.

    What the address does not name is None, and so is what the request is to make.

    Attributes:
        role: the caller's in the organisation; None for a token, and outside of organisations.
        version: what the ETag of the place shows.
        is_conditional: whether the request counts only for this version.
    """

    caller: Caller
    organisation: Organisation | None = None
    role: Role | None = None
    environment: Environment | None = None
    switch: Switch | None = None
    segment: Segment | None = None
    proposal: Proposal | None = None
    member: Membership | None = None
    invitation: Invitation | None = None
    token: Token | None = None
    version: int | None = None
    is_conditional: bool = False

    @property
    def organisation_id(self) -> str:
        """Of the organisation, where the address names one."""
        return found(self.organisation).id

    def compare(self, version: int | None) -> None:
        """Compares once more, in the transaction that writes: somebody may have been faster."""
        if self.is_conditional and version != self.version:
            raise PreconditionFailed


def found(record: T | None) -> T:
    """What was looked for; NotFound if it is not there."""
    if record is None:
        raise NotFound
    return record


def again(session: Session, record: T | None) -> T:
    """The same row in this unit of work; NotFound if it has gone meanwhile."""
    return found(session.get(type(found(record)), inspect(found(record)).identity))


_LOOKUPS: dict[str, Callable[[str, str], Select[Any]]] = {
    "environment": lambda within, key: _own(Environment, within, Environment.key == key),
    "flag": lambda within, key: _own(Switch, within, Switch.kind == "flag", Switch.key == key),
    "config": lambda within, key: _own(Switch, within, Switch.kind == "config", Switch.key == key),
    "segment": lambda within, key: _own(Segment, within, Segment.key == key),
    "member": lambda within, id_: _own(Membership, within, Membership.account_id == id_),
    "invitation": lambda within, id_: _own(Invitation, within, Invitation.id == id_),
    "token": lambda within, id_: _own(Token, within, Token.id == id_),
    "proposal": lambda within, id_: (
        select(Proposal).join(Environment).where(Environment.organisation_id == within, Proposal.id == id_)
    ),
}
"""How to look for what the parameters of a path name, within an organisation."""


def _own(table: Any, within: str, *conditions: ColumnElement[bool]) -> Select[Any]:
    return select(table).where(table.organisation_id == within, *conditions)


def find(session: Session, caller: Caller, names: Mapping[str, str], kind: Kind, *, creates: bool) -> Access:
    """Finds what an address names. What belongs to others is not there, like what never was.

    Args:
        session: the unit of work.
        caller: who looks.
        names: the parameters of the path.
        kind: whether a key is a flag's or a config's.
        creates: whether the request may make what is not there.
    """
    if "slug" not in names:
        return Access(caller=caller)
    if any("\0" in text for text in names.values()):  # PostgreSQL does not even look for it
        raise NotFound
    organisation, role = _organisation(session, caller, names["slug"])
    there: dict[str, Any] = {}
    for name, text in names.items():
        if name != "slug":
            field, lookup = ("switch", kind) if name == "key" else (name, name)
            there[field] = session.scalar(_LOOKUPS[lookup](organisation.id, text))
            if there[field] is None and not creates:
                raise NotFound
    there["version"] = _version(session, there.get("environment"), there.get("switch"))
    if "proposal" in there:
        there["environment"] = session.get_one(Environment, there["proposal"].environment_id)
        there["switch"] = session.get_one(Switch, there["proposal"].switch_id)
    return Access(caller=caller, organisation=organisation, role=role, **there)


def _organisation(session: Session, caller: Caller, slug: str) -> tuple[Organisation, Role | None]:
    if caller.grant is not None:
        own = Organisation.slug == slug, Organisation.id == caller.grant.organisation_id
        return found(session.scalar(select(Organisation).where(*own))), None
    joined = Organisation.slug == slug, Membership.account_id == caller.account_id
    seats = select(Organisation, Membership.role).join(Membership).where(*joined)
    organisation, role = found(session.execute(seats).first())
    return organisation, role


def _version(session: Session, environment: Environment | None, switch: Switch | None) -> int | None:
    if environment is None:
        return switch.revision if switch is not None else None
    if switch is None:
        return environment.version or None
    state = session.get(SwitchState, (environment.id, switch.id))
    return state.version if state is not None else 0


# ---------------------------------------------------------------------------- what they may do


class Wants(msgspec.Struct, frozen=True, kw_only=True):
    """What an operation asks of its callers.

    Attributes:
        role: the lowest that a session has to have in the organisation; None if none is needed.
        action: what a token has to be allowed; None where tokens have no business.
        reaches: whether it is about every resource, so that a token has to be for all.
        creates: whether it makes what is not there.
        proposes: whether the change can become a proposal.
    """

    role: Role | None
    action: Action | None = None
    reaches: bool = False
    creates: bool = False
    proposes: bool = True


SIGNED_IN = Wants(role=None)
MEMBER, EDITOR, OWNER = Wants(role="viewer"), Wants(role="editor"), Wants(role="owner")
READ, READ_ALL = Wants(role="viewer", action="read"), Wants(role="viewer", action="read", reaches=True)
WRITE = Wants(role="editor", action="write")
DESCRIBE = Wants(role="editor", action="write", proposes=False)
CREATE = Wants(role="editor", action="write", proposes=False, creates=True)


def permit(access: Access, wants: Wants, names: Mapping[str, str]) -> None:
    """Admits callers who may do what an operation does, at the place where they are."""
    grant = access.caller.grant
    if grant is not None:
        _permit_token(access, grant, wants, names)
    elif wants.role is not None and ROLES.index(access.role or "viewer") < ROLES.index(wants.role):
        raise InsufficientRole(f"Your role in this organisation is {access.role}; this takes {wants.role}.")


def _permit_token(access: Access, grant: Grant, wants: Wants, names: Mapping[str, str]) -> None:
    if wants.action is None:
        raise Forbidden("Tokens cannot do this; people who sign in can.")
    environment = access.environment.key if access.environment is not None else None
    resource = access.switch.key if access.switch is not None else names.get("key") or names.get("segment")
    lacks: list[Problem] = []
    if wants.action not in grant.actions:
        lacks.append(TokenActionDenied(f"The token's actions do not include {wants.action}."))
    if environment is not None and not grant.environments & {environment, EVERYTHING}:
        lacks.append(TokenEnvOutOfScope(f"The token's environments do not include {environment}."))
    if resource is not None and not any(fnmatchcase(resource, pattern) for pattern in grant.resources):
        lacks.append(TokenResourceOutOfScope(f"The token's resources do not match the key {resource}."))
    if len(lacks) > 1 or (wants.reaches and EVERYTHING not in grant.resources):
        raise ScopeDenied
    if lacks:
        raise lacks[0]
    if grant.requires_approval and not wants.proposes:
        raise ApprovalNotSupported
