"""What accounts may have, by tier."""

from __future__ import annotations

import msgspec

from examples.browsers.errors import ConcurrencyLimit, TierLimit


class Tier(msgspec.Struct, frozen=True, kw_only=True):
    """A tier.

    Attributes:
        name: of the tier.
        sessions: at one time.
        profiles: in all.
        keys: API keys in all.
        creations: sessions created per minute.
    """

    name: str
    sessions: int
    profiles: int
    keys: int
    creations: int

    def check_sessions(self, running: int) -> None:
        """Admits one more session."""
        if running >= self.sessions:
            raise ConcurrencyLimit(current_sessions=running, limit=self.sessions)

    def check_profiles(self, used: int) -> None:
        """Admits one more profile."""
        self._check("profiles", self.profiles, used)

    def check_keys(self, used: int) -> None:
        """Admits one more API key."""
        self._check("API keys", self.keys, used)

    def _check(self, what: str, limit: int, used: int) -> None:
        if used >= limit:
            raise TierLimit(f"The tier {self.name} allows {limit} {what}, and there are {used}.")


TIERS = {
    tier.name: tier
    for tier in (
        Tier(name="solo_manual", sessions=3, profiles=3, keys=3, creations=5),
        Tier(name="team_auto", sessions=25, profiles=100, keys=50, creations=60),
    )
}
"""The tiers by name, the smallest first."""
