"""What things cost, and when they have to be paid."""

from __future__ import annotations

import msgspec

DAY = 86_400
DAYS_TO_PAY = 14
DAYS_TO_SUSPENSION = 30
"""After an invoice was due."""

CREDIT_CENTS = 10
BUILD_CREDITS = 12
FIRST_CREDITS = 24


class Plan(msgspec.Struct, frozen=True):
    """What a plan costs and has; money is cents."""

    title: str
    cents: int
    deployment_cents: int
    spend_limit: int
    has_previews: bool


PLANS = {
    "hobby": Plan("Hobby", cents=0, deployment_cents=0, spend_limit=0, has_previews=False),
    "pro": Plan("Pro", cents=2_000, deployment_cents=250, spend_limit=5_000, has_previews=True),
}


def euros(cents: int) -> str:
    """An amount of money."""
    return f"{cents // 100}.{cents % 100:02} EUR"
