"""The guards of the guarded apps, and what they have seen. They are of the protocol and nothing else."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from typing import Any

from failwell.answers import Answered, Refused
from failwell.edge import admission_of
from failwell.guard import Bucket, Denied, RateLimit
from failwell.store import Memory
from failwell.typing import Admission, Facts, Headers
from tests.frameworks.shop import OutOfStock, SlowDown

ETAG = '"v1"'
LONG = 2_000
PARTS = (b"first,", b"second")


class OneWay:
    """The half of a guard that is the same for all of these: they wait for nothing."""

    needs_body = False

    def admit(self, facts: Facts, values: Mapping[str, Any]) -> Admission:
        raise NotImplementedError

    async def aadmit(self, facts: Facts, values: Mapping[str, Any]) -> Admission:
        return self.admit(facts, values)


class Copy(OneWay):
    """Answers a caller whose copy is still good, and one that asks for what was answered before."""

    def admit(self, facts: Facts, values: Mapping[str, Any]) -> Admission:
        if facts.field("if-none-match") == ETAG:
            raise Answered(
                304, (("ETag", ETAG), ("Cache-Control", "private"), ("Last-Modified", "never")), b"no"
            )
        if facts.field("x-again"):
            fields = (("Content-Type", "text/plain"), ("Location", "/orders/1"), ("Content-Length", "99"))
            raise Answered(201, (*fields, ("X-Request-Id", "req_old")), b"as before")
        return Admission()


class Archive(OneWay):
    """Keeps responses of up to a thousand bytes, unless it is broken."""

    max_body = 1_000

    def __init__(self) -> None:
        self.kept: list[tuple[int, dict[str, str], bytes | None]] = []
        self.sent_before: list[int] = []
        self.sent: list[bytes] = []
        self.is_broken = False

    def keep(self, status: int, headers: Headers, body: bytes | None) -> None:
        self.sent_before.append(len(self.sent))
        self.kept.append((status, {name.lower(): value for name, value in headers}, body))
        if self.is_broken:
            raise OSError("the archive is full")

    async def akeep(self, status: int, headers: Headers, body: bytes | None) -> None:
        self.keep(status, headers, body)

    def admit(self, facts: Facts, values: Mapping[str, Any]) -> Admission:
        return Admission(keeper=self)


class Place:
    """One request's place in a room."""

    def __init__(self, room: Room) -> None:
        self.room = room

    def release(self) -> None:
        self.room.left += 1

    async def arelease(self) -> None:
        self.release()


class Room(OneWay):
    """Counts who comes in and who goes."""

    def __init__(self) -> None:
        self.entered = self.left = 0
        self.is_busy = asyncio.Event()

    async def work(self) -> None:
        """What a handler in this room waits for, for ever."""
        self.is_busy.set()
        await asyncio.Event().wait()

    @property
    def inside(self) -> int:
        return self.entered - self.left

    def seen_inside(self) -> str:
        """The same as told by a handler, which finds its own place here."""
        place = admission_of(self).held
        assert isinstance(place, Place)
        assert place.room is self
        return str(self.inside)

    def admit(self, facts: Facts, values: Mapping[str, Any]) -> Admission:
        self.entered += 1
        return Admission(held=Place(self))


class Signature(OneWay):
    """Wants the digest of the body in a header field."""

    needs_body = True

    def admit(self, facts: Facts, values: Mapping[str, Any]) -> Admission:
        if facts.field("x-signature") != hashlib.sha256(facts.body).hexdigest():
            raise Refused(400, "The signature is wrong.")
        return Admission()


class Closed(OneWay):
    """Lets nobody in who says so, with a problem of the application's that comes from its refusal."""

    def admit(self, facts: Facts, values: Mapping[str, Any]) -> Admission:
        if facts.field("x-closed"):
            raise OutOfStock("Closed.", article="door", left=0) from Refused(409, "Closed.")
        return Admission()


class Notes(OneWay):
    """Writes down what it is told."""

    def __init__(self) -> None:
        self.told: list[Any] = []

    def admit(self, facts: Facts, values: Mapping[str, Any]) -> Admission:
        self.told.append({**values})
        return Admission()


class Where(OneWay):
    """Writes down where requests go."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str, str, str]] = []

    def admit(self, facts: Facts, values: Mapping[str, Any]) -> Admission:
        self.seen.append((facts.method, facts.path, facts.query, facts.field("content-type") or ""))
        return Admission()


def slow_down(denied: Denied) -> Exception:
    """The application's own problem, raised from the refusal."""
    problem = SlowDown("Not so fast.", retry_after_seconds=denied.retry_after)
    shown = tuple(state for state in denied.limits if state.name == denied.bucket.name)
    problem.__cause__ = Refused(429, "", denied=denied, limits=shown)
    return problem


def speak(query: str) -> None:
    """What middleware says that knows the answer."""
    if query == "refused":
        raise Refused(409, "Not now.", headers=(("Retry-After", "3"),))
    if query == "answered":
        raise Answered(304, (("ETag", ETAG),))


class Speaking:
    """Such middleware, for ASGI."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        speak(scope.get("query_string", b"").decode())
        await self.app(scope, receive, send)


class Guards:
    """The guards of one app."""

    def __init__(self) -> None:
        store = Memory(clock=lambda: 1_000_000_000)
        self.limit = RateLimit(Bucket("token", 2, per="minute"), store=store)
        self.own = RateLimit(
            Bucket("ip", 1, per=600), Bucket("org", 60, per="minute"), store=store, problem=slow_down
        )
        self.copy, self.archive, self.room = Copy(), Archive(), Room()
        self.signature, self.closed, self.notes, self.where = Signature(), Closed(), Notes(), Where()
