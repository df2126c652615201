"""A translated detail leaves out a value that the original gives.

## Why

The numbers and names of an occurrence are what a reader of the detail needs; who reads the translation does
not get them.

## Example

`The plan allows {limit}.` is translated as `Das Kontingent ist erschöpft.`
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api, translations
from failwell.check.facts.texts import translation_fault
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType, Translation
from failwell.declare.template import Template
from failwell.finding import Severity


@rule(
    Severity.WARNING,
    each=translations,
    area="translations",
    remedy="put the placeholder into the translation",
)
def translation_placeholder_lost(
    language: str, record: ProblemType, texts: Translation, api: Api
) -> Iterator[Fault]:
    """A placeholder that the type has no member for is refused when the catalog is read."""
    if not texts.detail or "{" not in record.detail:
        return
    kept = Template(texts.detail).names
    lost = [name for name in dict.fromkeys(Template(record.detail).names) if name not in kept]
    if lost:
        yield translation_fault(
            api,
            language,
            record.code,
            "the detail in {language} leaves out {names}",
            part="detail",
            names=", ".join(f"{{{name}}}" for name in lost),
        )
