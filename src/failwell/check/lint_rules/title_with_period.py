"""A title ends with a period.

## Why

A title is a name, the same for every occurrence (RFC 9457, section 3.1.3). Lists, log lines and command lines
put their own marks behind it.

## Example

`title="Quota exceeded."` is shown as `error: Quota exceeded.: 12 MB do not fit`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api, types
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType
from failwell.finding import Severity


@rule(Severity.WARNING, each=types, area="text", remedy="take the period away")
def title_with_period(record: ProblemType, _: Api) -> Iterator[Fault]:
    """Other marks are left alone: a question may be one."""
    if record.title.endswith("."):
        yield Fault(
            record.code,
            "the title {title!r} ends with a period",
            at=("title",),
            edit=record.title.rstrip(". "),
            title=record.title,
        )
