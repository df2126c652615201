"""The server programs of `make bench`: each app answers what it should, so none measures the wrong thing.

Each program runs in a process of its own: the settings of Django are the whole process's.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
IN_PROCESS = ("starlette", "fastapi", "litestar", "flask", "django", "drf")


def _run(statement: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", statement], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("framework", IN_PROCESS)
def test_each_app_answers_what_its_program_says(framework: str) -> None:
    said = _run(f"from bench import servers_{framework} as program; print(program.rows(0))")
    assert said == "[]\n"  # no rounds, so nothing but the checks


@pytest.mark.parametrize("framework", ["Starlette", "Django"])
def test_the_same_apps_answer_over_loopback(framework: str) -> None:
    said = _run(f"from bench.loopback import rows_of; print(rows_of({framework!r}, 0))")
    assert said == "[]\n"


def test_an_app_that_answers_something_else_is_not_measured() -> None:
    statement = """if True:
        from bench.task import ERROR, OURS, Answer, Task
        right = b'{"code":"gone","request_id":"req_1"}'
        task = Task(ERROR, {}, 404, "gone")
        task.check(OURS, Answer(404, {"x-request-id": "req_1"}, right))
        task.check("peer", Answer(404, {}, b""))
        for who, answer in (
            ("peer", Answer(500, {}, b"")),
            ("peer + id", Answer(404, {}, b"")),
            (OURS, Answer(404, {"x-request-id": "req_2"}, right)),
            (OURS, Answer(404, {"x-request-id": "req_1"}, right.replace(b"gone", b"lost"))),
        ):
            try:
                task.check(who, answer)
            except AssertionError:
                print("refused")
    """
    assert _run(statement) == "refused\n" * 4


def test_without_wrk_the_loopback_program_says_how_to_get_it() -> None:
    statement = """if True:
        import os
        os.environ["PATH"] = ""
        from bench.__main__ import section
        print(section("loopback", 1))
    """
    assert "Not measured: wrk is not installed: `apt install wrk`" in _run(statement)
