"""Which problems the operations of a document have, and what is written about them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

import msgspec
import pytest

from failwell import Catalog, Contract, Problem, dialects
from failwell.operations import Operation
from failwell.publish import to_openapi
from failwell.publish.openapi import with_problems
from failwell.typing import InputFailure
from tests.unit.publish.openapi_shop import (
    BODY,
    ID,
    INVALID,
    PROBLEM_JSON,
    QUERY,
    Going,
    Gone,
    Json,
    LinkUsed,
    NotFound,
    OutOfStock,
    OverLimit,
    Renamed,
    TooMany,
    codes_of,
    contract,
    given_document,
    shop,
    standard,
    the_operation,
    written,
)

# ---------------------------------------------------------------------------- what a response says


def test_a_status_lists_its_problems_as_a_union_told_apart_by_the_code() -> None:
    response = the_operation(written(given_document(), OutOfStock, Renamed))["responses"]["409"]
    ref = "#/components/schemas/OutOfStock"
    content = response["content"]
    assert content.keys() == {PROBLEM_JSON}
    assert content[PROBLEM_JSON]["schema"] == {
        "title": "Problems409",
        "oneOf": [{"$ref": ref}],
        "discriminator": {"propertyName": "code", "mapping": {"out_of_stock": ref}},
    }
    example = content[PROBLEM_JSON]["examples"]["out_of_stock"]
    assert example["summary"] == "Out of | stock"
    assert (example["value"]["code"], example["value"]["left"]) == ("out_of_stock", 1)


def test_a_component_tells_all_about_a_type() -> None:
    schema = written(given_document(), OutOfStock)["components"]["schemas"]["OutOfStock"]
    assert schema.pop("title") == "OutOfStock"
    assert schema.pop("description") == "Out of | stock"
    assert schema.pop("externalDocs") == {
        "description": "Reference",
        "url": "https://errors.shop.example/out_of_stock",
    }
    assert schema == {
        "type": "object",
        "properties": {
            "type": {"type": "string", "const": "https://errors.shop.example/out_of_stock"},
            "title": {"type": "string"},
            "status": {"type": "integer", "const": 409},
            "detail": {"type": "string"},
            "code": {"type": "string", "const": "out_of_stock"},
            "retryable": {"type": "boolean", "const": False},
            "request_id": {"type": "string"},
            "left": {"type": "integer"},
        },
        "required": ["type", "title", "status", "code", "retryable", "request_id", "left"],
    }


def test_the_description_links_to_the_pages() -> None:
    response = the_operation(written(given_document(), OutOfStock))["responses"]["409"]
    assert response["description"].splitlines() == [
        "| code | meaning |",
        "|---|---|",
        "| [`out_of_stock`](https://errors.shop.example/out_of_stock) | Out of \\| stock |",
    ]


def test_a_type_whose_uri_is_no_address_has_no_link() -> None:
    here = contract.at("urn:problem:shop:")
    document = written(given_document(), OutOfStock, to=here)
    assert the_operation(document)["responses"]["409"]["description"].endswith(
        "| `out_of_stock` | Out of \\| stock |"
    )
    assert "externalDocs" not in document["components"]["schemas"]["OutOfStock"]


def test_a_type_with_two_statuses_has_a_schema_for_each() -> None:
    document = written(given_document(), OverLimit)
    schemas = document["components"]["schemas"]
    assert codes_of(document) == {"403": ["over_limit"], "413": ["over_limit"], "500": ["internal"]}
    for status in (403, 413):
        assert schemas[f"OverLimit{status}"]["properties"]["status"]["const"] == status


def test_headers_are_shared_and_every_response_has_the_request_id() -> None:
    given = given_document(
        {"responses": {200: {"description": "Fine."}, "default": {"description": "Else."}}}
    )
    document = written(given, TooMany)
    responses = the_operation(document)["responses"]
    assert responses["200"] == {"description": "Fine.", "headers": ID}
    assert responses["default"] == {"description": "Else.", "headers": ID}
    assert responses["429"]["headers"] == {
        "Retry-After": {"$ref": "#/components/headers/Retry-After"},
        **ID,
    }
    headers = document["components"]["headers"]
    assert headers["X-Request-Id"]["required"] is True
    assert headers["Retry-After"]["schema"] == {"type": "integer", "minimum": 0}
    assert "required" not in headers["Retry-After"]


def test_a_challenge_and_the_allowed_methods_are_headers_too() -> None:
    responses = the_operation(written(given_document(), standard[401], standard[405]))["responses"]
    assert responses["401"]["headers"].keys() == {"WWW-Authenticate", "X-Request-Id"}
    assert responses["405"]["headers"].keys() == {"Allow", "X-Request-Id"}


def test_a_renamed_type_has_both_codes() -> None:
    document = written(given_document(), Renamed)
    ref = "#/components/schemas/NewName"
    content = the_operation(document)["responses"]["418"]["content"][PROBLEM_JSON]
    assert content["schema"]["discriminator"]["mapping"] == {"new_name": ref, "old_name": ref}
    schema = document["components"]["schemas"]["NewName"]
    assert schema["properties"]["code"] == {"type": "string", "enum": ["new_name", "old_name"]}


def test_a_deprecated_type_says_so() -> None:
    document = written(given_document(), Going)
    assert document["components"]["schemas"]["Going"]["deprecated"] is True
    headers = the_operation(document)["responses"]["409"]["headers"]
    assert headers.keys() == {"Deprecation", "Link", "Sunset", "X-Request-Id"}


def test_a_type_of_another_catalog_is_left_out() -> None:
    other = Catalog("other", base="https://errors.other.example/")

    class Elsewhere(Problem, catalog=other, code="out_of_stock", status=409, title="Elsewhere"): ...

    assert codes_of(written(given_document(), Elsewhere)) == {"500": ["internal"]}


def test_a_removed_type_is_left_out() -> None:
    assert codes_of(written(given_document(), Gone)) == {"500": ["internal"]}


def test_what_an_older_document_says_of_a_removed_type_is_left_as_it_was() -> None:
    older = {"schema": {"title": "Problems410"}, "examples": {"gone_for_good": {}}}
    response = {"description": "Gone.", "content": {PROBLEM_JSON: older}}
    document = written(given_document({"responses": {"410": response}}))
    assert the_operation(document)["responses"]["410"] == {**response, "headers": ID}


def test_a_type_of_which_no_example_can_be_made_up_is_listed_without() -> None:
    catalog = Catalog("forms", base="https://errors.shop.example/")

    class BadForm(Problem, catalog=catalog, code="bad_form", status=409, title="Bad form"):
        form: Annotated[str, msgspec.Meta(pattern="^A[0-9]$")]

    document = written(given_document(), BadForm, to=Contract(catalog, dialect=dialects.PROBLEM))
    content = the_operation(document)["responses"]["409"]["content"][PROBLEM_JSON]
    assert content["examples"] == {"bad_form": {"summary": "Bad form"}}
    assert content["schema"]["oneOf"] == [{"$ref": "#/components/schemas/BadForm"}]


def test_a_type_that_reaches_browsers_by_redirect_is_listed_with_both_answers() -> None:
    responses = the_operation(written(given_document(), LinkUsed))["responses"]
    assert list(responses) == ["200", "303", "410", "500"]
    assert responses["303"]["headers"].keys() == {"Location", "X-Request-Id"}
    assert "link_used" in responses["303"]["description"]


def test_a_response_to_head_has_no_content() -> None:
    given = {**given_document(), "paths": {"/": {"head": {"responses": {}}}}}
    responses = with_problems(given, contract, [])["paths"]["/"]["head"]["responses"]
    assert list(responses) == ["500"]
    assert "content" not in responses["500"]


def test_what_else_a_contract_offers_is_listed_as_text() -> None:
    here = Contract(shop, dialect=dialects.PROBLEM, offers=("text/html",))
    response = the_operation(written(given_document(), OutOfStock, to=here))["responses"]["409"]
    assert list(response["content"]) == [PROBLEM_JSON, "text/html"]
    assert response["content"]["text/html"] == {"schema": {"type": "string"}}
    assert response["headers"] == ID


def test_a_dialect_without_a_code_at_the_top_has_no_discriminator() -> None:
    document = written(given_document(), OutOfStock, to=contract.at("", dialect=dialects.JSON_API))
    content = the_operation(document)["responses"]["409"]["content"]["application/vnd.api+json"]
    assert content["schema"] == {
        "title": "Problems409",
        "oneOf": [{"$ref": "#/components/schemas/OutOfStock"}],
    }


# ---------------------------------------------------------------------------- which problems an operation has


SECURED: Json = {"security": [{"bearer": []}]}


@pytest.mark.parametrize(
    ("operation", "codes"),
    [
        pytest.param({}, {}, id="every operation can fail in a way that nobody foresaw"),
        pytest.param(
            {"requestBody": BODY},
            {
                "400": ["bad_request"],
                "413": ["content_too_large"],
                "415": ["unsupported_media_type"],
                **INVALID,
            },
            id="a body can be broken, too large, of another type, or invalid",
        ),
        pytest.param({"parameters": [QUERY]}, INVALID, id="a number can be none"),
        pytest.param(
            {"parameters": [{"name": "q", "in": "query", "schema": {"type": "string"}}]},
            {},
            id="any text will do",
        ),
        pytest.param(
            {"parameters": [{"name": "q", "in": "query", "schema": {"anyOf": [{"type": "string"}, {}]}}]},
            {},
            id="any text will do for one option of several",
        ),
        pytest.param(
            {"parameters": [{"name": "q", "in": "query", "required": True, "schema": {"type": "string"}}]},
            INVALID,
            id="what is required can be missing",
        ),
        pytest.param(
            {"parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}]},
            {},
            id="what stands in the path cannot be missing",
        ),
        pytest.param(
            {"parameters": [{"name": "id", "in": "path", "schema": {"type": "string", "minLength": 1}}]},
            {},
            id="what stands in the path is never empty",
        ),
        pytest.param(
            {"parameters": [{"name": "q", "in": "header", "schema": {"type": "string", "minLength": 1}}]},
            INVALID,
            id="a text can be too short",
        ),
        pytest.param(
            {"parameters": [{"name": "id", "in": "path", "schema": {"type": "string", "format": "uuid"}}]},
            INVALID,
            id="not every text is a UUID",
        ),
        pytest.param(
            {"parameters": [{"$ref": "#/components/parameters/Page"}]}, INVALID, id="shared parameters"
        ),
        pytest.param(SECURED, {"401": ["unauthorized"]}, id="credentials can be missing"),
        pytest.param({"security": [{}]}, {}, id="an empty requirement is none"),
    ],
)
def test_an_operation_answers_by_what_it_has(operation: Json, codes: dict[str, list[str]]) -> None:
    given = given_document(operation, components={"parameters": {"Page": QUERY}})
    assert codes_of(written(given)) == {**codes, "500": ["internal"]}


def test_requirements_of_the_whole_document_hold_where_an_operation_says_nothing() -> None:
    assert codes_of(written(given_document(**SECURED))).keys() == {"401", "500"}
    assert codes_of(written(given_document({"security": []}, **SECURED))).keys() == {"500"}


def test_parameters_of_a_path_are_those_of_its_operations() -> None:
    given = given_document()
    given["paths"]["/orders/{id}"]["parameters"] = [QUERY]
    assert codes_of(written(given)).keys() == {"422", "500"}
    the_operation(given)["parameters"] = [{**QUERY, "schema": {"type": "string"}}]  # it is no number here
    assert codes_of(written(given)).keys() == {"500"}


def test_what_a_catalog_has_no_type_for_is_left_out() -> None:
    bare = Catalog("bare", base="https://errors.bare.example/")
    document = written(
        given_document({"requestBody": BODY, **SECURED}), to=Contract(bare, dialect=dialects.PROBLEM)
    )
    assert list(the_operation(document)["responses"]) == ["200"]


def test_invalid_input_is_what_the_contract_makes_of_it() -> None:
    def by_place(failures: Any) -> Problem:
        (failure,) = failures
        assert isinstance(failure, InputFailure)
        return OverLimit(limit=1, status=403) if failure.place == "body" else NotFound()

    here = Contract(shop, dialect=dialects.PROBLEM, validation=by_place)
    codes = codes_of(written(given_document({"requestBody": BODY, "parameters": [QUERY]}), to=here))
    assert codes.keys() == {"400", "403", "404", "413", "415", "500"}
    assert codes["403"] == ["over_limit"]


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/orders/{id}", True),
        ("/orders/{id:int}", True),
        ("/orders/<int:id>", True),
        ("/orders/<id>", True),
        ("/orders/<int:pk>", True),
        ("/orders/{id}/", False),
        ("/orders", False),
    ],
)
def test_operations_are_found_by_method_and_path(path: str, *, found: bool) -> None:
    assert ("409" in codes_of(written(given_document(), OutOfStock, path=path))) is found


def test_the_very_path_comes_before_one_with_other_names() -> None:
    operations = [
        Operation(method="POST", path="/orders/{number}", problems=(OverLimit,)),
        Operation(method="POST", path="/orders/{id}", problems=(OutOfStock,)),
        Operation(method="GET", path="/orders/{id}", problems=(NotFound,)),
    ]
    assert codes_of(with_problems(given_document(), contract, operations)).keys() == {"409", "500"}


# ---------------------------------------------------------------------------- documents of operations alone


def test_a_document_can_be_made_of_operations_alone() -> None:
    operations = [
        Operation(
            method="POST",
            path="/orders/{id:int}",
            problems=(OutOfStock,),
            name="order",
            summary="Order a thing.",
        ),
        Operation(method="GET", path="/orders"),
    ]
    document = to_openapi(contract, operations, title="Shop", version="1")
    assert document["openapi"] == "3.1.0"
    assert document["info"] == {"title": "Shop", "version": "1"}
    order, listing = document["paths"]["/orders/{id}"]["post"], document["paths"]["/orders"]["get"]
    assert (order["operationId"], order["summary"]) == ("order_post", "Order a thing.")
    assert order["parameters"] == [
        {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    ]
    assert list(order["responses"]) == ["2XX", "409", "500"]
    assert listing.keys() == {"responses"}
    assert list(document["components"]["schemas"]) == ["Internal", "OutOfStock"]
    assert with_problems(document, contract, operations) == document


def test_a_document_of_operations_alone_has_each_id_once_and_only_methods_that_documents_know() -> None:
    paths = [("GET", "/a"), ("GET", "/b"), ("GET", "/b"), ("POST", "/b"), ("PURGE", "/b")]
    operations = [Operation(method=method, path=path, name="order") for method, path in paths]
    written = to_openapi(contract, operations, title="Shop", version="1")["paths"]
    assert {path: {m: one["operationId"] for m, one in item.items()} for path, item in written.items()} == {
        "/a": {"get": "order_get"},
        "/b": {"get": "order_get_2", "post": "order_post"},
    }


_CHANGES: Mapping[str, Callable[[Json], None]] = {
    "a response": lambda d: the_operation(d)["responses"]["409"].clear(),
    "a header": lambda d: d["components"]["headers"].clear(),
}


@pytest.mark.parametrize("change", _CHANGES.values(), ids=_CHANGES)
def test_two_documents_share_nothing(change: Callable[[Json], None]) -> None:
    first, second = written(given_document(), OutOfStock), written(given_document(), OutOfStock)
    change(first)
    assert second == written(given_document(), OutOfStock)
