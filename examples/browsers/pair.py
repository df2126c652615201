"""Pair mode: a person takes a session over from the agent, and hands it back."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel
from sqlalchemy.orm import Session

from examples.browsers import sessions
from examples.browsers.database import Text
from examples.browsers.errors import PairModeConflict, PairModeInvalidTransition
from examples.browsers.keys import Caller
from examples.browsers.settings import Settings
from failwell.guard import HeldLease

Transition = Literal["takeover", "grant", "handback"]

STEPS: dict[tuple[str, Transition], str] = {
    ("agent", "takeover"): "requested",
    ("requested", "takeover"): "requested",
    ("requested", "grant"): "human",
    ("human", "takeover"): "human",
    ("human", "handback"): "agent",
}
"""The state machine. Whoever has the lock may ask again: that only keeps it for longer."""


class PairStep(BaseModel, extra="forbid"):
    client_id: Text
    transition: Transition


class PairView(BaseModel):
    state: str


def check_holder(lease: HeldLease | None, client_id: str) -> None:
    """Admits the client that has the takeover lock, and any client while nobody has it."""
    if lease is not None and lease.holder != client_id:
        raise PairModeConflict(winner_client_id=lease.holder)


def step(  # noqa: PLR0913 - where, who, and what
    session: Session,
    settings: Settings,
    caller: Caller,
    session_id: str,
    transition: Transition,
    *,
    lease: HeldLease | None,
) -> PairView:
    """Takes a step. What was written under a lock that has lapsed since counts no more."""
    found = sessions.find_running(session, settings, caller, session_id)
    if lease is not None and lease.fence < found.pair_fence:
        raise PairModeConflict("Another client has taken over meanwhile.", winner_client_id=found.pair_client)
    state = found.pair_state if lease is not None and lease.fence == found.pair_fence else "agent"
    after = STEPS.get((state, transition))
    if after is None:
        raise PairModeInvalidTransition(from_=state, transition=transition)
    if lease is not None:
        found.pair_state, found.pair_fence, found.pair_client = after, lease.fence, lease.holder
    return PairView(state=after)
