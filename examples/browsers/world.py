"""A running service with everything around it: its clock, its outbox, and hosts with pages and a model."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Self

from examples.browsers.errors import contract
from examples.browsers.settings import Settings
from examples.stage import world
from examples.stage.clock import Clock
from examples.stage.running import running
from examples.stage.upstream import Upstream, closed_url

MODEL = "/model"


class World(world.World):
    """What a scenario needs.

    Attributes:
        settings: of the service.
        upstream: the host whose pages sessions open, and where the model is.
        closed_url: of a host whose pages sessions may open as well, but where nobody listens.
    """

    def __init__(
        self, base_url: str, settings: Settings, clock: Clock, upstream: Upstream, closed: str
    ) -> None:
        super().__init__(base_url, contract.at(settings.errors_base), clock, settings.outbox)
        self.settings, self.upstream, self.closed_url = settings, upstream, closed
        self.put_bundled_key()
        self.answer_as_model()

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
            closed_url() as closed,
            world.deployed(
                Settings,
                "browsers",
                errors_base=errors_base,
                backends=backends,
                page_hosts=frozenset(url.removeprefix("http://") for url in (upstream.url, closed)),
                page_seconds=0.3,
                model_url=upstream.url + MODEL,
                visits_per_minute=60_000,
            ) as (settings, clock),
            running("examples.browsers.app:create_app", settings, processes=processes) as base_url,
            closing(cls(base_url, settings, clock, upstream, closed)) as started,
        ):
            yield started

    def answer_as_model(self, text: str = "Done.", *, tokens: int = 100) -> None:
        """Says what the model answers from now on, and how many tokens it writes."""
        usage = {"input_tokens": 0, "output_tokens": tokens}
        body = {"content": [{"type": "text", "text": text}], "usage": usage}
        self.upstream.reply(MODEL, body, media_type="application/json")

    @contextmanager
    def failing_model(self) -> Iterator[None]:
        """Lets the model's host fail for a while."""
        self.upstream.reply(MODEL, "overloaded", status=529)
        try:
            yield
        finally:
            self.answer_as_model()

    # ------------------------------------------------------------------------ what an operator does

    def put_bundled_key(self) -> None:
        """Gives the deployment a bundled model."""
        (self.settings.folder / "bundled-model-key").write_text("sk-ant-bundled\n", encoding="utf-8")

    @contextmanager
    def without_bundled_key(self) -> Iterator[None]:
        """Takes the bundled model away for a while."""
        (self.settings.folder / "bundled-model-key").unlink()
        try:
            yield
        finally:
            self.put_bundled_key()

    def publish_terms(self) -> str:
        """Puts a new revision of the terms in force."""
        revision = f"2026-{secrets.token_hex(4)}"
        (self.settings.folder / "legal-revision").write_text(revision, encoding="utf-8")
        return revision
