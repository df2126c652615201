"""The OpenAPI document of flags, and that nothing leaves which it does not say."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

import failwell.litestar
from examples.flags.app import create_app
from examples.flags.errors import contract, flags
from examples.flags.scenarios import SCENARIOS, VARIANTS
from examples.flags.world import World
from examples.stage.playing import play
from failwell.operations import Operation
from tests.contracts.flags.test_catalog import CODES

ALWAYS = {"code", "message", "requestId"}
GAPS = {"content_too_large", "unsupported_media_type", "invalid_request", "internal"}


@pytest.fixture(scope="module")
def operations(world: World) -> tuple[Operation, ...]:
    app = create_app(world.settings)
    app.state.service.database.close()
    return failwell.litestar.operations(app)


@pytest.fixture(scope="module")
def document(world: World) -> dict[str, Any]:
    found: dict[str, Any] = world.browser().get("/openapi.json").json()
    return found


def _find(document: dict[str, Any], ref: str) -> Any:
    node: Any = document
    for step in ref.removeprefix("#/").split("/"):
        node = node[step]
    return node


def _refs(node: Any) -> Iterator[str]:
    for part in node.values() if isinstance(node, dict) else node:
        if isinstance(part, dict | list):
            yield from _refs(part)
    if isinstance(node, dict) and "$ref" in node:
        yield node["$ref"]


def _problems(document: dict[str, Any], operation: Operation, status: int) -> dict[str, Any]:
    """The schemas of an operation's problems at a status, by code."""
    written = document["paths"][operation.path][operation.method.lower()]
    content = written["responses"][str(status)]["content"]
    assert content.keys() == {"application/json"}
    schema = content["application/json"]["schema"]
    assert schema["discriminator"]["propertyName"] == "code"
    mapping: dict[str, str] = schema["discriminator"]["mapping"]
    assert [{"$ref": ref} for ref in mapping.values()] == schema["oneOf"]
    return {code: _find(document, ref) for code, ref in mapping.items()}


def test_the_document_is_whole(document: dict[str, Any], operations: tuple[Operation, ...]) -> None:
    assert document["openapi"].startswith("3.1.")
    assert document["info"] == {"title": "Flags", "version": "1"}
    assert all(isinstance(_find(document, ref), dict) for ref in set(_refs(document)))
    written = [op for path in document["paths"].values() for op in path.values()]
    assert len({op["operationId"] for op in written}) == len(written) == len(operations)


def test_each_operation_lists_its_problems_by_status(
    document: dict[str, Any], operations: tuple[Operation, ...]
) -> None:
    for operation in operations:
        written = document["paths"][operation.path][operation.method.lower()]
        statuses = {int(status) for status in written["responses"] if int(status) >= 400}
        listed = {(status, code) for status in statuses for code in _problems(document, operation, status)}
        declared = {(status, p.code) for p in operation.problems for status in p.problem_type.statuses}
        assert listed >= declared
        assert {code for _, code in listed - declared} <= GAPS


def test_every_code_is_an_answer_of_some_operation(operations: tuple[Operation, ...]) -> None:
    declared = {problem.code for operation in operations for problem in operation.problems}
    assert CODES.keys() - declared == {"internal"}  # of which every operation is capable
    assert declared <= CODES.keys()


@pytest.mark.parametrize("code", [code for code, row in CODES.items() if row.is_redirect])
def test_redirects_are_listed_too(document: dict[str, Any], code: str) -> None:
    responses = document["paths"]["/auth/magic-link"]["get"]["responses"]
    assert code in responses["303"]["description"]
    assert code in responses[str(CODES[code].status)]["description"]


def test_members_stand_with_their_code(document: dict[str, Any], operations: tuple[Operation, ...]) -> None:
    for operation in operations:
        for problem in operation.problems:
            row = CODES[problem.code]
            schema = _problems(document, operation, row.status)[problem.code]
            assert schema["properties"].keys() == ALWAYS | set(row.members)
            must = {
                member.wire_name
                for member in flags.types[problem.code].problem_type.members
                if member.required
            }
            assert must & set(row.members) <= set(schema["required"])
            assert schema["properties"]["code"]["const"] == problem.code


def test_examples_are_answers_of_the_contract(document: dict[str, Any]) -> None:
    for path in document["paths"].values():
        for operation in path.values():
            for status, response in operation["responses"].items():
                content = response.get("content", {}).get("application/json", {})
                for code, example in content.get("examples", {}).items() if int(status) >= 400 else ():
                    headers = {"Content-Type": "application/json"}
                    problem = contract.parse(int(status), headers, json.dumps(example["value"]).encode())
                    assert (problem.code, problem.status, dict(problem.unreadable)) == (code, int(status), {})


def test_every_answer_was_declared_by_its_operation(
    world: World, document: dict[str, Any], operations: tuple[Operation, ...]
) -> None:
    for scenario in (*SCENARIOS, *VARIANTS):
        assert play(world, scenario).faults == ()
    answered = [(_operation_of(response, operations), response) for response in world.responses]
    for operation, response in answered:
        if operation is None:
            assert response.url.path == "/openapi.json"
            continue
        written = document["paths"][operation.path][operation.method.lower()]["responses"]
        assert str(response.status_code) in written
        if response.status_code >= 400:
            assert response.json()["code"] in _problems(document, operation, response.status_code)


def _operation_of(response: httpx.Response, operations: tuple[Operation, ...]) -> Operation | None:
    """The operation that a response is of; of several the one with fewest parameters."""
    path = response.request.url.path
    found = [
        operation
        for operation in operations
        if operation.method == response.request.method
        and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", operation.path), path)
    ]
    return min(found, key=lambda operation: operation.path.count("{"), default=None)
