"""A type is sent with a former code again.

## Why

`former` is for a renaming, and comes with it. On a type that was sent with its own code it makes servers
send another one until the sunset, which clients that know the type by its code do not expect.

## Example

`storage_full`, long since called so, gets `former = "quota_exceeded"`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.comparison import Comparison, live_pairs
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType
from failwell.finding import Severity


@rule(
    Severity.ERROR,
    each=live_pairs,
    area="types",
    profile="wire",
    remedy="say it as an alias, which is understood and not sent",
    mirror="former-code-removed-early",
)
def former_code_added(before: ProblemType, after: ProblemType, comparison: Comparison) -> Iterator[Fault]:
    """One former code in place of another is told by the other rule."""
    life, was = after.lifecycle, before.lifecycle
    begins = life.former and life.sunset and comparison.after.today < life.sunset
    was_sent = was.former and was.sunset and comparison.before.today < was.sunset
    if begins and not was_sent and life.former not in (before.code, *comparison.reused):
        yield Fault(
            after.code,
            "the code {code!r} is sent as {former!r} until {sunset}",
            at=("lifecycle", "former"),
            code=after.code,
            former=life.former,
            sunset=str(life.sunset),
        )
