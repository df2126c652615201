"""A translated text is the original.

## Why

A file for a new language begins with the original texts. Where one of them stays, the catalog counts it as
translated, and its reader gets the other language all the same.

## Example

`locales/de/quota_exceeded.md` has the suggestion `Free up space, or upgrade the plan.`
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api, translations
from failwell.check.facts.names import words_of
from failwell.check.facts.texts import TRANSLATED, translation_fault
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType, Translation
from failwell.declare.translation import is_untouched, texts_of
from failwell.finding import Severity

_FEWEST_WORDS = 4


@rule(Severity.INFO, each=translations, area="translations", remedy="translate it")
def translation_identical(
    language: str, record: ProblemType, texts: Translation, api: Api
) -> Iterator[Fault]:
    """A word or two may be the same in both; and two variants of one language have most in common."""
    if language.partition("-")[0].lower() == api.catalog.language.partition("-")[0].lower():
        return
    if is_untouched(record, texts):  # that is translation-stale
        return
    original = texts_of(record)
    for field in TRANSLATED:
        text: str = getattr(texts, field)
        if text == getattr(original, field) and len(words_of(text)) >= _FEWEST_WORDS:
            yield translation_fault(
                api,
                language,
                record.code,
                "the {field} in {language} is that of the original",
                part=field,
                field=field,
            )
