"""The two sides of a comparison: a file, a folder, a URL or a git ref, made into what `diff` looks at."""

from __future__ import annotations

import os
from contextlib import ExitStack
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import msgspec

from failwell.check import Api, places_of
from failwell.check.places import NOWHERE, Places
from failwell.cli.address import fetch_document, is_address
from failwell.cli.application import operations_of
from failwell.cli.elsewhere import export_elsewhere
from failwell.cli.git import Entry, find_repository
from failwell.contract import Contract
from failwell.exceptions import FailwellError, SourceError
from failwell.finding import Place
from failwell.source import ListedOperation, load_contract, read_document, read_operations
from failwell.source.folder import HEAD
from failwell.source.lines import Steps

_ABSENT = "no-such-file"


class Wanted(NamedTuple):
    """What is loaded where a git ref names only the commit.

    Attributes:
        path: the contract, as in the working tree.
        app: whose operations are listed; empty for none.
    """

    path: str
    app: str = ""


def is_path(given: str) -> bool:
    """Whether something is a file or a folder here; `PATH:name` too."""
    return Path(file_of(given)).exists()


def file_of(given: str) -> str:
    """The path without the name of a contract behind it."""
    path, colon, name = given.rpartition(":")
    return path if colon and name.isidentifier() else given


def load_api(given: str, app: str = "") -> Api:
    """The API of the working tree, loaded in this process, so that findings know their lines.

    Args:
        given: the contract, as `load_contract` takes it.
        app: `MODULE:APP`; empty for the operations that a document lists.

    Raises:
        FailwellError: if the contract or the app cannot be loaded.
    """
    contract = load_contract(given)
    operations = _listed_in(given, contract) if given.endswith(".json") else None
    if app:
        operations = operations_of(app, contract)
    return Api(contract, operations, places=_somewhere(given, contract), today=_today())


def load_revision(given: str, wanted: Wanted, stack: ExitStack) -> Api | None:
    """The API as it is at a file, a folder, a URL or a git ref. A path that exists is not taken for a ref.

    Args:
        given: which.
        wanted: what is loaded of a git ref.
        stack: what is written for it lasts as long as this.

    Raises:
        FailwellError: if there is no such thing or it cannot be loaded.

    Returns:
        The API; None if the commit does not have it.
    """
    if is_address(given):
        return _api(fetch_document(given), given, NOWHERE)
    if is_path(given):
        if _is_python(given):
            return _api(export_elsewhere(given, "", Path.cwd()), given, NOWHERE)
        return load_api(given)
    return _Commit(given, wanted, stack).api()


