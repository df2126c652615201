"""Translations in files: which are missing or stale, new files to translate, and those of class catalogs.

    locales/de/about.md                the reference page's own prose
    locales/de/quota_exceeded.md       title, detail, suggestion, message, source; then the texts

`source` identifies the texts that were translated. Where it is missing, nobody has said yet that the
translation is done; where it is another, the texts have changed since.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

import msgspec

from failwell.declare import Catalog
from failwell.declare.record import ProblemType, Translation
from failwell.declare.translation import is_stale, source_hash, texts_of
from failwell.exceptions import SourceError
from failwell.source.file import FENCE, read_text_file
from failwell.source.folder import ABOUT, LOCALES, read_translations
from failwell.source.new_folder import translation_file, write_files
from failwell.source.path import load_contract

_TEXTS = tuple(name for name in Translation.__struct_fields__ if name != "source")
_SOURCE = re.compile(r"""\s*["']?source["']?\s*=""")
_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*\Z")  # the usual tags of RFC 5646


class StaleTranslation(NamedTuple):
    """A translation that nobody has said to be of the texts as they are now.

    Attributes:
        code: of the type.
        is_new: whether it never was: it has no `source`.
        lacking: texts that the type has and the translation has not.
        same: texts that are the same in both, so perhaps not translated.
        left_over: texts that the translation has and the type no longer.
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
        missing: codes of types that are not translated.
        stale: translations that may be older than their texts.
        lacks_about: whether the reference page's own prose is not translated.
    """

    language: str
    missing: tuple[str, ...]
    stale: tuple[StaleTranslation, ...]
    lacks_about: bool

    @property
    def is_complete(self) -> bool:
        """Whether all is translated, and up to date as far as that is known."""
        return not (self.missing or self.stale or self.lacks_about)


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


def read_locales(catalog: Catalog, locales: Path) -> None:
    """Gives a catalog that is declared in Python the translations that stand in files beside it.

        read_locales(drops, Path(__file__).with_name("locales"))    # after the last class

    Args:
        catalog: with all its types.
        locales: a folder with one folder per language.

    Raises:
        SourceError: if there is no such folder, or something in it does not fit the catalog; with file, line
            and the way to mend it.
    """
    if not locales.is_dir():
        raise SourceError(
            "there is no such folder", code="no-such-file", where=str(locales),
            hint='name the one that holds the languages: Path(__file__).with_name("locales")',
        )  # fmt: skip
    read_translations(catalog, locales)


def translation_state(catalog: Catalog, language: str) -> TranslationState:
    """Tells which texts of a language are missing, and which may be older than what they translate."""
    known = catalog.translations(language)
    own = [record for record in catalog.records.values() if not record.fills_gap]
    stale = [
        _compared(record, known[record.code])
        for record in own
        if record.code in known and is_stale(record, known[record.code])
    ]
    missing = tuple(record.code for record in own if record.code not in known)
    lacks_about = bool(catalog.about) and catalog.about_in(language) == catalog.about
    return TranslationState(language, missing, tuple(stale), lacks_about)


def _compared(record: ProblemType, translation: Translation) -> StaleTranslation:
    original = texts_of(record)
    pairs = {name: (getattr(original, name), getattr(translation, name)) for name in _TEXTS}
    return StaleTranslation(
        record.code,
        is_new=not translation.source,
        lacking=tuple(name for name, (before, after) in pairs.items() if before and not after),
        same=tuple(name for name, (before, after) in pairs.items() if before and before == after),
        left_over=tuple(name for name, (before, after) in pairs.items() if after and not before),
    )


def write_locale(
    contract_path: Path, language: str, *, accept: bool | Collection[str] = False
) -> WrittenLocale:
    """Makes the files of a language that are missing, with the original texts in them to be translated.

    Files that are there keep their texts.

    Args:
        contract_path: a catalog in files; or a Python file, beside which `locales` stands.
        language: its tag (RFC 5646), for instance `de` or `pt-BR`.
        accept: True writes into all files that have no `source` yet that they translate the texts as they
            are now; codes do so for these types, also where another `source` stands. Files whose texts are
            all the original ones still are not accepted.

    Raises:
        SourceError: if there is no such contract, its translations do not fit, a code is unknown, or a file
            cannot be written.
    """
    if contract_path.suffix == ".json" or not (contract_path.is_dir() or contract_path.is_file()):
        raise SourceError(
            "translations stand beside a catalog in files, or a Python file", code="no-such-file",
            where=str(contract_path), hint="name the folder with catalog.toml, or the Python file",
        )  # fmt: skip
    catalog = load_contract(contract_path).catalog
    _check_tag(catalog, language)
    folder = (contract_path if contract_path.is_dir() else contract_path.parent) / LOCALES / language
    _check_accepted(catalog, accept)
    state = translation_state(catalog, language)
    created = _new_files(catalog, state, folder)
    write_files(created)
    accepted = [part.code for part in state.stale if _is_accepted(part, accept)]
    files = [folder / f"{code}.md" for code in accepted]
    for code, path in zip(accepted, files, strict=True):
        _accept(path, source_hash(catalog.records[code]))
    new = [_compared(catalog.records[code], _untranslated(catalog.records[code])) for code in state.missing]
    left = [part for part in state.stale if part.code not in accepted]
    left_to_do = TranslationState(language, (), (*left, *new), state.lacks_about)
    return WrittenLocale(tuple(created), tuple(files), left_to_do)


def _check_tag(catalog: Catalog, language: str) -> None:
    if not _TAG.match(language) or language.lower() == catalog.language.lower():
        raise SourceError(
            "it is the catalog's own language" if _TAG.match(language) else "it is no language tag",
            code="bad-language", where=repr(language),
            hint="write it as RFC 5646 does, and another than the catalog's: de, pt-BR, zh-Hant",
        )  # fmt: skip


def _check_accepted(catalog: Catalog, accept: bool | Collection[str]) -> None:  # noqa: FBT001 - its word
    unknown = () if isinstance(accept, bool) else sorted({*accept} - catalog.records.keys())
    if unknown:
        raise SourceError(
            f"the catalog {catalog.name!r} has no such code", code="unknown-code", where=unknown[0],
            hint="accept the codes of types, as their files are named",
        )  # fmt: skip


def _new_files(catalog: Catalog, state: TranslationState, folder: Path) -> dict[Path, str]:
    files = {folder / f"{code}.md": _untranslated(catalog.records[code]) for code in state.missing}
    texts = {path: translation_file(translation) for path, translation in files.items()}
    about = folder / ABOUT
    if state.lacks_about and not about.exists():
        texts[about] = catalog.about.rstrip("\n") + "\n"
    return texts


def _untranslated(record: ProblemType) -> Translation:
    return msgspec.structs.replace(texts_of(record), source="")


def _is_accepted(part: StaleTranslation, accept: bool | Collection[str]) -> bool:  # noqa: FBT001 - its word
    is_translated = len(part.same) < len(_TEXTS) and not set(part.same) >= {"title", "prose"}
    asked = part.is_new if isinstance(accept, bool) else part.code in accept
    return bool(accept) and asked and is_translated


def _accept(path: Path, digest: str) -> None:
    """Puts the hash into the front matter, in place of another or as its last line; all else stays."""
    lines = read_text_file(path).split("\n")
    end = lines.index(FENCE, 1)
    own = f'source = "{digest}"'
    places = [number for number in range(1, end) if _SOURCE.match(lines[number])]
    if places:
        lines[places[0]] = own
    else:
        lines.insert(end, own)
    write_files({path: "\n".join(lines)})
