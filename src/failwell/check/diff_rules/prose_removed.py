"""A text of a type's page is gone.

## Why

The page is where the type URI leads (RFC 9457, section 3.1.1 encourages it to be dereferenceable), and what
somebody looked up there yesterday is no longer to be found.

## Example

The text under `## Why`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.facts.documentation import Text, texts
from failwell.check.rule import Fault, rule
from failwell.finding import Severity


@rule(
    Severity.WARNING,
    each=texts,
    area="docs",
    profile="docs",
    remedy="keep the text: links lead to it",
    mirror="prose-added",
)
def prose_removed(text: Text) -> Iterator[Fault]:
    """Each text by itself."""
    if text.before and not text.after:
        yield Fault(text.subject, "the text about {what} is gone", at=(), what=text.title)
