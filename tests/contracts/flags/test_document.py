"""The OpenAPI document of flags, and that nothing leaves which it does not say."""

from __future__ import annotations

import pytest

import failwell.litestar
from examples.flags.app import create_app
from examples.flags.errors import flags
from examples.flags.scenarios import SCENARIOS, VARIANTS
from examples.flags.world import World
from examples.stage.playing import play
from failwell.operations import Operation
from tests.contracts.document import Document, declared
from tests.contracts.flags.test_catalog import CODES

ALWAYS = {"code", "message", "requestId"}
GAPS = {"content_too_large", "unsupported_media_type", "invalid_request", "internal"}


@pytest.fixture(scope="module")
def operations(world: World) -> tuple[Operation, ...]:
    app = create_app(world.settings)
    app.state.service.database.close()
    return failwell.litestar.operations(app)


def test_the_document_is_whole(document: Document, operations: tuple[Operation, ...]) -> None:
    document.check("Flags", operations)


def test_each_operation_lists_its_problems_by_status(
    document: Document, operations: tuple[Operation, ...]
) -> None:
    for operation in operations:
        listed = document.listed(operation)
        assert listed >= declared(operation)
        assert {code for _, code in listed - declared(operation)} <= GAPS


def test_every_code_is_an_answer_of_some_operation(operations: tuple[Operation, ...]) -> None:
    codes = {problem.code for operation in operations for problem in operation.problems}
    assert CODES.keys() - codes == {"internal"}  # of which every operation is capable
    assert codes <= CODES.keys()


@pytest.mark.parametrize("code", [code for code, row in CODES.items() if row.is_redirect])
def test_redirects_are_listed_too(document: Document, code: str) -> None:
    responses = document.whole["paths"]["/auth/magic-link"]["get"]["responses"]
    assert code in responses["303"]["description"]
    assert code in responses[str(CODES[code].status)]["description"]


def test_members_stand_with_their_code(document: Document, operations: tuple[Operation, ...]) -> None:
    for operation in operations:
        for problem in operation.problems:
            row, members = CODES[problem.code], flags.types[problem.code].problem_type.members
            schema = document.problems(operation, row.status)[problem.code]
            must = {member.wire_name for member in members if member.required}
            assert schema["properties"].keys() == ALWAYS | set(row.members)
            assert must & set(row.members) <= set(schema["required"])
            assert schema["properties"]["code"]["const"] == problem.code


def test_examples_are_answers_of_the_contract(document: Document) -> None:
    document.check_examples()


def test_every_answer_was_declared_by_its_operation(
    world: World, document: Document, operations: tuple[Operation, ...]
) -> None:
    for scenario in (*SCENARIOS, *VARIANTS):
        assert play(world, scenario).faults == ()
    document.check_answers(world.responses, operations, besides="/openapi.json")
