"""The files in which a contract's texts stand, as they are to be changed: documents, folders, Python classes.

An original tells in which file the text of a type stands, and which piece of that file to exchange for what.
"""

from __future__ import annotations

import ast
import inspect
import sysconfig
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple, Protocol, cast

import msgspec

from failwell.check.literals import (
    Literal,
    is_one_literal,
    json_literals,
    json_written,
    python_written,
    toml_literals,
    toml_written,
)
from failwell.contract import Contract
from failwell.declare import record as records
from failwell.declare.prose import Prose, read_prose
from failwell.exceptions import DeclarationError
from failwell.source.file import FENCE
from failwell.source.folder import HEAD
from failwell.source.lines import Step, Steps

_PROSE = {"prose": "happened", "why": "why", "what_to_do": "what_to_do"}
_INSTALLED = tuple(Path(sysconfig.get_path(name)) for name in ("stdlib", "purelib", "platlib"))


class UnrepairableError(Exception):
    """A text cannot be exchanged mechanically; the message says why, in a clause."""


class Piece(NamedTuple):
    """A piece of a file, and what comes in its place."""

    begin: int
    end: int
    text: str


class Original(Protocol):
    """Where a contract comes from.

    Attributes:
        is_code: whether it is imported, and so cannot be read a second time by the process that has.
    """

    is_code: bool

    def file(self, code: str) -> Path:
        """The file in which a type stands. Raises UnrepairableError where it stands in none."""
        ...

    def piece(self, source: str, code: str, at: Steps, text: str) -> Piece:
        """The piece of that file that holds a text. Raises UnrepairableError where none does by itself."""
        ...


def original_of(given: str, contract: Contract) -> Original:
    """The original of a contract that was loaded from a path; see `failwell.source.load_contract`."""
    path = Path(given)
    if path.suffix == ".json":
        return _Document(path)
    folder = path.parent if path.suffix in (".toml", ".md") else path
    if folder.is_dir() and (folder / HEAD).exists():
        return _Folder(folder, contract)
    return _Python(contract)


def line_end_of(source: str) -> str:
    """How the lines of a file end."""
    return "\r\n" if "\r\n" in source else "\n"


# -------------------------------------------------------------------------------------------- documents


class _Document:
    is_code = False

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read: tuple[str, Mapping[str, int], Mapping[Steps, Literal]] = ("", {}, {})

    def file(self, code: str) -> Path:  # noqa: ARG002 - one file for all
        return self._path

    def piece(self, source: str, code: str, at: Steps, text: str) -> Piece:
        if self._read[0] != source:
            problems = msgspec.json.decode(source)["problems"]
            codes = {one["code"]: number for number, one in enumerate(problems)}
            self._read = (source, codes, json_literals(source))
        _, numbers, literals = self._read
        literal = literals.get(("problems", numbers.get(code, -1), *at))
        if literal is None:
            raise UnrepairableError("the document has no such text")
        return Piece(literal.begin, literal.end, json_written(text, source[literal.begin : literal.end]))


# ---------------------------------------------------------------------------------------------- folders


class _Folder:
    is_code = False

    def __init__(self, folder: Path, contract: Contract) -> None:
        self._folder, self._records = folder, contract.catalog.records

    def file(self, code: str) -> Path:
        path = self._folder / f"{code}.md"
        if not path.is_file():
            raise UnrepairableError("it has no file of its own")
        return path

    def piece(self, source: str, code: str, at: Steps, text: str) -> Piece:
        begin, end = _front_matter(source)
        if len(at) == 1 and at[0] in _PROSE:
            return _in_body(
                source, source.index("\n", end) + 1, at[0], getattr(self._records[code], at[0]), text
            )
        front = source[begin:end]
        data = tomllib.loads(front)
        before = _value(data, at)
        if not isinstance(before, str):
            raise UnrepairableError("the front matter has no such text")
        meant = _with(data, at, text)
        for literal in toml_literals(front):
            if literal.value == before:
                new = toml_written(text, front[literal.begin : literal.end], line_end_of(source))
                if _toml(front[: literal.begin] + new + front[literal.end :]) == meant:
                    return Piece(begin + literal.begin, begin + literal.end, new)
        raise UnrepairableError("the text does not stand there as it is read")


def _front_matter(source: str) -> tuple[int, int]:
    """Where the front matter begins and ends, without the lines around it."""
    ends: list[tuple[int, int]] = []
    begin = 0
    for line in source.split("\n"):
        if line.strip() == FENCE:
            ends.append((begin, begin + len(line) + 1))
        if len(ends) == 2:
            return ends[0][1], ends[1][0]
        begin += len(line) + 1
    raise UnrepairableError("the file has no front matter any more")


def _in_body(source: str, begin: int, field: Step, before: str, text: str) -> Piece:
    line_end = line_end_of(source)
    written, old = text.replace("\n", line_end), before.replace("\n", line_end)
    meant = _prose(source[begin:])._replace(**{_PROSE[str(field)]: text})
    at = source.find(old, begin) if old else -1
    while at >= 0:
        if _prose(f"{source[begin:at]}{written}{source[at + len(old) :]}") == meant:
            return Piece(at, at + len(old), written)
        at = source.find(old, at + 1)
    raise UnrepairableError("the text does not stand there as it is read")


