"""The browser driver. It is a small one: it fetches a page and parses it, and runs nothing."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from html.parser import HTMLParser

import httpx

from examples.browsers.errors import BadRequest, DriverError, DriverNotIntegrated, SessionTimeout
from examples.browsers.settings import Settings

LARGEST_PAGE = 2_000_000  # bytes
POLL_SECONDS = 0.05
_SELECTOR = re.compile(r"[#.]?[A-Za-z][A-Za-z0-9_-]*")
_CAUSES: tuple[tuple[type[httpx.RequestError], str], ...] = (
    (httpx.ConnectError, "ERR_CONNECTION_REFUSED"),
    (httpx.RemoteProtocolError, "ERR_INCOMPLETE_RESPONSE"),
    (httpx.NetworkError, "ERR_CONNECTION_RESET"),
    (httpx.DecodingError, "ERR_CONTENT_DECODING_FAILED"),
)


class Page(HTMLParser):
    """A page: what selectors find on it, and its text."""

    def __init__(self, url: str, html: str) -> None:
        super().__init__()
        self.url, self.html, self.selectors = url, html, set[str]()
        self._words: list[str] = []
        self.feed(html)
        self.text = " ".join(self._words)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes an element by its tag, id and classes."""
        found = {name: value for name, value in attrs if value}
        self.selectors |= {tag, *(f".{name}" for name in found.get("class", "").split())}
        if "id" in found:
            self.selectors.add(f"#{found['id']}")

    def handle_data(self, data: str) -> None:
        """Notes text."""
        self._words += data.split()


EXPORTS: Mapping[str, Callable[[Page], str]] = {
    "html": lambda page: page.html,
    "text": lambda page: page.text,
}
"""The export paths that are wired, by what they make of a page."""


def check_url(settings: Settings, url: str) -> None:
    """Admits addresses of pages that sessions may open."""
    try:
        parts = httpx.URL(url)
    except httpx.InvalidURL:
        raise BadRequest("url: is malformed.") from None
    if parts.scheme not in ("http", "https") or not parts.host:
        raise BadRequest("url: has to begin with http:// or https:// and a host.")
    if parts.netloc.decode() not in settings.page_hosts:
        raise BadRequest("url: sessions of this deployment may not open pages of this host.")


def check_selector(selector: str) -> None:
    """Admits selectors that the driver understands."""
    if not _SELECTOR.fullmatch(selector):
        raise BadRequest("selector: has to be a tag, an #id or a .class.")


def export(page: Page, kind: str) -> str:
    """Makes something of a page."""
    if kind not in EXPORTS:
        raise DriverNotIntegrated(f"The driver path for {kind} export is not wired.")
    return EXPORTS[kind](page)


async def load(http: httpx.AsyncClient, url: str, seconds: float) -> Page:
    """Loads a page."""
    try:
        async with asyncio.timeout(seconds):
            return await _fetch(http, url)
    except TimeoutError:
        raise SessionTimeout(f"The page did not load within {seconds * 1_000:.0f} ms.") from None


async def wait_for(http: httpx.AsyncClient, url: str, selector: str, seconds: float) -> Page:
    """Loads a page again and again until it has what a selector finds."""
    try:
        async with asyncio.timeout(seconds):
            page = await _fetch(http, url)
            while selector not in page.selectors:
                await asyncio.sleep(POLL_SECONDS)
                page = await _fetch(http, url)
            return page
    except TimeoutError:
        said = f"The selector {selector} did not appear within {seconds * 1_000:.0f} ms."
        raise SessionTimeout(said) from None


async def _fetch(http: httpx.AsyncClient, url: str) -> Page:
    """Fetches a page of whatever status: browsers show those of errors, too."""
    content = bytearray()
    try:
        async with http.stream("GET", url, timeout=None) as response:
            async for chunk in response.aiter_bytes():
                content += chunk
                if len(content) > LARGEST_PAGE:
                    raise _failure("ERR_RESPONSE_TOO_LARGE")
        html = content.decode(response.encoding or "utf-8", "replace").replace("\0", "\ufffd")
        return Page(url, html)
    except httpx.RequestError as error:
        cause = next((cause for kind, cause in _CAUSES if isinstance(error, kind)), "ERR_FAILED")
        raise _failure(cause) from error
    except AssertionError as error:  # what the parser says to some declarations
        raise _failure("ERR_INVALID_RESPONSE") from error


def _failure(cause: str) -> DriverError:
    return DriverError(f"The page could not be loaded: {cause}.")
