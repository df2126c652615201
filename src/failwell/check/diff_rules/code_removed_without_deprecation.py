"""A code is gone that was not deprecated.

## Why

Clients branch on codes. Without a deprecation nobody told them that this one goes away, and by when
(AIP-180, AIP-185; RFC 9745 has the header field for it).

## Example

`plan_unknown` is stable in one release, and a tombstone, or not there, in the next.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.comparison import Comparison, Withdrawal, withdrawn_types
from failwell.check.rule import Fault, rule
from failwell.declare.record import Stage
from failwell.finding import Severity


@rule(
    Severity.ERROR,
    each=withdrawn_types,
    area="types",
    profile="wire",
    remedy="bring it back, deprecate it with a sunset, and leave a tombstone once that has come",
    mirror="code-added",
)
def code_removed_without_deprecation(withdrawal: Withdrawal, _: Comparison) -> Iterator[Fault]:
    """Whether a tombstone is left or not."""
    record = withdrawal.record
    if record.lifecycle.stage is not Stage.DEPRECATED:
        yield Fault(
            record.code,
            "the code {code!r} was removed without having been deprecated",
            code=record.code,
            stage=record.lifecycle.stage.value,
        )
