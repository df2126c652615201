"""Ways out, before and after."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from failwell.check.comparison import Comparison, live_pairs
from failwell.check.facts.members import as_before
from failwell.declare.record import ProblemType, Resolve


def ways_out(comparison: Comparison) -> Iterator[tuple[Resolve, Resolve, ProblemType]]:
    """The way out of each type that has one before and after, with the type as it is.

    Members that have another name in Python have their former one in templates.
    """
    for before, after, _ in live_pairs(comparison):
        if before.resolve is not None and after.resolve is not None and before.resolve != after.resolve:
            former, now = as_before(before, after), after.resolve
            renamed = msgspec.structs.replace(now, url=former(now.url), endpoint=former(now.endpoint))
            yield before.resolve, renamed, after
