"""Proposals: what a token may not do by itself waits here until somebody applies it."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy.orm import Session

from examples.flags.access import Access, again, found
from examples.flags.database import Proposal
from examples.flags.errors import ApprovalNotSupported, Forbidden, ProposalGone, VersionDrift
from examples.flags.settings import Settings
from examples.flags.states import Place, State, StateView, check, read, write
from examples.identity.tables import new_id

PROPOSAL_SECONDS = 14 * 86_400


class ProposalView(msgspec.Struct, rename="camel"):
    """A change of one dimension, made on a version of its environment."""

    id: str
    status: str
    change: dict[str, Any]
    version: int
    expires_at: int


def change(session: Session, settings: Settings, access: Access, wanted: State) -> StateView | ProposalView:
    """Makes a state live, or a proposal of it if the token requires approval."""
    place = Place.of(access)
    live = read(session, place)
    access.compare(live.version)
    grant = access.caller.grant
    if grant is None or not grant.requires_approval:
        return write(session, place, wanted)
    changed = live.state.dimensions(wanted)
    if not changed:
        return live
    if len(changed) > 1:
        raise ApprovalNotSupported(f"One proposal cannot change {' and '.join(changed)} at once.")
    return _propose(session, settings, access, wanted, changed[0])


def _propose(
    session: Session, settings: Settings, access: Access, wanted: State, dimension: str
) -> ProposalView:
    environment, switch = found(access.environment), found(access.switch)
    check(session, switch, wanted)
    proposal = Proposal(
        id=new_id("proposal"),
        environment_id=environment.id,
        switch_id=switch.id,
        account_id=access.caller.account_id,
        change={dimension: msgspec.to_builtins(wanted)[dimension]},
        version=again(session, environment).version,
        expires_at=settings.now() + PROPOSAL_SECONDS,
    )
    session.add(proposal)
    session.flush()
    return view(proposal, settings.now())


def read_one(session: Session, settings: Settings, access: Access) -> ProposalView:
    """A proposal, as it is now."""
    return view(again(session, access.proposal), settings.now())


def apply(session: Session, settings: Settings, access: Access) -> StateView:
    """Makes what was proposed live, if the environment is still as it was then."""
    proposal = _open(session, settings, access)
    live = again(session, access.environment).version
    if live != proposal.version:
        raise VersionDrift(live_version=live, proposed_version=proposal.version)
    proposal.status = "applied"
    place = Place.of(access)
    state = msgspec.to_builtins(read(session, place).state) | proposal.change
    return write(session, place, msgspec.convert(state, State))


def cancel(session: Session, settings: Settings, access: Access) -> None:
    """Takes a proposal back: who made its token may, and owners may."""
    if access.role != "owner" and found(access.proposal).account_id != access.caller.account_id:
        raise Forbidden("Only who made the token of this proposal, or an owner, can cancel it.")
    _open(session, settings, access).status = "cancelled"


def _open(session: Session, settings: Settings, access: Access) -> Proposal:
    proposal = again(session, access.proposal)
    if view(proposal, settings.now()).status != "open":
        raise ProposalGone
    return proposal


def view(proposal: Proposal, now: int) -> ProposalView:
    """A proposal, as its readers see it. One that nobody has closed expires."""
    is_over = proposal.status == "open" and not now < proposal.expires_at
    status = "expired" if is_over else proposal.status
    return ProposalView(proposal.id, status, proposal.change, proposal.version, proposal.expires_at)
