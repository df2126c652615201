"""The same request can succeed with time now.

## Why

Clients begin to send it again by themselves. Where the first one did its work before it failed, it is done
twice (RFC 9110, section 9.2.2, on idempotent methods).

## Example

`retry` was `never`, and is `later`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.facts.retries import RetryChange, retry_changes
from failwell.check.rule import Fault, rule
from failwell.declare.record import Retry
from failwell.finding import Severity


@rule(
    Severity.WARNING,
    each=retry_changes,
    area="retry",
    profile="branch",
    remedy="make sure that doing it twice does no harm, for instance with an idempotency key",
    mirror="retryable-removed",
)
def retryable_added(change: RetryChange) -> Iterator[Fault]:
    """Status by status."""
    if change.after is Retry.LATER:
        yield change.fault("retrying was {before!r} and is {after!r}{where}, so that time can help")
