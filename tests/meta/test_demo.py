"""The demo, as `make demo ARGS=--once` runs it."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from examples.drops.demo import RecordingWorld, play_all, show
from examples.drops.scenarios import Scenario

ROOT = Path(__file__).parents[2]


def _start(*arguments: str) -> subprocess.Popen[str]:
    command: Sequence[str] = [sys.executable, "-m", "examples.drops.demo", *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_once_provokes_every_error_and_ends() -> None:
    with _start("--once") as process:
        out, err = process.communicate(timeout=120)
    lines = out.splitlines()
    assert (process.returncode, err) == (0, "")
    assert lines[-1] == "22 of 22 provoked"
    assert len([line for line in lines if line.startswith("provoked ")]) == 22
    assert re.search(r"^ *quota_exceeded +413 .* QuotaExceeded *$", out, re.MULTILINE)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stays_up_until_it_is_interrupted(number: signal.Signals) -> None:
    with _start() as process:
        assert process.stdout is not None
        lines = iter(process.stdout.readline, "")
        shown = [next(lines)]
        while not shown[-1].startswith("Up until"):
            shown.append(next(lines))
        port = next(int(line.rpartition(":")[2]) for line in shown if line.startswith("service "))
        with socket.create_connection(("127.0.0.1", port), timeout=5):
            pass
        process.send_signal(number)
        _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    assert "22 of 22 provoked\n" in shown


def test_a_port_that_is_taken_is_told_in_one_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        with _start("--once", "--port", port) as process:
            out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (1, "")
    assert err.startswith(f"Port {port} cannot be used: ")
    assert err.count("\n") == 1


def test_a_scenario_that_fails_says_what_happened_and_the_others_go_on() -> None:
    def fail(_: object) -> None:
        raise ZeroDivisionError("a bug in the scenario")

    scenarios = [
        Scenario("not_found", "a success", lambda world: world.client().get("/openapi.json")),
        Scenario("quota_exceeded", "another code", lambda world: world.client().get("/nowhere")),
        Scenario("not_found", "no answer at all", fail),
        Scenario("not_found", "as it should be", lambda world: world.client().get("/nowhere")),
    ]
    console = Console(file=StringIO(), width=140)
    with RecordingWorld.start() as world:
        outcomes = play_all(world, scenarios, console)
    show(outcomes, console)
    told = [" ".join(outcome.faults).partition(":")[0] for outcome in outcomes]
    assert told == [
        "every request succeeded",
        "caught as NotFound, which is not the class of this code",
        "ZeroDivisionError instead of a problem",
        "",
    ]
    assert isinstance(console.file, StringIO)
    assert (
        "not_found: ZeroDivisionError instead of a problem: a bug in the scenario" in console.file.getvalue()
    )
