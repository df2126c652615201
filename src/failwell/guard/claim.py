"""The right to run a request once, and what is kept of the response."""

from __future__ import annotations

import logging
from typing import Self

import msgspec

from failwell.clock import MICROSECONDS
from failwell.completion import finished
from failwell.guard.decisions.attempt import ABORTED, KEPT, RUNNING, SETTLE, TOO_LONG
from failwell.guard.outage import Keeping, Outcome
from failwell.typing import Args, Headers, Key

KEPT_FIELDS = frozenset(
    {
        "allow",
        "cache-control",
        "content-disposition",
        "content-encoding",
        "content-language",
        "content-location",
        "content-type",
        "etag",
        "last-modified",
        "link",
        "location",
        "vary",
    }
)
"""Header fields that belong to a response however often it is sent. All others belong to one occasion (Date,
Retry-After, rate limits, the request id) or to one recipient (Set-Cookie), and are never repeated.
"""

PASSING = frozenset({401, 403, 408, 425, 429})
"""Statuses below 500 that say nothing about the operation: the same request may fare better another time."""

REPLAYED: Headers = (("Idempotency-Replayed", "true"),)
"""What a replay says of itself."""

_log = logging.getLogger("failwell.guard")


class KeptResponse(msgspec.Struct, frozen=True):
    """The response to a request that was run before.

    Attributes:
        status: as it was.
        headers: those of its header fields that are kept, and `Idempotency-Replayed`.
        body: as it was, byte for byte.
    """

    status: int
    headers: Headers
    body: bytes


class _Packed(msgspec.Struct, array_like=True):
    """What is kept of a response; `body` is None where it was too long."""

    status: int
    headers: Headers
    body: bytes | None


_pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder(_Packed).decode


class Terms(msgspec.Struct, frozen=True):
    """What claims need to know of their guard: spans in microseconds, bytes of content."""

    keeping: Keeping
    lock: int
    span: int
    max_body: int


