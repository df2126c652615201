"""`--app`: the operations of an app, whatever framework it is of."""

from __future__ import annotations

import importlib
import os
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from failwell.contract import Contract
from failwell.exceptions import FailwellError, SourceError
from failwell.source import ListedOperation, listed

FRAMEWORKS = ("fastapi", "starlette", "litestar", "flask", "django")
"""Those whose adapter lists operations: `failwell.<framework>.operations`."""

_INNER = ("app", "application", "wrapped", "wsgi_app", "__self__")  # where middleware has what it wraps
_DEEPEST = 20  # layers of middleware around an app


def operations_of(given: str, contract: Contract) -> tuple[ListedOperation, ...]:
    """The operations of an app, with the codes that they can raise.

    Args:
        given: `MODULE:APP`, as servers take it, or `MODULE:FACTORY()`; a file may stand for the module.
            Of a Django site also its settings module alone.
        contract: of the app; every code has to be one of its codes.

    Raises:
        FailwellError: if importing it fails, it is no app of a known framework, the extra is missing, or a
            code is not in the catalog.
    """
    module, _, name = given.partition(":")
    _import_from(Path.cwd())
    try:
        with redirect_stdout(sys.stderr):  # what a module prints is no part of a report
            found = listed(_operations(_imported(module), name, given) if name else _site(module))
    except FailwellError:
        raise
    except (Exception, SystemExit) as error:
        raise SourceError(
            f"importing it failed: {type(error).__name__}: {error}", code="app-import-failed", where=given,
            hint="call failwell in the environment and folder in which the app runs; "
            "--debug shows the traceback",
        ) from error  # fmt: skip
    for operation in found:
        for code in operation.codes:
            if code not in contract.catalog.records:
                raise SourceError(
                    f"{operation} can raise {code!r}, which the catalog {contract.catalog.name!r} "
                    "does not have",
                    code="app-of-another-catalog", where=given,
                    hint="name the contract that the app is installed with",
                )  # fmt: skip
    return found


def _imported(module: str) -> Any:
    """Imports a module by its name, or a file by the name that its neighbours know it by."""
    if not module.endswith(".py"):
        return importlib.import_module(module)
    file = Path(module).resolve()
    if not file.is_file():
        raise SourceError(
            "there is no such file", code="no-such-app", where=module,
            hint="write --app MODULE:APP, as you do for the server: shop.main:app",
        )  # fmt: skip
    root, names = file.parent, [file.stem]
    while (root / "__init__.py").is_file():
        names.insert(0, root.name)
        root = root.parent
    _import_from(root)
    return importlib.import_module(".".join(names).removesuffix(".__init__"))


def _operations(module: Any, name: str, given: str) -> Any:
    attribute, call, _ = name.partition("()")
    app: Any = module
    for part in attribute.split("."):
        app = getattr(app, part, None)
    if call and callable(app):
        app = app()
    framework, app = _framework(app)
    if not framework:
        raise SourceError(
            f"{name!r} is no app of a framework whose operations can be listed",
            code="no-such-app", where=given,
            hint=f"name an app of {', '.join(FRAMEWORKS)}; of a function that makes one, write "
            f"{module.__name__}:{attribute}()",
        )  # fmt: skip
    adapter = importlib.import_module(f"failwell.{framework}")
    return adapter.operations() if framework == "django" else adapter.operations(app)


def _framework(app: Any) -> tuple[str, Any]:
    """The framework that an app is of, and the app itself, which middleware may be wrapped around."""
    for _ in range(_DEEPEST):
        for kind in type(app).__mro__:
            root = kind.__module__.partition(".")[0]
            if root in FRAMEWORKS and "middleware" not in kind.__module__:
                return root, app
        inner = (getattr(app, word, None) for word in _INNER)
        app = next((one for one in inner if one is not None), None)
    return "", app


def _site(settings: str) -> Any:
    """The operations of a Django site by its settings module."""
    os.environ["DJANGO_SETTINGS_MODULE"] = settings
    adapter = importlib.import_module("failwell.django")
    if not hasattr(importlib.import_module(settings), "ROOT_URLCONF"):
        raise SourceError(
            "it says neither which app, nor is it a settings module of Django",
            code="no-such-app", where=settings, hint=f"write --app {settings}:app",
        )  # fmt: skip
    importlib.import_module("django").setup()
    return adapter.operations()


def _import_from(folder: Path) -> None:
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
