"""A published type has no text on its page.

## Why

The type URI leads to that page (RFC 9457, section 3.1.1: it should be human-readable documentation).
Without a text it repeats the title, and the reader who followed the link finds nothing new. Catalogs that
are written as code tend to have none.

## Example

A class without a docstring; a file without `## What happened`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api, types
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType, Stage
from failwell.finding import Severity

_PUBLISHED = (Stage.STABLE, Stage.DEPRECATED)


@rule(Severity.INFO, each=types, area="text", remedy="say in a sentence or two what happened")
def prose_missing(record: ProblemType, _: Api) -> Iterator[Fault]:
    """Drafts and betas are still being written, and a tombstone's title is enough."""
    if record.lifecycle.stage in _PUBLISHED and not record.prose.strip():
        yield Fault(
            record.code, "the page of {code!r} does not say what happened", at=("prose",), code=record.code
        )
