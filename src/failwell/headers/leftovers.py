"""What a response that was given up has left in the head of the error that is sent in its place."""

from __future__ import annotations

from collections.abc import Mapping

from failwell.headers.negotiation import joined_vary
from failwell.typing import Headers

STALE: Mapping[str, str] = {
    "accept-ranges": "RFC 9110, section 14.3: ranges of the abandoned content; a problem is sent whole",
    "age": "RFC 9111, section 5.1: since when a cache has the abandoned response",
    "cdn-cache-control": "RFC 9213, section 3: would let a cache keep the error in spite of no-store",
    "content-digest": "RFC 9530, section 2: of other content",
    "content-disposition": "RFC 6266, section 4: would have browsers save the error as the file asked for",
    "content-location": "RFC 9110, section 8.7: claims that the error is what stands at that address",
    "content-md5": "RFC 2616, section 14.15, dropped by RFC 7231: of other content",
    "content-range": "RFC 9110, section 14.4: belongs to 206 and 416; see `without_stale` for the latter",
    "digest": "RFC 3230, replaced by RFC 9530: of other content",
    "etag": "RFC 9110, section 8.8.3: of another representation; a later If-None-Match would go wrong",
    "expires": "RFC 9111, section 5.3: how long the abandoned response is fresh",
    "last-modified": "RFC 9110, section 8.8.2: of another representation",
    "pragma": "RFC 9111, section 5.4: deprecated, and says nothing that no-store does not",
    "repr-digest": "RFC 9530, section 3: of another representation",
    "surrogate-control": "W3C Edge Architecture: as CDN-Cache-Control, for older caches",
}
"""The fields that go, by name in lower case, each with its reason and where it is defined.

What speaks of the connection or the request stays, and so do cookies: a session that was renewed is renewed.
"""

_NO_STORE = "no-store"


def without_stale(fields: Headers) -> Headers:
    """The head of an error without what the response that was given up has left in it.

    Validators, caching fields and descriptions of the other content are dropped (`STALE`). Of several
    `Cache-Control` fields those stay that forbid to store, once (RFC 9111, section 5.2.2.5); a lone one
    stays as it is. Several `Vary` fields become one, in the place of the first. `Content-Range` stays where
    it tells the length after a 416 (`bytes */1234`; RFC 9110, section 15.5.17). All else keeps its place,
    and several `Set-Cookie` fields remain several.

    `Content-Encoding` stays: middleware that compresses responses has compressed the error, too.

    Args:
        fields: pairs of name and value, in order.
    """
    names = [name.lower() for name, _ in fields]
    if not STALE.keys().isdisjoint(names):
        kept = [
            (name, field)
            for name, field in zip(names, fields, strict=True)
            if name not in STALE or (name == "content-range" and _is_unsatisfied(field[1]))
        ]
        names, fields = [name for name, _ in kept], tuple(field for _, field in kept)
    return united(fields)


def united(fields: Headers) -> Headers:
    """Fields with one `Cache-Control` and one `Vary`, as `without_stale` leaves them."""
    names = [name.lower() for name, _ in fields]
    if names.count("cache-control") > 1:
        fields = _one_cache_control(fields)
    return _one_vary(fields) if "vary" in names else fields


def _is_unsatisfied(value: str) -> bool:
    """Whether a `Content-Range` is that of a 416, which has a length but no range."""
    _, _, said = value.strip().partition(" ")
    return said.lstrip().startswith("*/")


def _one_cache_control(fields: Headers) -> Headers:
    """The fields with one `Cache-Control`: the first that forbids to store, else the first."""
    values = [(place, value) for place, (name, value) in enumerate(fields) if name.lower() == "cache-control"]
    forbidding = [place for place, value in values if _forbids(value)]
    chosen = forbidding[0] if forbidding else values[0][0]
    dropped = {place for place, _ in values} - {chosen}
    return tuple(field for place, field in enumerate(fields) if place not in dropped)


def _forbids(cache_control: str) -> bool:
    return any(part.strip().lower() == _NO_STORE for part in cache_control.split(","))


def _one_vary(fields: Headers) -> Headers:
    """The fields with one `Vary`. An empty one says nothing, and goes."""
    joined = joined_vary(value for name, value in fields if name.lower() == "vary")
    united: list[tuple[str, str]] = []
    for name, value in fields:
        if name.lower() != "vary":
            united.append((name, value))
        elif joined:
            united.append((name, joined))
            joined = ""
    return tuple(united)
