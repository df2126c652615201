"""A running service with everything around it: its clock, its outbox, and the AI that it asks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any, Self

from examples.devspace.errors import contract
from examples.devspace.settings import Settings
from examples.stage import world
from examples.stage.clock import Clock
from examples.stage.running import running
from examples.stage.upstream import Upstream


class World(world.World):
    """What a scenario needs.

    Attributes:
        settings: of the service.
        upstream: the AI.
    """

    def __init__(self, base_url: str, settings: Settings, clock: Clock, upstream: Upstream) -> None:
        super().__init__(base_url, contract.at(settings.errors_base), clock, settings.outbox)
        self.settings, self.upstream = settings, upstream

    @classmethod
    @contextmanager
    def start(cls, errors_base: str = "", *, backends: str = "", processes: int = 1) -> Iterator[Self]:
        """Starts the service and its upstream on loopback, with a folder that goes with them.

        Args:
            errors_base: where the pages of the errors are served; the catalog's own address unless set.
            backends: addresses of PostgreSQL and Redis; SQLite and memory unless set.
            processes: of the service; one is a thread of this process.
        """
        with (
            Upstream.start() as upstream,
            world.deployed(
                Settings,
                "devspace",
                errors_base=errors_base,
                backends=backends,
                ai_url=f"{upstream.url}/generate",
                ai_seconds=0.5,
                drills=True,
            ) as (settings, clock),
            running("examples.devspace.app:create_app", settings, processes=processes) as base_url,
            closing(cls(base_url, settings, clock, upstream)) as started,
        ):
            yield started

    def log_in(self, address: str) -> str:
        """Signs in by a mailed link, and gives the token of the session."""
        client = self.client()
        client.post("/links", json={"email": address})
        _, _, token = self.mailbox.link(address).partition("token=")
        opened: dict[str, Any] = client.post("/sessions", json={"token": token}).json()
        return str(opened["session"])

    @contextmanager
    def drill(self, statements: str) -> Iterator[None]:
        """Has statements fail meanwhile, as an operator does to try it: `INSERT tasks`."""
        file = self.settings.folder / "drill"
        file.write_text(statements)
        try:
            yield
        finally:
            file.unlink()
