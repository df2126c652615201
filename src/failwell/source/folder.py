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
otherwise.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple, cast, get_args

import msgspec

from failwell.contract import Contract
from failwell.declare import Catalog, standard_types
from failwell.declare.prose import read_prose
from failwell.declare.record import Translation
from failwell.declare.standard import Naming
from failwell.exceptions import DeclarationError, FailwellError, SourceError
from failwell.source.document import contract_of
from failwell.source.place import located
from failwell.source.problems import (
    EXTENSION,
    Data,
    as_object,
    check_fields,
    read_problem,
    read_translation,
)

HEAD, ABOUT, LOCALES = "catalog.toml", "about.md", "locales"
PLAIN_TYPES = ("string", "integer", "number", "boolean")
FENCE = "+++"

_NOT_CODES = (ABOUT, "README.md")
_HEAD_FIELDS = frozenset(
    {"failwell", "name", "base", "title", "language", "deprecation_days", "dialect", "policy", "standard"}
)
_PROSE = ("prose", "why", "what_to_do")
_VERSION = 1


class _File(NamedTuple):
    """A file taken apart.

    Attributes:
        path: its path.
        text: all of it.
        data: its front matter.
        body: what comes after.
    """

    path: Path
    text: str
    data: Data
    body: str


def read_folder(folder: Path) -> Contract:
    """Makes the contract of a catalog in files. Its classes have plain JSON types.

    Raises:
        SourceError: for anything in it that cannot be declared, with file, line and the way to mend it.
    """
    head = _read_head(folder)
    about = folder / ABOUT
    with _Located(head):
        _check_head(head)
        known = ("title", "language", "deprecation_days")
        catalog = Catalog(
            head.data["name"],
            base=head.data["base"],
            **{name: head.data[name] for name in known if name in head.data},
            about=_text_of(about) if about.is_file() else "",
        )
    _add_problems(catalog, folder)
    with _Located(head):
        if "standard" in head.data:
            standard_types(catalog, naming=_naming(head))
    for language in sorted(path for path in folder.glob(f"{LOCALES}/*") if path.is_dir()):
        _translate(catalog, language)
    with _Located(head):
        return contract_of(catalog, head.data, where=str(head.path))


class _Located:
    """Gives errors that arise inside the line of the file that they are about."""

    def __init__(self, file: _File) -> None:
        self._file = file

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, FailwellError) and not isinstance(error, SourceError):
            raise located(error, self._file.path, self._file.text) from error


# ---------------------------------------------------------------------------------------------- the head


def _read_head(folder: Path) -> _File:
    path = folder / HEAD
    if not path.is_file():
        raise SourceError(
            f"the folder has no {HEAD}",
            code="no-catalog",
            where=str(folder),
            hint=f'add one with failwell = {_VERSION}, name = "…", base = "https://…/", dialect = "problem"',
        )
    text = _text_of(path)
    return _File(path, text, _parsed(text, path, first_line=1), "")


def _check_head(head: _File) -> None:
    where = str(head.path)
    check_fields(head.data, _HEAD_FIELDS, where)
    if head.data.get("failwell") != _VERSION:
        raise DeclarationError(
            f"failwell = {head.data.get('failwell')!r} is no form of a catalog that is known here",
            code="unknown-form",
            where=where,
            hint=f"write failwell = {_VERSION}; for a newer form upgrade failwell",
        )
    for field in ("name", "base", "dialect"):
        if not head.data.get(field):
            raise DeclarationError(
                f"{field} is missing", code="missing-word", where=where, hint=f'add {field} = "…"'
            )


def _naming(head: _File) -> Naming:
    naming: Naming = head.data["standard"]
    if naming not in get_args(Naming):
        raise DeclarationError(
            f"standard = {naming!r} is no way to write codes",
            code="unknown-naming",
            where=f"{head.path}, standard",
            hint='use "snake_case" or "kebab-case", as the codes of the catalog are written',
        )
    return naming


# ------------------------------------------------------------------------------------------- problem types


def _add_problems(catalog: Catalog, folder: Path) -> None:
    files = [_read(path) for path in _code_files(folder)]
    for file in sorted(files, key=_place_in_order):
        with _Located(file):
            where = str(file.path)
            catalog.add_record(read_problem(_problem_data(file), where=where), where=where)


