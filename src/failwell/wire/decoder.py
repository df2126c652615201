"""The decoder: reads a document back through a dialect's literal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeGuard

import msgspec

from failwell.wire.dialect import Dialect, Shape, is_list, is_object
from failwell.wire.slots import (
    CODE,
    DETAIL,
    MEMBERS,
    MEMBERS_TEXT,
    MESSAGE,
    REQUEST_ID,
    RESOLVE,
    REST,
    RETRYABLE,
    SUGGESTION,
    TITLE,
    TYPE,
    Slot,
)

Path = tuple[Any, ...]
"""Steps into a document: a string is a key; a mapping is the first item of a list that has its constants."""

_NO_KEY: Any = object()  # no key of any document
_NO_MEMBERS: Mapping[str, Any] = {}


class Said(msgspec.Struct, gc=False):
    """What a document says, as it stands there: nothing is checked yet, absent facts are None.

    Attributes:
        members: the object in which the members stand, possibly among standard names.
        standard: the names in it that are no members.
    """

    members: Mapping[str, Any]
    standard: frozenset[str]
    code: Any
    type: Any
    title: Any
    text: Any
    retryable: Any
    suggestion: Any
    request_id: Any
    resolve: Any


_READ = (CODE, TYPE, TITLE, DETAIL, RETRYABLE, SUGGESTION, REQUEST_ID, RESOLVE)  # as they stand in `Said`


class Reader:
    """A dialect's literal, compiled for reading: the path to each slot.

    Attributes:
        members_are_text: whether members stand as strings.
    """

    def __init__(self, dialect: Dialect) -> None:
        paths = dict(_paths(dialect.shape))
        self._text_may_be_title = MESSAGE in paths and DETAIL not in paths
        self.members_are_text = MEMBERS_TEXT in paths
        self._standard = dialect.reserved
        self._members = paths.get(MEMBERS, paths.get(MEMBERS_TEXT))
        paths[DETAIL] = paths.get(DETAIL, paths.get(MESSAGE, ()))
        self._paths = [paths.get(slot, ()) for slot in _READ]
        self._is_flat = all(len(path) <= 1 for path in self._paths) and self._members == ()
        self._keys = [path[0] if path else _NO_KEY for path in self._paths]

    def read(self, document: Mapping[str, Any]) -> Said:
        """Reads a document, whatever it is: facts that are not where they should be are None."""
        if self._is_flat:
            return Said(document, self._standard, *map(document.get, self._keys))
        members: Any = None if self._members is None else at(document, self._members)
        if not _is_json_object(members):
            members = _NO_MEMBERS
        facts = [at(document, path) if path else None for path in self._paths]
        return Said(members, self._standard, *facts)

    def has_room_for(self, wire_name: str) -> bool:
        """Whether a member can have this name: those that the dialect uses beside the members are taken."""
        return wire_name not in self._standard

    def detail(self, said: Said, title: str) -> str | None:
        """The occurrence's detail: the text, unless it is none or stands in for the title (see `MESSAGE`)."""
        text = said.text
        if type(text) is not str or (self._text_may_be_title and text == (said.title or title)):
            return None
        return text


def at(document: Any, path: Path) -> Any:
    """What stands at a path, or None."""
    for step in path:
        if isinstance(step, str):
            try:
                document = document.get(step)
            except AttributeError:  # of all JSON values, only objects have it
                return None
        else:
            document = _item_with(step, document)
    return document


def _item_with(constants: Mapping[str, Any], items: Any) -> Any:
    if items.__class__ is list:
        for item in filter(_is_json_object, items):
            if all(item.get(key) == value for key, value in constants.items()):
                return item
    return None


def _is_json_object(value: Any) -> TypeGuard[dict[str, Any]]:
    return type(value) is dict


def _paths(shape: Shape, path: Path = ()) -> list[tuple[Slot, Path]]:
    if isinstance(shape, Slot):
        return [(shape, path)]
    found: list[tuple[Slot, Path]] = []
    if is_object(shape):
        for key, part in shape.items():
            found += [(MEMBERS, path)] if key is REST else _paths(part, (*path, key))
    elif is_list(shape):
        for part in filter(is_object, shape):
            constants = {key: value for key, value in part.items() if isinstance(value, str)}
            found += _paths(part, (*path, constants))
    return found
