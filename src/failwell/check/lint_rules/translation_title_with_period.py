"""A translated title ends with a period, and the original does not.

## Why

As for titles in the catalog's own language: a title is a name, and lists and command lines put their own
marks behind it (see title-with-period).

## Example

`Quota exceeded` is translated as `Kontingent erschöpft.`
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api, translations
from failwell.check.facts.texts import translation_fault
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType, Translation
from failwell.finding import Severity

_PERIODS = (".", "。")


@rule(Severity.WARNING, each=translations, area="translations", remedy="take the period away")
def translation_title_with_period(
    language: str, record: ProblemType, texts: Translation, api: Api
) -> Iterator[Fault]:
    """Where the original has one, that is the title to mend."""
    if texts.title.endswith(_PERIODS) and not record.title.endswith(_PERIODS):
        yield translation_fault(
            api,
            language,
            record.code,
            "the title {title!r} in {language} ends with a period",
            part="title",
            title=texts.title,
        )