def _prose(body: str) -> Prose:
    try:
        return read_prose(body, where="")
    except DeclarationError:
        return Prose()


def _toml(text: str) -> object:
    try:
        return tomllib.loads(text)
    except ValueError:
        return None


def _value(data: Any, steps: Steps) -> object:
    for step in steps:
        try:
            data = data[step]
        except (LookupError, TypeError):
            return None
    return data


def _with(data: Any, steps: Steps, text: str) -> Any:
    """A copy of plain data with another text at a place that it has."""
    if not steps:
        return text
    if isinstance(data, dict):
        table = cast("dict[Step, Any]", data)
        return {**table, steps[0]: _with(table[steps[0]], steps[1:], text)}
    return [_with(part, steps[1:], text) if n == steps[0] else part for n, part in enumerate(data)]


# ----------------------------------------------------------------------------------------------- Python


class _Python:
    is_code = True

    def __init__(self, contract: Contract) -> None:
        self._catalog = contract.catalog

    def file(self, code: str) -> Path:
        cls = self._catalog.types[code]
        try:
            path = Path(inspect.getsourcefile(cls) or "")
        except TypeError:  # made of a document, or in a shell
            path = Path()
        if not path.is_file() or self._catalog.records[code].fills_gap:
            raise UnrepairableError("its class stands in no file")
        if any(path.is_relative_to(folder) for folder in _INSTALLED):
            raise UnrepairableError(f"its class stands in {path}, which is installed")
        return path

    def piece(self, source: str, code: str, at: Steps, text: str) -> Piece:
        node = _class_in(ast.parse(source), self._catalog.types[code].__qualname__.split("."))
        before = _value_at(self._catalog.records[code], at)
        found = _node_at(node, at)
        if found is None and at == ("prose",):
            found = _docstring(node)
        if not isinstance(found, ast.Constant) or not isinstance(found.value, str):
            raise UnrepairableError("it is no text in the class line: it is computed, or comes from a base")
        literal = _literal(source, found)
        written = source[literal.begin : literal.end]
        if not is_one_literal(written):
            raise UnrepairableError("it is put together of several literals")
        if literal.value != before:
            raise UnrepairableError("the file says something else than what was loaded")
        return Piece(literal.begin, literal.end, python_written(text, written, line_end_of(source)))


def _class_in(tree: ast.Module, names: list[str]) -> ast.ClassDef:
    """The class of this name; of several, as branches of an `if` can have, none."""
    scope: ast.Module | ast.ClassDef = tree
    for name in names:
        found = [node for node in _statements(scope) if isinstance(node, ast.ClassDef) and node.name == name]
        if len(found) != 1:
            raise UnrepairableError("its class is not to be found in the file, or stands there several times")
        scope = found[0]
    return cast("ast.ClassDef", scope)


def _statements(scope: ast.AST) -> Iterator[ast.AST]:
    """The statements of a scope, with those in branches; not those of functions and classes in it."""
    for node in ast.iter_child_nodes(scope):
        yield node
        if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _statements(node)


def _node_at(node: ast.ClassDef, at: Steps) -> ast.expr | None:
    """The expression of a word of the class line, or of a part of it."""
    found = next((word.value for word in node.keywords if word.arg == at[0]), None)
    for step in at[1:]:
        if isinstance(found, ast.Call):
            found = _argument(found, step)
        elif isinstance(found, ast.Dict):
            pairs = zip(found.keys, found.values, strict=True)
            found = next((v for k, v in pairs if isinstance(k, ast.Constant) and k.value == step), None)
        elif isinstance(found, ast.Tuple | ast.List) and isinstance(step, int) and step < len(found.elts):
            found = found.elts[step]
        else:
            return None
    return found


def _argument(call: ast.Call, name: Step) -> ast.expr | None:
    """An argument by its name, or by its place if what is called is one of our records."""
    for word in call.keywords:
        if word.arg == name:
            return word.value
    callee = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    fields: tuple[str, ...] = getattr(getattr(records, callee, None), "__struct_fields__", ())
    named = dict(zip(fields, call.args, strict=False))
    return None if any(isinstance(one, ast.Starred) for one in call.args) else named.get(str(name))


def _docstring(node: ast.ClassDef) -> ast.expr | None:
    """The docstring, where it is one line and so nothing but what happened."""
    first = node.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        value = first.value.value
        return first.value if isinstance(value, str) and "\n" not in value else None
    return None


def _literal(source: str, node: ast.Constant) -> Literal:
    """The place of a literal: Python counts lines, and bytes within them."""
    lines = source.split("\n")

    def place(line: int, column: int) -> int:
        return sum(len(one) + 1 for one in lines[: line - 1]) + len(
            lines[line - 1].encode()[:column].decode()
        )

    begin = place(node.lineno, node.col_offset)
    end = place(node.end_lineno or node.lineno, node.end_col_offset or 0)
    return Literal(begin, end, str(node.value))


def _value_at(record: Any, at: Steps) -> object:
    """The text that a type has at a place, as it was loaded."""
    for step in at:
        if isinstance(step, str) and hasattr(record, step):
            record = getattr(record, step)
        else:
            record = _value(record, (step,))
    return record
