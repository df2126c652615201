"""Segments: people who are served something of their own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from examples.flags.access import Access, again
from examples.flags.database import Environment, Segment, Switch, SwitchState
from examples.flags.errors import InUse, InvalidRequest
from examples.flags.organisations import is_key
from examples.identity.tables import new_id

Person = Annotated[str, msgspec.Meta(min_length=1, max_length=254)]


class SegmentRequest(msgspec.Struct, forbid_unknown_fields=True):
    """People by their ids, and the segments whose people belong to it as well."""

    people: Annotated[list[Person], msgspec.Meta(max_length=1_000)]
    includes: Annotated[list[str], msgspec.Meta(max_length=50)] = []


class SegmentView(msgspec.Struct):
    key: str
    people: list[str]
    includes: list[str]


def list_all(session: Session, access: Access) -> list[SegmentView]:
    """The segments of an organisation."""
    return [_view(segment) for segment in _own(session, access)]


def put(session: Session, access: Access, key: str, wanted: SegmentRequest) -> SegmentView:
    """Makes a segment, or gives it other people."""
    others = {segment.key: segment for segment in _own(session, access)}
    segment = others.pop(key, None)
    wrong = {
        f"includes.{number}": "has to be the key of another segment"
        for number, included in enumerate(wanted.includes)
        if included not in others
    }
    if not is_key(key):
        wrong["key"] = "has to be of lower-case letters, digits and single hyphens"
    if wrong:
        raise InvalidRequest(fields=wrong)
    if segment is None:
        own = {"id": new_id("segment"), "organisation_id": access.organisation_id, "key": key}
        segment = Segment(**own, people=[], includes=[])
        session.add(segment)
    segment.people, segment.includes = wanted.people, wanted.includes
    return _view(segment)


def remove(session: Session, access: Access) -> None:
    """Deletes a segment that nothing refers to."""
    segment = again(session, access.segment)
    referrers = dict(_referrers(session, access, segment.key))
    if referrers:
        raise InUse(fields=referrers)
    session.delete(segment)


def _referrers(session: Session, access: Access, key: str) -> Iterator[tuple[str, str]]:
    """What refers to a segment, and how."""
    states = (
        select(Switch.kind, Switch.key, Environment.key, SwitchState.content)
        .join(SwitchState, SwitchState.switch_id == Switch.id)
        .join(Environment, SwitchState.environment_id == Environment.id)
        .where(Switch.organisation_id == access.organisation_id)
        .order_by(Switch.kind, Switch.key, Environment.key)
    )
    for kind, switch, environment, content in session.execute(states):
        if key in [rule["segment"] for rule in content["rules"]]:
            yield f"{kind}.{switch}", f"serves the segment in a rule of {environment}"
    for segment in _own(session, access):
        if key in segment.includes:
            yield f"segment.{segment.key}", "includes the segment"


def _own(session: Session, access: Access) -> list[Segment]:
    own = select(Segment).where(Segment.organisation_id == access.organisation_id)
    return list(session.scalars(own.order_by(Segment.key)))


def _view(segment: Segment) -> SegmentView:
    return SegmentView(segment.key, segment.people, segment.includes)
