"""A code was renamed, and its former one is known.

## Why

With `former` and a sunset the former code is sent until that day, so clients have time. With an alias
alone, new clients understand old servers, but old clients get a code that they do not know from the day of
the release.

## Example

`quota_exceeded` becomes `storage_full`, with `former = "quota_exceeded"` and a sunset.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from failwell.check.comparison import Comparison, renamed_pairs
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType
from failwell.finding import Severity


@rule(
    Severity.ERROR,
    each=renamed_pairs,
    area="types",
    profile="wire",
    remedy="say lifecycle.former, since and sunset, so that the former code is sent until then",
    no_mirror="a renaming back is a renaming",
)
def code_renamed(before: ProblemType, after: ProblemType, comparison: Comparison) -> Iterator[Fault]:
    """A renaming that is undone before its sunset was seen by nobody."""
    if before.code not in after.names and after.code not in before.names:
        return
    has_grace = _sent(before, comparison.before.today) == _sent(after, comparison.after.today)
    yield Fault(
        after.code,
        "the code {before!r} is called {after!r} now"
        + (", and is sent as before until {sunset}" if has_grace and after.lifecycle.former else ""),
        at=("lifecycle", "former") if after.lifecycle.former else ("aliases",),
        severity=Severity.INFO if has_grace else None,
        remedy="tell clients, which have to know both until then" if has_grace else "",
        before=before.code,
        after=after.code,
        sunset=str(after.lifecycle.sunset or ""),
    )


def _sent(record: ProblemType, today: date) -> str:
    """The code that is in responses on a day."""
    life = record.lifecycle
    return life.former if life.former and life.sunset and today < life.sunset else record.code
