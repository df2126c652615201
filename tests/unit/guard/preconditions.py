"""What tests of precondition share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from failwell.answers import Answered, Refused
from failwell.guard.precondition import Precondition, PreconditionDenied, PreconditionMet

THEN = datetime(1994, 11, 6, 8, 49, 37, tzinfo=UTC)
BEFORE, AT, AFTER = (f"Sun, 06 Nov 1994 08:49:{second} GMT" for second in (36, 37, 38))
NONSENSE = ("", "yesterday", f"{AT}, {AT}")
TAG = '"r7"'


class DeniedError(Exception):
    def __init__(self, denied: PreconditionDenied) -> None:
        super().__init__(denied)
        self.denied = denied


def outcome(check: Callable[[], PreconditionMet]) -> int | str:
    """What comes of a request: `goes on`, 304, 412 or 428."""
    try:
        check()
    except Answered as answered:
        return answered.status
    except Refused as refused:
        return refused.status
    return "goes on"


def result(method: str, etag: str | None = TAG, *, required: bool = False, **fields: Any) -> int | str:
    return outcome(lambda: Precondition(required=required).check(method=method, etag=etag, **fields))
