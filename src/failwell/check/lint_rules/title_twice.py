"""Two types have the same title.

## Why

A title names the type (RFC 9457, section 3.1.3: it summarises the problem type). Where two share one,
lists, logs and people cannot tell them apart, and a translator has to guess. Types that conceal which of
them it was look alike on purpose.

## Example

`card_declined` and `card_expired` are both called `Payment failed`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api, catalogs
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType, Stage
from failwell.finding import Severity


@rule(Severity.WARNING, each=catalogs, area="text", remedy="say in the title what tells it from the other")
def title_twice(api: Api) -> Iterator[Fault]:
    """The title of a removed type is free again."""
    seen: dict[str, ProblemType] = {}
    for code, record in api.own.items():
        if record.lifecycle.stage in (Stage.DEPRECATED, Stage.REMOVED):
            continue
        other = seen.setdefault(" ".join(record.title.casefold().split()), record)
        if other is not record and not (record.conceal and record.conceal == other.conceal):
            yield Fault(
                code,
                "the title {title!r} is that of {other!r} as well",
                at=("title",),
                title=record.title,
                other=other.code,
            )
