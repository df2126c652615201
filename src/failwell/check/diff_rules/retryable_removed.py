"""The same request can no longer succeed with time.

## Why

Clients that were told to retry do so, to no avail, and wait for an answer that never comes. Smithy counts
`@retryable` taken away as breaking.

## Example

`retry` was `later`, and is `never`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.facts.retries import RetryChange, retry_changes
from failwell.check.rule import Fault, rule
from failwell.declare.record import Retry
from failwell.finding import Severity


@rule(
    Severity.ERROR,
    each=retry_changes,
    area="retry",
    profile="branch",
    remedy="add another type for the occurrences that time does not help",
    mirror="retryable-added",
)
def retryable_removed(change: RetryChange) -> Iterator[Fault]:
    """Status by status."""
    if change.before is Retry.LATER:
        yield change.fault("retrying was {before!r} and is {after!r}{where}, so that time no longer helps")
