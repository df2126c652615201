"""A type is not translated into a language of the catalog, or not all of its texts are.

## Why

Who asks for that language gets it for one error, and the catalog's own for the next, or both within one
response.

## Example

`locales/de` has no file `quota_exceeded.md`, or one without a suggestion.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api, catalogs
from failwell.check.facts.live_types import is_live
from failwell.check.facts.texts import TRANSLATED, translation_fault
from failwell.check.rule import Fault, rule
from failwell.declare.translation import texts_of
from failwell.finding import Severity


@rule(
    Severity.INFO,
    each=catalogs,
    area="translations",
    remedy="translate it; failwell translate begins the file",
)
def translation_missing(api: Api) -> Iterator[Fault]:
    """A tombstone's texts go out to nobody."""
    for language in api.catalog.languages:
        known = api.catalog.translations(language)
        for code, record in api.own.items():
            if not is_live(record):
                continue
            texts = known.get(code)
            if texts is None:
                yield translation_fault(api, language, code, "it is not translated into {language}")
                continue
            original = texts_of(record)
            lacking = [name for name in TRANSLATED if getattr(original, name) and not getattr(texts, name)]
            if lacking:
                yield translation_fault(
                    api,
                    language,
                    code,
                    "its translation into {language} lacks {names}",
                    names=", ".join(lacking),
                )
