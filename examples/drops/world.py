"""A running service with everything around it: its clock, its outbox, and a host to fetch files from."""

from __future__ import annotations

import email
import itertools
import re
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

import uvicorn

import failwell.httpx
from examples.drops.app import create_app
from examples.drops.errors import contract
from examples.drops.settings import Settings

LOOPBACK = "127.0.0.1"


class World:
    """What a scenario needs.

    Attributes:
        base_url: of the service.
        contract: what its errors look like.
        settings: of the service.
        files_url: of a file server that the service may fetch from; what is in
            the folder `files` of `settings.folder`.
        closed_url: of a host that the service may fetch from as well, but where nobody listens.
    """

    def __init__(self, base_url: str, settings: Settings, files_url: str, closed_url: str) -> None:
        self.base_url, self.contract, self.settings = base_url, contract.at(settings.errors_base), settings
        self.files_url, self.closed_url = files_url, closed_url
        self._numbers = itertools.count(1)
        self._clients: dict[str, failwell.httpx.Client] = {}

    @classmethod
    @contextmanager
    def start(cls, port: int = 0, errors_base: str = "") -> Iterator[Self]:
        """Starts the service and the file server on loopback, in threads, with a folder that goes with them.

        Args:
            port: of the service; 0 for any that is free.
            errors_base: where the pages of the errors are served; the catalog's own address unless set.
        """
        with (
            TemporaryDirectory() as folder,
            _file_server(Path(folder) / "files") as files_url,
            _closed() as closed,
        ):
            settings = Settings(
                folder=Path(folder),
                secret=secrets.token_bytes(32),
                clock=Clock(),
                errors_base=errors_base,
                source_hosts=frozenset(url.removeprefix("http://") for url in (files_url, closed)),
                source_seconds=2,
            )
            with _service(settings, port) as base_url:
                world = cls(base_url, settings, files_url, closed)
                try:
                    yield world
                finally:
                    world.close()

    def close(self) -> None:
        """Closes the clients."""
        for client in self._clients.values():
            client.close()

    def advance(self, seconds: float) -> None:
        """Moves the service's clock ahead."""
        clock = self.settings.clock
        if not isinstance(clock, Clock):
            raise TypeError("this world runs on a clock of its own: start it with World.start()")
        clock.ahead += seconds

    def client(self, credential: str = "") -> failwell.httpx.Client:
        """The client of the service with this credential, or with none. It is closed when the world ends."""
        client = self._clients.get(credential)
        if client is None or client.is_closed:
            headers = {"Authorization": f"Bearer {credential}"} if credential else {}
            client = failwell.httpx.Client(
                self.contract, base_url=self.base_url, headers=headers, trust_env=False
            )
            self._clients[credential] = client
        return client

    def new_email(self) -> str:
        """An address that nobody has used here."""
        return f"user{next(self._numbers)}@mail.example"

    def mailed_code(self, address: str) -> str:
        """The login code that was mailed to an address last."""
        for path in sorted(self.settings.outbox.glob("*.eml"), reverse=True):
            mail = email.message_from_bytes(path.read_bytes())
            found = re.search(r"\b\d{6}\b", str(mail.get_payload()))
            if mail["To"] == address and found:
                return found[0]
        raise LookupError(f"no mail to {address} in {self.settings.outbox}")

    def log_in(self, address: str) -> str:
        """Logs in with a mailed code, and gives the access token."""
        client = self.client()
        client.post("/v1/login/codes", json={"email": address})
        login = {"email": address, "code": self.mailed_code(address)}
        token: str = client.post("/v1/login", json=login).json()["access_token"]
        return token


class Clock:
    """The real time, and as far ahead of it as tests want."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


@contextmanager
def _service(settings: Settings, port: int) -> Iterator[str]:
    """The service behind a real server, in a thread."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((LOOPBACK, port))
        server = uvicorn.Server(uvicorn.Config(create_app(settings), log_level="error", lifespan="on"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="drops")
        thread.start()
        try:
            while not server.started and thread.is_alive():
                time.sleep(0.01)
            if not server.started:
                raise RuntimeError("the drops service did not start: call create_app(settings) to see why")
            yield f"http://{LOOPBACK}:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


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


@contextmanager
def _closed() -> Iterator[str]:
    """A port that is taken, so that nobody else gets it, but where nobody listens."""
    with socket.socket() as taken:
        taken.bind((LOOPBACK, 0))
        yield f"http://{LOOPBACK}:{taken.getsockname()[1]}"
