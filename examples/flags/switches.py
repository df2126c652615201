"""Flags and configs: what they are called. What they do differs by environment: see states."""

from __future__ import annotations

from typing import Annotated

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from examples.flags.access import Access, again, found
from examples.flags.database import KEPT, Kind, Switch
from examples.flags.errors import InvalidRequest
from examples.flags.organisations import Name, is_key
from examples.identity.tables import new_id

Description = Annotated[str, msgspec.Meta(max_length=1_000, pattern=KEPT)]


class Metadata(msgspec.Struct, forbid_unknown_fields=True):
    name: Name
    description: Description = ""


class MetadataPatch(msgspec.Struct, forbid_unknown_fields=True):
    name: Name | None = None
    description: Description | None = None


class SwitchView(msgspec.Struct):
    key: str
    name: str
    description: str
    revision: int


def list_all(session: Session, access: Access, kind: Kind) -> list[SwitchView]:
    """The flags or configs of an organisation."""
    own = Switch.organisation_id == access.organisation_id, Switch.kind == kind
    return [_view(switch) for switch in session.scalars(select(Switch).where(*own).order_by(Switch.key))]


def put(session: Session, access: Access, kind: Kind, key: str, wanted: Metadata) -> SwitchView:
    """Makes a flag or config, or gives it other metadata."""
    if not is_key(key):
        raise InvalidRequest(fields={"key": "has to be of lower-case letters, digits and single hyphens"})
    same = Switch.organisation_id == access.organisation_id, Switch.kind == kind, Switch.key == key
    switch = session.scalar(select(Switch).where(*same))
    access.compare(switch.revision if switch is not None else None)
    if switch is None:
        switch = Switch(
            id=new_id(kind),
            organisation_id=access.organisation_id,
            kind=kind,
            key=key,
            name=wanted.name,
            description=wanted.description,
        )
        session.add(switch)
        session.flush()
        return _view(switch)
    return _change(switch, wanted.name, wanted.description)


def patch(session: Session, access: Access, wanted: MetadataPatch) -> SwitchView:
    """Changes the metadata that is named, and leaves the rest."""
    switch = again(session, access.switch)
    access.compare(switch.revision)
    return _change(switch, wanted.name, wanted.description)


def _change(switch: Switch, name: str | None, description: str | None) -> SwitchView:
    switch.name = switch.name if name is None else name
    switch.description = switch.description if description is None else description
    switch.revision += 1
    return _view(switch)


def view(access: Access) -> SwitchView:
    """The flag or config that an address names."""
    return _view(found(access.switch))


def _view(switch: Switch) -> SwitchView:
    return SwitchView(switch.key, switch.name, switch.description, switch.revision)
