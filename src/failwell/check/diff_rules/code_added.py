"""A code is new.

## Why

Clients that know how to handle a code that they do not know, as those of Failwell do, lose nothing by one
more. Those whose list of codes is closed do: an exhaustive `match`, an enumeration in generated code. That
is the same change and no second finding; a team with such clients raises the severity of this rule to
`error`. Azure's guidelines want a new version of the API for each new code at the top level.

## Example

The catalog gets `plan_expired`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.comparison import Comparison, added_types
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType, Stage
from failwell.finding import Severity


@rule(
    Severity.INFO,
    each=added_types,
    area="types",
    profile="branch",
    remedy="see to it that clients handle codes that they do not know",
    mirror="code-removed-without-deprecation",
)
def code_added(record: ProblemType, comparison: Comparison) -> Iterator[Fault]:
    """A new tombstone is for a code that nobody had."""
    is_sent = record.lifecycle.stage is not Stage.REMOVED
    if is_sent and record.code not in comparison.reused:
        yield Fault(record.code, "the code {code!r} is new", at=("code",), code=record.code)
