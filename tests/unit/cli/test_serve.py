"""`failwell serve` as a process: what it says, what it serves, and how it ends."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Run


@contextmanager
def _serving(folder: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """The process, and what it has said by the time it is ready."""
    with subprocess.Popen(
        [sys.executable, "-m", "failwell.cli", "serve", "--port", "0", *arguments],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if name != "FORCE_COLOR"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        try:
            said: list[str] = []
            assert process.stdout is not None
            for line in process.stdout:
                said.append(line)
                if "Ctrl-C" in line:
                    break
            yield process, said
        finally:
            process.kill()


def _get(address: str) -> tuple[int, str]:
    found = re.fullmatch(r"http://([^:/]+):(\d+)(/.*)", address)
    assert found
    connection = http.client.HTTPConnection(found[1], int(found[2]), timeout=20)
    try:
        connection.request("GET", found[3])
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def test_it_says_where_things_are_and_serves_them_until_ctrl_c(folder: Path) -> None:
    with _serving(folder, "errors.py") as (process, said):
        text = "".join(said)
        assert text.startswith("drops, 3 codes and 19 standard ones\n  Reference  http://127.0.0.1:")
        assert "\x1b" not in text, "no colours where there is no terminal"
        addresses = re.findall(r"http://\S+", text)
        assert [_get(address)[0] for address in addresses] == [200, 413, 200, 200]
        assert "quota_exceeded" in _get(addresses[0])[1]
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=20)
    assert (process.returncode, errors) == (130, "")


def test_it_reads_changes_and_says_so(folder: Path) -> None:
    with _serving(folder, "errors.py") as (process, said):
        address = re.findall(r"http://\S+", "".join(said))[0]
        file = folder / "errors.py"
        source = file.read_text()
        assert _get(address)[0] == 200  # it runs, so it watches
        assert process.stdout is not None
        file.write_text(source.replace('title="Quota exceeded"', 'title="Too much"'))
        assert process.stdout.readline() == "Read errors.py again: 3 codes and 19 standard ones\n"
        assert "Too much" in _get(f"{address}quota_exceeded")[1]
        file.write_text("1 / 0\n")
        assert process.stdout.readline().startswith(
            f"Error: {file}:1: importing it failed: ZeroDivisionError"
        )
        assert "ZeroDivisionError" in _get(address)[1]


def test_several_catalogs_are_each_told(folder: Path) -> None:
    (folder / "other.py").write_text(
        (folder / "errors.py").read_text().replace('Catalog("drops"', 'Catalog("other"')
    )
    with _serving(folder, "errors.py", "other.py", "--base-url", "https://errors.example/x") as (_, said):
        addresses = re.findall(r"Reference +(\S+)", "".join(said))
    assert addresses == ["https://errors.example/x/drops/", "https://errors.example/x/other/"]


def test_who_lets_others_in_is_warned(folder: Path) -> None:
    with _serving(folder, "errors.py", "--host", "0.0.0.0") as (_, said):
        (warning,) = (line for line in said if line.startswith("Warning: "))
        assert "everybody who reaches this machine at 0.0.0.0 can read these pages" in warning
        assert "--base-url" in warning


def test_a_port_that_is_taken_is_one_message(failwell: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = failwell("serve", "errors.py", "--port", str(port))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"Error: 127.0.0.1:{port}: cannot listen there: the port is taken\n"
        "  To mend it: choose another host or port; --port 0 takes any that is free\n"
        "  [cannot-listen]\n"
    )


@pytest.mark.parametrize(
    ("source", "text"), [("1 / 0\n", "ZeroDivisionError"), ("x = 1\n", "neither a Contract")]
)
def test_a_source_that_is_broken_at_the_start_is_one_message(
    failwell: Run, folder: Path, source: str, text: str
) -> None:
    (folder / "broken.py").write_text(source)
    done = failwell("serve", "broken.py", "--port", "0")
    assert (done.returncode, done.stdout) == (2, "")
    assert text in done.stderr
    assert done.stderr.count("To mend it:") == 1
    assert "Traceback" not in done.stderr


def test_without_reload_nothing_is_read_again(folder: Path) -> None:
    with _serving(folder, "errors.py", "--no-reload") as (_, said):
        assert said[-1] == "Ctrl-C ends it.\n"
