"""Facts about the repository itself: pins, reasons, addresses, and where third parties are imported."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions, requires
from pathlib import Path

import grimp
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PYPROJECT = (ROOT / "pyproject.toml").read_text()
PROJECT = tomllib.loads(PYPROJECT)["project"]


# What stands before the name of the extra: adapters are modules of failwell, stores those of failwell.store.
_BEFORE_EXTRA = re.compile(r"^failwell\.(store\.)?")


def _requirement_lines() -> list[str]:
    lines = [line for path in (ROOT / "requirements").glob("*.txt") for line in path.read_text().splitlines()]
    return [line for line in lines if line and not line.startswith(("#", "-r "))]


def _names(requirements: list[str]) -> set[str]:
    return {canonicalize_name(Requirement(line).name) for line in requirements}


def test_every_requirement_is_pinned_by_name_and_version() -> None:
    lines = _requirement_lines()
    assert len(lines) > 30
    assert [line for line in lines if not re.fullmatch(r"[a-z0-9-]+(\[[a-z]+\])?==[0-9][0-9.]*", line)] == []


def test_what_a_requirement_needs_is_pinned_too() -> None:
    pinned = _names(_requirement_lines())
    missing = set()
    for requirement in map(Requirement, _requirement_lines()):
        for extra in requirement.extras or {""}:
            needed = map(Requirement, requires(requirement.name) or [])
            missing |= {n.name for n in needed if n.marker is None or n.marker.evaluate({"extra": extra})}
    assert {canonicalize_name(name) for name in missing} - pinned == set()


def test_no_file_names_a_package_index() -> None:
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    files = [ROOT / name for name in names if name and (ROOT / name).is_file()]
    index = re.compile(rb"https?://[^\s\"'`)]+/simple\b|--(extra-)?index-url[ =]|--find-links[ =]")
    assert ROOT / "pyproject.toml" in files
    assert [path for path in files if index.search(path.read_bytes())] == []


@pytest.mark.parametrize(
    "table", ["project", "project.optional-dependencies", "tool.ruff.lint", "tool.ruff.lint.per-file-ignores"]
)
def test_every_dependency_and_every_ignored_rule_has_its_reason(table: str) -> None:
    section = PYPROJECT.partition(f"\n[{table}]\n")[2].partition("\n[")[0]
    entries = re.findall(r'^    ".*$', section, re.MULTILINE)
    assert entries
    assert [entry for entry in entries if not re.search(r'",  # \w.{9,}$', entry)] == []


def test_third_parties_stay_in_the_module_named_like_their_extra() -> None:
    """The core imports its one dependency; the module of an extra, what that extra installs."""
    core = _names(PROJECT["dependencies"])
    extras = {name: _names(listed) for name, listed in PROJECT["optional-dependencies"].items()}
    graph = grimp.build_graph("failwell", include_external_packages=True, cache_dir=None)
    distributions = packages_distributions()
    strays = [
        f"{module} imports {package}"
        for package in sorted(graph.modules)
        if graph.is_module_squashed(package) and package not in sys.stdlib_module_names
        for module in sorted(graph.find_modules_that_directly_import(package))
        if not {canonicalize_name(name) for name in distributions.get(package, [])}
        & (core | extras.get(_BEFORE_EXTRA.sub("", module).partition(".")[0], set()))
    ]
    assert strays == []


def test_a_test_cannot_leave_this_machine() -> None:
    with pytest.raises(AssertionError, match="tests stay on this machine"):
        socket.create_connection(("192.0.2.1", 9), timeout=1)  # TEST-NET-1, RFC 5737
