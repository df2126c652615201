"""Where contracts come from: Python, a folder of files, a JSON document. The latter two are written, too."""

from __future__ import annotations

from failwell.source.document import read_document, to_document, to_json
from failwell.source.folder import read_folder
from failwell.source.folder_writer import write_folder
from failwell.source.locale import (
    StaleTranslation,
    TranslationState,
    WrittenLocale,
    read_locales,
    translation_state,
    write_locale,
)
from failwell.source.operations import ListedOperation, listed, read_operations
from failwell.source.path import load_contract

__all__ = [
    "ListedOperation",
    "StaleTranslation",
    "TranslationState",
    "WrittenLocale",
    "listed",
    "load_contract",
    "read_document",
    "read_folder",
    "read_locales",
    "read_operations",
    "to_document",
    "to_json",
    "translation_state",
    "write_folder",
    "write_locale",
]
