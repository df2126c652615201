"""Where the served catalogs come from, and what to watch for changes in them."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from failwell.contract import Contract
from failwell.exceptions import SourceError
from failwell.source import load_contract, read_document
from failwell.source.folder import HEAD, LOCALES

_SUFFIXES = frozenset({".py", ".toml", ".md", ".json"})
_CACHE = "__pycache__"
_LONGEST_EXPORT = 60  # seconds
_HINT = re.compile(r"\n  To mend it: (.*)")
_CODE = re.compile(r"\n  \[([a-z-]+)\]\s*\Z")


class Watched(NamedTuple):
    """A folder to watch, or a file: its path, and whether what is below its folders counts."""

    path: Path
    is_deep: bool

    def holds(self, path: Path) -> bool:
        """Whether a change of a file can be a change of the source."""
        if path.suffix not in _SUFFIXES or _CACHE in path.parts:
            return False
        is_below = path.is_relative_to(self.path) if self.is_deep else path.parent == self.path
        return path == self.path or is_below

    @property
    def folder(self) -> Path:
        """The folder to watch: editors put new files in the place of old ones, so a file cannot be."""
        return self.path if self.path.is_dir() else self.path.parent


class Source(NamedTuple):
    """A contract that can be loaded again.

    Attributes:
        name: what it is called in messages.
        load: loads it. Raises FailwellError.
        watched: what to watch.
    """

    name: str
    load: Callable[[], Contract]
    watched: tuple[Watched, ...] = ()

    def is_changed_by(self, paths: Iterable[Path]) -> bool:
        """Whether a change of one of these files can be a change of the source."""
        return any(watched.holds(path) for path in paths for watched in self.watched)


def open_source(given: str) -> Source:
    """The source that a path names; nothing is loaded yet.

    Folders and documents are read in this process. Python is not: a process of its own imports it and writes
    the document, so that what is imported here never gets old.

    Args:
        given: as for `failwell.source.load_contract`.
    """
    path = Path(given).absolute()
    if path.suffix == ".json":
        return Source(given, lambda: load_contract(given), (Watched(path, is_deep=False),))
    folder = path.parent if path.suffix in (".toml", ".md") else path
    if folder.is_dir() and ((folder / HEAD).exists() or not (folder / "__init__.py").exists()):
        return Source(given, lambda: load_contract(given), (Watched(folder, is_deep=True),))
    return Source(given, lambda: _exported(given), tuple(_python_folders(given)))


def _python_folders(given: str) -> Iterable[Watched]:
    """The folder of a Python file, or the whole package that it is in; none for what is installed."""
    path, colon, name = given.rpartition(":")
    path = path if colon and name.isidentifier() else given
    module = Path(*path.split(".")) if not path.endswith(".py") else Path(path)
    candidates = (Path(path), module, module.with_suffix(".py"))
    found = next((each.absolute() for each in candidates if each.exists()), None)
    if found is None:
        return
    folder = found if found.is_dir() else found.parent
    while (folder.parent / "__init__.py").is_file():
        folder = folder.parent
    yield Watched(folder, is_deep=(folder / "__init__.py").is_file())
    beside = (*folder.glob(f"*/{HEAD}"), *folder.glob(f"{LOCALES}/*"))  # what a Python file commonly reads
    for files in {path.parent for path in beside}:
        yield Watched(files, is_deep=True)


def _exported(given: str) -> Contract:
    """Loads Python in a process of its own."""
    # -B: compiled files tell versions apart by seconds and size, which is too coarse for somebody who types.
    # A file, and no input: what is imported may print, and would wait for what is typed.
    with TemporaryDirectory(prefix="failwell-") as folder:
        document = Path(folder, "catalog.json")
        command = [sys.executable, "-B", "-m", "failwell.cli", "export", given, "-o", str(document)]
        try:
            done = subprocess.run(  # noqa: S603
                command, check=False, stdin=subprocess.DEVNULL, capture_output=True, timeout=_LONGEST_EXPORT
            )
        except subprocess.TimeoutExpired:
            raise SourceError(
                f"it was not imported within {_LONGEST_EXPORT} seconds", code="import-failed", where=given,
                hint="look for code in it that waits for something",
            ) from None  # fmt: skip
        if done.returncode != 0:
            raise _told(done.stderr.decode("utf-8", "replace"), given)
        return read_document(document.read_bytes(), where=given)


def _told(message: str, given: str) -> SourceError:
    """The error that the other process told, taken apart again."""
    hint, code = _HINT.search(message), _CODE.search(message)
    what = _CODE.sub("", _HINT.sub("", message)).strip().removeprefix("Error: ")
    return SourceError(
        what or f"importing {given} ended without a message",
        code=code[1] if code else "import-failed",
        hint=hint[1] if hint else "import it in a Python shell to see what is wrong",
    )
