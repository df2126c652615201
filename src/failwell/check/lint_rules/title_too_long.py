"""A title is long.

## Why

A title is a short summary (RFC 9457, section 3.1.3). It is a line of a list, of a log and of a terminal,
where a long one is cut or wrapped; what else there is to say belongs into `detail` or on the type's page.

## Example

`title="The quota of the plan that was chosen for this workspace is exceeded by the upload"`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api, types
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType
from failwell.finding import Severity

_MOST = 72


@rule(Severity.INFO, each=types, area="text", remedy="name the condition, and say the rest in the detail")
def title_too_long(record: ProblemType, _: Api) -> Iterator[Fault]:
    """The number is a convention: what fits into a line with a code before it."""
    if len(record.title) > _MOST:
        yield Fault(
            record.code,
            "the title has {length} characters, more than {most}",
            at=("title",),
            length=len(record.title),
            most=_MOST,
        )
