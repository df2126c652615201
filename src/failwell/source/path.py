"""From PATH to a contract: a folder of files, a JSON document, a Python file or a module."""

from __future__ import annotations

from pathlib import Path

from failwell.contract import Contract
from failwell.exceptions import SourceError
from failwell.source.document import read_document
from failwell.source.folder import HEAD, read_folder
from failwell.source.python import load_python


def load_contract(given: str | Path) -> Contract:
    """Loads the contract that a path names.

    Args:
        given: a folder with a `catalog.toml`, or one of its files; a document (`.json`); a Python file or the
            name of a module, with `:name` where it holds several contracts. A catalog alone gets the dialect
            `PROBLEM`.

    Raises:
        SourceError: if there is no such thing, or it holds no usable contract; with file and line.
    """
    path = Path(given)
    try:
        if path.is_dir() and ((path / HEAD).exists() or not (path / "__init__.py").exists()):
            return read_folder(path)
        if path.suffix == ".json":
            return _load_document(path)
        if path.suffix in (".toml", ".md") and path.is_file():
            return read_folder(path.parent)
        return load_python(str(given))
    except OSError as error:  # of the path itself: files and modules tell their own
        raise _unreadable(path, error) from None


def _load_document(path: Path) -> Contract:
    try:
        document = path.read_bytes()
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from None
    return read_document(document, where=str(path))


def _unreadable(path: Path, error: Exception) -> SourceError:
    reason = error.strerror if isinstance(error, OSError) else error
    return SourceError(
        f"it cannot be read: {reason}", code="no-such-file", where=str(path),
        hint="name a document written by `failwell export`, or the contract itself",
    )  # fmt: skip
