"""Documents at an address: what `failwell serve` shows as `catalog.json`, fetched with limits."""

from __future__ import annotations

import ipaddress
import urllib.error
import urllib.request
from concurrent.futures import Future
from http.client import HTTPException
from importlib.metadata import version
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

from failwell.exceptions import SourceError

LARGEST = 32 * 1024 * 1024
"""Bytes of a document; a thousand problem types are about two million."""

LONGEST = 30.0
"""Seconds for all of it."""

_LONGEST_SILENCE = 10.0


def is_address(given: str) -> bool:
    """Whether something is a URL, and not a path or a ref."""
    return given.lower().startswith(("https://", "http://"))


def fetch_document(address: str, *, largest: int = LARGEST, longest: float = LONGEST) -> bytes:
    """The bytes of a document.

    Args:
        address: its URL: https, or http on this machine.
        largest: how many bytes it may have.
        longest: how many seconds it may take.

    Raises:
        SourceError: if the URL is of another kind, or there is no answer within the limits.
    """
    _check(address)
    answer: Future[bytes] = Future()

    def fetch() -> None:
        try:
            answer.set_result(_fetched(address, largest))
        except BaseException as error:  # noqa: BLE001 - it is raised where the answer is waited for
            answer.set_exception(error.with_traceback(None))  # which would hold itself, and the connection

    # A thread, for a server can stretch each step of an answer, its head too, and no timeout ends them all.
    Thread(target=fetch, daemon=True).start()
    try:
        return answer.result(longest)
    except TimeoutError:
        raise _failed(f"the document takes longer than {longest:g} seconds", address) from None


def _fetched(address: str, largest: int) -> bytes:
    headers = {"Accept": "application/json", "User-Agent": f"failwell/{version('failwell')}"}
    request = urllib.request.Request(address, headers=headers)  # noqa: S310 - the scheme has been checked
    try:
        with urllib.request.build_opener(Redirects).open(request, timeout=_LONGEST_SILENCE) as answer:
            content: bytes = answer.read(largest + 1)
    except urllib.error.HTTPError as error:
        error.close()
        raise _failed(f"the answer is {error.code} {error.reason}", address) from None
    except (OSError, HTTPException) as error:
        raise _failed(f"there is no answer: {getattr(error, 'reason', error)}", address) from None
    if len(content) > largest:
        raise _failed(f"the document has more than {largest} bytes", address)
    return content


class Redirects(urllib.request.HTTPRedirectHandler):
    """Follows what it could have been asked for, and never from another machine to this one by http."""

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:  # noqa: PLR0913, PLR0917
        """The next request; None where there is none."""
        fp.close()
        _check(newurl)
        if req.type == "https" and urlsplit(newurl).scheme != "https":
            raise _failed("a redirection leads from https to http", req.full_url)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _check(address: str) -> None:
    try:
        parts = urlsplit(address)
        host, user = parts.hostname or "", parts.netloc.rpartition("@")[0]
    except ValueError:
        host, user, parts = "", "", urlsplit("")
    if user:
        raise SourceError(
            "the address holds a name or a password, and reports would repeat it",
            code="bad-address", where=parts.netloc.rpartition("@")[2],
            hint="fetch the document with curl, and name the file",
        )  # fmt: skip
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
