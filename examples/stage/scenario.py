"""How to provoke a code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

import msgspec

W = TypeVar("W")


class Scenario(msgspec.Struct, Generic[W], frozen=True):
    """How to provoke a code.

    Attributes:
        code: the code.
        condition: what brings it about, in a few words.
        provoke: does it, by real requests through `world.client()`; the last of them raises the problem.
    """

    code: str
    condition: str
    provoke: Callable[[W], object]
