"""Where rendered pages are kept: as many as fit, those that were asked for last."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import NamedTuple

from failwell.typing import Headers

MOST_BYTES = 64 << 20
"""How much the pages of a shelf may take."""

_ETAG_DIGITS = 32


class Stored(NamedTuple):
    """A rendered page: its body, its header fields and its entity tag."""

    body: bytes
    headers: Headers
    etag: str


def stored(body: bytes, media_type: str, headers: Headers = ()) -> Stored:
    """Makes a page of its body; the entity tag is the hash of what is sent (RFC 9110, section 8.8.3)."""
    etag = f'"{hashlib.sha256(body).hexdigest()[:_ETAG_DIGITS]}"'
    return Stored(body, (("Content-Type", media_type), ("ETag", etag), *headers), etag)


class Shelf:
    """Keeps pages by key. Threads may use it at once."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes, self._bytes = most_bytes, 0
        self._pages: OrderedDict[Hashable, Stored] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> Stored | None:
        """The page of a key; None if it is not kept."""
        with self._lock:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
            return page

    def put(self, key: Hashable, page: Stored) -> None:
        """Keeps a page, and drops those that were not asked for the longest where there is no room."""
        with self._lock:
            former = self._pages.pop(key, None)
            self._pages[key] = page
            self._bytes += len(page.body) - (len(former.body) if former else 0)
            while self._bytes > self._most_bytes:
                _, dropped = self._pages.popitem(last=False)
                self._bytes -= len(dropped.body)
