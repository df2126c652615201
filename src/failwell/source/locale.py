"""Translations in files: which are missing or stale, new files to translate, and those of class catalogs.

    locales/de/about.md                source; then the reference page's own prose
    locales/de/quota_exceeded.md       title, detail, suggestion, message, source; then the texts

`source` identifies the texts that were translated. Where it is missing, nobody has said yet that the
translation is done; where it is another, the texts have changed since.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec

from failwell.declare import Catalog
from failwell.declare.catalog import is_language_tag
from failwell.declare.record import Translation
from failwell.declare.translation import texts_of, texts_of_about
from failwell.exceptions import SourceError
from failwell.source.file import FENCE, read_markdown, read_text_file
from failwell.source.folder import LOCALES, read_translations
from failwell.source.folder_writer import about_file, check_codes, translation_file, write_files
from failwell.source.path import load_contract

_ABOUT = "about"
_TEXTS = tuple(name for name in Translation.__struct_fields__ if name != "source")


class StaleTranslation(NamedTuple):
    """A translation that nobody has said to be of the texts as they are now.

    Attributes:
        code: of the type; `about` for the reference page's own prose, which is called `prose` below.
        is_new: whether it never was: it has no `source`.
        lacking: texts that the original has and the translation has not.
        same: texts that are the same in both, so perhaps not translated.
        left_over: texts that the translation has and the original no longer.
    """

    code: str
    is_new: bool
    lacking: tuple[str, ...]
    same: tuple[str, ...]
    left_over: tuple[str, ...]


class TranslationState(NamedTuple):
    """How far a catalog is translated into a language. Standard types that fill gaps do not count.

    Attributes:
        language: its tag.
        missing: codes of types that are not translated; `about` for the reference page's own prose.
        stale: translations that may be older than their texts.
    """

    language: str
    missing: tuple[str, ...]
    stale: tuple[StaleTranslation, ...]

    @property
    def is_complete(self) -> bool:
        """Whether all is translated, and up to date as far as that is known."""
        return not (self.missing or self.stale)


class WrittenLocale(NamedTuple):
    """What `write_locale` has done, and what is left to do.

    Attributes:
        created: new files with the original texts, to be translated.
        accepted: files that now say of which texts they are the translation.
        state: what is missing and stale after that.
    """

    created: tuple[Path, ...]
    accepted: tuple[Path, ...]
    state: TranslationState


class _Part(NamedTuple):
    """The texts of a type, or of the reference page, with their hash, and their translation."""

    original: Translation
    translation: Translation | None

    @property
    def is_stale(self) -> bool:
        return self.translation is not None and self.translation.source != self.original.source


_Parts = Mapping[str, _Part]


def read_locales(catalog: Catalog, locales: Path | str) -> None:
    """Gives a catalog that is declared in Python the translations that stand in files beside it.

        read_locales(drops, Path(__file__).with_name("locales"))    # after the last class

    Args:
        catalog: with all its types.
        locales: a folder with one folder per language.

    Raises:
        SourceError: if there is no such folder, or something in it does not fit the catalog; with file, line
            and the way to mend it.
    """
    locales = Path(locales)
    if not locales.is_dir():
        raise SourceError(
            "there is no such folder", code="no-such-file", where=str(locales),
            hint='name the one that holds the languages: Path(__file__).with_name("locales")',
        )  # fmt: skip
    read_translations(catalog, locales)


def translation_state(catalog: Catalog, language: str) -> TranslationState:
    """Tells which texts of a language are missing, and which may be older than what they translate.

    Raises:
        SourceError: if it is no language tag, or the catalog's own.
    """
    language = _spelled(catalog, language)
    return _state(language, _parts(catalog, language))


def _spelled(catalog: Catalog, language: str) -> str:
    """The tag of a language as the catalog writes it: upper and lower case make no difference (RFC 5646)."""
    is_tag = is_language_tag(language)
    if not is_tag or language.lower() == catalog.language.lower():
        raise SourceError(
            "it is the catalog's own language" if is_tag else "it is no language tag",
            code="bad-language", where=repr(language),
            hint="write it as RFC 5646 does, and another than the catalog's: de, pt-BR, zh-Hant",
        )  # fmt: skip
    return next((tag for tag in catalog.languages if tag.lower() == language.lower()), language)


def _parts(catalog: Catalog, language: str) -> _Parts:
    known = catalog.translations(language)
    own = catalog.own.values()
    parts = {record.code: _Part(texts_of(record), known.get(record.code)) for record in own}
    about = catalog.about_translation(language)
    if catalog.about or about != Translation():
        parts[_ABOUT] = _Part(texts_of_about(catalog.about), None if about == Translation() else about)
    return parts


def _state(language: str, parts: _Parts) -> TranslationState:
    missing = tuple(code for code, part in parts.items() if part.translation is None)
    stale = [
        _compared(code, part.original, part.translation)
        for code, part in parts.items()
        if part.translation is not None and part.is_stale
    ]
    return TranslationState(language, missing, tuple(stale))


def _compared(code: str, original: Translation, translation: Translation) -> StaleTranslation:
    pairs = {name: (getattr(original, name), getattr(translation, name)) for name in _TEXTS}
    return StaleTranslation(
        code,
        is_new=not translation.source,
        lacking=tuple(name for name, (before, after) in pairs.items() if before and not after),
        same=tuple(name for name, (before, after) in pairs.items() if before and before == after),
        left_over=tuple(name for name, (before, after) in pairs.items() if after and not before),
    )


def write_locale(
    contract_path: Path | str, language: str, *, accept: bool | Collection[str] = False
) -> WrittenLocale:
    """Makes the files of a language that are missing, with the original texts in them to be translated.

    Files that are there keep their texts.

    Args:
        contract_path: a catalog in files; or a Python file, beside which `locales` stands.
        language: its tag (RFC 5646), for instance `de` or `pt-BR`.
        accept: True writes into all files that have no `source` yet, and not only the original texts, that
            they translate the texts as they are now; codes, and `about`, do so for these, whatever they say.

    Raises:
        SourceError: if there is no such contract, its translations do not fit, a code is unknown, or a file
            cannot be written.
        EncodingError: if a code cannot be the name of a file on every system.
    """
    contract_path = Path(contract_path)
    if contract_path.suffix == ".json" or not (contract_path.is_dir() or contract_path.is_file()):
        raise SourceError(
            "translations stand beside a catalog in files, or a Python file", code="no-such-file",
            where=str(contract_path), hint="name the folder with catalog.toml, or the Python file",
        )  # fmt: skip
    catalog = load_contract(contract_path).catalog
    language = _spelled(catalog, language)
    check_codes(catalog.records)
    parts = _parts(catalog, language)
    _check_accepted(accept, {*catalog.records, *parts})
    folder = (contract_path if contract_path.is_dir() else contract_path.parent) / LOCALES / language
    return _written(parts, folder, accept)


def _written(parts: _Parts, folder: Path, accept: bool | Collection[str]) -> WrittenLocale:  # noqa: FBT001 - its word
    files = {code: folder / f"{code}.md" for code in parts}
    new = {code: _untranslated(part) for code, part in parts.items() if part.translation is None}
    _check_unread(files[code] for code in new)
    write_files({files[code]: _file_of(code, texts) for code, texts in new.items()})
    accepted = {code: part.original for code, part in parts.items() if _is_accepted(code, part, accept)}
    write_files({files[code]: _with_source(files[code], texts.source) for code, texts in accepted.items()})
    left = {code: part for code, part in parts.items() if code not in accepted}
    left |= {code: _Part(parts[code].original, texts) for code, texts in new.items()}
    return WrittenLocale(
        tuple(files[code] for code in new),
        tuple(files[code] for code in accepted),
        _state(folder.name, left),
    )


def _check_accepted(accept: bool | Collection[str], known: Collection[str]) -> None:  # noqa: FBT001 - its word
    unknown = () if isinstance(accept, bool) else sorted({*accept} - {*known})
    if unknown:
        raise SourceError(
            "the catalog has no such code", code="unknown-code", where=unknown[0],
            hint="accept the codes of types, as their files are named, or about",
        )  # fmt: skip


def _check_unread(files: Iterable[Path]) -> None:
    """Somebody's work is not written over: a catalog in Python may not read what stands beside it."""
    for path in files:
        if path.exists() and read_text_file(path).strip():
            raise SourceError(
                "it is there, but the catalog does not read it", code="unread-translation", where=str(path),
                hint='call read_locales(catalog, Path(__file__).with_name("locales")) after the last class',
            )  # fmt: skip


def _untranslated(part: _Part) -> Translation:
    return msgspec.structs.replace(part.original, source="")


def _file_of(code: str, texts: Translation) -> str:
    return about_file(texts) if code == _ABOUT else translation_file(texts)


def _is_accepted(code: str, part: _Part, accept: bool | Collection[str]) -> bool:  # noqa: FBT001 - its word
    if part.translation is None or not part.is_stale:
        return False
    if not isinstance(accept, bool):
        return code in accept
    texts = [(getattr(part.original, name), getattr(part.translation, name)) for name in _TEXTS]
    is_translated = any(after not in ("", before) for before, after in texts)
    return accept and is_translated and not part.translation.source


def _with_source(path: Path, digest: str) -> str:
    """The text of a file with the hash in its front matter, in place of another or as the last line."""
    lines, own = read_text_file(path).split("\n"), f'source = "{digest}"'
    file = read_markdown(path, needs_front=False)
    line = file.origin().lines.get(("source",))
    if file.body_line == 1:
        lines[:0] = [FENCE, own, FENCE, ""]
    elif line:
        lines[line - 1] = own
    else:
        lines.insert(file.body_line - 2, own)
    return "\n".join(lines)
