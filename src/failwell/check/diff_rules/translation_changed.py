"""A text is translated otherwise.

## Why

It is for people, who read it anew each time.

## Example

The `prose` of `quota_exceeded` in `de`.
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
    no_mirror="a change back is a change",
)
def translation_changed(texts: Translated) -> Iterator[Fault]:
    """Of a type, or of the reference page, in a language that there was and is."""
    if texts.changed:
        yield Fault(
            texts.subject,
            "{listed} is translated otherwise into {language!r}",
            at=texts.at,
            listed=", ".join(texts.changed),
            language=texts.language,
            fields=list(texts.changed),
        )