class _Commit:
    """A contract at a commit."""

    def __init__(self, ref: str, wanted: Wanted, stack: ExitStack) -> None:
        self._ref, self._wanted = ref, wanted
        self._repository = find_repository(ref)
        self._commit = self._repository.commit(ref)
        self._top = str(self._repository.top.resolve())
        self._path = self._from_top(file_of(wanted.path))
        self._tree = Path(stack.enter_context(TemporaryDirectory(prefix="failwell-"))).resolve()

    def api(self) -> Api | None:
        entries = self._repository.entries(self._commit)
        there = [entry for entry in entries if _is_at(entry, self._path)]
        if not there:
            self._path = self._former_path()
            there = [entry for entry in entries if self._path and _is_at(entry, self._path)]
        if not there and not _is_module(self._wanted.path):
            return None
        is_python = not there or self._is_python(there)
        self._repository.write(entries if is_python or self._wanted.app else self._part(entries), self._tree)
        try:
            return self._imported() if is_python or self._wanted.app else self._read()
        except SourceError as error:
            if error.code == _ABSENT and not there:
                return None
            raise self._as_there(error) from error

    def _former_path(self) -> str:
        """Where the contract was at the commit, if it has moved since; a folder goes with its head."""
        moved = self._repository.former_path(self._commit, self._path)
        head = self._repository.former_path(self._commit, f"{self._path}/{HEAD}") if not moved else ""
        return moved or head.removesuffix(HEAD).rstrip("/")

    def _imported(self) -> Api:
        folder = self._tree / self._from_top(".")
        folder.mkdir(parents=True, exist_ok=True)  # the commit may not have it
        source, name = self._wanted.path, self._wanted.path.removeprefix(file_of(self._wanted.path))
        if not _is_module(source):
            source = os.path.relpath(self._tree / self._path, folder) + name
        document = export_elsewhere(source, self._wanted.app, folder, self._tree, self._top)
        return _api(document, f"{self._wanted.path} at {self._ref}", self._places())

    def _read(self) -> Api:
        given = str(self._tree / self._path)
        contract = load_contract(given)
        operations = _listed_in(given, contract) if given.endswith(".json") else None
        places = places_of(given, contract)
        return Api(contract, operations, places=_moved(places, self._tree, self._top), today=_today())

    def _places(self) -> Places:
        place = Place(file_of(self._wanted.path))
        return Places(lambda code, at: place)  # noqa: ARG005 - of Python at a commit only the file is known

    def _part(self, entries: list[Entry]) -> list[Entry]:
        """A catalog in files, or a document, is all there is to it."""
        path = self._path if not self._path.endswith((".toml", ".md")) else str(Path(self._path).parent)
        return [entry for entry in entries if _is_at(entry, path)]

    def _is_python(self, there: list[Entry]) -> bool:
        names = {entry.path for entry in there}
        is_package = f"{self._path}/__init__.py" in names and f"{self._path}/{HEAD}" not in names
        return is_package or self._path.endswith(".py")

    def _from_top(self, path: str) -> str:
        """A path of the working tree, from its top."""
        relative = os.path.relpath(os.path.realpath(path), self._top)
        if relative.startswith(".."):
            raise SourceError(
                f"it is not in the repository {self._top}, so it cannot be looked up at {self._ref!r}",
                code="outside-repository", where=path, hint="call failwell in the repository that it is in",
            )  # fmt: skip
        return "" if relative == "." else Path(relative).as_posix()

    def _as_there(self, error: FailwellError) -> SourceError:
        """The same error with the paths as they are in the repository, and a way out."""
        tree = f"{self._tree}{os.sep}"
        hint = error.hint.replace(tree, "")
        if error.code in ("import-failed", "app-import-failed", "missing-extra"):
            hint = (
                f"the Python of {self._ref!r} is imported with the libraries of today; where that cannot be, "
                "compare with a document that `failwell export` wrote then"
            )
        where = f"{error.where.replace(tree, '')} (at {self._ref})"
        return SourceError(error.what.replace(tree, ""), code=error.code, where=where, hint=hint)


def _api(document: bytes, where: str, places: Places) -> Api:
    contract = read_document(document, where=where)
    operations = read_operations(msgspec.json.decode(document), contract.catalog.records, where=where)
    return Api(contract, operations, places=places, today=_today())


def _listed_in(path: str, contract: Contract) -> tuple[ListedOperation, ...] | None:
    data = msgspec.json.decode(Path(path).read_bytes().removeprefix(b"\xef\xbb\xbf"))
    return read_operations(data, contract.catalog.records, where=path)


def _somewhere(given: str, contract: Contract) -> Places:
    """The places of a contract; what stands nowhere any more is told of its file."""
    known = places_of(given, contract)
    file = Path(file_of(given))
    file = file / HEAD if file.is_dir() else file
    usual = Place(str(file)) if file.is_file() else Place()

    def find(code: str, at: Steps) -> Place:
        place = known.of(code, at)
        return place if place.file else usual

    return Places(find)


def _moved(places: Places, tree: Path, top: str) -> Places:
    def find(code: str, at: Steps) -> Place:
        place = places.of(code, at)
        path = Path(top, Path(place.file).relative_to(tree))
        return Place(os.path.relpath(path), place.line)

    return Places(find)


def _is_at(entry: Entry, path: str) -> bool:
    return not path or entry.path == path or entry.path.startswith(f"{path}/")


def _is_python(given: str) -> bool:
    path = Path(file_of(given))
    return path.suffix == ".py" or ((path / "__init__.py").is_file() and not (path / HEAD).is_file())


def _is_module(given: str) -> bool:
    """Whether it can be the name of a module, and is no path: `shop.errors`."""
    path = Path(file_of(given))
    words = str(path).split(".")
    return path.suffix not in (".py", ".json", ".toml", ".md") and all(w.isidentifier() for w in words)


def _today() -> date:
    return datetime.now(UTC).date()
