"""A text of a type's page is new.

## Why

People find more than before.

## Example

The text under `## Why`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.facts.documentation import Text, texts
from failwell.check.rule import Fault, rule
from failwell.finding import Severity


@rule(
    Severity.INFO,
    each=texts,
    area="docs",
    profile="docs",
    remedy="nothing to do for clients",
    mirror="prose-removed",
)
def prose_added(text: Text) -> Iterator[Fault]:
    """Each text by itself."""
    if text.after and not text.before:
        yield Fault(text.subject, "the text about {what} is new", at=(text.field,), what=text.title)
