"""One failure of an input: where it is, and what is said about it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from failwell.typing import InputFailure, Place

ENTRY: Final = "..."
"""A step into a mapping whose key the validator did not tell."""

IS_REQUIRED: Final = "is required"
HAS_UNKNOWN: Final = "has a field that is not known"  # its name is input too
NOT_VALID: Final = "is not valid"
NO_CHOICE: Final = "is none of the choices"
WRONG_FORM: Final = "has not the right form"
WRONG_TYPE: Final = "has not the right type"

_LONGEST_STEP = 100
_LONGEST_POINTER = 400
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}")
_IN_AN_ENTRY = {
    "missing": "has an entry that is not complete",
    "unknown": "has an entry with a field that is not known",
}


def pointer(steps: Iterable[object]) -> str:
    """A JSON Pointer (RFC 6901)."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def failure(steps: Sequence[object], place: Place, code: object, detail: str) -> InputFailure:
    """A failure at a path. A path that cannot be shown whole ends at the last value that can.

    Args:
        steps: the path: names, indexes, `ENTRY`.
        place: the part of the request.
        code: the kind of failure; what is no plain word becomes `invalid`.
        detail: what the value has to be.
    """
    word = code if isinstance(code, str) and _CODE.fullmatch(code) else "invalid"
    shown = list(_presentable(steps))
    if len(shown) < len(steps):
        detail = _IN_AN_ENTRY.get(word, f"has an entry that {detail}")
    return InputFailure(pointer=pointer(shown), place=place, code=word, detail=detail)


def _presentable(steps: Sequence[object]) -> Iterator[object]:
    """The steps up to the first that has no name, or one that only a hostile input has."""
    length = 0
    for step in steps:
        text = str(step)
        length += len(text) + 1
        hostile = len(text) > _LONGEST_STEP or length > _LONGEST_POINTER or not text.isprintable()
        if step == ENTRY or hostile:
            return
        yield step
