"""The decoder: reads a document back through a dialect's literal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from failwell.wire.dialect import Dialect, Shape
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

_NOWHERE = ("\0",)
_NO_MEMBERS: Mapping[str, Any] = {}


class Said(msgspec.Struct, gc=False):
    """What a document says, as it stands there: nothing is checked yet, absent facts are None.

    Attributes:
        members: the object in which the members stand, possibly among standard names.
        standard: the names in it that are no members.
    """

    code: Any
    type: Any
    title: Any
    text: Any
    retryable: Any
    suggestion: Any
    request_id: Any
    resolve: Any
    members: Mapping[str, Any]
    standard: frozenset[str]


_READ = (CODE, TYPE, TITLE, DETAIL, RETRYABLE, SUGGESTION, REQUEST_ID, RESOLVE)


class Reader:
    """A dialect's literal, compiled for reading: the path to each slot.

    Attributes:
        text_may_be_title: whether the text of a problem without detail is its title.
        members_are_text: whether members stand as strings.
    """

    def __init__(self, dialect: Dialect) -> None:
        paths = dict(_paths(dialect.shape))
        self.text_may_be_title = MESSAGE in paths
        self.members_are_text = MEMBERS_TEXT in paths
        self._standard = dialect.reserved
        self._members = paths.get(MEMBERS, paths.get(MEMBERS_TEXT))
        paths[DETAIL] = paths.get(DETAIL) or paths.get(MESSAGE) or _NOWHERE
        self._paths = [paths.get(slot) or _NOWHERE for slot in _READ]
        self._is_flat = all(len(path) == 1 for path in self._paths) and self._members == ()
        self._keys = [path[0] for path in self._paths]

    def read(self, document: Mapping[str, Any]) -> Said:
        """Reads a document, whatever it is: facts that are not where they should be are None."""
        if self._is_flat:
            return Said(*map(document.get, self._keys), document, self._standard)  # type: ignore[misc]
        members = None if self._members is None else at(document, self._members)
        if not isinstance(members, dict):
            members = _NO_MEMBERS
        return Said(*[at(document, path) for path in self._paths], members, self._standard)


def at(document: Any, path: Path) -> Any:
    """What stands at a path, or None."""
    for step in path:
        if isinstance(step, str):
            document = document.get(step) if isinstance(document, dict) else None
        else:
            document = _item_with(step, document)
        if document is None:
            return None
    return document


def _item_with(constants: Mapping[str, Any], items: Any) -> Any:
    if not isinstance(items, list):
        return None
    fitting = (i for i in items if isinstance(i, dict) and all(i.get(k) == v for k, v in constants.items()))
    return next(fitting, None)


def _paths(shape: Shape, path: Path = ()) -> list[tuple[Slot, Path]]:
    if isinstance(shape, Slot):
        return [(shape, path)]
    found: list[tuple[Slot, Path]] = []
    if isinstance(shape, Mapping):
        for key, part in shape.items():
            found += [(MEMBERS, path)] if key is REST else _paths(part, (*path, key))
    elif isinstance(shape, Sequence) and not isinstance(shape, str):
        for part in shape:
            constants = {k: v for k, v in part.items() if isinstance(v, str)} if isinstance(part, Mapping) else {}
            found += _paths(part, (*path, constants))
    return found
