"""A text of a type's page has changed.

## Why

It is for people, who read it anew each time. Translations made from it have to follow.

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
    remedy="nothing to do for clients; look at the translations",
    no_mirror="a change back is a change",
)
def prose_changed(text: Text) -> Iterator[Fault]:
    """Each text by itself."""
    if text.before and text.after and text.before != text.after:
        yield Fault(text.subject, "the text about {what} changed", at=(text.field,), what=text.title)
