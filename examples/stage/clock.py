"""Time that scenarios can move, for every process of a service at once."""

from __future__ import annotations

import mmap
import struct
import time
from pathlib import Path

_FORM = struct.Struct("=qq")
_SECOND = 1_000_000


class Clock:
    """The real time and as far ahead of it as scenarios want; or a time that stands still.

    It lies in a file, so that all processes that open it have the same time. It is kept in whole
    microseconds, so that steps add up exactly.

    Args:
        path: the file, which is made if it is missing.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with path.open("a+b") as file:
            file.truncate(_FORM.size)
            self._kept = mmap.mmap(file.fileno(), _FORM.size)

    def __call__(self) -> float:
        """The time in seconds since the epoch."""
        return self.microseconds() / _SECOND

    def microseconds(self) -> int:
        """The time in microseconds since the epoch, as stores ask for it."""
        ahead, frozen_at = self._read()
        return (frozen_at or time.time_ns() // 1_000) + ahead

    def advance(self, seconds: float) -> None:
        """Moves it ahead."""
        ahead, frozen_at = self._read()
        _FORM.pack_into(self._kept, 0, ahead + round(seconds * _SECOND), frozen_at)

    def freeze(self) -> None:
        """Lets it stand still, at a whole second, until it is moved."""
        _FORM.pack_into(self._kept, 0, 0, self.microseconds() // _SECOND * _SECOND)

    def go_on(self) -> None:
        """Lets it go on from where it stands."""
        _FORM.pack_into(self._kept, 0, self.microseconds() - time.time_ns() // 1_000, 0)

    def _read(self) -> tuple[int, int]:
        ahead, frozen_at = _FORM.unpack_from(self._kept)
        return ahead, frozen_at
