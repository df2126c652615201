"""A type that the caller can do something about does not say what.

## Why

The retry word says that there is a way out; command lines, SDKs and agents show the suggestion as that way,
and have nothing else to show. A reason without a next step sends people to support.

## Example

`code="step_up_required", retry=Retry.AFTER_ACTION` without `suggestion=`; say `Log in again, then repeat the
request.`
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api, types
from failwell.check.facts.live_types import is_live
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType, Retry
from failwell.finding import Severity


@rule(Severity.WARNING, each=types, area="text", remedy="say the next step in one sentence")
def suggestion_missing(record: ProblemType, _: Api) -> Iterator[Fault]:
    """A call to action is a next step, too. Of removed types nobody is told any more."""
    if record.suggestion.strip() or not is_live(record):
        return
    if record.resolve is not None and record.resolve.message:
        return
    words = [record.retry_at(status) for status in record.statuses]
    hopeful = [word for word in words if word is not Retry.NEVER]
    if hopeful:
        yield Fault(
            record.code,
            "retry is {retry}, and no suggestion says what to do",
            at=("suggestion",),
            retry=hopeful[0].value,
        )
