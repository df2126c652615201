"""The open JSON document of a contract: complete enough to be read back into an equal one.

    {"failwell": 1, "name": "drops", "base": "https://…/", "dialect": "problem", "problems": [
        {"code": "quota_exceeded", "status": [413, 403], "title": "Quota exceeded", "retry": "after_action",
         "members": {"used": {"type": "integer", "x-failwell": {"unit": "bytes"}}}}]}

What is at its default is absent. `failwell.source.problems` tells how a problem type is written.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, cast

import msgspec

from failwell.contract import Contract
from failwell.contract.policy import check_names, check_successor
from failwell.declare import Catalog
from failwell.declare.prose import read_about
from failwell.declare.record import ProblemType, Translation
from failwell.exceptions import DeclarationError, SourceError
from failwell.source.head import (
    PAGE,
    VERSION,
    WORDS,
    check_head,
    contract_of,
    dialect_of,
    read_catalog,
)
from failwell.source.lines import Steps, json_lines
from failwell.source.operations import ListedOperation, write_operations
from failwell.source.place import Origin, located, too_deep
from failwell.source.plain import Data, plain_text, plain_value
from failwell.source.problems import (
    as_list,
    as_object,
    check_fields,
    read_problem,
    read_translation,
    text_of,
    write_problem,
    write_translation,
)
from failwell.wire.dialect import Dialect
from failwell.wire.literal import write_dialect
from failwell.wire.values import decode, encode

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_LARGE = re.compile(rb"[0-9][eE]\+?[0-9]{3,}")
_FIELDS = WORDS | {"problems", "translations", "operations"}
_ABOUT = {"prose": "about", "source": "about_source"}
_TRANSLATED = frozenset({*_ABOUT.values(), "problems"})
_FREE = "x-"

# ------------------------------------------------------------------------------------------------ writing


def to_document(contract: Contract, operations: Iterable[ListedOperation] | None = None) -> Data:
    """The contract as plain data, in stable order: problem types as the catalog lists them.

    Args:
        contract: the contract.
        operations: what the API can be asked for, where that is known.

    Raises:
        EncodingError: if an example, a default, a text or a constant of the dialect has no JSON form.
    """
    catalog = contract.catalog
    where = f"catalog {catalog.name!r}"
    page = {word: getattr(catalog, word) for word in PAGE} | {"base": contract.base}
    for text in page.values():
        if isinstance(text, str):
            plain_text(text, where=where)
    plain = Catalog(catalog.name, base=contract.base)
    policy, usual = msgspec.structs.asdict(contract.policy), msgspec.structs.asdict(type(contract.policy)())
    optional = {
        "policy": {
            word: plain_value(value, where=f"{where}, policy")
            for word, value in policy.items()
            if value != usual[word]
        },
        "translations": {language: _translations(catalog, language) for language in catalog.languages},
    }
    return {
        "failwell": VERSION,
        "name": catalog.name,
        "base": contract.base,
        "dialect": plain_value(write_dialect(contract.dialect), where=f"{where}, dialect"),
        **{word: value for word, value in page.items() if value != getattr(plain, word)},
        **{word: value for word, value in optional.items() if value},
        "problems": [write_problem(record) for record in catalog.records.values()],
        **({} if operations is None else {"operations": write_operations(operations)}),
    }


def to_json(contract: Contract, operations: Iterable[ListedOperation] | None = None) -> bytes:
    """The document as indented JSON in UTF-8 that ends with a newline, the same bytes for equal contracts.

    Args:
        contract: the contract.
        operations: what the API can be asked for, where that is known.

    Raises:
        EncodingError: as `to_document`.
    """
    return msgspec.json.format(encode(to_document(contract, operations)), indent=2) + b"\n"


def _translations(catalog: Catalog, language: str) -> Data:
    about = write_translation(catalog.about_translation(language))
    named = {name: about[word] for word, name in _ABOUT.items() if word in about}
    problems = {code: write_translation(texts) for code, texts in catalog.translations(language).items()}
    return {**named, "problems": problems}


# ------------------------------------------------------------------------------------------------ reading


def read_document(document: bytes | Mapping[str, Any], *, where: str = "document") -> Contract:
    """Makes the contract of a document. Its classes have plain JSON types, and are made when first needed.

    Args:
        document: JSON in UTF-8, or what it decodes to.
        where: names it in errors, for instance its file.

    Raises:
        SourceError: if it is no JSON, of a newer form, or has something in it that could not be declared;
            for bytes with the line.
    """
    data = _decoded(document, where) if isinstance(document, bytes) else document
    reading = _Reading(data, where)
    try:
        return reading.contract()
    except DeclarationError as error:
        origin = Origin(where, {}, data)
        if not isinstance(document, bytes):
            raise SourceError(error.what, code=error.code, where=error.where, hint=error.hint) from error
        origin = origin._replace(lines=json_lines(_text_of(document))[0])
        raise located(error, origin, reading.steps, part=reading.part) from error
    except RecursionError:
        raise too_deep(where) from None


class _Reading:
    """Reads a document, and knows which part of it is being read.

    Attributes:
        steps: where this part stands.
        part: how errors name it.
    """

    def __init__(self, data: Mapping[str, Any], where: str) -> None:
        self._data, self._where = data, where
        self.steps: Steps = ()
        self.part = where

    def contract(self) -> Contract:
        data, where = self._data, self._where
        ours = {name: part for name, part in data.items() if not str(name).startswith(_FREE)}
        check_head(ours, _FIELDS, where=where)
        catalog = read_catalog(data, where=where)
        dialect = dialect_of(data, where=where)
        self._add_problems(catalog, dialect)
        translations = as_object(data.get("translations", {}), f"{where}, translations")
        for language, texts in translations.items():
            self._translate(catalog, language, texts)
        for number, problem in enumerate(data["problems"]):
            record = catalog.records.get(problem["code"])
            self.steps, self.part = ("problems", number), f"{where}, problem {problem['code']!r}"
            if record is not None:  # a standard type may have given way
                check_successor(record, catalog, where=self.part)
        self.steps, self.part = (), where
        return contract_of(catalog, dialect, data, where=where)

    def _add_problems(self, catalog: Catalog, dialect: Dialect) -> None:
        for number, item in enumerate(as_list(self._data.get("problems"), f"{self._where}, problems")):
            problem = (
                item if item.__class__ is dict else as_object(item, f"{self._where}, problems[{number}]")
            )
            code = problem.get("code")
            self.part = f"{self._where}, problem {code!r}" if code else f"{self._where}, problems[{number}]"
            self.steps = ("problems", number)
            record: ProblemType = read_problem(problem, where=self.part)
            check_names(record, dialect, where=self.part)
            catalog.add_record(record, where=self.part)
        self.steps, self.part = (), self._where

    def _translate(self, catalog: Catalog, language: str, data: object) -> None:
        place = f"{self._where}, translations.{language}"
        self.steps, self.part = ("translations", language), place
        texts = as_object(data, place)
        check_fields(texts, _TRANSLATED, place)
        about, source = (text_of(texts.get(word, ""), f"{place}, {word}") for word in _ABOUT.values())
        about = read_about(about, where=f"{place}, about")
        read: dict[str, Translation] = {}
        for code, part in as_object(texts.get("problems", {}), f"{place}, problems").items():
            self.steps, self.part = ("translations", language, "problems", code), f"{place}.{code}"
            read[code] = read_translation(part, where=self.part)
            catalog.check_translation(code, read[code], where=self.part)
        self.steps, self.part = ("translations", language), place
        catalog.translate(language, read, about=about, about_source=source)


def _decoded(document: bytes, where: str) -> Mapping[str, Any]:
    document = document.removeprefix(_BYTE_ORDER_MARK)
    try:
        data = decode(document)
        twice = _has_key_twice(document, data)
    except RecursionError:
        raise too_deep(where) from None
    except ValueError as error:
        line = _line_of(error, document)
        raise SourceError(
            f"this is no JSON: {error}", code="broken-json", where=f"{where}:{line}",
            hint="write it with `failwell export`; a document is edited where its contract is declared",
        ) from None  # fmt: skip
    if not isinstance(data, dict):
        raise SourceError(
            f"{type(data).__name__} where an object is expected", code="wrong-word", where=f"{where}:1",
            hint="write it with `failwell export`",
        )  # fmt: skip
    for steps, line in json_lines(_text_of(document))[1] if twice else ():
        raise SourceError(
            f"the key {steps[-1]!r} stands twice in one object", code="key-twice", where=f"{where}:{line}",
            hint="keep one of them, or write the document again with `failwell export`",
        )  # fmt: skip
    return cast("Data", data)


def _has_key_twice(document: bytes, data: object) -> bool:
    """Whether an object has a key twice: JSON's readers keep one of the two values, and say nothing."""
    if msgspec.json.format(document, indent=-1).strip() == encode(data):
        return False  # what is written again as it came has none, which is the quickest to find out
    found = False

    def look(pairs: list[tuple[str, object]]) -> None:
        nonlocal found
        found = found or len({key for key, _ in pairs}) < len(pairs)

    json.loads(_text_of(document), object_pairs_hook=look, parse_int=str)
    return found


def _line_of(error: ValueError, document: bytes) -> int:
    """The line of a syntax error: msgspec names a byte, but not at the end, nor for large numbers."""
    _, found, byte = str(error).partition("(byte ")
    large = _LARGE.search(document) if "out of range" in str(error) else None
    at = len(document.rstrip())
    if isinstance(error, UnicodeDecodeError):
        at = _first_wrong_byte(document)
    elif found:
        at = int(byte.rstrip(")"))
    elif large:
        at = large.start()
    return document.count(b"\n", 0, at) + 1


def _first_wrong_byte(document: bytes) -> int:
    """Where a text is not UTF-8: msgspec counts from the beginning of the string that is wrong."""
    try:
        document.decode()
    except UnicodeDecodeError as error:
        return error.start
    return 0


def _text_of(document: bytes) -> str:
    return document.removeprefix(_BYTE_ORDER_MARK).decode("utf-8", "replace")
