"""The title of a specific type is the phrase of its status.

## Why

The phrase says what the status says, and nothing of the condition that the code was made for. It is the right
title only where the type means no more than the status (RFC 9457, section 4.2.1).

## Example

`code="slug_taken", status=409, title="Conflict"`; say `Slug is taken`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api, types
from failwell.check.facts.names import words_of
from failwell.check.facts.reason_phrases import phrases_of
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType
from failwell.finding import Severity

_GENERIC = {
    401: {"unauthenticated", "authentication", "auth"},
    403: {"permission", "access"},
    413: {"payload", "content", "entity", "body", "request"},
    422: {"unprocessable", "validation"},
    429: {"rate", "throttled", "throttling"},
    500: {"internal", "server"},
    503: {"unavailable"},
    504: {"timeout"},
}
"""Words of codes that mean no more than the status."""


@rule(Severity.INFO, each=types, area="text", remedy="name the condition that the code stands for")
def title_is_reason_phrase(record: ProblemType, _: Api) -> Iterator[Fault]:
    """A code that says the same is as general as its title, and a type that conceals something has to be."""
    title = record.title.casefold()
    words = words_of(record.code)
    if record.standard is not None or record.conceal or words == words_of(record.title):
        return
    for status in record.statuses:
        if title in phrases_of(status) and _GENERIC.get(status, set()).isdisjoint(words):
            yield Fault(
                record.code,
                "the title {title!r} is the phrase of status {status}",
                at=("title",),
                title=record.title,
                status=status,
            )
            return
