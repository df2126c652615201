"""What tests of quota share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from failwell.guard.account import QuotaDenied
from failwell.guard.quota import Quota
from failwell.store import Memory
from failwell.typing import Facts, Key

BERLIN = ZoneInfo("Europe/Berlin")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FACTS = Facts(method="POST", path="/v1/messages", query="", field=lambda _: "")
TOO_MUCH = 2**53


class DeniedError(Exception):
    def __init__(self, denied: QuotaDenied) -> None:
        super().__init__(denied)
        self.denied = denied


class WallClock:
    """Shows the time of a zone, until a test moves it."""

    def __init__(self, text: str, zone: ZoneInfo = BERLIN) -> None:
        self.zone = zone
        self.show(text)

    def show(self, text: str) -> None:
        shown = datetime.fromisoformat(text).replace(tzinfo=self.zone)
        self.now = (shown.astimezone(UTC) - EPOCH) // timedelta(microseconds=1)

    def move(self, seconds: float) -> None:
        self.now += round(seconds * 1_000_000)

    def __call__(self) -> int:
        return self.now


def quota_of(store: Any, wall: WallClock, **options: Any) -> Quota:
    given: dict[str, Any] = {
        "limit": 2_000,
        "soft": 1_500,
        "per": "month",
        "zone": "Europe/Berlin",
        **options,
    }
    return Quota("llm_spend", store=store, clock=wall, problem=DeniedError, **given)


def untils(store: Memory) -> list[int]:
    """For each account the instant until which it is known."""
    return [entry[0] for entry in cast("dict[Key, tuple[int, ...]]", store._entries).values()]


def denied(spend: Callable[[], object]) -> QuotaDenied:
    with pytest.raises(DeniedError) as caught:
        spend()
    return caught.value.denied


def used(quota: Quota, **options: Any) -> tuple[int | None, int]:
    decision = quota.peek(account="a", **options)
    return decision.used, decision.reserved
