"""`lint --fix`: puts texts that are right in the place of those that are not, in the files they come from.

A file is written whole or not at all, and stays as it is byte for byte but for the literals that change. What
was written is read again as a contract; where that fails, or says something else than was meant, the files
become what they were.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

import msgspec

from failwell.check.originals import Original, Piece, UnrepairableError, original_of
from failwell.check.report import Edit
from failwell.contract import Contract
from failwell.exceptions import FailwellError
from failwell.source import load_contract, to_document

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_LONGEST_IMPORT = 60  # seconds
_WRITABLE = 0o222
_EXPORT = """\
import sys
from failwell.source import load_contract, to_json
sys.stdout.buffer.write(to_json(load_contract(sys.argv[1])))
"""

_Problems = Mapping[str, Mapping[str, Any]]


class Refused(msgspec.Struct, frozen=True):
    """A repair that was not made, and why, in a clause."""

    edit: Edit
    reason: str


class Repair(msgspec.Struct, frozen=True):
    """What became of repairs.

    Attributes:
        done: those that were made.
        refused: those that were not.
        files: the files that were written.
    """

    done: Sequence[Edit] = ()
    refused: Sequence[Refused] = ()
    files: Sequence[str] = ()


def repair(given: str, contract: Contract, edits: Sequence[Edit]) -> Repair:
    """Makes repairs in the files of a contract.

    The contract itself stays as it is, and so does a module that this process has imported: what was found
    and is in `done` is mended, everything else is still there.

    Args:
        given: the path from which the contract was loaded; see `failwell.source.load_contract`.
        contract: the contract.
        edits: the repairs; see `Report.edits`. Of several of one text the first is made.
    """
    repairs = _Repairs(given, contract)
    repairs.make(edits)
    return Repair(repairs.done, repairs.refused, sorted(repairs.files))


class _Repairs:
    """The work of one call.

    Attributes:
        done: repairs that were made.
        refused: repairs that were not.
        files: the files that were written.
    """

    def __init__(self, given: str, contract: Contract) -> None:
        self._given, self._contract = given, contract
        self._original: Original = original_of(given, contract)
        self.done: list[Edit] = []
        self.refused: list[Refused] = []
        self.files: set[str] = set()

    def make(self, edits: Sequence[Edit]) -> None:
        try:
            self._before = _by_code(to_document(self._contract))
        except FailwellError as error:  # it has no document, so nothing could be compared
            self.refused += [Refused(edit, error.what) for edit in edits]
            return
        self._attempt(edits)

    def _attempt(self, edits: Sequence[Edit]) -> None:
        """Makes repairs together; if they fail together, in halves, down to the one at fault."""
        revision = _Revision(self._original)
        for edit in edits:
            try:
                revision.add(edit, _code_of(edit, self._contract))
            except UnrepairableError as error:
                self.refused.append(Refused(edit, str(error)))
        if not revision.edits:
            return
        fault = self._fault_of(revision)
        if not fault:
            self.done += revision.edits
            self.files.update(map(str, revision.files))
        elif len(revision.edits) == 1:
            self.refused.append(Refused(revision.edits[0], fault))
        else:
            middle = len(revision.edits) // 2
            self._attempt(revision.edits[:middle])
            self._attempt(revision.edits[middle:])

    def _fault_of(self, revision: _Revision) -> str:
        """Writes the files and reads them again; why that is of no use, in which case nothing has changed."""
        try:
            revision.write()
            after = _by_code(_reread(self._given, self._original))
            fault = _difference(self._before, after, revision.edits, self._contract)
        except OSError as error:
            fault = f"the file cannot be written: {error.strerror}"
        except FailwellError as error:
            fault = f"with it the contract cannot be loaded: {error.what}"
        except BaseException:  # somebody lost patience: nothing stays half done
            revision.undo()
            raise
        else:
            if not fault:
                self._before = after
                return ""
        revision.undo()
        return fault


class _Revision:
    """Files as they are, and as they are to be.

    Attributes:
        edits: the repairs in them.
        files: their paths.
    """

    def __init__(self, original: Original) -> None:
        self._original = original
        self._sources: dict[Path, bytes] = {}
        self._pieces: dict[Path, list[Piece]] = {}
        self._written: list[Path] = []
        self.edits: list[Edit] = []

    @property
    def files(self) -> Sequence[Path]:
        return list(self._pieces)

    def add(self, edit: Edit, code: str) -> None:
        """Adds a repair. Raises UnrepairableError if it cannot be made, or not beside those before it."""
        path = self._original.file(code)
        if path not in self._sources:
            self._sources[path] = _content(path)
        piece = self._original.piece(_text_of(self._sources[path]), code, edit.at, edit.text)
        pieces = self._pieces.get(path, [])
        if any(piece.begin < other.end and other.begin < piece.end for other in pieces):
            raise UnrepairableError("another repair changes the same text: look again after it")
        if not _is_unicode(piece.text):
            raise UnrepairableError("the text is no Unicode")
        self._pieces[path] = [*pieces, piece]
        self.edits.append(edit)

    def write(self) -> None:
        for path, pieces in self._pieces.items():
            before = self._sources[path]
            text = _text_of(before)
            for piece in sorted(pieces, reverse=True):
                text = text[: piece.begin] + piece.text + text[piece.end :]
            mark = _BYTE_ORDER_MARK if before.startswith(_BYTE_ORDER_MARK) else b""
            _write(path, mark + text.encode())
            self._written.append(path)

    def undo(self) -> None:
        while self._written:
            path = self._written.pop()
            _write(path, self._sources[path])


def _code_of(edit: Edit, contract: Contract) -> str:
    """The code in a subject; codes and names of members can both have dots in them."""
    code = edit.subject
    while code and code not in contract.catalog.records:
        code = code.rpartition(".")[0]
    if not code or not edit.at:
        raise UnrepairableError("it is about no text of a type")
    return code


# ------------------------------------------------------------------------------------------------- files


def _content(path: Path) -> bytes:
    try:
        if not path.stat().st_mode & _WRITABLE or not os.access(path, os.W_OK):
            raise UnrepairableError(f"{path} is read-only")
        content = path.read_bytes()
        content.decode()
    except UnicodeDecodeError:
        raise UnrepairableError(f"{path} is not UTF-8") from None
    except OSError as error:
        raise UnrepairableError(f"{path} cannot be read: {error.strerror}") from None
    return content


def _text_of(content: bytes) -> str:
    return content.removeprefix(_BYTE_ORDER_MARK).decode()


def _is_unicode(text: str) -> bool:
    """Whether a text can be written: half of a surrogate pair cannot."""
    return not any("\ud800" <= char <= "\udfff" for char in text)


def _write(path: Path, content: bytes) -> None:
    """Puts a file in the place of another, with its permissions; a link goes on leading to it."""
    target = path.resolve()
    handle, name = tempfile.mkstemp(prefix=f".{target.stem}-", suffix=".tmp", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        shutil.copymode(target, name)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    if target.suffix == ".py":  # compiled files tell versions apart by seconds and size, which is too coarse
        with suppress(OSError, NotImplementedError):
            Path(importlib.util.cache_from_source(str(target))).unlink()


# --------------------------------------------------------------------------------------------- comparison


def _reread(given: str, original: Original) -> Mapping[str, Any]:
    """The document of what the path names now; Python is imported by a process of its own."""
    if not original.is_code:
        return to_document(load_contract(given))
    # -P: as for the command itself, the current folder comes in front only when the contract is imported.
    command = [sys.executable, "-B", "-P", "-c", _EXPORT, given]
    try:
        done = subprocess.run(  # noqa: S603 - this Python, with a program of ours
            command, check=False, stdin=subprocess.DEVNULL, capture_output=True, timeout=_LONGEST_IMPORT
        )
    except subprocess.TimeoutExpired:
        raise _not_imported(f"it was not imported within {_LONGEST_IMPORT} seconds") from None
    if done.returncode != 0:
        told = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise _not_imported(told[-1] if told else "importing it ended without a message")
    return cast("Mapping[str, Any]", msgspec.json.decode(done.stdout))


def _not_imported(what: str) -> FailwellError:
    return FailwellError(what, code="import-failed", hint="mend it by hand")


def _by_code(document: Mapping[str, Any]) -> _Problems:
    return {problem["code"]: problem for problem in document["problems"]}


def _difference(before: _Problems, after: _Problems, edits: Sequence[Edit], contract: Contract) -> str:
    """What is not as it was meant; empty if all is."""
    meant = {code: {**problem} for code, problem in before.items()}
    said = {code: {**problem} for code, problem in after.items()}
    for edit in edits:
        code = _code_of(edit, contract)
        if code in said and (_part(said[code], edit.at) or "") != edit.text:
            return "with it the contract says something else than was meant"
    for edit in edits:
        for problems in (meant, said):
            problems.get(_code_of(edit, contract), {}).pop(str(edit.at[0]), None)
    return "" if meant == said else "with it something else in the contract changes, too"


def _part(problem: Any, at: Sequence[str | int]) -> object:
    for step in at:
        try:
            problem = problem[step]
        except (LookupError, TypeError):
            return None
    return problem
