"""A person at a browser: follows links, and fills in the form of a page."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urljoin

import httpx


class Browser:
    """A browser without scripts. Redirections are followed, cookies kept.

    Args:
        client: asks for pages.
        site: what absolute addresses begin with that mean the client's host.
    """

    def __init__(self, client: httpx.Client, site: str) -> None:
        self._client, self._site = client, site
        self.url, self.text = "", ""
        self.status = 0

    def visit(self, url: str) -> str:
        """Opens a page, and gives its text."""
        self._take(self._client.get(url.removeprefix(self._site), follow_redirects=True))
        return self.text

    def submit(self, **filled_in: object) -> str:
        """Sends the page's form, with what it has of itself and what is filled in."""
        form = _Form(self.text)
        unknown = filled_in.keys() - form.fields.keys()
        if not form.is_there or unknown:
            raise LookupError(f"{self.url} has no form with {sorted(unknown)}: {self.text}")
        data = form.fields | {name: str(value) for name, value in filled_in.items()}
        self._take(self._client.post(urljoin(self.url, form.action), data=data, follow_redirects=True))
        return self.text

    def _take(self, response: httpx.Response) -> None:
        self.url, self.text, self.status = str(response.url), response.text, response.status_code


class _Form(HTMLParser):
    """The form of a page: where it goes, and its fields with the values that they have or begin with."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.is_there, self.action = False, ""
        self.fields: dict[str, str] = {}
        self._choice = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.is_there, self.action = True, given.get("action", "")
        elif tag == "select":
            self._choice = given["name"]
        elif tag == "option" and self._choice:
            self.fields.setdefault(self._choice, given["value"])
        elif tag in ("input", "textarea"):
            self.fields[given["name"]] = given.get("value", "")
