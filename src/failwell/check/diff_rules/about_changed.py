"""A section of the reference page has changed.

## Why

It is for people, who read it anew each time. Translations made from it have to follow.

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
    remedy="nothing to do for clients; look at the translations",
    no_mirror="a change back is a change",
)
def about_changed(text: Text) -> Iterator[Fault]:
    """Each section by itself."""
    if text.before and text.after and text.before != text.after:
        yield Fault(text.subject, "{what} of the reference page changed", at=("about",), what=text.title)
