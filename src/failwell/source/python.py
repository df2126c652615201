"""Contracts in Python: a file or a module, and `PATH:name` for one of its variables."""

from __future__ import annotations

import importlib
import importlib.util
import sys
import sysconfig
import traceback
from collections.abc import Mapping
from contextlib import redirect_stdout
from pathlib import Path
from types import ModuleType
from typing import NoReturn, TypeVar

from failwell.contract import Contract
from failwell.declare import Catalog
from failwell.exceptions import FailwellError, SourceError
from failwell.wire import dialects

_Kind = TypeVar("_Kind")
_NOT_THE_USERS = (
    str(Path(__file__).parents[1]),
    sysconfig.get_path("stdlib"),
    sysconfig.get_path("purelib"),
    "<",
)


def load_python(given: str) -> Contract:
    """Imports what `given` names and returns its contract; a catalog alone gets the dialect `PROBLEM`.

    Args:
        given: a Python file or the name of a module, with `:name` where it holds several contracts.

    Raises:
        SourceError: if there is no such file or module, importing it fails, or it holds no contract or
            several of them.
    """
    path, colon, name = given.rpartition(":")
    if not colon or not name.isidentifier():
        path, name = given, ""
    module = _imported(path)
    return _named(module, name, path) if name else _only(module, path)


# ---- importing the module


def _imported(path: str) -> ModuleType:
    file = Path(path)
    if (file / "__init__.py").is_file():
        file /= "__init__.py"
    if not file.is_file() and (file.suffix == ".py" or len(file.parts) != 1):
        _no_such(path)
    if file.is_file() and file.suffix != ".py":
        raise SourceError(
            "it is neither a Python file nor a document", code="no-contract", where=path,
            hint="name a file that ends with .py or .json, a module, or a folder with a catalog.toml",
        )  # fmt: skip
    _import_from(Path.cwd())
    try:
        with redirect_stdout(sys.stderr):  # what a module prints is no part of what is made of its contract
            return _import_file(file.resolve()) if file.is_file() else importlib.import_module(path)
    except ModuleNotFoundError as error:
        if not file.is_file() and error.name is not None and f"{path}.".startswith(f"{error.name}."):
            _no_such(path)
        _failed(path, error)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a module is code: anything can come out of it
        _failed(path, error)


def _import_file(file: Path) -> ModuleType:
    """Imports a file under the name that its neighbours know it by, so that no class exists twice."""
    root, names = file.parent, [file.stem]
    # A package named like one of the standard library's, such as `platform`, is known by its parent's name.
    while (root / "__init__.py").is_file() or (len(names) > 1 and names[0] in sys.stdlib_module_names):
        names.insert(0, root.name)
        root = root.parent
    _import_from(root)
    name = ".".join(names).removesuffix(".__init__")
    if name not in sys.modules:
        module = importlib.import_module(name)
        if _is_from(module, file):
            return module
    elif _is_from(sys.modules[name], file):
        return sys.modules[name]
    return _import_as(f"{name}@{file}", file)  # the name is another module's


def _import_as(name: str, file: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, file)
    if name in sys.modules or spec is None or spec.loader is None:
        return sys.modules[name]
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _is_from(module: ModuleType, file: Path) -> bool:
    origin = getattr(module, "__file__", None)  # built-in modules have none
    return origin is not None and Path(origin).resolve() == file


def _import_from(folder: Path) -> None:
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))


# ---- choosing the contract


def _named(module: ModuleType, name: str, path: str) -> Contract:
    found = vars(module).get(name)
    if isinstance(found, Catalog):
        return Contract(found, dialect=dialects.PROBLEM)
    if isinstance(found, Contract):
        return found
    listed = ", ".join(_variables(module, Contract) | _variables(module, Catalog)) or "none"
    raise SourceError(
        f"{name!r} is no contract here" if found is not None else f"there is no {name!r}",
        code="no-such-contract", where=path, hint=f"name one of its contracts and catalogs: {listed}",
    )  # fmt: skip


def _only(module: ModuleType, path: str) -> Contract:
    contracts, catalogs = _variables(module, Contract), _variables(module, Catalog)
    found: Mapping[str, Contract | Catalog] = contracts or catalogs
    if not found:
        raise SourceError(
            "it holds neither a Contract nor a Catalog", code="no-contract", where=path,
            hint="add one at its top level: contract = Contract(catalog, dialect=dialects.PROBLEM)",
        )  # fmt: skip
    if len(found) > 1:
        raise SourceError(
            f"it holds several {'contracts' if contracts else 'catalogs'}: {', '.join(found)}",
            code="several-contracts", where=path, hint=f"say which: {path}:{next(iter(found))}",
        )  # fmt: skip
    return _named(module, next(iter(found)), path)


def _variables(module: ModuleType, kind: type[_Kind]) -> dict[str, _Kind]:
    """The module's variables of a kind; of several names for one object the first."""
    found: dict[int, str] = {}
    for name, value in vars(module).items():
        if isinstance(value, kind):
            found.setdefault(id(value), name)
    return {name: vars(module)[name] for name in found.values()}


# ---- telling what failed


def _no_such(path: str) -> NoReturn:
    raise SourceError(
        "there is no such file or module", code="no-such-file", where=path,
        hint="name a Python file or a module that holds a contract, a folder with a catalog.toml, or a "
        "catalog.json; explain takes it by --from, diff by --path, and lint, diff and explain also from "
        "FAILWELL_CONTRACT",
    ) from None  # fmt: skip


def _failed(path: str, error: BaseException) -> NoReturn:
    where = _place(error) or path
    if isinstance(error, FailwellError):
        where = f"{where}, {error.where}" if error.where else where
        raise SourceError(error.what, code=error.code, where=where, hint=error.hint) from error
    what = f"importing it failed: {type(error).__name__}: {error}"
    hint = "mend the file, or call failwell in the environment and folder in which it can be imported"
    raise SourceError(
        what, code="import-failed", where=where, hint=f"{hint}; --debug shows the traceback"
    ) from error


def _place(error: BaseException) -> str:
    """File and line of the user's code nearest to the failure."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{error.filename}:{error.lineno}"
    frames = traceback.extract_tb(error.__traceback__)
    own = [f for f in frames if not f.filename.startswith(_NOT_THE_USERS)]
    return f"{own[-1].filename}:{own[-1].lineno}" if own else ""
