"""Watches the files of the sources, and has them read again when they change."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from watchfiles import Change, awatch  # pyright: ignore[reportUnknownVariableType]

from failwell.serve.publication import Publication

_QUIET = 100
"""How long, in milliseconds, files have to be quiet before they are read: editors write in several steps."""


@asynccontextmanager
async def watching(publication: Publication, tell: Callable[[str], None] | None) -> AsyncGenerator[None]:
    """Watches while the context lasts.

    Args:
        publication: whose sources are watched.
        tell: is given what came of each reading; None for no watching.
    """
    if tell is None:
        yield
        return
    stop = asyncio.Event()
    tasks = [
        asyncio.create_task(_watch(publication, tell, stop, is_deep=is_deep)) for is_deep in (True, False)
    ]
    try:
        yield
    finally:
        stop.set()
        await asyncio.gather(*tasks)


async def _watch(
    publication: Publication, tell: Callable[[str], None], stop: asyncio.Event, *, is_deep: bool
) -> None:
    watched = [each for source in publication.sources for each in source.watched if each.is_deep == is_deep]
    folders = {each.folder for each in watched}
    if not folders:
        return

    def counts(_: Change, path: str) -> bool:
        return any(each.holds(Path(path)) for each in watched)

    changes = awatch(
        *folders, watch_filter=counts, debounce=_QUIET, step=_QUIET // 2, stop_event=stop, recursive=is_deep,
        rust_timeout=1000,
    )  # fmt: skip
    try:
        async for batch in changes:
            paths = [Path(path) for _, path in batch]
            changed = [source for source in publication.sources if source.is_changed_by(paths)]
            for message in await run_in_threadpool(publication.read_again, changed):
                tell(message)
    except OSError as error:  # too many files are watched already, or a folder is gone
        tell(f"Warning: changes are no longer noticed: {error}")
