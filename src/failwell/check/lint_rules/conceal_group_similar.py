"""A group for concealment has one type, and nearly the name of another group.

## Why

The types of a group are compared, lest one of them tells what exists. One that stands apart because of a
slip is compared with nothing. A group of one is all right by itself: its type then conceals several
conditions.

## Example

`conceal="account"` in one type, and `conceal="accounts"` in two others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from difflib import get_close_matches

from failwell.check.api import Api, catalogs
from failwell.check.facts.live_types import live_types
from failwell.check.rule import Fault, rule
from failwell.finding import Severity

_SIMILAR = 0.8


@rule(
    Severity.WARNING,
    each=catalogs,
    area="concealment",
    remedy="give the type the name of the group that it is one of",
)
def conceal_group_similar(api: Api) -> Iterator[Fault]:
    """Compared are groups of one with those of several."""
    records = [record for record, _ in live_types(api) if record.conceal]
    sizes = Counter(record.conceal for record in records)
    several = [name for name, size in sizes.items() if size > 1]
    for record in records:
        if sizes[record.conceal] == 1:
            for other in get_close_matches(record.conceal, several, n=1, cutoff=_SIMILAR):
                yield Fault(
                    record.code,
                    "no other type is concealed as {name!r}, but several are as {other!r}",
                    at=("conceal",),
                    name=record.conceal,
                    other=other,
                )
