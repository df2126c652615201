"""Documents at an address: what `failwell serve` shows as `catalog.json`, fetched with limits."""

from __future__ import annotations

import ipaddress
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from http.client import HTTPException
from importlib.metadata import version
from typing import Any
from urllib.parse import urlsplit

from failwell.exceptions import SourceError

LARGEST = 32 * 1024 * 1024
"""Bytes of a document; a thousand problem types are about two million."""

LONGEST = 30.0
"""Seconds for all of it."""

_LONGEST_SILENCE = 10.0
_CHUNK = 64 * 1024


def is_address(given: str) -> bool:
    """Whether something is a URL, and not a path or a ref."""
    return given.startswith(("https://", "http://"))


def fetch_document(
    address: str,
    *,
    largest: int = LARGEST,
    longest: float = LONGEST,
    clock: Callable[[], float] = time.monotonic,
) -> bytes:
    """The bytes of a document.

    Args:
        address: its URL: https, or http on this machine.
        largest: how many bytes it may have.
        longest: how many seconds it may take.
        clock: tells seconds.

    Raises:
        SourceError: if the URL is of another kind, or there is no answer within the limits.
    """
    _check(address)
    headers = {"Accept": "application/json", "User-Agent": f"failwell/{version('failwell')}"}
    request = urllib.request.Request(address, headers=headers)  # noqa: S310 - the scheme has been checked
    opener = urllib.request.build_opener(_Redirects)
    ends = clock() + longest
    try:
        with opener.open(request, timeout=min(_LONGEST_SILENCE, longest)) as answer:
            return _read(answer, address, largest, lambda: clock() > ends)
    except urllib.error.HTTPError as error:
        raise _failed(f"the answer is {error.code} {error.reason}", address) from None
    except (OSError, HTTPException) as error:
        raise _failed(f"there is no answer: {getattr(error, 'reason', error)}", address) from None


def _read(answer: Any, address: str, largest: int, is_late: Callable[[], bool]) -> bytes:
    parts: list[bytes] = []
    size = 0
    while part := answer.read1(_CHUNK):
        parts.append(part)
        size += len(part)
        if size > largest:
            raise _failed(f"the document has more than {largest} bytes", address)
        if is_late():
            raise _failed("the document takes too long", address)
    return b"".join(parts)


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows what it could have been asked for, and nothing else."""

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:  # noqa: PLR0913, PLR0917
        _check(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _check(address: str) -> None:
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        host, parts = "", urlsplit("")
    if not host or not (parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host))):
        raise SourceError(
            "a document is fetched by https, or by http from this machine",
            code="bad-address", where=address, hint="write https://…/catalog.json",
        )  # fmt: skip


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _failed(what: str, address: str) -> SourceError:
    return SourceError(
        what, code="no-document", where=address,
        hint="look at it with curl; `failwell serve` has the document at /catalog.json",
    )  # fmt: skip
