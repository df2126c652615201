"""A section of the reference page is gone.

## Why

The page is where the type URI leads (RFC 9457, section 3.1.1 encourages it to be dereferenceable), and what
somebody looked up there yesterday is no longer to be found.

## Example

The section `## Support`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.facts.documentation import Text, sections
from failwell.check.rule import Fault, rule
from failwell.finding import Severity


@rule(
    Severity.WARNING,
    each=sections,
    area="docs",
    profile="docs",
    remedy="keep the text: links lead to it",
    mirror="about-added",
)
def about_removed(text: Text) -> Iterator[Fault]:
    """Each section by itself."""
    if text.before and not text.after:
        yield Fault(text.subject, "{what} of the reference page is gone", at=(), what=text.title)
