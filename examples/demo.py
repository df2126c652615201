"""`make demo`: serves the references and mocks, asks for every error, and provokes them in the services."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, suppress

import httpx
from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from examples.catalogs import EXAMPLES, Example
from examples.identity.deployment import BACKENDS
from examples.reference import NotServedError, served
from examples.rendered import Answer, ask, own_codes
from examples.stage.playing import Outcome, play_all, show
from examples.stage.services import Service, services
from examples.stage.world import World
from failwell import Contract

SERVICES = services(example.name for example in EXAMPLES)
_PATIENCE = 60  # seconds: on a busy machine the first page of a catalog takes its time
_PIPED_WIDTH = 140
_INTERRUPTED = 128 + signal.SIGINT


# ---------------------------------------------------------------------------- rendering


def ask_all(origin: str, console: Console) -> list[Answer]:
    """Asks the mocks for every code: behind a bar on a terminal, silently elsewhere."""
    contracts = {example: example.contract(f"{origin}/{example.name}/") for example in EXAMPLES}
    asked = [(example, code) for example, contract in contracts.items() for code in own_codes(contract)]
    answers: list[Answer] = []
    columns = TextColumn("Rendering"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}")
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=len(asked))
        for example, code in asked:
            progress.update(task, description=f"{example.name} {code}")
            answers.append(_ask(origin, example, contracts[example], code))
            progress.advance(task)
    return answers


def _ask(origin: str, example: Example, contract: Contract, code: str) -> Answer:
    with httpx.Client(base_url=f"{origin}/{example.name}/", trust_env=False, timeout=_PATIENCE) as http:
        try:
            return ask(http, contract, code)
        except Exception as error:  # noqa: BLE001 - whatever one answer does, the others are asked for
            return Answer(example.name, code, (f"{type(error).__name__}: {error}",))


def show_rendered(origin: str, answers: Iterable[Answer], console: Console) -> None:
    """Prints a line per catalog, and under the table what is wrong."""
    listed = list(answers)
    table = Table(
        "catalog", "written as", "dialect", "rendered", "reference", box=box.SIMPLE_HEAD, pad_edge=False
    )
    for example in EXAMPLES:
        own = [answer for answer in listed if answer.catalog == example.name]
        sound = sum(not answer.faults for answer in own)
        form = "classes" if example.source == example.classes else "files"
        dialect = example.contract().dialect.name
        table.add_row(
            example.name, form, dialect, f"{sound} of {len(own)}", f"{origin}/{example.name}/",
            style=None if sound == len(own) else "red",
        )  # fmt: skip
    console.print(table)
    for answer in listed:
        for fault in answer.faults:
            text = f"{answer.catalog} {answer.code}: {fault}"
            console.print(text, style="red", markup=False, soft_wrap=True)


# ---------------------------------------------------------------------------- provoking


def _started(service: Service, origin: str) -> AbstractContextManager[World]:
    """The service in its world, its errors documented where the references are."""
    world: AbstractContextManager[World] = service.world.start(
        f"{origin}/{service.name}/", backends=os.environ.get(BACKENDS, "")
    )
    return world


def provoke_all(running: Mapping[Service, World], console: Console) -> list[Outcome]:
    """Plays the scenarios of all services, and prints a table of each."""
    played = {
        service: play_all(world, service.scenarios, console, within=service.name)
        for service, world in running.items()
    }
    for service, outcomes in played.items():
        console.print(service.name, style="bold")
        show(outcomes, console)
    return [outcome for outcomes in played.values() for outcome in outcomes]


# ---------------------------------------------------------------------------- the command


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the demo. Its exit code is 0 if every error keeps its contract, else 1."""
    options = _options(arguments)
    console = Console(width=None if sys.stdout.isatty() else _PIPED_WIDTH, highlight=False)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ended either way, nothing is left behind
    try:
        return _run(console, port=options.port, once=options.once)
    except KeyboardInterrupt:
        return _INTERRUPTED
    except NotServedError as error:
        print(error, file=sys.stderr)
        return 1


def _run(console: Console, *, port: int, once: bool) -> int:
    with ExitStack() as stack:
        origin = stack.enter_context(served(port))
        running = {one: stack.enter_context(_started(one, origin)) for one in SERVICES}
        answers = ask_all(origin, console)
        outcomes = provoke_all(running, console)
        show_rendered(origin, answers, console)
        rendered = sum(not answer.faults for answer in answers)
        provoked = sum(not outcome.faults for outcome in outcomes)
        if not once:
            show_addresses(origin, running, console)
        console.print(f"{rendered} of {len(answers)} rendered", style="bold")
        console.print(f"{provoked} of {len(outcomes)} provoked", style="bold")
        if not once:
            with suppress(KeyboardInterrupt):
                console.print("Up until Ctrl-C.")
                threading.Event().wait()
        return 0 if rendered == len(answers) and provoked == len(outcomes) else 1


def show_addresses(origin: str, running: Mapping[Service, World], console: Console) -> None:
    """Prints where to look at what is running: of each service, its OpenAPI document and its mails."""
    rows = [("references", f"{origin}/"), ("a mock", f"{origin}/drops/mock/quota_exceeded")]
    for service, world in running.items():
        rows += [
            (service.name, world.base_url),
            ("  OpenAPI", f"{world.base_url}/openapi.json"),
            ("  outbox", str(world.mailbox.folder)),
        ]
    for name, address in rows:
        console.print(f"{name:<11}{address}", markup=False, soft_wrap=True)
    console.print()


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m examples.demo", description=__doc__)
    parser.add_argument("--once", action="store_true", help="end after the tables instead of staying up")
    parser.add_argument("--port", type=_port, default=0, help="of the references; by default a free one")
    return parser.parse_args(arguments)


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65_535:
        raise argparse.ArgumentTypeError(f"{port} is not from 0 to 65535")
    return port


if __name__ == "__main__":
    sys.exit(main())
