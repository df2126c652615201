"""The OpenAPI document of browsers, and that nothing leaves which it does not say."""

from __future__ import annotations

import pytest

import failwell.fastapi
from examples.browsers.app import create_app
from examples.browsers.errors import browsers
from examples.browsers.scenarios import SCENARIOS, VARIANTS
from examples.browsers.world import World
from examples.stage.playing import play
from failwell.operations import Operation
from tests.contracts.document import Document, declared

ALWAYS = {"type", "title", "status", "detail", "instance"}
GAPS = {"content-too-large", "unsupported-media-type"}
CODES = [scenario.code for scenario in SCENARIOS]


@pytest.fixture(scope="module")
def operations(world: World) -> tuple[Operation, ...]:
    app = create_app(world.settings)
    app.state.service.database.close()
    return failwell.fastapi.operations(app)


def test_the_document_is_whole(document: Document, operations: tuple[Operation, ...]) -> None:
    document.check("Browsers", operations)
    assert "HTTPValidationError" not in document.whole["components"]["schemas"]


def test_each_operation_lists_its_problems_by_status(
    document: Document, operations: tuple[Operation, ...]
) -> None:
    for operation in operations:
        listed = document.listed(operation)
        assert listed >= declared(operation)
        assert {code for _, code in listed - declared(operation)} <= GAPS | {
            "bad-request", "internal", "unauthorized", "validation-failed",
        }  # fmt: skip


def test_every_code_is_an_answer_of_some_operation(operations: tuple[Operation, ...]) -> None:
    codes = {problem.code for operation in operations for problem in operation.problems}
    assert set(CODES) - codes <= {"internal", "validation-failed"}


def test_members_stand_with_their_code(document: Document, operations: tuple[Operation, ...]) -> None:
    for operation in operations:
        for problem in operation.problems:
            (status,) = problem.problem_type.statuses
            schema = document.problems(operation, status)[problem.code]
            members = {member.wire_name for member in browsers.types[problem.code].problem_type.members}
            assert schema["properties"].keys() == ALWAYS | members
            assert members <= set(schema["required"])
            assert schema["properties"]["type"]["const"] == f"https://errors.driftstack.dev/{problem.code}"


def test_examples_are_answers_of_the_contract(document: Document) -> None:
    document.check_examples()


def test_every_answer_was_declared_by_its_operation(
    world: World, document: Document, operations: tuple[Operation, ...]
) -> None:
    for scenario in (*SCENARIOS, *VARIANTS):
        assert play(world, scenario).faults == ()
    document.check_answers(world.responses, operations, besides="/openapi.json")
