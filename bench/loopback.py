"""Servers over loopback: uvicorn (uvloop, httptools, one worker, no access log) under `wrk -c16`.

Measured is the server's CPU time per request, in a process of its own; medians of rounds of one second each.
The apps are those of the programs in process, and so are the floors. A request costs the server most in
uvicorn, so ratios are smaller than in process; on a busy machine they swing by a tenth. Django is on ASGI
here, with async views; it sends its own signals in threads, which costs more than all the rest. Flask is not
here: it needs a WSGI server, and none that anybody runs in production is among what these programs install.
"""

from __future__ import annotations

import http.client
import logging
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module

from bench.measure import Rounds, Row, UnavailableError, in_turn
from bench.task import BY_HAND, ERROR, FLOOR, FLOOR_ID, OURS, SUCCESS, Answer, App, Task

FRAMEWORKS = {
    "Starlette": "servers_starlette",
    "FastAPI": "servers_fastapi",
    "Litestar": "servers_litestar",
    "Django": "servers_django",
}
ROUNDS_IN_PROCESS = 10
"""A round here takes a second, not milliseconds: for so many that others do, one is done."""
START_SECONDS, STOP_SECONDS = 30, 5
_REQUESTS = re.compile(r"^\s*(\d+) requests in ", re.MULTILINE)
_FAILED = re.compile(r"Non-2xx or 3xx responses: (\d+)")


def rows(rounds: int) -> list[Row]:
    if shutil.which("wrk") is None:
        raise UnavailableError("wrk is not installed: `apt install wrk` or `brew install wrk`.")
    own_rounds = rounds // ROUNDS_IN_PROCESS or 1
    return [row for framework in FRAMEWORKS for row in rows_of(framework, own_rounds)]


def rows_of(framework: str, rounds: int) -> list[Row]:
    """One framework's rows. No rounds: the servers' answers are checked, and nothing is measured."""
    table: list[Row] = []
    for task in _tasks(framework):
        if task.work not in (ERROR, SUCCESS):
            continue
        baseline, *others = chosen = [who for who in task.apps if _is_asked(task.work, who)]
        with ExitStack() as running:
            servers = {who: running.enter_context(_server(framework, task.work, who)) for who in chosen}
            for who, server in servers.items():
                task.check(who, server.answer())
            measured = Rounds(_measure(servers, task.status, rounds))
        if rounds:
            work = f"{framework}, {'200' if task.work == SUCCESS else task.work}"
            table += [measured.ratio(who, baseline, work=work) for who in others]
    return table


def _is_asked(work: str, who: str) -> bool:
    """Handlers by hand say nothing new here, and what peers add to a 200 is less than the noise."""
    return who in (FLOOR, FLOOR_ID, OURS) if work == SUCCESS else who not in (FLOOR, BY_HAND)


def _measure(servers: dict[str, Server], status: int, rounds: int) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {who: [] for who in servers}
    for names in in_turn(servers, rounds):
        for who in names:
            times[who].append(servers[who].microseconds(status))
    return times


# ------------------------------------------------------------------------------------ one server process


class Server:
    """A server in another process, which tells on each line it reads how much CPU time it has used."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self._process, self._port = process, port

    def answer(self) -> Answer:
        """Asks once; the first time that waits until the server has started."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=START_SECONDS)
        try:
            connection.request("GET", "/")
            response = connection.getresponse()
            headers = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, headers, response.read())
        finally:
            connection.close()

    def microseconds(self, status: int) -> float:
        """CPU time per request, of as many as can be sent in a second."""
        start = self._used()
        command = ["wrk", "-t1", "-c16", "-d1s", f"http://127.0.0.1:{self._port}/"]
        said = subprocess.run(command, check=True, capture_output=True, text=True, timeout=30).stdout
        used = self._used() - start
        found, failed = _REQUESTS.search(said), _FAILED.search(said)
        assert found, said
        expected = found[1] if status >= 400 else "0"
        assert (failed[1] if failed else "0") == expected, said
        assert "Socket errors" not in said, said
        return used / int(found[1]) / 1_000

    def _used(self) -> int:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


@contextmanager
def _server(framework: str, work: str, who: str) -> Iterator[Server]:
    """Starts a server on a free port. It ends when its input does, so even if this process is killed."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listening:
        port = listening.getsockname()[1]
        process = subprocess.Popen(
            [sys.executable, "-m", "bench.loopback", str(listening.fileno()), framework, work, who],
            pass_fds=[listening.fileno()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
    with process:
        try:
            yield Server(process, port)
        finally:
            _stop(process)


def _stop(process: subprocess.Popen[str]) -> None:
    assert process.stdin
    process.stdin.close()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()


# -------------------------------------------------------------------------------- inside of that process


def serve(listening: int, app: App) -> None:
    """Serves until the input ends. As in process, nothing is logged."""
    import uvicorn  # noqa: PLC0415 - only servers need it

    logging.disable()
    threading.Thread(target=_tell, daemon=True).start()
    config = uvicorn.Config(
        app, loop="uvloop", http="httptools", lifespan="off", access_log=False, log_level="critical"
    )
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=listening)])


def _tell() -> None:
    for _ in sys.stdin:
        print(time.process_time_ns(), flush=True)
    os._exit(0)


def _tasks(framework: str) -> list[Task]:
    program = import_module(f"bench.{FRAMEWORKS[framework]}")
    make: Callable[[], list[Task]] = getattr(program, "tasks_on_asgi", program.tasks)
    return make()


def app_of(framework: str, work: str, who: str) -> App:
    """The app that a program in process measures under this name."""
    app = next(task for task in _tasks(framework) if task.work == work).apps[who]
    return app.served() if framework == "Django" else app


if __name__ == "__main__":
    serve(int(sys.argv[1]), app_of(*sys.argv[2:]))
