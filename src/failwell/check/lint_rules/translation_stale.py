"""A translation may be older than the text that it translates.

## Why

Two readers of one error are told different things, and nobody notices: each sees one of them. A translation
keeps the hash of the texts that it was made of; where they have changed, somebody has to look.

## Example

The limit of 10 MB became 20 MB in the suggestion, and `locales/de/quota_exceeded.md` still says 10.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api, translations
from failwell.check.facts.texts import translation_fault
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType, Translation
from failwell.declare.translation import is_stale
from failwell.finding import Severity


@rule(
    Severity.WARNING,
    each=translations,
    area="translations",
    remedy="look at it again, then accept it with failwell translate --accept",
)
def translation_stale(language: str, record: ProblemType, texts: Translation, api: Api) -> Iterator[Fault]:
    """Standard types have their texts from us, which the catalog may translate as it likes."""
    if record.fills_gap or not is_stale(record, texts):
        return
    template = (
        "the texts have changed since they were translated into {language}"
        if texts.source
        else "nobody has said of which texts its translation into {language} is"
    )
    yield translation_fault(api, language, record.code, template, part="source", source=texts.source)
