"""Provokes every error of the contract by real requests, and checks each answer against it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import httpx
import msgspec
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

import failwell.httpx
from examples.drops.errors import drops
from examples.drops.scenarios import Scenario
from examples.drops.world import World
from failwell import Contract, Problem


class RecordingWorld(World):
    """A world whose clients keep what came over the wire."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.responses: list[httpx.Response] = []

    def client(self, credential: str = "") -> failwell.httpx.Client:
        client = super().client(credential)
        client.event_hooks = {"response": [self._keep]}
        return client

    def _keep(self, response: httpx.Response) -> None:
        response.read()
        self.responses.append(response)


class Outcome(msgspec.Struct, frozen=True):
    """What came of a scenario.

    Attributes:
        scenario: what was played.
        caught: the problem that the client raised; None if it was something else, or nothing.
        faults: how the answer differs from the contract, a sentence each; none if it keeps it.
    """

    scenario: Scenario
    caught: Problem | None
    faults: tuple[str, ...]


# ---------------------------------------------------------------------------- playing


def play(world: RecordingWorld, scenario: Scenario) -> Outcome:
    """Plays a scenario and holds its last answer against the contract."""
    try:
        scenario.provoke(world)
    except Problem as caught:
        faults = _faults(world.contract, scenario, caught, world.responses[-1])
        return Outcome(scenario, caught, tuple(faults))
    except Exception as error:  # noqa: BLE001 - whatever one scenario does, the others are played
        return Outcome(scenario, None, (f"{type(error).__name__} instead of a problem: {error}",))
    return Outcome(scenario, None, ("every request succeeded",))


def _faults(contract: Contract, scenario: Scenario, caught: Problem, answer: httpx.Response) -> Iterator[str]:
    declared = drops.types.get(scenario.code)
    if declared is None or type(caught) is not declared:
        yield f"caught as {type(caught).__name__}, which is not the class of this code: {caught}"
        return
    record = declared.problem_type
    if caught.status not in record.statuses or answer.status_code != caught.status:
        yield f"status {answer.status_code}, declared are {record.statuses}"
    body = answer.json()
    promised = {key for key in contract.dialect.shape if isinstance(key, str)}
    promised |= {member.wire_name for member in record.wire_members(answer.status_code)}
    if body.keys() != promised:
        yield f"members that should not be or are missing: {', '.join(sorted(body.keys() ^ promised))}"
    if body.get("request_id") != answer.headers.get(contract.request_id_header):
        yield f"the body's request id is not the one in {contract.request_id_header}"
    if contract.parse(answer.status_code, answer.headers, answer.content) != caught:
        yield "the raw response parses into another problem than the one that was raised"


def play_all(world: RecordingWorld, scenarios: Sequence[Scenario], console: Console) -> list[Outcome]:
    """Plays scenarios one after another: behind a bar on a terminal, with a line each elsewhere."""
    if not console.is_terminal:
        return [_told(play(world, scenario), console) for scenario in scenarios]
    columns = TextColumn("Provoking"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}")
    outcomes: list[Outcome] = []
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=len(scenarios))
        for scenario in scenarios:
            progress.update(task, description=scenario.code)
            outcomes.append(play(world, scenario))
            progress.advance(task)
    return outcomes


def _told(outcome: Outcome, console: Console) -> Outcome:
    console.print(f"{'failed' if outcome.faults else 'provoked'} {outcome.scenario.code}")
    return outcome


# ---------------------------------------------------------------------------- showing


def show(outcomes: Iterable[Outcome], console: Console) -> None:
    """Prints the table, and under it what is wrong."""
    table = Table("code", "status", "condition", "caught as", box=box.SIMPLE_HEAD, pad_edge=False)
    for outcome in outcomes:
        status = str(outcome.caught.status) if outcome.caught else "-"
        name = type(outcome.caught).__name__ if outcome.caught else "-"
        style = "red" if outcome.faults else None
        table.add_row(outcome.scenario.code, status, escape(outcome.scenario.condition), name, style=style)
    console.print(table)
    for outcome in outcomes:
        for fault in outcome.faults:
            console.print(f"{outcome.scenario.code}: {fault}", style="red", markup=False, soft_wrap=True)
