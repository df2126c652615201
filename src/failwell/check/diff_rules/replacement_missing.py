"""A type is deprecated without a replacement.

## Why

Clients have to know what to handle instead. There are types that nothing replaces, for what they told
cannot happen any more; that is worth a sentence under what to do, as `deprecated-without-replacement` of
lint wants it.

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
    remedy="say lifecycle.replaced_by, or tell under what to do why nothing takes its place",
    no_mirror="a replacement that is told later is told by replacement-changed",
)
def replacement_missing(before: ProblemType, after: ProblemType, _: Comparison) -> Iterator[Fault]:
    """Where one goes, replacement-changed tells."""
    is_new = before.lifecycle.stage is not Stage.DEPRECATED
    is_told = after.lifecycle.replaced_by or after.what_to_do
    if is_new and after.lifecycle.stage is Stage.DEPRECATED and not is_told:
        yield Fault(
            after.code, "{code!r} is deprecated, and nothing replaces it", at=("lifecycle",), code=after.code
        )
