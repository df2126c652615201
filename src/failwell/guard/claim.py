"""The right to run a request once, and what is kept of the response."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from threading import Lock
from typing import Self, cast

import msgspec

from failwell.clock import MICROSECONDS
from failwell.completion import finished
from failwell.guard.decisions.attempt import ABORTED, KEPT, RUNNING, SETTLE, TOO_LONG
from failwell.guard.heartbeat import LoopHeartbeat, ThreadHeartbeat
from failwell.guard.outage import Keeping, Outcome
from failwell.headers.fields import is_safe_value
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
    """What claims need to know of their guard: spans in microseconds, bytes of content, what renews them."""

    keeping: Keeping
    lock: int
    span: int
    max_body: int
    threads: ThreadHeartbeat
    loops: LoopHeartbeat


class Claim:
    """The right to run a request; or, with `replay`, the response that it was given before.

    As a context manager it is renewed while the block runs, and aborted at its end unless it was finished, so
    also when the handler fails. Adapters keep the response through it, and release it when the response is
    over; meanwhile it is renewed as well.

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
        self._turn = Lock()  # of threads: a renewal that is under way comes to its end before anything else
        self._heartbeat: ThreadHeartbeat | LoopHeartbeat | None = None

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

        Raises:
            TypeError: for a response of wrong types. The claim is not over then.
            ValueError: for a field to be kept that cannot be sent, such as one with a line break.
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
        with self._turn:
            if not self._is_open:
                return False
            return self._renewed(self._terms.keeping.run(SETTLE, (self._scope,), self._args(RUNNING)))

    async def arenew(self) -> bool:
        """Does what `renew` does, without blocking the event loop."""
        if not self._is_open:
            return False
        return self._renewed(
            await finished(self._terms.keeping.arun(SETTLE, (self._scope,), self._args(RUNNING)))
        )

    def beat(self) -> None:
        """Renews it every third of the lock until it is over, in a thread.

        It ends as well when nobody holds the claim any longer, or the process dies: then the lock lapses.
        """
        if self._is_open and self._heartbeat is None:
            self._heartbeat = self._terms.threads
            self._terms.threads.begin(self)

    def abeat(self) -> None:
        """Does what `beat` does, in the running event loop: who blocks that for long loses the lock.

        In an event loop other than asyncio's a thread does it.
        """
        if self._is_open and self._heartbeat is None:
            try:
                self._terms.loops.begin(self)
            except RuntimeError:
                self.beat()
            else:
                self._heartbeat = self._terms.loops

    def keep(self, status: int, headers: Headers, body: bytes | None) -> None:
        """Does what `finish` does; for adapters. What cannot be kept was sent, and is not run again."""
        try:
            self.finish(status, headers, body)
        except (TypeError, ValueError):
            self.finish(status, (), None)
            raise

    async def akeep(self, status: int, headers: Headers, body: bytes | None) -> None:
        """Does what `keep` does, without blocking the event loop."""
        try:
            await self.afinish(status, headers, body)
        except (TypeError, ValueError):
            await self.afinish(status, (), None)
            raise

    def release(self) -> None:
        """Aborts the claim unless it is over; for adapters."""
        self.abort()

    async def arelease(self) -> None:
        """Does what `release` does, without blocking the event loop."""
        await self.aabort()

    def __enter__(self) -> Self:
        self.beat()
        return self

    def __exit__(self, *error: object) -> None:
        self.release()

    async def __aenter__(self) -> Self:
        self.abeat()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.arelease()

    def _settle(self, state: int, response: bytes = b"") -> bool:
        with self._turn:
            if not self._is_open:
                return False
            self._is_open = False  # whatever comes of it
            if isinstance(self._heartbeat, ThreadHeartbeat):
                self._heartbeat.end(self)
            return self._told(self._terms.keeping.run(SETTLE, (self._scope,), self._args(state, response)))

    async def _asettle(self, state: int, response: bytes = b"") -> bool:
        if not self._is_open:
            return False
        self._is_open = False  # whatever comes of it
        return self._told(await finished(self._aended(self._args(state, response))))

    async def _aended(self, args: tuple[Args]) -> Outcome:
        """Stops the heartbeat first, so that no renewal is under way."""
        if isinstance(self._heartbeat, LoopHeartbeat):
            await self._heartbeat.end(self)
        elif self._heartbeat is not None:
            self._heartbeat.end(self)
        return await self._terms.keeping.arun(SETTLE, (self._scope,), args)

    def _kept(self, status: int, headers: Headers, body: bytes | None) -> tuple[int, bytes]:
        """The state that a response leads to, and what is kept of it."""
        _verify_response(status, body)
        if status in PASSING or not 200 <= status < 500:
            return ABORTED, b""
        if body is None or len(body) > self._terms.max_body:
            return TOO_LONG, _pack(_Packed(status, (), None))
        return KEPT, _pack(_Packed(status, _kept_fields(headers), body))

    def _args(self, state: int, response: bytes = b"") -> tuple[Args]:
        """The arguments of SETTLE."""
        return ((self.fence, state, response, self._terms.lock, self._fingerprint, self._terms.span),)

    def _renewed(self, outcome: Outcome) -> bool:
        """Whether the store renewed it. A claim that came to its end meanwhile knows what became of it."""
        return self._is_open and self._told(outcome)

    def _told(self, outcome: Outcome) -> bool:
        """Whether the store did what SETTLE was to do."""
        result, _ = outcome
        if result is None:
            return False
        if not result[0]:
            self._is_open = False
            _log.warning(
                "Idempotency: a request ran longer than its lock of %g s and was taken over, so its response "
                "is not kept; let it renew its claim, keep its event loop free to do so, or declare a longer "
                "lock",
                self._terms.lock / MICROSECONDS,
            )
        return bool(result[0])


