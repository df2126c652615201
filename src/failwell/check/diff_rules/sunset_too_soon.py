"""A sunset is too near.

## Why

`deprecation_days` is what the catalog promised to its clients, and the promise that they know is the one
from before this change. Less than that from the day of the announcement is an error. Less than that from
today is a warning: the announcement is older than its release.

## Example

The catalog promises 180 days. `plan_unknown` becomes deprecated in November, with its sunset in January.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from failwell.check.comparison import Comparison, comparisons
from failwell.check.facts.ending import Ending, kept_endings, new_endings
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType
from failwell.finding import Severity


@rule(
    Severity.ERROR,
    each=comparisons,
    area="lifecycle",
    profile="wire",
    remedy="choose a later day",
    no_mirror="what comes later leaves more time, and sunset-later tells",
)
def sunset_too_soon(comparison: Comparison) -> Iterator[Fault]:
    """A sunset that is today has come."""
    days = max(api.catalog.deprecation_days for api in (comparison.before, comparison.after))
    for ending, sunset, record in _told(comparison):
        left = (sunset - comparison.after.today).days
        if left >= max(days, 1):
            continue
        announced = ending.since or comparison.after.today
        is_promised = sunset >= announced + timedelta(days)
        yield Fault(
            record.code,
            "{what} may be gone on {sunset}: {left} days from today, where the catalog promises {days}",
            at=("lifecycle", "sunset"),
            severity=Severity.WARNING if is_promised else None,
            what=ending.name,
            sunset=str(sunset),
            left=left,
            days=days,
        )


def _told(comparison: Comparison) -> Iterator[tuple[Ending, date, ProblemType]]:
    """The ends that are new, and those that have their day from now on."""
    for ending, record, _ in new_endings(comparison):
        if ending.sunset is not None:
            yield ending, ending.sunset, record
    for before, after, record, _ in kept_endings(comparison):
        if before.sunset is None and after.sunset is not None:
            yield after, after.sunset, record
