"""A type is deprecated without a replacement.

## Why

Clients have to know what to handle instead. There are types that nothing replaces, for what they told
cannot happen any more; this one may be among them, which is why it is a warning, and a waiver the place to
say so.

## Example

`plan_unknown` becomes deprecated, and `replaced_by` is not said.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.comparison import Comparison, live_pairs
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType, Stage
from failwell.finding import Severity


@rule(
    Severity.WARNING,
    each=live_pairs,
    area="lifecycle",
    profile="branch",
    remedy="say lifecycle.replaced_by, or waive it where nothing takes its place",
    no_mirror="a replacement that is told later is told by replacement-changed",
)
def replacement_missing(before: ProblemType, after: ProblemType, _: Comparison) -> Iterator[Fault]:
    """Where one goes, replacement-changed tells."""
    is_new = before.lifecycle.stage is not Stage.DEPRECATED
    if is_new and after.lifecycle.stage is Stage.DEPRECATED and not after.lifecycle.replaced_by:
        yield Fault(
            after.code, "{code!r} is deprecated, and nothing replaces it", at=("lifecycle",), code=after.code
        )
