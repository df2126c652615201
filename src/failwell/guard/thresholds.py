"""From when on errors amount to something: the numbers that `Probing` judges by."""

from __future__ import annotations

import msgspec

from failwell.exceptions import DeclarationError
from failwell.guard.decisions.suspicion import marks_of


class Thresholds(msgspec.Struct, frozen=True, kw_only=True):
    """From when on errors amount to something. Counts are of different things within five to ten minutes.

    Different things are counted by marks that may fall together, so the counts are about right, and exact
    only while they are small.

    Attributes:
        credentials: different wrong credentials of `credential_guessing`.
        targets: different absent or forbidden targets of `enumeration`, which has gone on for two
            minutes.
        routes: different unmatched paths of `scanning`.
        share: different errors per cent of them and a subject's successes, of these three.
        slow: different things of all kinds within half an hour to an hour, of `slow_enumeration`, which has
            gone on for ten minutes at least.
        slow_share: different errors per cent of them and the successes, of the same.
        errors: errors of `misconfiguration` within about an hour.
        same: different things of a misconfiguration at most; of credentials it is always one.
        same_share: all errors per cent of the requests, of the same.

    Raises:
        DeclarationError: for what is no whole number in its range: 1 to 100 things, 1 to 100 per cent.
    """

    credentials: int = 8
    targets: int = 60
    routes: int = 16
    share: int = 50
    slow: int = 20
    slow_share: int = 50
    errors: int = 20
    same: int = 4
    same_share: int = 50

    def __post_init__(self) -> None:
        """Refuses what cannot be a threshold."""
        for name in self.__struct_fields__:
            value = getattr(self, name)
            if type(value) is not int or not 1 <= value <= 100:
                raise DeclarationError(
                    f"{name} is {value!r}, which is not a whole number from 1 to 100",
                    code="probing-thresholds",
                    where="Thresholds",
                    hint="give the number of different things, or per cent, as an int",
                )

    @property
    def args(self) -> tuple[int, ...]:
        """The thresholds as the decision takes them, things as marks."""
        fast = [marks_of(count) for count in (self.credentials, self.targets, self.routes)]
        slow = (self.slow_share, marks_of(self.slow))
        return (self.share, *fast, *slow, self.errors, self.same_share, marks_of(self.same))
