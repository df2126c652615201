"""The type surface: mypy and pyright accept the right uses and reject each wrong one."""

from __future__ import annotations

import json
import re
import runpy
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
MARK = re.compile(r"  # type: ignore\[.*\]$")
WRONG = (HERE / "wrong.py").read_text().splitlines()
MARKED = {number for number, line in enumerate(WRONG, 1) if MARK.search(line)}

Rejected = dict[str, dict[int, list[str]]]
"""What a checker says against each line of each file."""


def _mypy(*files: Path) -> list[tuple[str, int, str]]:
    run = _run("mypy", "--strict", "--output=json", *files)
    found = [json.loads(line) for line in run.stdout.splitlines()]
    return [(e["file"], e["line"], e["message"]) for e in found if e["severity"] == "error"]


def _pyright(*files: Path) -> list[tuple[str, int, str]]:
    run = _run("pyright", "--outputjson", *files)
    found = json.loads(run.stdout)["generalDiagnostics"]
    return [
        (e["file"], e["range"]["start"]["line"] + 1, e["message"]) for e in found if e["severity"] == "error"
    ]


def _run(checker: str, *args: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", checker, *map(str, args)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 1, run.stdout + run.stderr  # 1: there are findings, and the checker is well
    return run


@pytest.fixture(scope="session", params=[_mypy, _pyright])
def rejected(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Rejected:
    """One run of a checker over both files, the marks of the wrong one taken off."""
    bare = tmp_path_factory.mktemp("typing") / "wrong.py"
    bare.write_text("\n".join(MARK.sub("", line) for line in WRONG))
    lines: Rejected = defaultdict(lambda: defaultdict(list))
    for file, line, message in request.param(HERE / "right.py", bare):
        lines[Path(file).name][line].append(message)
    return lines


def test_right_uses_are_accepted(rejected: Rejected) -> None:
    assert rejected["right.py"] == {}


def test_every_wrong_use_is_rejected_and_nothing_else(rejected: Rejected) -> None:
    assert len(MARKED) >= 13
    found = rejected["wrong.py"]
    assert {WRONG[line - 1] for line in MARKED - found.keys()} == set()
    assert {WRONG[line - 1]: found[line] for line in found.keys() - MARKED} == {}


def test_right_uses_run() -> None:
    names = runpy.run_path(str(HERE / "right.py"), run_name="right")
    assert names["QuotaExceeded"].code == "quota_exceeded"
