"""For tests: assertions about problems, frozen time and ids, an API that is not there, the pytest plugin."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from failwell.contract import Contract
from failwell.testing.assertions import UnexpectedRequest, assert_problem, raises_problem
from failwell.testing.clock import Clock, request_ids

if TYPE_CHECKING:
    from failwell.testing.transports import Transport

__all__ = ["Clock", "UnexpectedRequest", "assert_problem", "raises_problem", "request_ids", "transport"]


def transport(contract: Contract, *, make_request_id: Callable[[], str] | None = None) -> Transport:
    """An httpx transport that answers in the place of an API: with any problem of its contract, or a success.

        api = transport(contract)
        api.on("POST", "/v1/drops").raises(RateLimited, times=2).responds(201, json={"id": "drop_1"})
        http = failwell.httpx.Client(contract, transport=api, base_url="https://api.drops.example")

    It is one for synchronous and asynchronous clients. A request that nothing was said about fails.

    Args:
        contract: what the API's errors look like.
        make_request_id: makes the request ids; by default `req_1`, `req_2` …

    Raises:
        MissingExtraError: if httpx is not installed.
    """
    # httpx is heavy, and this package is imported whenever pytest starts.
    from failwell.testing.transports import Transport  # noqa: PLC0415

    return Transport(contract, make_request_id)
