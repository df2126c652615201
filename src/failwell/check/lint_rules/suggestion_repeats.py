"""The suggestion says again what happened.

## Why

The title and the detail are shown beside it. A suggestion is the next step, and without one the caller
knows no more than before.

## Example

`title="Quota exceeded", suggestion="Quota exceeded."`; say `Free up space, or upgrade the plan.`
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api, types
from failwell.check.facts.names import words_of
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType
from failwell.finding import Severity


@rule(Severity.WARNING, each=types, area="text", remedy="say the next step")
def suggestion_repeats(record: ProblemType, _: Api) -> Iterator[Fault]:
    """Marks and upper case make no difference."""
    said = words_of(record.suggestion.lower())
    if not said:
        return
    for field in ("title", "detail", "prose"):
        other: str = getattr(record, field)
        if len(other) <= 2 * len(record.suggestion) and words_of(other.lower()) == said:
            yield Fault(
                record.code, "the suggestion says the same as the {field}", at=("suggestion",), field=field
            )
            return
