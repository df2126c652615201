"""What scenarios end in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple, TypeVar

import httpx

from examples.stage.scenario import Scenario
from examples.stage.world import World

W = TypeVar("W", bound=World)


class Answer(NamedTuple):
    """What a scenario ended in: what the client raised, and the response it came from."""

    caught: BaseException | None
    response: httpx.Response


def answers_of(world: W, scenarios: Iterable[Scenario[W]]) -> Mapping[str, list[Answer]]:
    """All scenarios, played once: the answers by code."""
    found: dict[str, list[Answer]] = {}
    for scenario in scenarios:
        found.setdefault(scenario.code, []).append(_played(world, scenario))
    return found


def _played(world: W, scenario: Scenario[W]) -> Answer:
    caught = None
    try:
        scenario.provoke(world)
    except Exception as error:  # noqa: BLE001 - whatever it is, the code's own test says so
        caught = error
    return Answer(caught, world.responses[-1])
