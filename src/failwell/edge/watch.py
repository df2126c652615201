"""What guards want of a response: to see it before it is sent, and to let go of something when it is over.

A response is over when its last bytes are sent and what the handler has left to be done after it, such as
background tasks, is done too: that is still the handler's work. It is over as well when it broke off.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.completion import finished
from failwell.edge.verdict import log_failure
from failwell.headers import find
from failwell.typing import Admission, Guard, Headers, Held, Keeper

_STREAMS = frozenset(
    {
        "application/json-seq",
        "application/jsonl",
        "application/ndjson",
        "application/x-ndjson",
        "multipart/x-mixed-replace",
        "text/event-stream",
    }
)
"""Media types of streams whose readers wait for each part, and that may never end: they are not held back."""


class Watch:
    """What the guards of one request want of its response.

    Attributes:
        keepers: what still wants to see the response.
        admissions: the guards that hold something, each with what it said; none once that is let go.
    """

    __slots__ = ("_held", "_withheld", "admissions", "keepers")

    def __init__(self) -> None:
        self.keepers: tuple[Keeper, ...] = ()
        self.admissions: list[tuple[Guard, Admission]] = []
        self._held: list[Held] = []
        self._withheld: Withheld | None = None

    def take(self, admission: Admission) -> None:
        """Takes what one guard wants."""
        if admission.keeper is not None:
            self.keepers = (*self.keepers, admission.keeper)
        if admission.held is not None:
            self._held.append(admission.held)

    def begin(self, status: int, headers: Headers) -> Withheld:
        """Begins to hold a response back, for all that want to see it."""
        keepers, self.keepers = self.keepers, ()
        self._withheld = withheld = Withheld(keepers, status, headers)
        return withheld

    def over(self) -> None:
        """Ends the response: what was not shown whole is told so, and everything held is let go, once."""
        if self._withheld is not None:
            self._withheld.keep(is_whole=False)
        for held in self._each_held():
            try:
                held.release()
            except Exception as failure:  # noqa: BLE001 - code of others, and there may be more to let go
                log_failure(_NOT_RELEASED, failure)

    async def aover(self) -> None:
        """Does what `over` does without blocking the event loop, and even if the request is cancelled."""
        await finished(self._aover())

    async def _aover(self) -> None:
        if self._withheld is not None:
            await self._withheld.akeep(is_whole=False)
        for held in self._each_held():
            try:
                await held.arelease()
            except Exception as failure:  # noqa: BLE001 - as above
                log_failure(_NOT_RELEASED, failure)

    def _each_held(self) -> Iterator[Held]:
        """The last first, each once, whoever asks."""
        # Else, what renews itself in a task would live for ever: the task knows the exchange, and that this.
        self.admissions.clear()
        while self._held:
            yield self._held.pop()


class Withheld:
    """A response that is held back until it is whole, or too long to be kept.

    Attributes:
        is_open: whether more of it is to be held back; else it goes out as it comes.
    """

    __slots__ = ("_headers", "_keepers", "_most", "_parts", "_size", "_status", "is_open")

    def __init__(self, keepers: tuple[Keeper, ...], status: int, headers: Headers) -> None:
        """Takes who wants to see it, and the head, without request id and limits: they are the request's."""
        self._keepers, self._status, self._headers = keepers, status, headers
        self._most = max(keeper.max_body for keeper in keepers)
        self._parts: list[bytes] = []
        self._size = 0
        media_type = (find(headers, "content-type") or "").partition(";")[0].strip().lower()
        length = find(headers, "content-length") or ""
        is_long = length.isdecimal() and (len(length) > _MOST_DIGITS or int(length) > self._most)
        self.is_open = not is_long and media_type not in _STREAMS

    def add(self, part: bytes) -> bool:
        """Takes a part of the content, and tells whether more is to be held back."""
        self._size += len(part)
        self.is_open = self.is_open and self._size <= self._most
        if self.is_open:
            self._parts.append(part)
        else:
            self._parts.clear()
        return self.is_open

    def keep(self, *, is_whole: bool) -> None:
        """Shows the response, whole or as one that is too long or broke off. Only the first call counts."""
        for keeper, body in self._shown(is_whole=is_whole):
            try:
                keeper.keep(self._status, self._headers, body)
            except Exception as failure:  # noqa: BLE001 - code of others: the response is sent all the same
                log_failure(_NOT_KEPT, failure)

    async def akeep(self, *, is_whole: bool) -> None:
        """Does what `keep` does without blocking the event loop."""
        for keeper, body in self._shown(is_whole=is_whole):
            try:
                await keeper.akeep(self._status, self._headers, body)
            except Exception as failure:  # noqa: BLE001 - as above
                log_failure(_NOT_KEPT, failure)

    def _shown(self, *, is_whole: bool) -> Iterator[tuple[Keeper, bytes | None]]:
        keepers, self._keepers = self._keepers, ()
        body = b"".join(self._parts) if is_whole else None
        self._parts.clear()
        for keeper in keepers:
            yield keeper, body if body is not None and len(body) <= keeper.max_body else None


_NOT_KEPT, _NOT_RELEASED = "a guard could not keep a response", "a guard could not let go of what was held"
_MOST_DIGITS = 18
