"""The open JSON document of a contract: complete enough to be read back into an equal one.

    {"failwell": 1, "name": "drops", "base": "https://…/", "dialect": "problem", "problems": [
        {"code": "quota_exceeded", "status": [413, 403], "title": "Quota exceeded", "retry": "after_action",
         "members": {"used": {"type": "integer", "x-failwell": {"unit": "bytes"}}}}]}

What is at its default is absent. `failwell.source.problems` tells how a problem type is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from failwell.contract import Contract
from failwell.contract.policy import Policy
from failwell.declare import Catalog
from failwell.exceptions import DeclarationError, SourceError
from failwell.source.problems import (
    Data,
    as_list,
    as_object,
    check_fields,
    converted,
    read_problem,
    read_translation,
    write_problem,
    write_translation,
)
from failwell.wire.literal import read_dialect, write_dialect
from failwell.wire.values import decode, encode

VERSION = 1
"""Version of the document's form, the value of its member `failwell`."""

_PAGE = ("title", "about", "language", "deprecation_days")
_FIELDS = frozenset({"failwell", "name", "base", "dialect", "policy", *_PAGE, "problems", "translations"})


def to_document(contract: Contract) -> Data:
    """The contract as plain data, in stable order: problem types as the catalog lists them.

    Raises:
        EncodingError: if an example or a member's default has no JSON form.
    """
    catalog = contract.catalog
    plain = Catalog(catalog.name, base=catalog.base)
    page = {name: getattr(catalog, name) for name in _PAGE}
    policy, usual = msgspec.structs.asdict(contract.policy), msgspec.structs.asdict(Policy())
    optional = {
        "policy": {word: value for word, value in policy.items() if value != usual[word]},
        "translations": {language: _translations(catalog, language) for language in catalog.languages},
    }
    return {
        "failwell": VERSION,
        "name": catalog.name,
        "base": contract.base,
        "dialect": write_dialect(contract.dialect),
        **{name: value for name, value in page.items() if value != getattr(plain, name)},
        **{name: value for name, value in optional.items() if value},
        "problems": [write_problem(record) for record in catalog.records.values()],
    }


def to_json(contract: Contract) -> bytes:
    """The document as indented JSON in UTF-8 that ends with a newline, the same bytes for equal contracts.

    Raises:
        EncodingError: if an example or a member's default has no JSON form.
    """
    return msgspec.json.format(encode(to_document(contract)), indent=2) + b"\n"


def _translations(catalog: Catalog, language: str) -> Data:
    about = catalog.about_in(language)
    problems = {code: write_translation(texts) for code, texts in catalog.translations(language).items()}
    return {**({"about": about} if about != catalog.about else {}), "problems": problems}


def read_document(document: bytes | Mapping[str, Any], *, where: str = "document") -> Contract:
    """Makes the contract of a document. Its classes have plain JSON types, and are made when first needed.

    Args:
        document: JSON in UTF-8, or what it decodes to.
        where: names it in errors, for instance its file.

    Raises:
        SourceError: if it is no JSON, or of a newer form.
        DeclarationError: for anything in it that could not be declared.
    """
    data = _decoded(document, where) if isinstance(document, bytes) else document
    _check_version(data, where)
    check_fields(data, _FIELDS, where)
    catalog = Catalog(
        _text(data, "name", where),
        base=_text(data, "base", where),
        **{name: data[name] for name in _PAGE if name in data},
    )
    for item in as_list(data.get("problems"), f"{where}, problems"):
        problem = as_object(item, f"{where}, problems")
        place = f"{where}, problem {problem.get('code')!r}"
        catalog.add_record(read_problem(problem, where=place), where=place)
    for language, texts in as_object(data.get("translations", {}), f"{where}, translations").items():
        _translate(catalog, language, as_object(texts, f"{where}, translations"), where)
    return contract_of(catalog, data, where=where)


def contract_of(catalog: Catalog, head: Mapping[str, Any], *, where: str) -> Contract:
    """Makes the contract of a catalog from the head of a document: its dialect and its policy.

    Raises:
        DeclarationError: if the head does not fit.
    """
    dialect = read_dialect(head.get("dialect"), where=f"{where}, dialect")
    place = f"{where}, policy"
    words = as_object(head.get("policy", {}), place)
    check_fields(words, frozenset(Policy.__struct_fields__), place)
    policy = msgspec.structs.asdict(converted(Policy, words, place))
    return Contract(catalog, dialect=dialect, **{word: policy[word] for word in words})


def _translate(catalog: Catalog, language: str, texts: Mapping[str, Any], where: str) -> None:
    place = f"{where}, translations.{language}"
    check_fields(texts, frozenset({"about", "problems"}), place)
    problems = as_object(texts.get("problems", {}), place)
    catalog.translate(
        language,
        {code: read_translation(part, where=f"{place}.{code}") for code, part in problems.items()},
        about=texts.get("about", ""),
    )


def _decoded(document: bytes, where: str) -> Mapping[str, Any]:
    try:
        data = decode(document)
    except (ValueError, RecursionError) as error:
        raise SourceError(
            f"this is no JSON: {error}", code="broken-json", where=where,
            hint="write it with `failwell export`; a document is edited where its contract is declared",
        ) from None  # fmt: skip
    return as_object(data, where)


def _check_version(data: Mapping[str, Any], where: str) -> None:
    version = data.get("failwell")
    if version != VERSION:
        newer = isinstance(version, int) and version > VERSION
        raise SourceError(
            f"its form has version {version!r}, which this version of Failwell does not read"
            if newer else "it does not say that it is the document of a contract",
            code="unknown-form", where=where,
            hint="upgrade failwell" if newer else f'it begins with "failwell": {VERSION}',
        )  # fmt: skip


def _text(data: Mapping[str, Any], field: str, where: str) -> str:
    value = data.get(field)
    if not isinstance(value, str):
        raise DeclarationError(
            f"{field} is {'missing' if value is None else type(value).__name__}",
            code="missing-word", where=where, hint=f'give it as a text: {field} = "…"',
        )  # fmt: skip
    return value
