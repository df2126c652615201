"""Translated texts: what fits a type, and which are older than what they translate."""

from __future__ import annotations

import msgspec

from failwell.declare.declaration import check_title
from failwell.declare.record import ProblemType, Translation
from failwell.declare.template import checked_template
from failwell.exceptions import DeclarationError

_HASH_DIGITS = 12


def texts_of(record: ProblemType) -> Translation:
    """The texts of a type that can be translated, in the catalog's language, with their hash."""
    texts = Translation(
        title=record.title,
        detail=record.detail,
        suggestion=record.suggestion,
        message=record.resolve.message if record.resolve else "",
        prose=record.prose,
        why=record.why,
        what_to_do=record.what_to_do,
    )
    return msgspec.structs.replace(texts, source=_hash(texts))


def texts_of_about(about: str) -> Translation:
    """The reference page's own prose in the catalog's language, as `prose`, with its hash."""
    texts = Translation(prose=about)
    return msgspec.structs.replace(texts, source=_hash(texts))


def source_hash(record: ProblemType) -> str:
    """Identifies the texts of a type as they are now: a translation names the ones that it was made of."""
    return texts_of(record).source


def is_stale(record: ProblemType, translation: Translation) -> bool:
    """Whether the texts have changed since they were translated. One without a hash was never compared."""
    return translation.source != source_hash(record)


def is_untouched(record: ProblemType, translation: Translation) -> bool:
    """Whether a translation is a new file still: nobody has accepted it, and all it says is the original."""
    pairs = zip(msgspec.structs.astuple(texts_of(record)), msgspec.structs.astuple(translation), strict=True)
    return not translation.source and all(now in ("", before) for before, now in list(pairs)[:-1])


def translated(record: ProblemType, translation: Translation) -> ProblemType:
    """The record with the texts of another language, where they are translated."""
    resolve = record.resolve
    if resolve is not None and translation.message:
        resolve = msgspec.structs.replace(resolve, message=translation.message)
    return msgspec.structs.replace(
        record,
        title=translation.title or record.title,
        detail=translation.detail or record.detail,
        suggestion=translation.suggestion or record.suggestion,
        prose=translation.prose or record.prose,
        why=translation.why or record.why,
        what_to_do=translation.what_to_do or record.what_to_do,
        resolve=resolve,
    )


def check_translation(record: ProblemType | None, translation: Translation, *, where: str) -> None:
    """Checks that a translation is of a type, and asks for nothing that the type does not have.

    Raises:
        DeclarationError: if it does not fit.
    """
    if record is None:
        raise DeclarationError(
            "a translation of a type that the catalog does not have",
            code="translation-of-what",
            where=where,
            hint="name it like the code of a type; after renaming a type, rename its translations",
        )
    if translation.title:
        check_title(translation.title, where=where)
    names = frozenset(member.name for member in record.members)
    checked_template(translation.detail, names, where=f"{where}, detail=")


def _hash(texts: Translation) -> str:
    import hashlib  # noqa: PLC0415 - only for translations, and not needed to answer

    # Where lines are wrapped makes no difference to a translator.
    written = msgspec.json.encode([" ".join(text.split()) for text in msgspec.structs.astuple(texts)])
    return hashlib.sha256(written).hexdigest()[:_HASH_DIGITS]
