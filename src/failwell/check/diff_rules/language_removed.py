"""There are no texts in a language any more.

## Why

Whoever asks for it by `Accept-Language` (RFC 9110, section 12.5.4) gets another one, and shows people what
they may not be able to read.

## Example

The catalog was translated into `de`, and no longer is.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.facts.languages import lost_languages
from failwell.check.rule import Fault, rule
from failwell.finding import Severity


@rule(
    Severity.ERROR,
    each=lost_languages,
    area="translations",
    profile="branch",
    remedy="keep the translations; those that are old are still better than none",
    mirror="language-added",
)
def language_removed(language: str) -> Iterator[Fault]:
    """If the catalog is not in that language itself now."""
    yield Fault("", "there are no texts in {language!r} any more", at=("translations",), language=language)
