"""A contract written as a catalog in files; see `failwell.source.folder` for their form."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, cast, get_args

from failwell.contract import Contract
from failwell.declare import Catalog, ProblemType, standard_types
from failwell.declare.prose import Prose, read_prose, write_prose
from failwell.declare.record import MemberType, Translation
from failwell.declare.standard import Naming
from failwell.exceptions import DeclarationError, EncodingError, SourceError, missing_extra
from failwell.source.document import to_document
from failwell.source.file import FENCE
from failwell.source.folder import ABOUT, HEAD, LOCALES, NOT_CODES, PLAIN_TYPES, code_files
from failwell.source.place import EXTENSION
from failwell.source.plain import Data, plain_text
from failwell.source.problems import (
    PROSE,
    attribute_name,
    said_of_member,
    write_member,
    write_problem,
    write_translation,
)
from failwell.wire.values import encode

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+\Z")
_STEP = 10
_NOT_IN_HEAD = ("problems", "translations", "about")
_NOT_IN_FRONT = {"code", "retry_by_status", *PROSE}
_DEVICES = frozenset({"con", "prn", "aux", "nul"} | {f"{d}{n}" for d in ("com", "lpt") for n in range(1, 10)})
"""Names that stand for devices on Windows, whatever follows after a dot."""


def write_folder(contract: Contract, folder: Path | str) -> tuple[Path, ...]:
    """Writes a contract as a catalog in files. Files that stand there under the same names are replaced.

    Returns:
        The files written.

    Raises:
        EncodingError: if a value has no form in TOML, as a null in an example has none, or a code cannot be
            the name of a file on every system. Nothing is written then.
        SourceError: if the folder cannot be written to, or has files of other types.
        MissingExtraError: without the extra `source`.
    """
    catalog, folder = contract.catalog, Path(folder)
    head = {word: value for word, value in to_document(contract).items() if word not in _NOT_IN_HEAD}
    naming, records = _naming_of_gaps(catalog), list(catalog.records.values())
    if naming is not None:
        head["standard"] = naming
        records = list(catalog.own.values())
    check_codes(record.code for record in records)
    texts = {folder / HEAD: _toml(head, HEAD), folder / ABOUT: _ended(catalog.about)}
    for place, record in enumerate(records, start=1):
        texts[folder / f"{record.code}.md"] = _problem_file(record, place * _STEP)
    for language in catalog.languages:
        texts |= _locale(catalog, language, folder / LOCALES / language)
    written = {path: text for path, text in texts.items() if text}
    _check_left_over(folder, written)
    languages = [folder / LOCALES / language for language in catalog.languages]
    _write(written, [folder, *languages])
    return tuple(written)


def _check_left_over(folder: Path, written: Collection[Path]) -> None:
    """What stands in the folder and is not replaced would be a part of the catalog that is read from it."""
    left = [path.name for path in code_files(folder) if path not in written]
    if left:
        raise SourceError(
            f"the folder has files of other types: {', '.join(left)}", code="left-over", where=str(folder),
            hint="name an empty folder, or delete them first",
        )  # fmt: skip


def write_files(texts: Mapping[Path, str]) -> None:
    """Writes texts as UTF-8 with LF at the end of lines, and makes the folders that are missing.

    Raises:
        SourceError: if that fails.
    """
    _write(texts, [path.parent for path in texts])


def _write(texts: Mapping[Path, str], folders: Iterable[Path]) -> None:
    try:
        for folder in dict.fromkeys(folders):
            folder.mkdir(parents=True, exist_ok=True)
        for path, text in texts.items():
            path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise SourceError(
            f"it cannot be written: {error.strerror}", code="cannot-write", where=str(error.filename),
            hint="name a folder that you may write to",
        ) from error  # fmt: skip


def _naming_of_gaps(catalog: Catalog) -> Naming | None:
    """How the codes of a catalog's standard types are written; None if it has none that one word can make."""
    own = list(catalog.own.values())
    for naming in get_args(Naming):
        again = Catalog(catalog.name, base=catalog.base)
        for record in own:
            again.add_record(record, where=record.code)
        standard_types(again, naming=naming)
        if list(again.records.items()) == list(catalog.records.items()) and len(catalog.records) > len(own):
            return cast("Naming", naming)
    return None


def check_codes(codes: Iterable[str]) -> None:
    """Checks that each code can be the name of a file, also where upper and lower case are the same.

    Raises:
        EncodingError: if one cannot.
    """
    seen: dict[str, str] = {}
    for code in codes:
        name = code.lower()
        other = seen.setdefault(name, code)
        if name in NOT_CODES or name.partition(".")[0] in _DEVICES or other != code:
            what = f"{other!r} would have the same file" if other != code else "other files are named so"
            raise EncodingError(
                f"the type {code!r} cannot have a file of its own: {what}",
                code="code-without-file",
                where=f"{code}.md",
                hint="keep this catalog in Python or as a document, or rename the type and keep its code as "
                "an alias",
            )


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
    prose = _checked(Prose(record.prose, record.why, record.what_to_do), record.code)
    return _markdown_file(front, write_prose(prose), record.code)


