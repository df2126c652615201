"""The service of a folder, running; what its scenarios end in, and what its document says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module

import pytest

from examples.stage.world import World
from failwell.wire import slots
from tests.contracts.answers import Answer, answers_of
from tests.contracts.document import Document


@pytest.fixture(scope="module")
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    """One world for the tests of a file. Of which service, the file's folder says, or a parameter."""
    service = getattr(request, "param", request.path.parent.name)
    module = import_module(f"examples.{service}.world")
    with module.World.start() as world:
        yield world


@pytest.fixture
def frozen(world: World) -> Iterator[World]:
    """A world in which time stands still until it is moved."""
    world.clock.freeze()
    yield world
    world.clock.go_on()


@pytest.fixture(scope="module")
def answers(world: World, request: pytest.FixtureRequest) -> Mapping[str, list[Answer]]:
    """What all scenarios of the service end in, by code."""
    module = import_module(f"examples.{request.path.parent.name}.scenarios")
    return answers_of(world, (*module.SCENARIOS, *module.VARIANTS))


@pytest.fixture(scope="module")
def document(world: World) -> Document:
    """The OpenAPI document that the service gives."""
    dialect = world.contract.dialect
    (key,) = (
        name
        for name, slot in dialect.shape.items()
        if slot is (slots.CODE if slots.CODE in dialect.slots else slots.TYPE)
    )
    return Document(world.client().get("/openapi.json").json(), world.contract, str(key))
