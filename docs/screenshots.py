"""Takes the pictures of the pages: `python -m docs.screenshots` writes them to docs/images/."""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from typing import Literal, NamedTuple

import uvicorn
from playwright.sync_api import Browser, sync_playwright

from failwell.serve import Listener, open_source, serve_app

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
SOURCE = ROOT / "examples" / "drops" / "errors.py"
CHROMIUM = Path("/usr/bin/chromium")
ADDRESS = ("127.0.0.1", 8400)  # it is in the pictures, so it is always the same


class Picture(NamedTuple):
    """A picture: its file, the page, and the window that shows it."""

    name: str
    path: str
    width: int
    height: int
    scheme: Literal["light", "dark"]


PICTURES = (
    Picture("reference.png", "/#codes", 1280, 900, "light"),
    Picture("problem.png", "/quota_exceeded", 1280, 1500, "dark"),
    Picture("phone.png", "/revision_conflict", 360, 740, "light"),
)


def main() -> int:
    """Serves the example and takes the pictures."""
    listener = Listener(*ADDRESS)
    app = serve_app([open_source(str(SOURCE))], base_url=listener.origin)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="on"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener.socket]})
    thread.start()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            for picture in PICTURES:
                _take(browser, listener.origin, picture)
            browser.close()
    finally:
        server.should_exit = True
        thread.join()
    return 0


def _take(browser: Browser, origin: str, picture: Picture) -> None:
    IMAGES.mkdir(exist_ok=True)
    page = browser.new_page(
        viewport={"width": picture.width, "height": picture.height},
        color_scheme=picture.scheme,
        reduced_motion="reduce",
    )
    page.goto(origin + picture.path)
    page.screenshot(path=IMAGES / picture.name, scale="css")
    page.close()


if __name__ == "__main__":
    sys.exit(main())
