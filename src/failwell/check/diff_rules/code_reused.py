"""A code means something else now.

## Why

A code is an identifier for ever: clients, logs, runbooks and translations know it by its former meaning,
and cannot tell which one is meant. So neither a removed code nor a former one nor an alias goes to another
type, and codes are not swapped.

## Example

`quota_exceeded` was renamed to `storage_full` and is its alias; then it becomes the code of a new type
about requests.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.comparison import Comparison, comparisons
from failwell.check.rule import Fault, rule
from failwell.finding import Severity


@rule(
    Severity.ERROR,
    each=comparisons,
    area="types",
    profile="wire",
    remedy="give the new meaning a new code, and leave this one with what it meant",
    no_mirror="a code that gets its meaning back has changed it again",
)
def code_reused(comparison: Comparison) -> Iterator[Fault]:
    """The subject is the type that has the code, or knows it as an alias, now."""
    for name, (before, after) in comparison.reused.items():
        yield Fault(
            after.code,
            "{name!r} meant {before!r}, and means {after!r} now",
            at=("code",) if name == after.code else ("aliases",),
            name=name,
            before=before.title,
            after=after.title,
        )
