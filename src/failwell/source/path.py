"""From PATH to a contract: a folder of files, a JSON document, a Python file or a module."""

from __future__ import annotations

from pathlib import Path

from failwell.contract import Contract
from failwell.exceptions import DeclarationError, SourceError
from failwell.source.document import read_document
from failwell.source.folder import HEAD, read_folder
from failwell.source.place import located
from failwell.source.python import load_python


def load_contract(given: str | Path) -> Contract:
    """Loads the contract that a path names.

    Args:
        given: a folder with a `catalog.toml`; a document (`.json`); a Python file or the name of a module,
            with `:name` where it holds several contracts. A catalog alone gets the dialect `PROBLEM`.

    Raises:
        SourceError: if there is no such thing, or it holds no usable contract; with file and line.
    """
    path = Path(given)
    if path.is_dir() and ((path / HEAD).exists() or not (path / "__init__.py").exists()):
        return read_folder(path)
    if path.suffix == ".json":
        return _load_document(path)
    if path.name in (HEAD, "about.md") and path.is_file():
        return read_folder(path.parent)
    return load_python(str(given))


def _load_document(path: Path) -> Contract:
    try:
        document = path.read_bytes()
    except OSError as error:
        raise SourceError(
            f"it cannot be read: {error.strerror}", code="no-such-file", where=str(path),
            hint="name a document written by `failwell export`, or the contract itself",
        ) from None  # fmt: skip
    try:
        return read_document(document, where=str(path))
    except DeclarationError as error:
        raise located(error, path, document.decode("utf-8", "replace")) from error