class Claim:
    """The right to run a request; or, with `replay`, the response that it was given before.

    As a context manager it is aborted at the end of the block unless it was finished, so also when the
    handler fails. Adapters keep the response through it, and release it when the response is over.

    Attributes:
        replay: the response to give; None if the request is to be run.
        fence: a number larger than those of all earlier runs of this request; 0 without protection. Where an
            effect is written together with its fence, and only if no larger one stands there, a run that was
            taken over has no effect any more.
        taken_over: whether an earlier run had begun, and its lock lapsed before it came to its end.
        degraded: whether it protects nothing since the store was down.
    """

    def __init__(  # noqa: PLR0913 - what a claim can be
        self,
        terms: Terms,
        scope: Key = "",
        fingerprint: bytes = b"",
        *,
        fence: int = 0,
        replay: KeptResponse | None = None,
        taken_over: bool = False,
        degraded: bool = False,
    ) -> None:
        """Made by `Idempotency.claim`."""
        self.fence, self.replay, self.taken_over, self.degraded = fence, replay, taken_over, degraded
        self._terms, self._scope, self._fingerprint = terms, scope, fingerprint
        self._is_open = bool(fence)

    @property
    def max_body(self) -> int:
        """Bytes of content up to which a response is kept."""
        return self._terms.max_body

    def finish(self, status: int, headers: Headers = (), body: bytes | None = b"") -> bool:
        """Keeps the response; or gives the claim back, if the same request may fare better another time.

        Args:
            status: of the response.
            headers: its header fields; only those of `KEPT_FIELDS` are kept.
            body: its content; None where it is too long or broke off. Of a response with more than `max_body`
                bytes only the status is kept.

        Returns:
            Whether it is kept, so that later requests are answered with it. It is not after 401, 403, 408,
            425, 429 and all statuses from 500; if the lock lapsed and another request took over; if the store
            is down; if the claim was over before, or protects nothing.
        """
        state, response = self._kept(status, headers, body)
        return self._settle(state, response) and state != ABORTED

    async def afinish(self, status: int, headers: Headers = (), body: bytes | None = b"") -> bool:
        """Does what `finish` does, without blocking the event loop, and to the end also if cancelled."""
        state, response = self._kept(status, headers, body)
        return await self._asettle(state, response) and state != ABORTED

    def abort(self) -> bool:
        """Gives the claim back, so that the same request is run again when it comes; says whether it did."""
        return self._settle(ABORTED)

    async def aabort(self) -> bool:
        """Does what `abort` does, without blocking the event loop, and to the end also if cancelled."""
        return await self._asettle(ABORTED)

    def renew(self) -> bool:
        """Makes the lock last anew from now on; says whether it is sure to."""
        return self._settle(RUNNING)

    async def arenew(self) -> bool:
        """Does what `renew` does, without blocking the event loop."""
        return await self._asettle(RUNNING)

    def keep(self, status: int, headers: Headers, body: bytes | None) -> None:
        """Does what `finish` does; for adapters."""
        self.finish(status, headers, body)

    async def akeep(self, status: int, headers: Headers, body: bytes | None) -> None:
        """Does what `keep` does, without blocking the event loop."""
        await self.afinish(status, headers, body)

    def release(self) -> None:
        """Aborts the claim unless it is over; for adapters."""
        self.abort()

    async def arelease(self) -> None:
        """Does what `release` does, without blocking the event loop."""
        await self.aabort()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.release()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.arelease()

    def _settle(self, state: int, response: bytes = b"") -> bool:
        if not self._is_open:
            return False
        args = self._args(state, response)
        return self._told(self._terms.keeping.run(SETTLE, (self._scope,), args))

    async def _asettle(self, state: int, response: bytes = b"") -> bool:
        if not self._is_open:
            return False
        args = self._args(state, response)
        return self._told(await finished(self._terms.keeping.arun(SETTLE, (self._scope,), args)))

    def _kept(self, status: int, headers: Headers, body: bytes | None) -> tuple[int, bytes]:
        """The state that a response leads to, and what is kept of it."""
        given: object = body
        if not isinstance(given, bytes | None):  # pyright: ignore[reportUnnecessaryIsInstance] - nobody could read it
            raise TypeError(
                f"Claim.finish: body is a {type(given).__name__}, and a response is made of bytes\n"
                "  To mend it: encode it: body=text.encode()"
            )
        if status in PASSING or not 200 <= status < 500:
            return ABORTED, b""
        if body is None or len(body) > self._terms.max_body:
            return TOO_LONG, _pack(_Packed(status, (), None))
        fields = tuple((name, value) for name, value in headers if name.lower() in KEPT_FIELDS)
        return KEPT, _pack(_Packed(status, fields, body))

    def _args(self, state: int, response: bytes) -> tuple[Args]:
        """The arguments of SETTLE. But for a renewal the claim is over, whatever comes of it."""
        self._is_open = state == RUNNING
        return ((self.fence, state, response, self._terms.lock, self._fingerprint, self._terms.span),)

    def _told(self, outcome: Outcome) -> bool:
        """Whether the store did what SETTLE was to do."""
        result, _ = outcome
        if result is None:
            return False
        if not result[0]:
            self._is_open = False
            _log.warning(
                "Idempotency: a request ran longer than its lock of %g s and was taken over, so its response "
                "is not kept; let it renew its claim, or declare a longer lock",
                self._terms.lock / MICROSECONDS,
            )
        return bool(result[0])


def replay_of(kept: bytes) -> KeptResponse:
    """The response to give again, of what was kept."""
    packed = _unpack(kept)
    return KeptResponse(packed.status, packed.headers + REPLAYED, packed.body or b"")


def status_of(kept: bytes) -> int:
    """The status that was kept of a response that was too long."""
    return _unpack(kept).status
