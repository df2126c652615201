"""A text is translated now.

## Why

People who ask for the language get more of it.

## Example

Of `quota_exceeded` there is a `prose` in `de` now.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.facts.languages import Translated, translated
from failwell.check.rule import Fault, rule
from failwell.finding import Severity


@rule(
    Severity.INFO,
    each=translated,
    area="translations",
    profile="docs",
    remedy="nothing to do for clients",
    mirror="translation-removed",
)
def translation_added(texts: Translated) -> Iterator[Fault]:
    """Of a type, or of the reference page, in a language that there was and is."""
    if texts.added:
        yield Fault(
            texts.subject,
            "{listed} is translated into {language!r}",
            at=texts.at,
            listed=", ".join(texts.added),
            language=texts.language,
            fields=list(texts.added),
        )
