"""The face of the package: what it exports, that each export is there, and what importing it costs."""

from __future__ import annotations

import ast
import importlib
import json
import os
import pkgutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import failwell

SOURCE = Path(failwell.__path__[0])
PACKAGES = [
    "failwell",
    *(info.name for info in pkgutil.walk_packages(failwell.__path__, "failwell.") if info.ispkg),
]
HEAVY = {"asyncio", "concurrent", "dataclasses", "email", "http", "logging", "socket", "ssl", "urllib"}

IMPORTS = """
import json, sys, time
import msgspec
before = set(sys.modules)
start = time.perf_counter()
import failwell
milliseconds = (time.perf_counter() - start) * 1000
print(json.dumps([milliseconds, sorted(set(sys.modules) - before)]))
"""


def _order(name: str) -> tuple[bool, bool, str]:
    """Constants, then classes, then the rest, as the linter sorts."""
    return not name.isupper(), not name[0].isupper(), name


def _handed_on(module: ModuleType) -> set[str]:
    """What an `__init__` brings in from the package's own modules."""
    tree = ast.parse(Path(module.__file__ or "").read_text())
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module != "__future__"]
    ours = [node for node in imports if f"{node.module}.".startswith(f"{module.__name__}.")]
    return {alias.asname or alias.name for node in ours for alias in node.names}


def test_the_face_has_at_most_twenty_names() -> None:
    assert len(failwell.__all__) <= 20


def test_the_names_of_the_readme_are_on_the_face() -> None:
    """Those that the first lines of any user's program import."""
    used = {"Catalog", "Contract", "Member", "Problem", "Resolve", "Retry", "dialects", "raises"}
    assert used <= set(failwell.__all__)


@pytest.mark.parametrize("name", PACKAGES)
def test_a_package_says_what_it_exports_sorted_and_complete(name: str) -> None:
    module = importlib.import_module(name)
    exported: list[str] = module.__all__
    assert exported == sorted(exported, key=_order)
    assert [export for export in exported if not hasattr(module, export)] == []
    assert _handed_on(module) - set(exported) == set()


def test_every_package_has_an_init() -> None:
    """A folder without one would be a package that no test above sees."""
    assert {path.parent for path in SOURCE.rglob("*.py")} == {
        path.parent for path in SOURCE.rglob("__init__.py")
    }


def _import_in_a_new_process(cache: Path) -> tuple[float, list[str]]:
    env = {key: value for key, value in os.environ.items() if not key.startswith(("COV", "PYTHONDONTWRITE"))}
    command = [sys.executable, "-c", IMPORTS]
    env["PYTHONPYCACHEPREFIX"] = str(cache)
    run = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    milliseconds, added = json.loads(run.stdout)
    return milliseconds, added


def test_importing_the_face_is_light(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One third party and nothing heavy; the time depends on the machine, so it is shown, not asserted."""
    _import_in_a_new_process(tmp_path)  # compiles, as an installation does
    milliseconds, added = _import_in_a_new_process(tmp_path)
    own = [module for module in added if module.split(".")[0] == "failwell"]
    roots = {module.split(".")[0] for module in added} - {"failwell"}
    with capsys.disabled():
        print(f"\nimport failwell: {milliseconds:.1f} ms, {len(own)} own modules, {sorted(roots)} beside")  # noqa: T201
    assert roots & HEAVY == set()
    assert roots <= sys.stdlib_module_names
    assert len(own) <= 40
