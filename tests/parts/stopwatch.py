"""How long things take on a machine that may stand still for seconds."""

from __future__ import annotations

import time
from collections.abc import Callable


def seconds(call: Callable[[], object]) -> float:
    """How long a call takes."""
    start = time.monotonic()
    call()
    return time.monotonic() - start


def quickest(*calls: Callable[[], object]) -> float:
    """The seconds of the one call of several alike that nothing got in the way of.

    A machine that stands still makes one of them long, a missing limit all of them.
    """
    return min(map(seconds, calls))
