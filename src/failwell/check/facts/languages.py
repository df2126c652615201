"""Translations, before and after."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from failwell.check.comparison import Comparison, live_pairs
from failwell.check.facts.texts import TRANSLATED
from failwell.check.rule import Steps
from failwell.declare import Catalog
from failwell.declare.record import Translation

_NONE = Translation()


class Translated(NamedTuple):
    """The texts of a type, or of the reference page, in a language that the catalog has before and after.

    Attributes:
        language: its tag.
        subject: a code, or empty for the reference page.
        before: the texts as they were.
        after: the texts as they are.
    """

    language: str
    subject: str
    before: Translation
    after: Translation

    @property
    def at(self) -> Steps:
        """Where the texts stand: of a type, findings are shown on its own lines."""
        return () if self.subject else ("translations", self.language)

    @property
    def added(self) -> Sequence[str]:
        """The fields that are translated now."""
        return [field for field in TRANSLATED if not _text(self.before, field) and _text(self.after, field)]

    @property
    def removed(self) -> Sequence[str]:
        """The fields that are not translated any more."""
        return [field for field in TRANSLATED if _text(self.before, field) and not _text(self.after, field)]

    @property
    def changed(self) -> Sequence[str]:
        """The fields that are translated otherwise."""
        fields = (field for field in TRANSLATED if _text(self.before, field) and _text(self.after, field))
        return [field for field in fields if _text(self.before, field) != _text(self.after, field)]


def _text(translation: Translation, field: str) -> str:
    text: str = getattr(translation, field)
    return text


def translated(comparison: Comparison) -> Iterator[tuple[Translated]]:
    """Each type in each language that both have, and the reference page; without texts there are none."""
    before, after = comparison.before.catalog, comparison.after.catalog
    now = {language.lower(): language for language in after.languages}
    for language in before.languages:
        if language.lower() not in now:
            continue
        tag = now[language.lower()]
        yield (Translated(tag, "", before.about_translation(language), after.about_translation(tag)),)
        old, new = before.translations(language), after.translations(tag)
        for one, other, _ in live_pairs(comparison):
            texts = old.get(one.code, _NONE), new.get(other.code, _NONE)
            if texts[0] != texts[1]:
                yield (Translated(tag, other.code, *texts),)


def lost_languages(comparison: Comparison) -> Iterator[tuple[str]]:
    """Each language into which nothing is translated any more, unless the catalog itself speaks it now."""
    for language in comparison.before.catalog.languages:
        if not speaks(comparison.after.catalog, language):
            yield (language,)


def new_languages(comparison: Comparison) -> Iterator[tuple[str]]:
    """Each language into which something is translated now, unless the catalog itself spoke it before."""
    for language in comparison.after.catalog.languages:
        if not speaks(comparison.before.catalog, language):
            yield (language,)


def speaks(catalog: Catalog, language: str) -> bool:
    """Whether there are texts in a language; upper and lower case make no difference (RFC 5646, 2.1.1)."""
    return language.lower() in map(str.lower, (catalog.language, *catalog.languages))
