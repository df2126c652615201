"""Customs of a catalog: what most of its parts do, and those that stray from it.

What is optional is no fault where it is missing; where nearly all others have it, it was forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

_Part = TypeVar("_Part")
_FEWEST = 3


def strays(parts: Iterable[_Part], follows: Callable[[_Part], object]) -> list[_Part]:
    """The parts that do not follow what more than half of them do; none where there is no such custom.

    Args:
        parts: parts of a catalog.
        follows: whether a part does what may be the custom. Fewer than three make none.
    """
    following: list[_Part] = []
    straying: list[_Part] = []
    for part in parts:
        (following if follows(part) else straying).append(part)
    return straying if len(following) >= max(_FEWEST, len(straying) + 1) else []
