"""The OpenAPI document of drops, and that nothing leaves which it does not say."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette

import failwell.starlette
from examples.drops.app import ROUTES
from examples.drops.scenarios import SCENARIOS, VARIANTS
from examples.drops.world import World
from examples.stage.playing import play
from tests.contracts.document import Document, declared
from tests.contracts.drops.test_drops import ALWAYS, CODES

OPERATIONS = failwell.starlette.operations(Starlette(routes=ROUTES))
GAPS = {"bad_request", "content_too_large", "unsupported_media_type", "forbidden"}


def test_the_document_is_whole(document: Document) -> None:
    document.check("Drops", OPERATIONS)


def test_every_operation_lists_its_problems_by_status(document: Document) -> None:
    for operation in OPERATIONS:
        assert document.listed(operation) == declared(operation) | {(500, "internal")}


def test_every_code_is_an_answer_of_some_operation() -> None:
    codes = {problem.code for operation in OPERATIONS for problem in operation.problems}
    assert CODES.keys() - codes == set()
    assert codes - CODES.keys() <= GAPS


@pytest.mark.parametrize("code", CODES)
def test_members_stand_with_their_code_and_status(document: Document, code: str) -> None:
    row = CODES[code]
    for operation in OPERATIONS:
        if code not in [problem.code for problem in operation.problems]:
            continue
        for status in row.statuses:
            schema = document.problems(operation, status)[code]
            assert schema["properties"].keys() == ALWAYS | row.members
            assert set(schema["required"]) == ALWAYS - {"detail"} | row.members
            assert schema["properties"]["code"]["const"] == code
            assert schema["properties"]["status"]["const"] == status


def test_examples_are_answers_of_the_contract(document: Document) -> None:
    document.check_examples()


def test_every_answer_was_declared_by_its_operation(world: World, document: Document) -> None:
    for scenario in (*SCENARIOS, *VARIANTS):
        assert play(world, scenario).faults == ()
    document.check_answers(world.responses, OPERATIONS, besides="/openapi.json")
