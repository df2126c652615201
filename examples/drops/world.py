"""A running service with everything around it: its clock, its outbox, and a host to fetch files from."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

from examples.drops.errors import contract
from examples.drops.settings import Settings
from examples.stage import world
from examples.stage.clock import Clock
from examples.stage.running import running
from examples.stage.upstream import LOOPBACK, closed_url


class World(world.World):
    """What a scenario needs.

    Attributes:
        settings: of the service.
        files_url: of a file server that the service may fetch from.
        closed_url: of a host that the service may fetch from as well, but where nobody listens.
    """

    def __init__(
        self, base_url: str, settings: Settings, clock: Clock, files_url: str, closed_url: str
    ) -> None:
        super().__init__(base_url, contract.at(settings.errors_base), clock, settings.outbox)
        self.settings, self.files_url, self.closed_url = settings, files_url, closed_url

    @classmethod
    @contextmanager
    def start(cls, errors_base: str = "", *, backends: str = "", processes: int = 1) -> Iterator[Self]:
        """Starts the service and the file server on loopback, with a folder that goes with them.

        Args:
            errors_base: where the pages of the errors are served; the catalog's own address unless set.
            backends: addresses of PostgreSQL and Redis; SQLite and memory unless set.
            processes: of the service; one is a thread of this process.
        """
        with (
            TemporaryDirectory() as folder,
            _file_server(Path(folder)) as files,
            closed_url() as closed,
            world.deployed(
                Settings,
                "drops",
                errors_base=errors_base,
                backends=backends,
                source_hosts=frozenset(url.removeprefix("http://") for url in (files, closed)),
                source_seconds=2,
            ) as (settings, clock),
            running("examples.drops.app:create_app", settings, processes=processes) as base_url,
            closing(cls(base_url, settings, clock, files, closed)) as started,
        ):
            yield started

    def mailed_code(self, address: str) -> str:
        """The login code that was mailed to an address last."""
        return self.mailbox.code(address)

    def log_in(self, address: str) -> str:
        """Logs in with a mailed code, and gives the access token."""
        client = self.client()
        client.post("/v1/login/codes", json={"email": address})
        login = {"email": address, "code": self.mailed_code(address)}
        token: str = client.post("/v1/login", json=login).json()["access_token"]
        return token


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is inherited
        """Says nothing: what was asked for is no news to who asked."""


@contextmanager
def _file_server(folder: Path) -> Iterator[str]:
    """Serves a folder. A folder asked for without its last slash is answered with a redirect."""
    (folder / "moved").mkdir(parents=True)
    (folder / "logo.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    with ThreadingHTTPServer((LOOPBACK, 0), partial(_Quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), name="files")
        thread.start()
        try:
            yield f"http://{LOOPBACK}:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
