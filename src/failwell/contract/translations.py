"""Responses in the language of the person who reads them: which one, and what of the texts is exchanged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from failwell.declare.catalog import Catalog
from failwell.declare.record import Translation
from failwell.declare.template import Template
from failwell.declare.translation import is_untouched
from failwell.headers import languages, lookup
from failwell.typing import Headers


class DetailTranslation:
    """Exchanges a detail that a type's template gave; an occurrence's own text is never touched."""

    def __init__(self, original: str, translated: str) -> None:
        self._original, self._translated = Template(original), Template(translated)

    def apply(self, state: Mapping[str, Any]) -> Mapping[str, Any]:
        """The state of an occurrence, with its detail translated where that can be done."""
        detail = state["detail"]
        try:
            if detail is not None and detail == self._original.fill(state):
                detail = self._translated.fill(state) or detail
        except Exception:  # noqa: BLE001 - a member's __str__ must not hide the problem
            return state
        return {**state, "detail": detail}


def offered_languages(catalog: Catalog, code: str) -> tuple[str, ...]:
    """The languages in which responses of a type can be written, the catalog's own one first."""
    record = catalog.records[code]
    others = [
        name
        for name in catalog.languages
        if (texts := catalog.translation(code, name)) is not None
        and _has_response_texts(texts)
        and not is_untouched(record, texts)
    ]
    return (catalog.language, *others)


def chosen_language(accept_language: str, offered: Sequence[str]) -> str:
    """The offered language that a reader likes best; the first one where none fits.

    Args:
        accept_language: an `Accept-Language` field.
        offered: language tags, the default one first.
    """
    return lookup(languages(accept_language), offered) or offered[0]


def language_fields(language: str) -> Headers:
    """The header fields of a response whose language was chosen (RFC 9110, sections 8.5 and 12.5.5)."""
    return (("Content-Language", language), ("Vary", "Accept-Language"))


def translated_titles(catalog: Catalog, code: str) -> frozenset[str]:
    """The titles of a type in other languages."""
    texts = [catalog.translation(code, language) for language in catalog.languages]
    return frozenset(text.title for text in texts if text and text.title)


def _has_response_texts(texts: Translation) -> bool:
    return bool(texts.title or texts.detail or texts.suggestion or texts.message)
