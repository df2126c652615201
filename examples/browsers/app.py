"""The app: its routers, the contract, and what it lets go of at the end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import Depends, FastAPI

import failwell.fastapi
from examples.browsers.dependencies import unstored
from examples.browsers.errors import contract
from examples.browsers.routers import account, auth, browsing
from examples.browsers.service import Service
from examples.browsers.settings import Settings, read_settings

LARGEST_BODY = 1_048_576  # bytes
ROUTERS = (
    auth.public,
    auth.factor,
    auth.tokens,
    account.router,
    account.api_keys,
    browsing.profile_router,
    browsing.router,
)


def create_app(settings: Settings) -> FastAPI:
    """Makes the service. Its database is there at once; it is closed when the server stops."""
    service = Service(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await service.aclose()

    app = FastAPI(
        title="Browsers",
        version="1",
        lifespan=lifespan,
        dependencies=[Depends(unstored)],
        max_body_size=LARGEST_BODY,
    )
    app.state.service = service
    for router in ROUTERS:
        app.include_router(router)
    failwell.fastapi.install(app, contract.at(settings.errors_base))
    return app


def from_environment() -> FastAPI:
    """Makes the service for `uvicorn --factory`."""
    return create_app(read_settings())
