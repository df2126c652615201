"""The services that there are: every example with scenarios and a world to play them in."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from examples.stage.scenario import Scenario
from examples.stage.world import World

_EXAMPLES = Path(__file__).parents[1]


class Service(msgspec.Struct, frozen=True):
    """A service that can be played.

    Attributes:
        name: of its folder.
        world: its class of worlds, a subclass of `World` with `start(errors_base, backends=, processes=)`.
        scenarios: one per code, in the contract's order.
        variants: other ways to some of them.
    """

    name: str
    world: Any
    scenarios: tuple[Scenario[Any], ...]
    variants: tuple[Scenario[Any], ...]


def service(name: str) -> Service:
    """The service in a folder."""
    played = importlib.import_module(f"examples.{name}.scenarios")
    world: type[World] = importlib.import_module(f"examples.{name}.world").World
    return Service(name, world, played.SCENARIOS, played.VARIANTS)


def services(names: Iterable[str]) -> list[Service]:
    """Those that are there of some examples, in their order."""
    parts = ("scenarios.py", "world.py")
    return [service(name) for name in names if all((_EXAMPLES / name / part).exists() for part in parts)]
