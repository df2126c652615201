"""Environments, and the ruleset of each: what SDKs read, made anew with every write."""

from __future__ import annotations

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from examples.flags.access import Access, again
from examples.flags.database import Environment, Switch, SwitchState
from examples.flags.errors import InvalidRequest, RulesetNotCached
from examples.flags.organisations import Key
from examples.identity.tables import new_id


class EnvironmentRequest(msgspec.Struct, forbid_unknown_fields=True):
    key: Key


class EnvironmentView(msgspec.Struct):
    key: str
    version: int


def make(session: Session, access: Access, wanted: EnvironmentRequest) -> EnvironmentView:
    """Makes an environment, to which nothing is written yet."""
    same = Environment.organisation_id == access.organisation_id, Environment.key == wanted.key
    if session.scalar(select(Environment.id).where(*same)) is not None:
        raise InvalidRequest(fields={"key": "has to be one that no environment has"})
    session.add(Environment(id=new_id("env"), organisation_id=access.organisation_id, key=wanted.key))
    return EnvironmentView(wanted.key, 0)


def list_all(session: Session, access: Access) -> list[EnvironmentView]:
    """The environments of an organisation."""
    own = select(Environment).where(Environment.organisation_id == access.organisation_id)
    return [EnvironmentView(one.key, one.version) for one in session.scalars(own.order_by(Environment.key))]


def read_ruleset(session: Session, access: Access) -> tuple[bytes, int]:
    """What SDKs evaluate, as JSON, and its version."""
    environment = again(session, access.environment)
    if environment.ruleset is None:
        raise RulesetNotCached(
            f"Nothing was written to the environment {environment.key} yet, "
            "so there is no ruleset to evaluate."
        )
    return environment.ruleset, environment.version


def build_ruleset(session: Session, environment: Environment) -> None:
    """Makes the next version of a ruleset."""
    environment.version += 1
    rules: dict[str, dict[str, object]] = {"flag": {}, "config": {}}
    states = (
        select(Switch.kind, Switch.key, SwitchState.content)
        .join(SwitchState)
        .where(SwitchState.environment_id == environment.id)
    )
    for kind, key, content in session.execute(states.order_by(Switch.key)):
        rules[kind][key] = content
    document = {"version": environment.version, "flags": rules["flag"], "configs": rules["config"]}
    environment.ruleset = msgspec.json.encode(document)
