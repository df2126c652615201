"""What a browser makes of a page: its elements and their attributes, as the standard library parses them."""

from __future__ import annotations

from html.parser import HTMLParser

_URLS = ("href", "src", "action")


class Elements(HTMLParser):
    """The names of a page's elements and attributes, and its addresses."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: list[str] = []
        self.urls: list[str] = []
        self.ids: list[str] = []

    @classmethod
    def of(cls, text: str) -> Elements:
        """Parses a page."""
        elements = cls()
        elements.feed(text)
        elements.close()
        return elements

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes += [name for name, _ in attrs]
        self.urls += [value or "" for name, value in attrs if name in _URLS]
        self.ids += [value or "" for name, value in attrs if name == "id"]
