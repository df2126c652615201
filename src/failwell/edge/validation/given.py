"""The input as it came, as far as it is known: which paths it has, and which texts would repeat it."""

from __future__ import annotations

import datetime as dt
import decimal
import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final, cast

_ABSENT: Final = object()
_SHORTEST_PART = 3  # a shorter value counts where it stands alone as a word, a shorter key not at all
_SHORTEST_WORD = 5  # what is cut out of a value is seen from here on: "hunter…" of "hunter2"
_MOST_TEXT = 5_000  # in characters; a larger input is not searched, and what might repeat it not shown
_WORD = re.compile(r"\w+")
_SCALARS = (int, float, decimal.Decimal, dt.date, dt.time, dt.timedelta, uuid.UUID)


class Given:
    """An input.

    Args:
        document: the input, decoded: what JSON becomes, or the multi-valued mapping of a form or a query.
            None if it is not known.
    """

    def __init__(self, document: object = None) -> None:
        self._document = document
        self._texts: _Texts | None = None

    @property
    def known(self) -> bool:
        """Whether the input is known."""
        return self._document is not None

    def at(self, steps: Sequence[object]) -> Any:
        """The value at a path, or None."""
        node = self._document
        for step in steps:
            node = _child(node, step)
        return None if node is _ABSENT else node

    def path(self, steps: Sequence[object], *, absent: bool) -> tuple[object, ...]:
        """The steps that the input has; all of them if it is not known.

        Args:
            steps: a path in which names may stand that are the validator's own, not the input's.
            absent: whether the last step may name what could be there and is not.
        """
        if not self.known:
            return tuple(steps)
        node, found = self._document, list[object]()
        for number, step in enumerate(steps, 1):
            child = _child(node, step)
            if child is not _ABSENT:
                node = child
            elif not (absent and number == len(steps) and _could_hold(node, step)):
                continue
            found.append(step)
        return tuple(found)

    def repeated_in(self, message: str) -> bool:
        """Whether a text might repeat something of the input; it might if the input is not known."""
        if not self.known:
            return True
        if self._texts is None:
            self._texts = _Texts(self._document)
        return self._texts.repeated_in(message)


UNKNOWN: Final = Given()
"""An input that is not known."""


def repeats(message: str, value: object) -> bool:
    """Whether a library's phrase, or a code, holds a value whole. Keys and very short values do not count."""
    plain = _plain(message)
    values = (text for text, is_key in islice(_texts(value), _MOST_TEXT) if text and not is_key)
    for text in values:
        part = _plain(text)
        within = part in plain if part else text.strip() in message
        if within and len(part or text.strip()) >= _SHORTEST_PART:
            return True
    return False


class _Texts:
    """The texts of an input, ready for comparison: lower case, without what is no letter or digit.

    A text that has neither letters nor digits is compared as it is.
    """

    def __init__(self, document: object) -> None:
        self._words = set[str]()
        self._parts = set[str]()
        self._symbols = set[str]()
        self._searchable = True
        size = 0
        for text, is_key in _texts(document):
            size += 1 if text is None else len(text) + 1
            if text is None or size > _MOST_TEXT:
                self._searchable = False
                return
            plain = _plain(text)
            one_word = len(plain) == len(text) and (is_key or len(plain) < _SHORTEST_PART)
            if is_key and len(text) < _SHORTEST_PART:
                continue
            if plain:
                (self._words if one_word or len(plain) < 2 else self._parts).add(plain)
            else:
                self._symbols.add(text.strip())
        self._symbols.discard("")
        self._all = "\0".join(self._parts)

    def repeated_in(self, message: str) -> bool:
        if not self._searchable:
            return True
        words = {word.casefold() for word in _WORD.findall(message)}
        plain = _plain(message)
        return (
            not self._words.isdisjoint(words)
            or any(part in plain for part in self._parts)
            or any(symbols in message for symbols in self._symbols)
            or any(word in self._all for word in words if len(word) >= _SHORTEST_WORD)
        )


def _plain(text: str) -> str:
    return "".join(_WORD.findall(text)).casefold()


def _texts(document: object) -> Iterator[tuple[str | None, bool]]:
    """Each text of an input and whether it is a key; None for a value whose text is anybody's guess."""
    waiting = [document]
    while waiting:
        value = waiting.pop()
        pairs = _pairs(value)
        if pairs is not None:
            yield from ((str(key), True) for key in pairs)
            waiting.extend(pairs.values())
        elif isinstance(value, str):
            yield value, False
        elif isinstance(value, (bytes, bytearray)):
            yield value.decode("utf-8", "replace"), False
        elif isinstance(value, (list, tuple, set, frozenset)):
            waiting.extend(cast("Sequence[object]", value))
        elif isinstance(value, _SCALARS):
            if not isinstance(value, bool):
                yield str(value), False
        elif value is not None:
            yield None, False


def _pairs(value: Any) -> Mapping[object, object] | None:
    """A mapping's entries; of one with several values per key, all values."""
    if not isinstance(value, Mapping):
        items: Any = getattr(value, "items", None)
        return None if items is None else dict(items())
    held = cast("Mapping[object, object]", value)
    several: Any = getattr(held, "lists", None) or getattr(held, "multi_items", None)
    if several is None:
        return held
    gathered: dict[object, object] = {}
    for key, values in several():
        gathered[key] = [gathered.get(key), values]
    return gathered


def _child(node: Any, step: object) -> Any:
    if isinstance(node, (str, bytes)):
        return _ABSENT
    try:
        return node[step]
    except (KeyError, IndexError, TypeError, ValueError):
        pass
    if isinstance(node, Mapping):  # the keys of JSON are texts, whatever the validator makes of them
        return cast("Mapping[object, object]", node).get(str(step), _ABSENT)
    return _ABSENT


def _could_hold(node: object, step: object) -> bool:
    """An index could be in a list; a name in all but text and numbers: `[]` may have come for an object."""
    if isinstance(step, int):
        return isinstance(node, (list, tuple))
    return not isinstance(node, (str, bytes, *_SCALARS))