def _member(member: MemberType, code: str) -> Data | str:
    where = f"{code}.{member.name}"
    said = said_of_member(member, where=where)
    schema = {name: part for name, part in write_member(member, where=where).items() if name != EXTENSION}
    kind = schema.get("type")
    is_plain = len(schema) == 1 and kind in PLAIN_TYPES
    table: Data = {"type": kind} if is_plain else {"schema": _schema(schema)}
    if said.get("name") == attribute_name(member.wire_name):
        del said["name"]
    is_given = "default" not in said
    if is_given and not member.required:
        table["given"] = True
    if not is_given and said["default"] is None:
        del said["default"]
        if member.required:
            table["given"] = False
    table |= said
    return str(kind) if table == {"type": kind} else table


def _schema(schema: Data) -> Data | str:
    """A schema as a table; as JSON in a text if there is a null in it, which TOML does not have."""
    return encode(schema).decode() if _has_null(schema) else schema


def _has_null(value: object) -> bool:
    if isinstance(value, dict):
        return any(map(_has_null, cast("Data", value).values()))
    return any(map(_has_null, cast("list[object]", value))) if isinstance(value, list) else value is None


def _locale(catalog: Catalog, language: str, folder: Path) -> dict[Path, str]:
    files = {folder / ABOUT: about_file(catalog.about_translation(language))}
    texts = catalog.translations(language)
    check_codes(texts)
    return files | {folder / f"{code}.md": translation_file(part) for code, part in texts.items()}


def translation_file(texts: Translation) -> str:
    """The file of a type's translated texts."""
    data = write_translation(texts)
    front = {name: value for name, value in data.items() if name not in _NOT_IN_FRONT}
    prose = _checked(Prose(texts.prose, texts.why, texts.what_to_do), "translation")
    return _markdown_file(front, write_prose(prose), "translation")


def about_file(texts: Translation) -> str:
    """The file of a reference page's own prose in another language; front matter only where needed."""
    looks_like_front = texts.prose.partition("\n")[0].strip() == FENCE
    if not texts.source and not looks_like_front:
        return _ended(texts.prose)
    front = {"source": texts.source} if texts.source else {}
    return _markdown_file(front, _ended(texts.prose), "about")


def _checked(prose: Prose, where: str) -> Prose:
    """Texts that can be read back: of records made by hand, one may have a heading or an open fence in it."""
    for text in prose:
        plain_text(text, where=where)
    try:
        again = read_prose(write_prose(prose), where=where)
    except DeclarationError as error:
        raise EncodingError(error.what, code=error.code, where=error.where, hint=error.hint) from error
    if again != prose:
        raise EncodingError(
            "its texts would not be read back as they are",
            code="bad-prose",
            where=where,
            hint="leave out blank lines and spaces around the texts, and headings inside them",
        )
    return prose


def _dated(name: str, value: str) -> str | date:
    return date.fromisoformat(value) if name in ("since", "sunset") else value


def _markdown_file(front: Data, text: str, where: str) -> str:
    return f"{FENCE}\n{_toml(front, where)}{FENCE}\n" + (f"\n{text}" if text else "")


def _toml(data: Mapping[str, Any], where: str) -> str:
    """Tables one level deep, and what is in them inline, so that all keys keep their order.

    Deeper tables would have to stand after all else. The order matters: that of members, and of a dialect's
    shape, is the order on the wire.
    """
    try:
        import tomli_w  # noqa: PLC0415 - only who writes needs it
    except ImportError as error:
        raise missing_extra("source", "writing a catalog in files") from error
    plain, tables = list[str](), list[str]()
    try:
        for key, value in data.items():
            parts, opening = _parts(value), f"[{key}]" if isinstance(value, dict) else f"[[{key}]]"
            if parts is None:
                plain.append(f"{key} = {_inline(value, tomli_w.dumps)}")
            for part in parts or ():
                tables += ("", opening, *(_pair(k, v, tomli_w.dumps) for k, v in part.items()))
    except (TypeError, ValueError, RecursionError) as error:
        raise EncodingError(
            f"a value has no form in TOML: {error}",
            code="value-without-toml",
            where=where,
            hint="leave out nulls in examples, defaults and the dialect; TOML has none",
        ) from None
    return "\n".join([*plain, *tables]) + "\n"


_Dumps = Callable[[Mapping[str, Any]], str]


def _parts(value: object) -> list[Data] | None:
    """What is written as a table of its own, or as several of one name; None for what stands on one line."""
    if isinstance(value, dict):
        return [cast("Data", value)] if value else None
    items = cast("list[object]", value) if isinstance(value, list) else []
    return cast("list[Data]", items) if items and all(isinstance(item, dict) for item in items) else None


def _inline(value: Any, dumps: _Dumps) -> str:
    if isinstance(value, dict):
        pairs = [_pair(key, part, dumps) for key, part in cast("Data", value).items()]
        return f"{{ {', '.join(pairs)} }}" if pairs else "{}"
    if isinstance(value, list):
        return f"[{', '.join(_inline(item, dumps) for item in cast('list[object]', value))}]"
    return dumps({"_": value}).removeprefix("_ = ").rstrip("\n")


def _pair(key: str, value: Any, dumps: _Dumps) -> str:
    name = key if _BARE_KEY.match(key) else _inline(key, dumps)
    return f"{name} = {_inline(value, dumps)}"


def _ended(text: str) -> str:
    return text + "\n" if text else ""
