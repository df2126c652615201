"""What a flag or config does in an environment, and to whom."""

from __future__ import annotations

from typing import Annotated

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from examples.flags.access import Access, found
from examples.flags.database import Environment, Segment, Switch, SwitchState
from examples.flags.environments import build_ruleset
from examples.flags.errors import InvalidRequest

Value = bool | float | Annotated[str, msgspec.Meta(max_length=1_000)]
"""JSON has one kind of number: with `int` as well, a whole one would match two schemas of the document."""


class Rule(msgspec.Struct, forbid_unknown_fields=True):
    """The people of a segment get a value of their own."""

    segment: str
    serve: Value


class State(msgspec.Struct, forbid_unknown_fields=True):
    """Each of these is a dimension; a proposal changes one of them."""

    enabled: bool
    serve: Value
    rules: Annotated[list[Rule], msgspec.Meta(max_length=50)]

    def dimensions(self, other: State) -> list[str]:
        """Those in which they differ, as JSON: there, true is not 1."""
        own, others = msgspec.to_builtins(self), msgspec.to_builtins(other)
        return [name for name in own if msgspec.json.encode(own[name]) != msgspec.json.encode(others[name])]


class StateView(msgspec.Struct):
    version: int
    state: State


class Place(msgspec.Struct, frozen=True):
    """A flag or config in an environment."""

    environment_id: str
    switch_id: str

    @classmethod
    def of(cls, access: Access) -> Place:
        """The one that an address names."""
        return cls(found(access.environment).id, found(access.switch).id)


def read(session: Session, place: Place) -> StateView:
    """What is live. Until the first write that is nothing."""
    kept = session.get(SwitchState, (place.environment_id, place.switch_id))
    if kept is None:
        return StateView(0, State(enabled=False, serve=False, rules=[]))
    return StateView(kept.version, msgspec.convert(kept.content, State))


def write(session: Session, place: Place, wanted: State) -> StateView:
    """Makes a state live, and the environment's next ruleset with it."""
    environment = found(session.get(Environment, place.environment_id))
    switch = found(session.get(Switch, place.switch_id))
    check(session, switch, wanted)
    kept = session.get(SwitchState, (environment.id, switch.id))
    if kept is None:
        kept = SwitchState(environment_id=environment.id, switch_id=switch.id, version=0, content=None)
        session.add(kept)
    kept.version, kept.content = kept.version + 1, msgspec.to_builtins(wanted)
    session.flush()
    build_ruleset(session, environment)
    return StateView(kept.version, wanted)


def check(session: Session, switch: Switch, wanted: State) -> None:
    """Refuses what cannot be served: segments that are not there, and flags that are not yes or no."""
    own = select(Segment.key).where(Segment.organisation_id == switch.organisation_id)
    segments = set(session.scalars(own))
    served = {"serve": wanted.serve}
    wrong: dict[str, str] = {}
    for number, rule in enumerate(wanted.rules):
        served[f"rules.{number}.serve"] = rule.serve
        if rule.segment not in segments:
            wrong[f"rules.{number}.segment"] = "has to be the key of a segment"
    if switch.kind == "flag":
        wrong |= {
            path: "has to be true or false" for path, value in served.items() if type(value) is not bool
        }
    if wrong:
        raise InvalidRequest(fields=wrong)
