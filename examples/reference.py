"""The references and mocks of the five catalogs, as `failwell serve` shows them."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from examples.catalogs import EXAMPLES

_ROOT = Path(__file__).parents[1]
_ORIGIN = re.compile(r"http://[\w.:\-\[\]]+")
_SECONDS_TO_END = 10


class NotServedError(Exception):
    """`failwell serve` has ended instead of serving; the text is what it said."""


@contextmanager
def served(port: int = 0) -> Iterator[str]:
    """Runs the command on loopback, and gives its origin: `http://127.0.0.1:8400`.

    Args:
        port: 0 for any that is free.

    Raises:
        NotServedError: if it does not come up, for instance because the port is taken.
    """
    command = [sys.executable, "-m", "failwell.cli", "serve", "--port", str(port), "--no-reload"]
    command += [str(example.source.relative_to(_ROOT)) for example in EXAMPLES]
    with subprocess.Popen(  # noqa: S603 - our own command
        command, cwd=_ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield _origin(process)
        finally:
            process.terminate()
            try:
                process.wait(_SECONDS_TO_END)
            except subprocess.TimeoutExpired:
                process.kill()


def _origin(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None  # noqa: S101 - both are pipes
    assert process.stderr is not None  # noqa: S101
    for line in process.stdout:
        found = _ORIGIN.search(line)
        if found:
            # What it says from now on is read, so that it never waits for a reader.
            for stream in (process.stdout, process.stderr):
                threading.Thread(target=stream.read, daemon=True).start()
            return found[0]
    raise NotServedError(process.stderr.read().strip())
