"""What callers have to do before they retry has changed.

## Why

Clients branch on it: they ask somebody to log in, change the request, or give up. AIP-194 wants only
what time can mend to be sent again as it is.

## Example

`retry` was `after_action`, and is `after_change`.
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
    remedy="keep the word, and add another type for what is new",
    no_mirror="a change back is a change",
)
def retry_mode_changed(change: RetryChange) -> Iterator[Fault]:
    """Between words that all say that time alone does not help."""
    if Retry.LATER not in (change.before, change.after):
        yield change.fault("retrying was {before!r} and is {after!r}{where}")
