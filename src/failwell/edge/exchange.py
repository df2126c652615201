"""What the edge knows of one request while it is answered."""

from __future__ import annotations

from collections.abc import Iterable
from contextvars import ContextVar

import msgspec

from failwell.typing import LimitState

EXCHANGE = "failwell.exchange"
"""Where an ASGI scope keeps the `Exchange`."""

CONTRACT = "failwell.contract"
"""Where an ASGI scope keeps the contract of the app that answers."""

current_request_id: ContextVar[str | None] = ContextVar("failwell_request_id", default=None)
"""The id of the request being answered, for log records; None outside of requests."""


class Exchange(msgspec.Struct, gc=False):
    """One request and its response.

    Attributes:
        request_id: made by the server.
        started: whether the response's head has left.
        answered: whether the response is a problem.
        limits: where the caller stands with its limits, as guards said.
    """

    request_id: str
    started: bool = False
    answered: bool = False
    limits: tuple[LimitState, ...] = ()

    def keep_limits(self, states: Iterable[LimitState]) -> None:
        """Keeps limit states for the headers of the response."""
        self.limits = (*self.limits, *states)
