"""A contract written as a catalog in files; see `failwell.source.folder` for their form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from failwell.contract import Contract
from failwell.declare import Catalog, ProblemType
from failwell.declare.prose import Prose, write_prose
from failwell.declare.record import MemberType
from failwell.exceptions import EncodingError, missing_extra
from failwell.source.document import VERSION, to_document
from failwell.source.folder import ABOUT, FENCE, HEAD, LOCALES, PLAIN_TYPES
from failwell.source.problems import (
    Data,
    attribute_name,
    said_of_member,
    write_problem,
    write_translation,
)

_STEP = 10
_NOT_IN_HEAD = ("problems", "translations", "about")
_NOT_IN_FRONT = ("code", "prose", "why", "what_to_do", "retry_by_status", "fills_gap")


def write_folder(contract: Contract, folder: Path) -> tuple[Path, ...]:
    """Writes a contract as a catalog in files. Files that stand there under the same names are replaced.

    Returns:
        The files written.

    Raises:
        EncodingError: if a value has no form in TOML: one without JSON form, or a null in an example.
        MissingExtraError: without the extra `source`.
    """
    catalog = contract.catalog
    texts = {folder / HEAD: _toml(_head(contract), HEAD), folder / ABOUT: _ended(catalog.about)}
    own = [record for record in catalog.records.values() if not record.fills_gap]
    for place, record in enumerate(own, start=1):
        texts[folder / f"{record.code}.md"] = _problem_file(record, place * _STEP)
    for language in catalog.languages:
        texts |= _locale(catalog, language, folder / LOCALES / language)
    written = {path: text for path, text in texts.items() if text}
    for path, text in written.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return tuple(written)


def translation_file(data: Data, prose: Prose) -> str:
    """The file of a type's translated texts."""
    front = {name: value for name, value in data.items() if name not in _NOT_IN_FRONT}
    return _front_matter(front, "translation") + _ended(write_prose(prose))


def _head(contract: Contract) -> Data:
    document = to_document(contract)
    head = {name: value for name, value in document.items() if name not in _NOT_IN_HEAD}
    gaps = [record.code for record in contract.catalog.records.values() if record.fills_gap]
    if gaps:
        kebab = any("-" in code for code in gaps)
        head["standard"] = "kebab-case" if kebab else "snake_case"
    return {"failwell": VERSION, **head}


def _problem_file(record: ProblemType, order: int) -> str:
    data = write_problem(record)
    front: Data = {"order": order}
    front |= {name: value for name, value in data.items() if name not in _NOT_IN_FRONT}
    if len(record.statuses) == 1:
        front["status"] = record.statuses[0]
    if record.retry_by_status:
        front["retry"] = {str(status): record.retry_at(status).value for status in record.statuses}
    if "lifecycle" in front:
        front["lifecycle"] = {name: _dated(name, value) for name, value in front["lifecycle"].items()}
    if record.members:
        front["members"] = {m.wire_name: _member(m, record.code) for m in record.members}
    prose = Prose(record.prose, record.why, record.what_to_do)
    return _front_matter(front, record.code) + _ended(write_prose(prose))


def _member(member: MemberType, code: str) -> Data | str:
    said = said_of_member(member, where=f"{code}.{member.name}")
    kind = member.schema.get("type")
    is_plain = len(member.schema) == 1 and kind in PLAIN_TYPES
    table: Data = {"type": kind} if is_plain else {"schema": member.schema}
    if said.get("name") == attribute_name(member.wire_name):
        del said["name"]
    is_given = "default" not in said
    if is_given != member.required:
        table["given"] = is_given
    if not is_given and said["default"] is None:
        del said["default"]
        if not member.required:
            table.pop("given", None)
    elif not is_given:
        table.pop("given", None)
    table |= said
    return str(kind) if table == {"type": kind} else table


def _locale(catalog: Catalog, language: str, folder: Path) -> dict[Path, str]:
    about = catalog.about_in(language)
    files = {folder / ABOUT: _ended(about) if about != catalog.about else ""}
    for code, texts in catalog.translations(language).items():
        prose = Prose(texts.prose, texts.why, texts.what_to_do)
        files[folder / f"{code}.md"] = translation_file(write_translation(texts), prose)
    return files


def _dated(name: str, value: str) -> str | date:
    return date.fromisoformat(value) if name in ("since", "sunset") else value


def _front_matter(front: Mapping[str, Any], where: str) -> str:
    return f"{FENCE}\n{_toml(front, where)}{FENCE}\n\n"


def _toml(data: Mapping[str, Any], where: str) -> str:
    try:
        import tomli_w  # noqa: PLC0415 - only who writes needs it
    except ImportError as error:
        raise missing_extra("source", "writing a catalog in files") from error
    try:
        return tomli_w.dumps(data)
    except (TypeError, ValueError) as error:
        raise EncodingError(
            f"a value has no form in TOML: {error}",
            code="value-without-toml",
            where=where,
            hint="leave out nulls in examples and defaults; TOML has none",
        ) from None


def _ended(text: str) -> str:
    return text.rstrip("\n") + "\n" if text else ""
