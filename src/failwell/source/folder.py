"""A catalog in files: `catalog.toml`, `about.md`, `<code>.md` per problem type, and `locales/<language>/`.

Each problem type has a file of its own, so that two branches which add types never conflict. Its TOML front
matter has the words of the class line, its Markdown body the three texts of the page:

    +++
    order = 10
    status = [413, 403]
    title = "Quota exceeded"
    retry = "after_action"

    [members]
    limit = "integer"
    used = { type = "integer", unit = "bytes" }
    +++

    ## What happened

    A limit of the plan was hit.

A member is `string`, `integer`, `number` or `boolean`, or a table of the fields of `MemberType`, with `type`
or `schema`. An optional one, `required = false`, need not be given when the problem is raised; `given` says
otherwise. A schema that TOML cannot say, because there is a null in it, is JSON in a text. Front matter with
`source` may also stand in the `about.md` of a language, which else is nothing but text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import get_args

from failwell.contract import Contract
from failwell.contract.policy import check_names, check_successor
from failwell.declare import Catalog, standard_types
from failwell.declare.prose import read_about, read_prose
from failwell.declare.record import Translation
from failwell.declare.standard import Naming
from failwell.exceptions import DeclarationError, SourceError
from failwell.source.file import MarkdownFile, locating, read_data, read_markdown, read_text_file
from failwell.source.head import (
    VERSION,
    WORDS,
    check_head,
    contract_of,
    dialect_of,
    read_catalog,
)
from failwell.source.place import EXTENSION, Origin, located
from failwell.source.plain import Data
from failwell.source.problems import (
    PROBLEM_WORDS,
    PROSE,
    as_object,
    check_fields,
    read_problem,
    read_translation,
    text_of,
)
from failwell.wire.dialect import Dialect
from failwell.wire.values import decode

HEAD, ABOUT, LOCALES = "catalog.toml", "about.md", "locales"
PLAIN_TYPES = ("string", "integer", "number", "boolean")

NOT_CODES = frozenset({"about", "readme"})
"""Names of files, in lower case, that no code can have: some file systems do not tell the cases apart."""

_HEAD_WORDS = (WORDS - {"about"}) | {"standard"}
_FRONT = (PROBLEM_WORDS - {*PROSE}) | {"order"}
_TRANSLATED = frozenset(Translation.__struct_fields__) - {*PROSE}


def read_folder(folder: Path) -> Contract:
    """Makes the contract of a catalog in files. Its classes have plain JSON types.

    Raises:
        SourceError: for anything in it that cannot be declared, with file, line and the way to mend it.
    """
    path = folder / HEAD
    head, origin = _read_head(folder)
    with locating(origin):
        check_head(head, _HEAD_WORDS, where=str(path))
        dialect = dialect_of(head, where=str(path))
        catalog = read_catalog(head | {"about": _about(folder)}, where=str(path))
    files = _add_problems(catalog, dialect, folder)
    with locating(origin):
        if "standard" in head:
            standard_types(catalog, naming=_naming(head, str(path)))
    for file in files:
        record = catalog.records.get(file.path.stem)
        if record is not None:  # a standard type may have given way
            with locating(file.origin):
                check_successor(record, catalog, where=str(file.path))
    read_translations(catalog, folder / LOCALES)
    with locating(origin):
        return contract_of(catalog, dialect, head, where=str(path))


# ---------------------------------------------------------------------------------------------- the head


def _read_head(folder: Path) -> tuple[Data, Callable[[], Origin]]:
    path = folder / HEAD
    if not path.is_file():
        raise SourceError(
            f"the folder has no {HEAD}",
            code="no-catalog",
            where=str(folder),
            hint=f'add one with failwell = {VERSION}, name = "…", base = "https://…/", dialect = "problem"',
        )
    return read_data(read_text_file(path), path)


def _naming(head: Data, where: str) -> Naming:
    naming: Naming = head["standard"]
    if naming not in get_args(Naming):
        raise DeclarationError(
            f"standard = {naming!r} is no way to write codes",
            code="unknown-naming",
            where=f"{where}, standard",
            hint='use "snake_case" or "kebab-case", as the codes of the catalog are written',
        )
    return naming


def _about(folder: Path) -> str:
    path = folder / ABOUT
    if not path.is_file():
        return ""
    text = read_text_file(path)
    with locating(lambda: Origin(str(path), text_line=1)):
        return read_about(text, where=str(path))


# ------------------------------------------------------------------------------------------- problem types


def _add_problems(catalog: Catalog, dialect: Dialect, folder: Path) -> list[MarkdownFile]:
    files = sorted((read_markdown(path) for path in code_files(folder)), key=_place_in_order)
    spelled: dict[str, str] = {}
    for file in files:
        where = str(file.path)
        with locating(file.origin):
            _check_spelling(file.path, spelled.setdefault(file.path.stem.lower(), file.path.name))
            record = read_problem(_problem_data(file, where), where=where)
            check_names(record, dialect, where=where)
            catalog.add_record(record, where=where)
    return files


def _check_spelling(path: Path, first: str) -> None:
    """On some systems two files whose names differ in case only are one."""
    if path.name != first:
        raise DeclarationError(
            f"its name differs from {first} in upper and lower case only",
            code="declared-twice",
            where=f"{path}, code",
            hint="give one of them another code",
        )


def _place_in_order(file: MarkdownFile) -> tuple[float, str]:
    order = file.data.get("order", float("inf"))
    if isinstance(order, bool) or not isinstance(order, int | float):
        error = DeclarationError(
            f"order = {order!r} is no number",
            code="wrong-word",
            where=f"{file.path}, order",
            hint="write order = 10, and 20 for the next: files are sorted by it",
        )
        raise located(error, file.origin())
    return order, file.path.stem


def _problem_data(file: MarkdownFile, where: str) -> Data:
    """The problem type of a file as a document has it."""
    said = {name: value for name, value in file.data.items() if name != "order"}
    _check_front(file, _FRONT, where)
    code = said.setdefault("code", file.path.stem)
    if code != file.path.stem:
        raise DeclarationError(
            f"code = {code!r} is not the name of the file",
            code="foreign-code",
            where=f"{where}, code",
            hint=f"rename the file to {code}.md, or leave the code out",
        )
    if "members" in said:
        members = as_object(said["members"], f"{where}, members")
        said["members"] = {name: _member(part, f"{where}, members.{name}") for name, part in members.items()}
    return {**said, **_prose(file, where)}


def _check_front(file: MarkdownFile, known: frozenset[str], where: str) -> None:
    for name in PROSE:
        if name in file.data:
            raise DeclarationError(
                f"{name} stands in the front matter",
                code="unknown-word",
                where=f"{where}, {name}",
                hint="write the texts below it: ## What happened, ## Why, ## What to do",
            )
    check_fields(file.data, known, where)


def _prose(file: MarkdownFile, where: str) -> Mapping[str, str]:
    texts = zip(PROSE, read_prose(file.body, where=where), strict=True)
    return {name: text for name, text in texts if text}


def _member(given: object, where: str) -> Data:
    """A member as a document has it: its schema, with the rest under the keyword of ours."""
    if isinstance(given, str) and given in PLAIN_TYPES:
        return {"type": given}
    said: Data = {"type": given} if isinstance(given, str) else {**as_object(given, where)}
    schema, kind = said.pop("schema", None), said.pop("type", None)
    if (schema is None) == (kind is None) or (schema is None and kind not in PLAIN_TYPES):
        raise DeclarationError(
            f"type = {kind!r} and schema = {schema!r} do not say what the member is",
            code="wrong-word",
            where=where,
            hint=f"use one of {', '.join(PLAIN_TYPES)}, or schema = {{ … }} with a JSON Schema",
        )
    is_given = said.pop("given", None)
    if is_given is not None and (type(is_given) is not bool or (is_given and "default" in said)):
        raise DeclarationError(
            f"given = {is_given!r} does not go together with the rest",
            code="wrong-word",
            where=f"{where}.given",
            hint="given = true: each occurrence brings a value; false: it need not; a default says so, too",
        )
    if is_given is None:
        is_given = said.get("required", True)
    if not is_given and "default" not in said:
        said["default"] = None
    return {**(_schema(schema, f"{where}.schema") if schema is not None else {"type": kind}), EXTENSION: said}


def _schema(given: object, where: str) -> Mapping[str, object]:
    """A JSON Schema; one with a null in it, which TOML does not have, is JSON in a text."""
    if not isinstance(given, str):
        return as_object(given, where)
    try:
        return as_object(decode(given.encode()), where)
    except ValueError as error:
        raise DeclarationError(
            f"the schema is no JSON: {error}",
            code="wrong-word",
            where=where,
            hint="write a table, or a JSON object in a text",
        ) from None


# -------------------------------------------------------------------------------------------- translations


def read_translations(catalog: Catalog, locales: Path) -> None:
    """Gives a catalog the texts of all languages that have a folder in `locales`.

    Raises:
        SourceError: for anything that does not fit the catalog, with file, line and the way to mend it.
    """
    for folder in _language_folders(locales):
        read: dict[str, Translation] = {}
        for path in code_files(folder):
            file = read_markdown(path)
            with locating(file.origin):
                read[path.stem] = _translation(file)
                catalog.check_translation(path.stem, read[path.stem], where=str(path))
        about = _about_translation(folder / ABOUT)
        with locating(partial(Origin, str(folder))):
            catalog.translate(folder.name, read, about=about.prose, about_source=about.source)


def _translation(file: MarkdownFile) -> Translation:
    where = str(file.path)
    _check_front(file, _TRANSLATED, where)
    return read_translation({**file.data, **_prose(file, where)}, where=where)


def _about_translation(path: Path) -> Translation:
    if not path.is_file():
        return Translation()
    file = read_markdown(path, needs_front=False)
    where = str(path)
    with locating(file.origin):
        check_fields(file.data, frozenset({"source"}), where)
        source = text_of(file.data.get("source", ""), f"{where}, source")
        return Translation(prose=read_about(file.body, where=where), source=source)


def _language_folders(locales: Path) -> list[Path]:
    """The folders of the languages, in order of their tags."""
    found = locales.iterdir() if locales.is_dir() else ()
    return sorted(path for path in found if path.is_dir() and not path.name.startswith("."))


def code_files(folder: Path) -> Iterator[Path]:
    """The files named like codes. Hidden ones, as editors and file systems leave behind, are none."""
    files = sorted(folder.glob("*.md"), key=lambda path: path.name)
    return (p for p in files if p.stem.lower() not in NOT_CODES and not p.name.startswith("."))
