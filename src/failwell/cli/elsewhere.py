"""Exports a contract in a process of its own: `python -m failwell.cli.elsewhere`, an `Order` on its input.

So Python of another commit can be imported beside that of the working tree.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile

import msgspec

from failwell.cli.export import export_document
from failwell.exceptions import FailwellError, SourceError

_LONGEST = 120  # seconds


class Order(msgspec.Struct, frozen=True):
    """What is to be exported.

    Attributes:
        source: the contract, as `load_contract` takes it, seen from `folder`.
        app: whose operations are listed too; empty for none.
        output: where the document goes.
        folder: to be in, and to import from first.
        tree: where the files of the commit are; empty for those of the working tree.
        top: the working tree that these stand in for.
    """

    source: str
    app: str
    output: str
    folder: str
    tree: str = ""
    top: str = ""


class _Told(msgspec.Struct, frozen=True):
    what: str
    code: str
    where: str
    hint: str


def export_elsewhere(source: str, app: str, folder: Path, tree: Path | None = None, top: str = "") -> bytes:
    """The document of a contract that another process imports.

    Args:
        source: the contract, as `load_contract` takes it, seen from `folder`.
        app: whose operations are listed too; empty for none.
        folder: to be in, and to import from first.
        tree: where the files of another commit are.
        top: the working tree that these stand in for.

    Raises:
        SourceError: as it was there.
    """
    with TemporaryDirectory(prefix="failwell-") as made:
        output = Path(made, "catalog.json")
        order = Order(source, app, str(output), str(folder), str(tree or ""), top)
        told, said = _run(order)
        if told or not output.is_file():
            raise _error(told, said, source)
        return output.read_bytes()


def _run(order: Order) -> tuple[bytes, str]:
    """What the other process tells of a failure, and the last line that it said to people."""
    command = [sys.executable, "-P", "-B", "-m", "failwell.cli.elsewhere"]
    # Files and no pipes: what is imported may start processes, and a pipe ends with the last of them.
    with TemporaryFile() as told, TemporaryFile() as said:
        try:
            subprocess.run(  # noqa: S603
                command,
                check=False, cwd=order.folder, input=msgspec.json.encode(order), stdout=told, stderr=said,
                timeout=_LONGEST,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise SourceError(
                f"it was not imported within {_LONGEST} seconds", code="import-failed", where=order.source,
                hint="look for code in it that waits for something",
            ) from None  # fmt: skip
        told.seek(0)
        said.seek(0)
        return told.read(), said.read().decode("utf-8", "replace").strip().rpartition("\n")[2]


def _error(told: bytes, said: str, source: str) -> SourceError:
    try:
        error = msgspec.json.decode(told, type=_Told)
    except msgspec.DecodeError:
        hint = "import it in a Python shell to see what is wrong"
        error = _Told(f"importing it failed: {said or 'without a message'}", "import-failed", source, hint)
    return SourceError(error.what, code=error.code, where=error.where, hint=error.hint)


# -------------------------------------------------------------------------------------- the other process


def main() -> int:
    """Does what the order on standard input says; the error, if there is one, is JSON on standard output."""
    order = msgspec.json.decode(sys.stdin.buffer.read(), type=Order)
    sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: PTH123, SIM115 - what is imported may want to read
    answer = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # and may print
    if order.tree:
        sys.path[:] = [_moved(path, order) for path in sys.path]
    sys.path.insert(0, order.folder)
    try:
        export_document(order.source, Path(order.output), order.app, quiet=True)
        _check_origins(order)
    except FailwellError as error:
        answer.write(msgspec.json.encode(_Told(error.what, error.code, error.where, error.hint)))
        answer.close()
        return 2
    return 0


def _moved(path: str, order: Order) -> str:
    """A folder of the working tree, as one of `src` or of an editable installation, is that of the commit."""
    if _is_of_tree(path, order):
        return str(Path(order.tree, Path(path).resolve().relative_to(order.top)))
    return path


def _is_of_tree(path: str, order: Order) -> bool:
    full = Path(path).resolve()
    is_installed = full.is_relative_to(Path(sys.prefix).resolve()) or "site-packages" in full.parts
    return full.is_relative_to(order.top) and not is_installed and not full.is_relative_to(order.tree)


def _check_origins(order: Order) -> None:
    """Nothing may come from the working tree: that would compare it with itself, in part."""
    if not order.tree:
        return
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if file and name.partition(".")[0] not in ("failwell", "__main__") and _is_of_tree(file, order):
            raise SourceError(
                f"importing it took {name!r} from the working tree, not from the commit",
                code="import-failed", where=order.source,
                hint="name the contract by its file instead of a module that is installed as editable",
            )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
