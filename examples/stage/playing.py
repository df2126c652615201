"""Plays scenarios, and holds each answer against the contract."""

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

from examples.stage.scenario import Scenario
from examples.stage.world import World
from failwell import Contract, Problem
from failwell.wire import slots


class Outcome(msgspec.Struct, frozen=True):
    """What came of a scenario.

    Attributes:
        scenario: what was played.
        caught: the problem that the client raised; None if it was something else, or nothing.
        faults: how the answer differs from the contract, a sentence each; none if it keeps it.
    """

    scenario: Scenario[Any]
    caught: Problem | None
    faults: tuple[str, ...]


# ---------------------------------------------------------------------------- playing


def play(world: World, scenario: Scenario[Any]) -> Outcome:
    """Plays a scenario and holds its last answer against the contract."""
    try:
        scenario.provoke(world)
    except Problem as caught:
        faults = _faults(world.contract, scenario, caught, world.responses[-1])
        return Outcome(scenario, caught, tuple(faults))
    except Exception as error:  # noqa: BLE001 - whatever one scenario does, the others are played
        return Outcome(scenario, None, (f"{type(error).__name__} instead of a problem: {error}",))
    return Outcome(scenario, None, ("every request succeeded",))


def _faults(
    contract: Contract, scenario: Scenario[Any], caught: Problem, answer: httpx.Response
) -> Iterator[str]:
    declared = contract.catalog.types.get(scenario.code)
    if declared is None or type(caught) is not declared:
        yield f"caught as {type(caught).__name__}, which is not the class of this code: {caught}"
        return
    if contract.request_id_header not in answer.headers:
        yield f"there is no {contract.request_id_header}"
    if contract.parse(answer.status_code, answer.headers, answer.content) != caught:
        yield "the raw response parses into another problem than the one that was raised"
    yield from (
        _redirect_faults(caught, answer) if answer.is_redirect else _body_faults(contract, caught, answer)
    )


def _redirect_faults(caught: Problem, answer: httpx.Response) -> Iterator[str]:
    """A redirection carries the code in its location and nothing else."""
    redirect = caught.problem_type.redirect
    if redirect is None or answer.status_code != redirect.status:
        yield f"status {answer.status_code}, declared is {redirect.status if redirect else 'no redirection'}"
    if answer.content:
        yield "a redirection with a body"


def _body_faults(contract: Contract, caught: Problem, answer: httpx.Response) -> Iterator[str]:
    record, body = caught.problem_type, answer.json()
    if caught.status not in record.statuses or answer.status_code != caught.status:
        yield f"status {answer.status_code}, declared are {record.statuses}"
    if answer.headers["Content-Type"] != contract.dialect.media_type:
        yield f"the media type is {answer.headers['Content-Type']}"
    must, may = _promised(contract, caught)
    if not must <= body.keys() <= must | may:
        wrong = (must - body.keys()) | (body.keys() - must - may)
        yield f"members that should not be or are missing: {', '.join(sorted(wrong))}"
    key = _key_of(contract, slots.REQUEST_ID)
    if key and body.get(key) != answer.headers.get(contract.request_id_header):
        yield f"the body's {key} is not the one in {contract.request_id_header}"


def _promised(contract: Contract, caught: Problem) -> tuple[set[str], set[str]]:
    """The names that the body must have, and those that it may: members that can be absent."""
    record = caught.problem_type
    absent = {
        slots.DETAIL: caught.detail is None,
        slots.SUGGESTION: not record.suggestion,
        slots.RESOLVE: record.resolve is None,
    }
    must = {
        key for key, slot in contract.dialect.shape.items() if isinstance(key, str) and not absent.get(slot)
    }
    members = record.wire_members(caught.status)
    may = {member.wire_name for member in members if not member.required}
    return must | {member.wire_name for member in members} - may, may


def _key_of(contract: Contract, slot: object) -> str:
    """The name under which a dialect shows a fact; empty if it does not."""
    return next((str(key) for key, shown in contract.dialect.shape.items() if shown is slot), "")


# ---------------------------------------------------------------------------- one after another


def play_all(
    world: World, scenarios: Sequence[Scenario[Any]], console: Console, *, within: str = ""
) -> list[Outcome]:
    """Plays scenarios one after another: behind a bar on a terminal, with a line each elsewhere.

    Args:
        world: where they are played.
        scenarios: what is played.
        console: where it is told.
        within: the service's name, if there are several.
    """
    before = f"{within} " if within else ""
    if not console.is_terminal:
        return [_told(play(world, scenario), before, console) for scenario in scenarios]
    columns = TextColumn("Provoking"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}")
    outcomes: list[Outcome] = []
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=len(scenarios))
        for scenario in scenarios:
            progress.update(task, description=before + scenario.code)
            outcomes.append(play(world, scenario))
            progress.advance(task)
    return outcomes


def _told(outcome: Outcome, before: str, console: Console) -> Outcome:
    console.print(f"{'failed' if outcome.faults else 'provoked'} {before}{outcome.scenario.code}")
    return outcome


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
