"""There are texts in another language now.

## Why

Whoever asks for it by `Accept-Language` (RFC 9110, section 12.5.4) gets it from now on.

## Example

The catalog is translated into `de` now.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.facts.languages import new_languages
from failwell.check.rule import Fault, rule
from failwell.finding import Severity


@rule(
    Severity.INFO,
    each=new_languages,
    area="translations",
    profile="branch",
    remedy="nothing to do for clients",
    mirror="language-removed",
)
def language_added(language: str) -> Iterator[Fault]:
    """If the catalog was not in that language itself before."""
    yield Fault("", "there are texts in {language!r} now", at=("translations", language), language=language)
