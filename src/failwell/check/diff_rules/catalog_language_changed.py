"""The texts of the catalog are in another language.

## Why

Those who ask for no language, which is nearly everybody, get the new one. If there are none in the former
language any more, nobody can ask for it either, and that is an error.

## Example

`en` becomes `de`, and the English texts are a translation now.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.comparison import Comparison, comparisons
from failwell.check.facts.languages import speaks
from failwell.check.rule import Fault, rule
from failwell.finding import Severity


@rule(
    Severity.WARNING,
    each=comparisons,
    area="translations",
    profile="branch",
    remedy="translate the texts into the former language, so that those who ask for it get it",
    no_mirror="a change back is a change",
)
def catalog_language_changed(comparison: Comparison) -> Iterator[Fault]:
    """Translations are told of by themselves."""
    before, after = comparison.before.catalog, comparison.after.catalog
    if before.language.lower() != after.language.lower():
        yield Fault(
            "",
            "the texts were in {before!r} and are in {after!r}",
            at=("language",),
            severity=None if speaks(after, before.language) else Severity.ERROR,
            before=before.language,
            after=after.language,
        )
