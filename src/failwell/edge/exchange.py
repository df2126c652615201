"""What the edge knows of one request while it is answered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextvars import ContextVar
from typing import Any

import msgspec

from failwell.answers import refusal_behind
from failwell.edge.watch import Watch
from failwell.headers import checked_client_id
from failwell.headers.trace import TraceParent, traceparent
from failwell.typing import Admission, LimitState

EXCHANGE = "failwell.exchange"
"""Where an ASGI scope or a WSGI environment keeps the `Exchange`."""

CONTRACT = "failwell.contract"
"""Where an ASGI scope or a WSGI environment keeps the contract of the app that answers."""

RawHeaders = list[tuple[bytes, bytes]]
"""Header fields as ASGI has them: names in lower case."""


class Exchange(msgspec.Struct, gc=False):
    """One request and its response.

    Attributes:
        request_id: made by the server.
        fields: header fields of the request, names in lower case; all of them, or those that the edge reads.
        id_name: name of the header field for request ids, in lower case.
        started: whether the response's head has left.
        head: the header fields of the problem that is the response, as they were sent; None for any other.
        unforeseen: whether nobody foresaw the error that was answered.
        limits: where the caller stands with its limits, as guards said.
        watch: what guards want of the response; None for a request of which none wants anything.
    """

    request_id: str
    fields: Sequence[tuple[bytes, bytes]] = ()
    id_name: bytes = b"x-request-id"
    started: bool = False
    head: Sequence[tuple[Any, Any]] | None = None
    unforeseen: bool = False
    limits: tuple[LimitState, ...] = ()
    watch: Watch | None = None

    @property
    def id_field(self) -> tuple[bytes, bytes]:
        """The header field with the request id, as ASGI has it."""
        return self.id_name, self.request_id.encode("latin-1")

    @property
    def client_request_id(self) -> str | None:
        """What the client calls this request, if it is fit to be logged. It proves nothing."""
        return checked_client_id(self.field(self.id_name))

    @property
    def trace(self) -> TraceParent | None:
        """The trace that the request belongs to (W3C Trace Context), as its `traceparent` says."""
        return traceparent(self.field(b"traceparent"))

    def keep_limits(self, states: Iterable[LimitState]) -> None:
        """Keeps limit states for the headers of the response."""
        self.limits += tuple(states)

    def keep_admission(self, admission: Admission) -> None:
        """Keeps what comes of an admitted request until its response is over."""
        if admission.limits:
            self.keep_limits(admission.limits)
        if admission.keeper is not None or admission.held is not None:
            if self.watch is None:
                self.watch = Watch()
            self.watch.take(admission)

    def keep_denial(self, error: BaseException) -> None:
        """Keeps the limits of a guard that refused, in place of all others: they are what the caller hit."""
        refused = refusal_behind(error)
        if refused is not None and refused.limits:
            self.limits = refused.limits

    def field(self, name: bytes) -> str:
        """A header field of the request by its name in lower case; several are joined, none is empty."""
        return self.given_field(name) or ""

    def given_field(self, name: bytes) -> str | None:
        """The same, for those to whom a field that came empty is another thing than none: that is None."""
        values = [value.decode("latin-1") for key, value in self.fields if key == name]
        return ", ".join(values) if values else None


current_exchange: ContextVar[Exchange | None] = ContextVar("failwell_exchange", default=None)
"""The request being answered, for log records; None outside of requests."""
