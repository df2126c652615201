"""A running service with everything around it: its clock, its outbox, its feature flags, and browsers."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from typing import Self

from django.conf import settings as django_settings
from django.test import override_settings

from examples.platform import site
from examples.platform.browser import Browser
from examples.platform.errors import SITE, contract
from examples.platform.settings import Settings
from examples.stage import world
from examples.stage.clock import Clock
from examples.stage.running import running
from examples.stage.upstream import Upstream


class World(world.World):
    """What a scenario needs.

    Attributes:
        settings: of the service.
        upstream: the service of feature flags.
    """

    def __init__(self, base_url: str, settings: Settings, clock: Clock, upstream: Upstream) -> None:
        super().__init__(base_url, contract.at(settings.errors_base), clock, settings.outbox)
        self.settings, self.upstream = settings, upstream
        self._browsers = itertools.count(1)

    @classmethod
    @contextmanager
    def start(cls, errors_base: str = "", *, backends: str = "", processes: int = 1) -> Iterator[Self]:
        """Starts the service and the service of feature flags on loopback.

        Args:
            errors_base: where the pages of the errors are served; the catalog's own address unless set.
            backends: addresses of PostgreSQL and Redis; SQLite and memory unless set.
            processes: of the service; one is a thread of this process.
        """
        with (
            _djangos_settings() if processes == 1 else nullcontext(),
            Upstream.start() as upstream,
            world.deployed(
                Settings,
                "platform",
                errors_base=errors_base,
                backends=backends,
                flags_url=upstream.url,
            ) as (settings, clock),
            running("examples.platform.app:create_app", settings, processes=processes) as base_url,
            closing(cls(base_url, settings, clock, upstream)) as started,
        ):
            yield started

    def browser(self) -> Browser:
        """A browser with cookies of its own. What `resolve` and mails say of the platform's host is here."""
        client = self.client(headers={"User-Agent": f"browser {next(self._browsers)}"})
        return Browser(client, SITE)


def _djangos_settings() -> AbstractContextManager[object]:
    """Where another site has given this process its settings, they stand back meanwhile."""
    return override_settings(**site.DJANGO) if django_settings.configured else nullcontext()
