"""The wire says something else about retrying, though the word in the catalog means the same.

## Why

A statement overrides what `retry` implies. Clients that retry on `true` stop, which is an error, or begin,
which can do things twice.

## Example

`retry` is `after_action` all along, and `retryable: true` is added.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.facts.retries import RetryChange, stated_changes
from failwell.check.rule import Fault, rule
from failwell.finding import Severity


@rule(
    Severity.WARNING,
    each=stated_changes,
    area="retry",
    profile="branch",
    remedy="leave `retryable` out, so that it follows from `retry`",
    no_mirror="a change back is a change",
)
def retryable_stated_changed(change: RetryChange) -> Iterator[Fault]:
    """What follows from another word is told of there."""
    severity = Severity.ERROR if change.before else None
    yield change.fault("the wire said retryable: {before}, and says {after}{where}", severity=severity)
