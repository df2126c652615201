"""A server program that runs for tests: in a temporary folder, on its own port, no longer than they do."""

from __future__ import annotations

import os
import pwd
import random
import signal
import socket
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Self, TypedDict

# Waits for the end of its input, which comes when the tests are over, also when they are killed: nobody else
# has the other end. PR_SET_PDEATHSIG would be less: it fires when the thread ends that started the program,
# dies with a change of user, and leaves the folder behind. A line on the input says which process to end.
_WATCH = """
while read -r line; do server=$line; done
if [ -n "$server" ]; then
    children=$(cat "/proc/$server/task/$server/children")
    kill -s "$1" "$server"
    kill -s CONT "$server" $children # they may be paused
    tries=0
    while [ -e "/proc/$server/exe" ] && [ $((tries += 1)) -le 100 ]; do sleep 0.05; done
fi
rm -rf "$2"
"""

PATIENCE = 30.0
"""Seconds to wait for what is to come at once: a busy machine is not a finding."""


def wait_until(reached: Callable[[], bool], what: str) -> None:
    """Looks again and again until something has been reached, or fails with what has not."""
    deadline = time.monotonic() + PATIENCE
    while not reached():
        if time.monotonic() > deadline:
            raise TimeoutError(f"after {PATIENCE:.0f} s, still not reached: {what}")
        time.sleep(0.005)


def free_port() -> int:
    """A loopback port nobody listens on, below those that the system gives to outgoing connections.

    One of those could be taken while the program is down, and a client that tries to reach it then can even
    reach itself.
    """
    for port in random.sample(range(12_000, 32_000), 100):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError("none of 100 loopback ports between 12000 and 32000 is free")


def _state(pid: int) -> str:
    """How the system describes a process: T is stopped, Z is dead but not yet collected, X is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return "X"


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _is_stopped(pid: int) -> bool:
    return _state(pid) in "TZX"


def _is_over(pid: int) -> bool:
    return _state(pid) in "ZX"


def _send(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):  # a child may have ended by itself
        os.kill(pid, number)


def _stop(pid: int) -> None:
    _send(pid, signal.SIGSTOP)
    wait_until(partial(_is_stopped, pid), f"process {pid} stops")


class _Identity(TypedDict, total=False):
    """As whom a process runs, in the words of `subprocess`; empty: as whoever starts it."""

    user: int
    group: int
    extra_groups: list[int]


class Program(ABC):
    """A server program, started and stopped by `with`.

    A subclass says how it is called and when it is ready.

    Attributes:
        folder: what it writes, its log included.
        port: where it listens on 127.0.0.1, the same after a restart.
    """

    ending = signal.SIGKILL
    """What ends it quickly and leaves nothing behind outside of its folder."""

    account: str | None = None
    """The system's user that it runs as; None: the one of the tests."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="failwell-"))
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        # The watch, like the program, is not of the terminal's process group: Ctrl-C is for the tests.
        self._watch = subprocess.Popen(
            ["/bin/sh", "-c", _WATCH, "watch", self.ending.name.removeprefix("SIG"), self.folder],
            stdin=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            process_group=0,
        )

    @abstractmethod
    def _command(self) -> list[str]:
        """The program and its arguments."""

    @abstractmethod
    def _is_ready(self, pid: int) -> bool:
        """Whether this very process, and not another that was given the port, answers."""

    @property
    def is_running(self) -> bool:
        """Whether the program runs; it does while paused."""
        return self._process is not None and self._process.poll() is None

    def __enter__(self) -> Self:
        try:
            self.prepare()
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def prepare(self) -> None:  # noqa: B027 - most programs need nothing
        """Does what has to be done once, before the first start."""

    def _identity(self) -> _Identity:
        if self.account is None:
            return {}
        account = pwd.getpwnam(self.account)
        return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}

    def start(self) -> None:
        """Starts the program, and returns when it answers."""
        with self.log.open("ab") as log:
            process = self._process = subprocess.Popen(
                self._command(),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                process_group=0,
                **self._identity(),
            )
        self._tell_watch(str(process.pid))
        self._wait_for(process)

    def _wait_for(self, process: subprocess.Popen[bytes]) -> None:
        name = Path(self._command()[0]).name

        def answers_or_ended() -> bool:
            return process.poll() is not None or self._is_ready(process.pid)

        try:
            wait_until(answers_or_ended, f"{name} answers on port {self.port}")
        except TimeoutError as error:
            raise RuntimeError(f"{error}; the end of its log:\n{self._tail()}") from error
        if process.returncode is not None:
            raise RuntimeError(
                f"{name} ended with {process.returncode} before it answered on port {self.port}; "
                f"the end of its log:\n{self._tail()}"
            )

    @property
    def log(self) -> Path:
        """What the program says."""
        return self.folder / "log"

    def _tail(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-20:])

    def _tell_watch(self, line: str) -> None:
        assert self._watch.stdin
        self._watch.stdin.write(f"{line}\n".encode())
        self._watch.stdin.flush()

    def pause(self) -> None:
        """Lets it accept connections, but never answer."""
        for pid in self._family()[:1]:
            _stop(pid)
        for pid in self._family()[1:]:  # looked up anew: stopped, it cannot have had more since
            _stop(pid)

    def resume(self) -> None:
        """Lets it go on after a pause."""
        for pid in self._family():
            _send(pid, signal.SIGCONT)

    def kill(self) -> None:
        """Ends it and its children at once, by SIGKILL. What they wrote to files stays written."""
        if self._process is None or not self.is_running:
            return
        self.pause()
        family = self._family()
        for pid in family:
            _send(pid, signal.SIGKILL)
        self._process.wait()
        self._tell_watch("")
        for pid in family:
            wait_until(partial(_is_over, pid), f"process {pid} ends")

    def restart(self) -> None:
        """Starts it again on the same port, with what is in its folder. It is killed first if it runs."""
        self.kill()
        self.start()

    def mend(self) -> None:
        """Makes it run and answer, whatever was done to it before."""
        self.resume()
        if not self.is_running:
            self.start()

    def stop(self) -> None:
        """Ends it for good, and takes its folder away."""
        if self._process and self.is_running:
            self.resume()
            self._process.send_signal(self.ending)
            self._process.wait()
        self._tell_watch("")  # its number may be another's by now
        assert self._watch.stdin
        self._watch.stdin.close()
        self._watch.wait()

    def _family(self) -> list[int]:
        """It and its children; empty if it does not run."""
        if self._process is None or not self.is_running:
            return []
        return [self._process.pid, *_children(self._process.pid)]
