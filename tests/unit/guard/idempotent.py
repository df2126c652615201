"""What tests of idempotency share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from failwell.guard.claim import Claim
from failwell.guard.idempotency import Idempotency, IdempotencyDenied
from failwell.store import Memory
from failwell.typing import Facts, Headers
from tests.unit.guard.frozen_clock import FrozenClock

JSON: Headers = (("Content-Type", "application/json"),)
REPLAYED: Headers = (("Idempotency-Replayed", "true"),)
KEY = "8e03978e-40d5-43e8-bc93-6894a57f9324"


class DeniedError(Exception):
    def __init__(self, denied: IdempotencyDenied) -> None:
        super().__init__(denied)
        self.denied = denied


def guard_of(clock: FrozenClock, **said: Any) -> Idempotency:
    return Idempotency(**{"store": Memory(clock=clock), "problem": DeniedError, **said})


def order(guard: Idempotency, **other: Any) -> Claim:
    """Claims the run of one and the same request, but for what is said of it."""
    usual = {"key": KEY, "principal": "ann", "method": "POST", "path": "/orders", "body": b"{}"}
    return guard.claim(**{**usual, **other})


def denied(check: Callable[[], object]) -> IdempotencyDenied:
    with pytest.raises(DeniedError) as caught:
        check()
    return caught.value.denied


def facts(method: str = "POST", **fields: str) -> Facts:
    headers = {name.replace("_", "-"): value for name, value in fields.items()}
    return Facts(method=method, path="/orders", query="", field=headers.get, body=b"{}")
