"""Where the declarations of a contract stand: files and lines, looked for only where something is found."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from failwell.contract import Contract
from failwell.finding import Place
from failwell.source.folder import HEAD, LOCALES
from failwell.source.lines import Steps, json_lines, toml_lines

_FENCE = "+++"


class Places:
    """Finds the lines of a contract's parts."""

    def __init__(self, find: Callable[[str, Steps], Place]) -> None:
        """Takes what finds the place of a part of a type; of the catalog where the code is empty."""
        self._find = find

    def of(self, code: str, at: Steps = ()) -> Place:
        """The place of a part of a type, of the whole type, or of the catalog; empty if it is not known.

        Args:
            code: of the type; empty for the catalog.
            at: the part, as documents write it: `("members", "limit")`.
        """
        try:
            return self._find(code, at)
        except (OSError, ValueError, SyntaxError):  # the file has changed since, or was never one
            return Place()


NOWHERE = Places(lambda code, at: Place())  # noqa: ARG005 - for contracts that stand in no file


def places_of(given: str, contract: Contract) -> Places:
    """The places of a contract that was loaded from a path; see `failwell.source.load_contract`."""
    path = Path(given)
    if path.suffix == ".json":
        return _Document(path).places
    folder = path.parent if path.suffix in (".toml", ".md") else path
    if folder.is_dir() and (folder / HEAD).exists():
        return Places(lambda code, at: _in_folder(folder, code, at))
    return Places(lambda code, at: _in_python(contract, code, at))


def _nearest(lines: Mapping[Steps, int], steps: Steps) -> int:
    """The line of a part, or of the nearest one that it is in."""
    while steps and steps not in lines:
        steps = steps[:-1]
    return lines.get(steps, 1)


# -------------------------------------------------------------------------------------------- documents


class _Document:
    def __init__(self, path: Path) -> None:
        self._path = path
        self.places = Places(self._find)
        self._lines = cache(self._read)

    def _read(self) -> tuple[Mapping[Steps, int], Mapping[str, int]]:
        text = self._path.read_text("utf-8-sig")
        import msgspec  # noqa: PLC0415 - a document is read again only for its lines

        problems = msgspec.json.decode(text).get("problems", [])
        return json_lines(text)[0], {one.get("code", ""): number for number, one in enumerate(problems)}

    def _find(self, code: str, at: Steps) -> Place:
        lines, numbers = self._lines()
        steps = ("problems", numbers[code], *at) if code in numbers else at
        return Place(str(self._path), _nearest(lines, steps))


# ---------------------------------------------------------------------------------------------- folders


def _in_folder(folder: Path, code: str, at: Steps) -> Place:
    if not code and at[:1] == ("translations",) and len(at) > 3:
        language, code, at = str(at[1]), str(at[3]), at[4:]
        folder = folder / LOCALES / language
    if not code:
        path = folder / HEAD
        return Place(str(path), _nearest(toml_lines(path.read_text("utf-8")), at))
    path = folder / f"{code}.md"
    if not path.is_file():  # a standard type, which the head asks for
        return Place(str(folder / HEAD), 1)
    _, front, body = path.read_text("utf-8").split(_FENCE, 2)
    if at and at[0] in ("prose", "why", "what_to_do"):
        return Place(str(path), front.count("\n") + 1 + _heading_line(body, str(at[0])))
    return Place(str(path), _nearest(toml_lines(front), at))


def _heading_line(body: str, field: str) -> int:
    heading = {"prose": "## What happened", "why": "## Why", "what_to_do": "## What to do"}[field]
    return next((n for n, line in enumerate(body.splitlines()) if line.strip() == heading), 0)


# ----------------------------------------------------------------------------------------------- Python


def _in_python(contract: Contract, code: str, at: Steps) -> Place:
    cls = contract.catalog.types.get(code)
    if cls is None:
        return Place()
    try:
        lines, first = inspect.getsourcelines(cls)
    except (OSError, TypeError):  # made of a document, or of nothing that stands in a file
        return Place()
    node = ast.parse(inspect.cleandoc("\n" + "".join(lines))).body[0]
    file = inspect.getsourcefile(cls) or ""
    line = _line_in_class(node, at) if isinstance(node, ast.ClassDef) else 1
    return Place(_shown(file), first + line - 1)


def _line_in_class(node: ast.ClassDef, at: Steps) -> int:
    """The line of a word of the class line, or of a member's annotation, counted from the class."""
    if at[:1] == ("members",) and len(at) > 1:
        fields = (one for one in node.body if isinstance(one, ast.AnnAssign))
        return next((one.lineno for one in fields if _names(one, str(at[1]))), node.lineno)
    words = {keyword.arg: keyword.value.lineno for keyword in node.keywords}
    return words.get(str(at[0]), node.lineno) if at else node.lineno


def _names(field: ast.AnnAssign, wire_name: str) -> bool:
    name = field.target.id if isinstance(field.target, ast.Name) else ""
    return name.removesuffix("_") == wire_name or repr(wire_name) in ast.unparse(field.annotation)


def _shown(file: str) -> str:
    """The path as people write it: from the folder they are in, where it is below that."""
    path = Path(file)
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else file
