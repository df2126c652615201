"""A running service with everything around it: its clock and its outbox."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Self

import httpx

import failwell.httpx
from examples.flags.errors import contract
from examples.flags.guards import COOKIE
from examples.flags.settings import Settings
from examples.stage import world
from examples.stage.clock import Clock
from examples.stage.running import running

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
"""What browsers ask for when a link is followed."""

REQUESTS_PER_MINUTE = 40
"""Of an organisation: few, so that scenarios come to the end of them."""


class World(world.World):
    """What a scenario needs.

    Attributes:
        settings: of the service.
    """

    def __init__(self, base_url: str, settings: Settings, clock: Clock) -> None:
        super().__init__(base_url, contract.at(settings.errors_base), clock, settings.outbox)
        self.settings = settings

    @classmethod
    @contextmanager
    def start(cls, errors_base: str = "", *, backends: str = "", processes: int = 1) -> Iterator[Self]:
        """Starts the service on loopback, with a folder that goes with it.

        Args:
            errors_base: where the pages of the errors are served; the catalog's own address unless set.
            backends: addresses of PostgreSQL and Redis; SQLite and memory unless set.
            processes: of the service; one is a thread of this process.
        """
        with (
            world.deployed(
                Settings,
                "flags",
                errors_base=errors_base,
                backends=backends,
                requests_per_minute=REQUESTS_PER_MINUTE,
            ) as (settings, clock),
            running("examples.flags.app:create_app", settings, processes=processes) as base_url,
            closing(cls(base_url, settings, clock)) as started,
        ):
            yield started

    def browser(self, cookie: str = "") -> failwell.httpx.Client:
        """The client of somebody who has signed in, or of nobody."""
        client = self.client(headers={"Cookie": f"{COOKIE}={cookie}"} if cookie else None)
        client.cookies.clear()  # of who has signed in before
        return client

    def mailed_link(self, address: str) -> str:
        """The path and query of the link that was mailed to an address last."""
        return httpx.URL(self.mailbox.link(address)).raw_path.decode()

    def follow_link(self, address: str) -> str:
        """Follows the link that was mailed last, and gives the cookie that comes of it."""
        return self.browser().get(self.mailed_link(address)).cookies[COOKIE]

    @contextmanager
    def full_disk(self) -> Iterator[None]:
        """No mail can be put into the outbox: where its folder was is something else."""
        outbox = self.settings.outbox
        aside = outbox.with_suffix(".aside")
        if outbox.exists():
            outbox.rename(aside)
        outbox.touch()
        try:
            yield
        finally:
            outbox.unlink()
            if aside.exists():
                aside.rename(outbox)
