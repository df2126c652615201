"""A text is no longer translated.

## Why

It is shown in the catalog's language, between others that are not.

## Example

Of `quota_exceeded` there is no `prose` in `de` any more.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.facts.languages import Translated, translated
from failwell.check.rule import Fault, rule
from failwell.finding import Severity


@rule(
    Severity.WARNING,
    each=translated,
    area="translations",
    profile="branch",
    remedy="keep the translation, or translate the text as it is now",
    mirror="translation-added",
)
def translation_removed(texts: Translated) -> Iterator[Fault]:
    """Of a type, or of the reference page, in a language that there was and is."""
    if texts.removed:
        yield Fault(
            texts.subject,
            "{listed} is no longer translated into {language!r}",
            at=texts.at,
            listed=", ".join(texts.removed),
            language=texts.language,
            fields=list(texts.removed),
        )
