"""A section of the reference page is new.

## Why

People find more than before.

## Example

The section `## Support`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.facts.documentation import Text, sections
from failwell.check.rule import Fault, rule
from failwell.finding import Severity


@rule(
    Severity.INFO,
    each=sections,
    area="docs",
    profile="docs",
    remedy="nothing to do for clients",
    mirror="about-removed",
)
def about_added(text: Text) -> Iterator[Fault]:
    """Each section by itself."""
    if text.after and not text.before:
        yield Fault(text.subject, "{what} of the reference page is new", at=("about",), what=text.title)
