"""Plans: what they cost is another service's matter, what they allow is checked here."""

from __future__ import annotations

import msgspec

from examples.drops.errors import FeatureNotInPlan, QuotaExceeded

UPGRADE_URL = "https://drops.example/billing"


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What a plan allows; sizes in bytes."""

    name: str
    drop_bytes: int
    storage_bytes: int
    seats: int
    features: frozenset[str] = frozenset()

    def check_feature(self, feature: str) -> None:
        """Admits a feature that the plan has."""
        if feature not in self.features:
            required = next(plan.name for plan in PLANS.values() if feature in plan.features)
            raise FeatureNotInPlan(required_plan=required, upgrade_url=UPGRADE_URL)

    def check_drop(self, size: int) -> None:
        """Admits a drop, or an upload for one, of this size."""
        _check(self.drop_bytes, 0, size, status=413)

    def check_storage(self, used: int, added: int) -> None:
        """Admits that many bytes on top of those in use."""
        _check(self.storage_bytes, used, added, status=413)

    def check_seats(self, used: int) -> None:
        """Admits one more member of a team."""
        _check(self.seats, used, 1, status=403)


def _check(limit: int, used: int, requested: int, *, status: int) -> None:
    if used + requested > limit:
        raise QuotaExceeded(status=status, limit=limit, used=used, requested=requested)


PLANS = {
    plan.name: plan
    for plan in (
        Plan(name="free", drop_bytes=100_000, storage_bytes=250_000, seats=2),
        Plan(
            name="pro",
            drop_bytes=5_000_000,
            storage_bytes=100_000_000,
            seats=20,
            features=frozenset({"domain"}),
        ),
    )
}
"""The plans by name, smallest first."""

LARGEST_DROP = max(plan.drop_bytes for plan in PLANS.values())
