"""What frameworks and people wrote about errors, and what becomes of it."""

from __future__ import annotations

import copy

import pytest

from failwell.exceptions import FailwellError
from failwell.operations import Operation
from failwell.publish.openapi import with_problems
from tests.unit.publish.openapi_shop import (
    ID,
    INVALID,
    PROBLEM_JSON,
    QUERY,
    Going,
    Json,
    NotFound,
    OutOfStock,
    Renamed,
    codes_of,
    contract,
    given_document,
    the_operation,
    written,
)

FASTAPI: Json = {
    "HTTPValidationError": {
        "title": "HTTPValidationError",
        "type": "object",
        "properties": {
            "detail": {"type": "array", "items": {"$ref": "#/components/schemas/ValidationError"}}
        },
    },
    "ValidationError": {
        "title": "ValidationError",
        "type": "object",
        "properties": {"loc": {"type": "array"}},
    },
}
LITESTAR: Json = {
    "type": "object",
    "properties": {"status_code": {"type": "integer"}, "detail": {"type": "string"}, "extra": {}},
}
SMOREST: Json = {
    "type": "object",
    "properties": {name: {} for name in ("code", "status", "message", "errors")},
}


def _ref(name: str, section: str = "schemas") -> Json:
    return {"$ref": f"#/components/{section}/{name}"}


def _answer(schema: Json, media_type: str = "application/json") -> Json:
    return {"description": "Written.", "content": {media_type: {"schema": schema}}}


def test_the_schemas_of_fastapi_go_with_the_last_reference_to_them() -> None:
    operation = {"parameters": [QUERY], "responses": {"422": _answer(_ref("HTTPValidationError"))}}
    orphan = {"type": "string"}
    given = given_document(operation, components={"schemas": {**copy.deepcopy(FASTAPI), "Orphan": orphan}})
    document = written(given)
    assert codes_of(document) == {**INVALID, "500": ["internal"]}
    assert list(the_operation(document)["responses"]["422"]["content"]) == [PROBLEM_JSON]
    assert "Written." not in the_operation(document)["responses"]["422"]["description"]
    assert document["components"]["schemas"].keys() == {"Orphan", "Internal", "UnprocessableContent"}


def test_a_schema_stays_that_somebody_else_refers_to() -> None:
    operation = {
        "responses": {
            "200": _answer(
                {"oneOf": [_ref("HTTPValidationError")], "discriminator": {"mapping": {"a": "Kept"}}}
            ),
            "422": _answer(_ref("HTTPValidationError")),
        }
    }
    given = given_document(
        operation, components={"schemas": {**copy.deepcopy(FASTAPI), "Kept": {"type": "object"}}}
    )
    document = written(given)
    assert "422" not in the_operation(document)["responses"]  # nothing about this operation can be invalid
    assert document["components"]["schemas"].keys() == {*FASTAPI, "Kept", "Internal"}


def test_the_exceptions_of_litestar_become_the_types_that_stand_for_their_statuses() -> None:
    responses = {
        "400": _answer({"oneOf": [{**LITESTAR, "description": "Validation Exception"}, LITESTAR]}),
        "404": _answer({**LITESTAR, "description": "Not Found Exception"}),
        "4XX": _answer({**LITESTAR, "description": "Client Exception"}),
    }
    document = written(given_document({"responses": responses, "parameters": [QUERY]}))
    assert codes_of(document) == {
        "400": ["bad_request"],
        "404": ["not_found"],
        **INVALID,
        "500": ["internal"],
    }
    assert "4XX" not in the_operation(document)["responses"]


def test_litestars_validation_exception_becomes_invalid_input() -> None:
    responses = {"400": _answer({**LITESTAR, "description": "Validation Exception"})}
    document = written(given_document({"responses": responses, "parameters": [QUERY]}))
    assert codes_of(document) == {**INVALID, "500": ["internal"]}


def test_the_shared_responses_of_flask_smorest_go() -> None:
    components = {"schemas": {"Error": SMOREST}, "responses": {"DEFAULT_ERROR": _answer(_ref("Error"))}}
    operation = {"responses": {"default": _ref("DEFAULT_ERROR", "responses")}}
    document = written(given_document(operation, components=components))
    assert list(the_operation(document)["responses"]) == ["500"]
    assert "responses" not in document["components"]
    assert document["components"]["schemas"].keys() == {"Internal"}


def test_a_response_by_hand_stays_where_no_problem_is_declared() -> None:
    responses = {"402": _answer({"type": "object"}), "404": _ref("Missing", "responses")}
    shared = {"Missing": _answer({"type": "string"})}
    document = written(given_document({"responses": responses}, components={"responses": shared}))
    found = the_operation(document)["responses"]
    assert found["402"] == {**_answer({"type": "object"}), "headers": ID}
    assert found["404"] == _ref("Missing", "responses")
    assert document["components"]["responses"]["Missing"] == {**shared["Missing"], "headers": ID}