def _place_in_order(file: _File) -> tuple[float, str]:
    order = file.data.get("order", float("inf"))
    if isinstance(order, bool) or not isinstance(order, int | float):
        error = DeclarationError(
            f"order = {order!r} is no number",
            code="wrong-word",
            where=f"{file.path}, order",
            hint="write order = 10, and 20 for the next: files are sorted by it",
        )
        raise located(error, file.path, file.text)
    return order, file.path.stem


def _problem_data(file: _File) -> Data:
    """The problem type of a file as a document has it."""
    said = {name: value for name, value in file.data.items() if name != "order"}
    where = str(file.path)
    code = said.setdefault("code", file.path.stem)
    if code != file.path.stem:
        raise DeclarationError(
            f"code = {code!r} is not the name of the file",
            code="foreign-code",
            where=where,
            hint=f"rename the file to {code}.md, or leave the code out",
        )
    for name in _PROSE:
        if name in said:
            raise DeclarationError(
                f"{name} stands in the front matter",
                code="unknown-word",
                where=where,
                hint="write the texts below it: ## What happened, ## Why, ## What to do",
            )
    if "members" in said:
        members = as_object(said["members"], f"{where}, members")
        said["members"] = {name: _member(part, f"{where}, members.{name}") for name, part in members.items()}
    return {**said, **_prose(file)}


def _prose(file: _File) -> Mapping[str, str]:
    texts = zip(_PROSE, read_prose(file.body, where=str(file.path)), strict=True)
    return {name: text for name, text in texts if text}


def _member(given: object, where: str) -> Data:
    """A member as a document has it: its schema, with the rest under the keyword of ours."""
    said: Data = {"type": given} if isinstance(given, str) else {**as_object(given, where)}
    schema, kind = said.pop("schema", None), said.pop("type", None)
    if (schema is None) == (kind is None) or (schema is None and kind not in PLAIN_TYPES):
        raise DeclarationError(
            f"type = {kind!r} and schema = {schema!r} do not say what the member is",
            code="wrong-word",
            where=where,
            hint=f"use one of {', '.join(PLAIN_TYPES)}, or schema = {{ … }} with a JSON Schema",
        )
    is_given = said.pop("given", said.get("required", True))
    if not is_given and "default" not in said:
        said["default"] = None
    return {**(as_object(schema, where) if schema is not None else {"type": kind}), EXTENSION: said}


# -------------------------------------------------------------------------------------------- translations


def _translate(catalog: Catalog, folder: Path) -> None:
    texts: dict[str, Translation] = {}
    about = folder / ABOUT
    for path in _code_files(folder):
        file = _read(path)
        with _Located(file):
            texts[path.stem] = read_translation({**file.data, **_prose(file)}, where=str(path))
            catalog.check_translation(path.stem, texts[path.stem], where=str(path))
    text = _text_of(about) if about.is_file() else ""
    with _Located(_File(about if text else folder, text, {}, "")):
        catalog.translate(folder.name, texts, about=text)


# ------------------------------------------------------------------------------------------------- reading


def _read(path: Path) -> _File:
    text = _text_of(path)
    first, *lines = text.splitlines() or [""]
    if first.strip() != FENCE or FENCE not in (ends := [line.strip() for line in lines]):
        raise SourceError(
            f"its front matter does not stand between two lines of {FENCE}",
            code="no-front-matter",
            where=f"{path}:1",
            hint=f"begin the file with {FENCE}, then TOML, then {FENCE}, then the Markdown text",
        )
    end = ends.index(FENCE)
    return _File(path, text, _parsed("\n".join(lines[:end]), path, first_line=2), "\n".join(lines[end + 1 :]))


def _parsed(toml: str, path: Path, *, first_line: int) -> Data:
    try:
        # Dates become text, as they are in JSON, so that files and documents compile to equal records.
        return cast("Data", msgspec.to_builtins(tomllib.loads(toml)))
    except tomllib.TOMLDecodeError as error:
        what, _, place = str(error).partition(" (at ")
        numbers = [int(word) for word in place.replace(",", " ").split() if word.isdigit()]
        line = first_line - 1 + (numbers[0] if numbers else toml.count("\n") + 1)
        raise SourceError(
            f"this is no TOML: {what[0].lower()}{what[1:]}",
            code="broken-toml",
            where=f"{path}:{line}",
            hint="mend the line, or the one before it; texts stand in quotes, and each key once",
        ) from None


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise SourceError(
            f"it cannot be read: {reason}",
            code="unreadable-file",
            where=str(path),
            hint="check its permissions, and save it as UTF-8 text",
        ) from None


def _code_files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.glob("*.md")) if path.name not in _NOT_CODES)