def _verify_response(status: object, body: object) -> None:
    if type(status) is not int:
        raise TypeError(
            f"Claim.finish: status is a {type(status).__name__}, and has to be an int\n"
            "  To mend it: pass the number that was answered: status=201"
        )
    if not isinstance(body, bytes | None):
        raise TypeError(
            f"Claim.finish: body is a {type(body).__name__}, and a response is made of bytes\n"
            "  To mend it: encode it: body=text.encode()"
        )


def _kept_fields(headers: object) -> Headers:
    """Those header fields that belong to a response however often it is sent."""
    if not isinstance(headers, Iterable):
        raise _no_fields(f"is a {type(headers).__name__}")
    kept: list[tuple[str, str]] = []
    for field in cast("Iterable[object]", headers):
        name, value = _pair(field)
        if name.lower() in KEPT_FIELDS:
            _verify_value(name, value)
            kept.append((name, value))
    return tuple(kept)


def _pair(field: object) -> tuple[str, str]:
    if not isinstance(field, tuple | list):
        raise _no_fields(f"has a {type(field).__name__} in it")
    match parts := cast("Sequence[object]", field):
        case [str(name), str(value)]:
            return name, value
        case _:
            types = ", ".join(type(part).__name__ for part in parts)
            raise _no_fields(f"has ({types}) in it")


def _verify_value(name: str, value: str) -> None:
    """Refuses what no server sends. The value itself is not repeated: who knows what is in it."""
    if not is_safe_value(value.replace("\t", " ")):
        raise ValueError(
            f"Claim.finish: the value of {name} holds a line break, a control or a letter beyond Latin-1, so "
            "that it cannot be sent\n"
            "  To mend it: encode what callers may choose before it becomes part of a header field"
        )


def _no_fields(what: str) -> TypeError:
    return TypeError(
        f"Claim.finish: headers {what}, and a field is a pair of texts\n"
        '  To mend it: pass pairs, (("Location", "/orders/7"),), of a mapping its items()'
    )


def replay_of(kept: bytes) -> KeptResponse:
    """The response to give again, of what was kept."""
    packed = _unpack(kept)
    return KeptResponse(packed.status, packed.headers + REPLAYED, packed.body or b"")


def status_of(kept: bytes) -> int:
    """The status that was kept of a response that was too long."""
    return _unpack(kept).status
