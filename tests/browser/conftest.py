"""A real server with the library, and a real browser in front of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, Request, sync_playwright

from failwell.serve import Listener, Source, serve_app
from tests.unit.serve.library import contract

CHROMIUM = Path("/usr/bin/chromium")
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"]


@contextmanager
def serving() -> Iterator[str]:
    """The address of a server that runs while the context lasts."""
    listener = Listener("127.0.0.1", 0)
    app = serve_app([Source("library", lambda: contract)], base_url=listener.origin)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="on"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener.socket]})
    thread.start()
    try:
        yield listener.origin
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    with serving() as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The browser. It keeps an event loop running, so it ends before other modules' coroutine tests begin."""
    if not CHROMIUM.exists():
        pytest.skip(f"there is no Chromium at {CHROMIUM}")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=_ARGUMENTS)
        yield chromium
        chromium.close()


class Visit:
    """A page without JavaScript, and what the browser complained about."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("requestfailed", self._failed)

    def _failed(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # so it says of what a navigation made needless
            self.complaints.append(f"{request.url}: {request.failure}")


@contextmanager
def visiting(
    browser: Browser, origin: str, *, width: int = 1280, dark: bool = False, touch: bool = False
) -> Iterator[Visit]:
    """A visit that ends without a complaint."""
    context = browser.new_context(
        base_url=origin,
        viewport={"width": width, "height": 800},
        color_scheme="dark" if dark else "light",
        has_touch=touch,
        java_script_enabled=False,
    )
    visit = Visit(context.new_page())
    try:
        yield visit
        assert visit.complaints == []
    finally:
        context.close()