@pytest.mark.parametrize("method", ["post", "head"])
def test_an_error_by_hand_without_content_is_that_of_the_type_for_its_status(method: str) -> None:
    responses = {
        "204": {"description": "Done."},
        "402": {"description": "No type stands for it."},
        "404": _ref("Missing", "responses"),
        "409": {"description": "Taken."},
        "500": {"description": "Sorry.", "content": {}},
        "503": {"description": "No response body"},
        "5XX": {"description": "Else."},
    }
    shared = {"responses": {"Missing": {"description": "Nothing here."}}}
    item = {method: {"responses": responses}}
    given = {**given_document(components=shared), "paths": {"/": item}}
    operations = [Operation(method=method.upper(), path="/", problems=(OutOfStock,))]
    document = with_problems(given, contract, operations)
    assert with_problems(document, contract, operations) == document
    found = document["paths"]["/"][method]["responses"]
    listed = {
        "404": ("Nothing here.", "not_found"),
        "409": ("Taken.", "out_of_stock"),  # the type for 409 is not meant where another is declared
        "500": ("Sorry.", "internal"),
        "503": ("", "service_unavailable"),
    }
    assert found.keys() == responses.keys()
    for status, response in found.items():
        said, code = listed.get(status, (response["description"], ""))
        assert response["description"].startswith(said)
        assert response["description"].count("| [`") == len([code] if code else [])
        assert f"[`{code}`]" in response["description"] or not code
        examples = response.get("content", {}).get(PROBLEM_JSON, {}).get("examples", {})
        assert list(examples) == ([code] if code and method == "post" else [])


def test_where_a_problem_is_declared_it_wins_for_its_media_type() -> None:
    mine = {"description": "Written.", "headers": {"x-request-id": {}, "X-Mine": {}}}
    content = {PROBLEM_JSON: {"schema": _ref("Mine")}, "text/csv": {"schema": {"type": "string"}}}
    given = given_document(
        {"responses": {"409": {**mine, "content": content}}},
        components={"schemas": {"Mine": {"type": "object"}}},
    )
    document = written(given, OutOfStock)
    response = the_operation(document)["responses"]["409"]
    assert response["description"].startswith("Written.\n\n| code | meaning |")
    assert response["content"]["text/csv"] == content["text/csv"]
    assert list(response["content"][PROBLEM_JSON]["examples"]) == ["out_of_stock"]
    assert response["headers"] == mine["headers"]
    assert "Mine" not in document["components"]["schemas"]


def test_the_table_of_an_earlier_call_gives_way() -> None:
    given = given_document({"responses": {"409": {"description": "Written."}}})
    once = written(given, OutOfStock)
    twice = written(once, OutOfStock, Renamed, NotFound, Going)
    description = the_operation(twice)["responses"]["409"]["description"]
    assert description.startswith("Written.\n\n| code | meaning |")
    assert description.count("| code | meaning |") == 1
    assert description.count("`going`") == description.count("`out_of_stock`") == 1


def test_a_shared_response_becomes_the_operations_own_where_a_problem_is_declared() -> None:
    components = {"responses": {"Taken": _answer({"type": "object"})}}
    document = written(
        given_document({"responses": {"409": _ref("Taken", "responses")}}, components=components), OutOfStock
    )
    response = the_operation(document)["responses"]["409"]
    assert response["content"].keys() == {"application/json", PROBLEM_JSON}
    assert "responses" not in document["components"]


def test_a_response_in_another_file_gives_way_or_is_left_alone() -> None:
    elsewhere = {"$ref": "other.yaml#/Taken"}
    given = given_document({"responses": {"402": elsewhere, "409": elsewhere}})
    responses = the_operation(written(given, OutOfStock))["responses"]
    assert responses["402"] == elsewhere
    assert responses["409"]["content"].keys() == {PROBLEM_JSON}


def test_a_name_that_is_taken_is_left_to_who_has_it() -> None:
    theirs = {"NotFound": {"type": "string"}, "NotFoundProblem": {"type": "integer"}}
    operation = {"responses": {"200": _answer({"oneOf": [_ref(name) for name in theirs]})}}
    document = written(given_document(operation, components={"schemas": theirs}), NotFound)
    schemas = document["components"]["schemas"]
    assert {name: schemas[name] for name in theirs} == theirs
    assert schemas["NotFoundProblem2"]["properties"]["code"]["const"] == "not_found"
    assert schemas["NotFoundProblem2"]["title"] == "NotFoundProblem2"


def test_operations_that_share_an_object_are_written_apart() -> None:
    shared = {"responses": {"200": {"description": "Fine."}}}
    given = {**given_document(), "paths": {"/a": {"post": shared}, "/b": {"post": shared}}}
    operations = [Operation(method="POST", path="/a", problems=(OutOfStock,))]
    paths = with_problems(given, contract, operations)["paths"]
    assert "409" in paths["/a"]["post"]["responses"]
    assert "409" not in paths["/b"]["post"]["responses"]


def test_a_schema_that_refers_to_itself_does_no_harm() -> None:
    loop = {
        "Loop": _ref("Loop"),
        "Union": {"anyOf": [_ref("Union"), _ref("Loop")]},
        "Tree": {"properties": {"left": _ref("Tree"), "mapping": {"x": 1}}},
    }
    operation = {
        "parameters": [{"name": "q", "in": "query", "schema": _ref("Union")}],
        "responses": {"200": _answer(_ref("Tree")), "402": _answer(_ref("Union"))},
    }
    document = written(given_document(operation, components={"schemas": loop}))
    assert document["components"]["schemas"].keys() >= loop.keys()


@pytest.mark.parametrize("version", ["2.0", "4.0.0", None])
def test_other_documents_are_refused(version: object) -> None:
    with pytest.raises(FailwellError, match="no document of OpenAPI 3") as caught:
        with_problems({"openapi": version}, contract, [])
    assert caught.value.code == "openapi-version"


def test_a_document_without_paths_is_fine() -> None:
    document = with_problems({"openapi": "3.1.0", "info": {"title": "a", "version": "1"}}, contract, [])
    assert document["components"].keys() == {"headers"}
