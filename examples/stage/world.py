"""A running service with everything around it. Each service has a world of its own, made from this one."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import httpx

import failwell.httpx
from examples.identity.deployment import Deployment
from examples.stage.clock import Clock
from examples.stage.mailbox import Mailbox
from failwell import Contract

D = TypeVar("D", bound=Deployment)


@contextmanager
def deployed(
    settings: type[D], name: str, *, errors_base: str = "", backends: str = "", **own: Any
) -> Iterator[tuple[D, Clock]]:
    """Settings for a service in a folder that goes with it, with a clock that scenarios move.

    Args:
        settings: the service's class of settings.
        name: the service's.
        errors_base: where the pages of the errors are served; the catalog's own address unless set.
        backends: addresses of PostgreSQL and Redis; SQLite and memory unless set.
        own: the fields that the service has added.
    """
    with TemporaryDirectory() as folder:
        clock = Clock(Path(folder) / "clock")
        made = settings(
            name=name,
            folder=Path(folder),
            secret=secrets.token_bytes(32),
            clock=clock,
            errors_base=errors_base,
            backends=backends,
            password_cost=2**10,  # two milliseconds: little, and yet enough for tests of what the time tells
            **own,
        )
        yield made, clock


class World:
    """What a scenario needs.

    Attributes:
        base_url: of the service.
        contract: what its errors look like.
        clock: the service's.
        mailbox: what it has mailed.
        responses: all that came to the clients, in their order.
    """

    def __init__(self, base_url: str, contract: Contract, clock: Clock, outbox: Path) -> None:
        self.base_url, self.contract, self.clock = base_url, contract, clock
        self.mailbox = Mailbox(outbox)
        self.responses: list[httpx.Response] = []
        self._numbers, self._mark = itertools.count(1), secrets.token_hex(3)
        self._clients: dict[tuple[str, ...], failwell.httpx.Client] = {}

    def close(self) -> None:
        """Closes the clients."""
        for client in self._clients.values():
            client.close()

    def advance(self, seconds: float) -> None:
        """Moves the service's clock ahead."""
        self.clock.advance(seconds)

    def client(self, credential: str = "", headers: Mapping[str, str] | None = None) -> failwell.httpx.Client:
        """The client with this credential, or with none. It raises problems; the world closes it.

        Args:
            credential: goes into `Authorization: Bearer`.
            headers: of all its requests.
        """
        fields = {"Authorization": f"Bearer {credential}"} if credential else {}
        fields |= headers or {}
        key = tuple(f"{name}: {value}" for name, value in fields.items())
        client = self._clients.get(key)
        if client is None or client.is_closed:
            client = failwell.httpx.Client(
                self.contract,
                base_url=self.base_url,
                headers=fields,
                trust_env=False,
                timeout=30,
                limits=httpx.Limits(max_keepalive_connections=0),  # any process may get the next request
                event_hooks={"response": [self._keep]},
            )
            self._clients[key] = client
        return client

    def new_email(self) -> str:
        """An address that nobody has used, here or in an earlier world on the same database."""
        return f"user{next(self._numbers)}.{self._mark}@mail.example"

    def _keep(self, response: httpx.Response) -> None:
        response.read()
        self.responses.append(response)
