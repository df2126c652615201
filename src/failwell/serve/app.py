"""The application: pages at the type URIs, in the form and the language that the reader likes best."""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager

from starlette.applications import Starlette

from failwell.headers import new_request_id
from failwell.serve.publication import Publication
from failwell.serve.reader import Reader
from failwell.serve.source import Source
from failwell.serve.watch import watching


def _log(message: str) -> None:
    logging.getLogger("failwell").info(message)


def serve_app(  # noqa: PLR0913 - one word per setting
    sources: Sequence[Source],
    *,
    base_url: str,
    reload: bool = False,
    tell: Callable[[str], None] = _log,
    clock: Callable[[], float] = time.time,
    make_request_id: Callable[[], str] = new_request_id,
) -> Starlette:
    """Makes the application that serves catalogs.

    One catalog is at the root; several are each under `/<name>/`, and `/` lists them.

    Args:
        sources: where the catalogs come from.
        base_url: the address under which it is reached, for instance `http://127.0.0.1:8000`. Type URIs
            begin with it.
        reload: whether to read a source again when its files change.
        tell: is given what came of that.
        clock: returns the time in seconds since 1970.
        make_request_id: makes the request ids of the mock.

    Raises:
        FailwellError: if a source cannot be loaded, two catalogs have one name, or `base_url` is no URL.
    """
    publication = Publication(sources, base_url, clock=clock)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncGenerator[None]:
        async with watching(publication, tell if reload else None):
            yield

    reader = Reader(publication, clock=clock, make_request_id=make_request_id)
    app = Starlette(lifespan=lifespan)
    app.router.default = reader  # not a route: a route's path has no line breaks
    app.state.publication = publication
    return app
