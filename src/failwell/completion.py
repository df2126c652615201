"""Work that comes to its end whoever is cancelled meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def finished(work: Coroutine[Any, Any, T]) -> T:
    """Awaits work to its end, also if whoever waits is cancelled; the cancellation goes on afterwards.

    The work has to be short: a store answers before its deadline. What it raises is raised, unless the wait
    was cancelled. In an event loop other than asyncio's the work is awaited as it is.
    """
    try:
        task = asyncio.get_running_loop().create_task(work)
    except RuntimeError:  # another event loop has no such task
        return await work
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait((task,))
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None and not task.cancelled():
        task.exception()  # asked for, or asyncio would report that nobody did
        raise cancelled
    return task.result()
