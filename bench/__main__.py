"""Runs the programs and prints their tables: `python -m bench [name …] [--quick] [--write PATH]`."""

from __future__ import annotations

import argparse
import logging
import platform
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

from bench.measure import UnavailableError, table

SERVERS = (
    "servers_starlette",
    "servers_fastapi",
    "servers_litestar",
    "servers_flask",
    "servers_django",
    "servers_drf",
    "loopback",
)
GUARDS = ("guard_rate", "guard_redis", "guard_starlette", "guard_size", "guard_probing")
PROGRAMS = ("core", *SERVERS, "client_httpx", *GUARDS, "catalogs", "check", "pages", "imports")
GROUPS = {"servers": SERVERS, "guards": GUARDS}
KNOWN = (*PROGRAMS, *GROUPS)
ROUNDS, QUICK_ROUNDS = 41, 7
LIBRARIES = {
    "servers_starlette": ("starlette", "starlette-problem", "rfc9457"),
    "servers_fastapi": ("fastapi", "starlette", "pydantic", "fastapi-problem"),
    "servers_litestar": ("litestar",),
    "servers_flask": ("flask", "werkzeug", "marshmallow", "flask-smorest"),
    "servers_django": ("django",),
    "servers_drf": ("django", "djangorestframework", "drf-standardized-errors"),
    "loopback": ("uvicorn", "uvloop", "httptools"),
    "client_httpx": ("httpx",),
    "guard_rate": ("throttled-py", "pyrate-limiter", "limits"),
    "guard_redis": ("redis", "throttled-py", "pyrate-limiter", "limits"),
    "guard_starlette": ("starlette", "slowapi", "limits"),
    "guard_size": ("throttled-py", "limits"),
    "pages": ("jinja2",),
}
"""What a program measures against, whose versions matter."""

PREFACE = """\
# Performance

Ratios, because they carry over from one machine to another, and goals for them. Costs are CPU time, medians
of interleaved rounds, and each ratio is taken within the rounds of one run. Nothing here is a test that could
fail on a busy machine. `make bench` measures again; `make bench ARGS="--write docs/performance.md"` writes
this page.
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measures next to peers.")
    parser.add_argument("names", nargs="*", metavar="name", help=f"of {', '.join(KNOWN)}; by default all")
    parser.add_argument("--quick", action="store_true", help="few rounds: a first look, not a result")
    parser.add_argument("--write", type=Path, metavar="PATH", help="write the page there as well")
    asked = parser.parse_args()
    unknown = set(asked.names) - set(KNOWN)
    if unknown:
        parser.error(f"no program is called {', '.join(sorted(unknown))}: use {', '.join(KNOWN)}")
    names = [program for name in asked.names for program in GROUPS.get(name, (name,))]
    parts = [PREFACE]
    for part in measured(names or PROGRAMS, QUICK_ROUNDS if asked.quick else ROUNDS):
        print(part, flush=True)
        parts.append(part)
    if asked.write:
        asked.write.parent.mkdir(exist_ok=True)
        asked.write.write_text("\n".join(parts))


def measured(names: tuple[str, ...] | list[str], rounds: int) -> Iterator[str]:
    """The parts of the page: where and when, then one section per program that is there."""
    yield surroundings(rounds)
    for name in names:
        yield section(name, rounds)


def surroundings(rounds: int) -> str:
    python = f"{platform.python_implementation()} {platform.python_version()}"
    machine = f"{platform.system()} {platform.machine()}"
    ours = versions("failwell", "msgspec")
    return f"{datetime.now(UTC):%Y-%m-%d}, {python}, {machine}, {rounds} rounds; {ours}.\n"


def versions(*libraries: str) -> str:
    return ", ".join(f"{name} {version(name)}" for name in libraries)


def section(name: str, rounds: int) -> str:
    """A program says what it measures in its docstring, and measures in `rows(rounds)`."""
    program = import_module(f"bench.{name}")
    said = (program.__doc__ or "").strip()
    if name in LIBRARIES:
        said += f"\n\nWith {versions(*LIBRARIES[name])}."
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]  # frameworks that set them would slow the next program
    try:
        result = table(program.rows(rounds))
    except UnavailableError as error:
        result = f"Not measured: {error}"
    finally:
        root.setLevel(level)
        root.handlers[:] = handlers
    return f"## {name}\n\n{said}\n\n{result}\n"


if __name__ == "__main__":
    main()
