"""Each row of the devspace contract, asserted by real requests over HTTP."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

import failwell.flask
from examples.devspace.app import create_app
from examples.devspace.errors import contract, devspace
from examples.devspace.scenarios import SCENARIOS, User
from examples.devspace.world import World
from failwell import Problem, Retry
from failwell.operations import Operation
from tests.contracts.answers import Answer
from tests.contracts.document import Document, declared
from tests.contracts.refusals import refusal

LATER, ACTION, CHANGE = Retry.LATER, Retry.AFTER_ACTION, Retry.AFTER_CHANGE

CODES: dict[str, dict[int, Retry]] = {
    "unauthorized": {401: ACTION},
    "forbidden": {403: ACTION},
    "not_found": {404: CHANGE},
    "bad_request": {400: CHANGE},
    "invalid_state": {409: ACTION},
    "bad_transition": {409: CHANGE},
    "plan_limit": {403: ACTION, 409: ACTION},
    "locked": {403: ACTION, 409: LATER},
    "query_failed": {500: LATER},
    "create_failed": {500: LATER},
    "update_failed": {500: LATER},
    "delete_failed": {500: LATER},
    "ai_failed": {500: LATER},
    "invalid_api_key": {401: ACTION},
    "insufficient_scope": {403: ACTION},
    "rate_limited": {429: LATER},
}
"""The contract, in its order, written out apart from the catalog: the retry word of each status."""

STANDARD = {"method_not_allowed": 405, "content_too_large": 413, "unsupported_media_type": 415}
"""What stands for the gaps, as far as this service can be brought to it; the others have codes above."""


@pytest.fixture(scope="module")
def operations(world: World) -> tuple[Operation, ...]:
    return failwell.flask.operations(create_app(world.settings))


# ---------------------------------------------------------------------------- the 16 rows


@pytest.mark.parametrize("code", CODES)
def test_code(code: str, answers: Mapping[str, list[Answer]]) -> None:
    for caught, response in answers[code]:
        body = response.json()
        assert type(caught) is devspace.types[code]
        assert isinstance(caught, Problem)
        assert caught.retry is CODES[code][response.status_code]
        assert response.headers["content-type"] == "application/json"
        assert response.headers["cache-control"] == "no-store"
        assert body.keys() == {"error", "message"} | ({"required_scope"} & caught.members().keys())
        assert body["error"] == code
        assert body["message"]
        assert response.headers["x-request-id"] == caught.request_id
        assert ("www-authenticate" in response.headers) == (response.status_code == 401)
        assert ("retry-after" in response.headers) == (code == "rate_limited")
        assert contract.parse(response.status_code, response.headers, response.content) == caught
    assert {response.status_code for _, response in answers[code]} == set(CODES[code])


def test_codes_are_those_of_the_contract_in_its_order() -> None:
    own = [code for code, cls in devspace.types.items() if cls.problem_type.category != "Standard"]
    assert own == list(CODES) == [scenario.code for scenario in SCENARIOS]
    assert len(own) == 16


def test_the_scope_that_lacks_is_named_and_nothing_else_has_a_member(
    answers: Mapping[str, list[Answer]],
) -> None:
    ((_, response),) = answers["insufficient_scope"]
    assert response.json() == {
        "error": "insufficient_scope",
        "message": "The key lacks the scope documents:write.",
        "required_scope": "documents:write",
    }
    others = [answer.response.json() for code in CODES for answer in answers[code]]
    assert [body["error"] for body in others if len(body) > 2] == ["insufficient_scope"]


@pytest.mark.parametrize(
    ("code", "texts"),
    [
        (
            "plan_limit",
            {
                403: "The plan does not include AI generation.",
                409: "The plan allows 3 projects, and 3 exist.",
            },
        ),
        (
            "locked",
            {
                403: "An administrator has locked this document.",
                409: "Somebody else is editing this document.",
            },
        ),
    ],
)
def test_the_status_tells_which_kind_it_is(
    code: str, texts: Mapping[int, str], answers: Mapping[str, list[Answer]]
) -> None:
    found = {response.status_code: response.json()["message"] for _, response in answers[code]}
    assert found == texts


# ---------------------------------------------------------------------------- standard types for the gaps


@pytest.mark.parametrize(
    ("method", "path", "content", "content_type", "code", "status"),
    [
        ("GET", "/nowhere", b"", "", "not_found", 404),
        ("GET", "/v1/nowhere", b"", "", "not_found", 404),
        ("DELETE", "/sessions", b"", "", "method_not_allowed", 405),
        ("POST", "/sessions", b"{", "application/json", "bad_request", 400),
        ("POST", "/sessions", b"\xff", "application/json", "bad_request", 400),
        ("POST", "/sessions", b"", "", "bad_request", 400),
        ("POST", "/sessions", b"token=a", "application/x-www-form-urlencoded", "unsupported_media_type", 415),
        ("POST", "/sessions", b" " * (1 << 20) + b" ", "application/json", "content_too_large", 413),
    ],
)
def test_gaps_have_standard_types(  # noqa: PLR0913 - a row
    world: World, *, method: str, path: str, content: bytes, content_type: str, code: str, status: int
) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    caught = refusal(lambda: world.client().request(method, path, content=content, headers=headers))
    response = world.responses[-1]
    assert type(caught) is devspace.types[code]
    assert response.status_code == status
    assert response.json().keys() == {"error", "message"}
    assert response.json()["error"] == code


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/sessions", {"POST", "OPTIONS"}),
        ("/projects/project_0", {"DELETE", "OPTIONS"}),
        ("/v1/documents/document_0", {"GET", "HEAD", "PUT", "OPTIONS"}),
    ],
)
def test_405_says_what_is_allowed(world: World, path: str, allowed: set[str]) -> None:
    refusal(lambda: world.client().patch(path))
    assert set(world.responses[-1].headers["allow"].split(", ")) == allowed


def test_the_input_is_never_repeated(world: World) -> None:
    secret = "hunter2-hunter2"
    user = User(world)
    inputs = [
        lambda: world.client().post("/links", json={"email": secret}),
        lambda: world.client().post("/sessions", json={"token": secret * 20}),
        lambda: world.client().post("/sessions", json={"token": secret}),
        lambda: user.call("POST", "/projects", {"name": "A", secret: secret}),
        lambda: user.call("POST", "/api-keys", {"scopes": [secret]}),
        lambda: world.client(secret).get("/v1/projects"),
    ]
    for send in inputs:
        assert refusal(send).code in {"bad_request", "unauthorized", "invalid_api_key"}
        assert secret not in world.responses[-1].text
        assert secret not in str(world.responses[-1].headers)


def test_what_postgresql_cannot_keep_is_no_failure_of_ours(world: World) -> None:
    user = User(world)
    document = user.document()
    assert refusal(lambda: user.call("POST", "/projects", {"name": "A\0"})).code == "bad_request"
    assert refusal(lambda: user.call("PUT", f"/documents/{document}", {"text": "\0"})).code == "bad_request"
    lone = b'{"name": "\\ud800"}'
    client = world.client(user.credential)
    assert refusal(lambda: client.post("/projects", content=lone)).code == "bad_request"
    assert refusal(lambda: user.call("GET", "/documents/%00")).code == "not_found"


def test_a_success_has_a_request_id_too(world: World) -> None:
    User(world).program().call("GET", "/v1/projects")
    assert world.responses[-1].headers["x-request-id"].startswith("req_")


# ---------------------------------------------------------------------------- the OpenAPI document


def test_the_document_is_whole(document: Document, operations: tuple[Operation, ...]) -> None:
    document.check("Devspace", operations)


def test_every_operation_lists_its_problems_by_status(
    document: Document, operations: tuple[Operation, ...]
) -> None:
    for operation in operations:
        assert document.listed(operation) == declared(operation) | {(500, "internal")}


def test_every_code_is_an_answer_of_some_operation(operations: tuple[Operation, ...]) -> None:
    listed = {problem.code for operation in operations for problem in operation.problems}
    assert listed == {*CODES, "content_too_large", "unsupported_media_type"}


def test_each_surface_has_its_own_codes(operations: tuple[Operation, ...]) -> None:
    own = {"invalid_api_key", "insufficient_scope", "rate_limited"}
    for operation in operations:
        codes = {problem.code for problem in operation.problems}
        if operation.path.startswith("/v1/"):
            assert own <= codes
            assert not codes & {"unauthorized", "forbidden", "plan_limit"}
        else:
            assert not own & codes


def test_openapi_examples_are_answers_of_the_contract(document: Document) -> None:
    document.check_examples()


# ---------------------------------------------------------------------------- what leaves was declared


def test_every_answer_was_declared_by_its_operation(
    world: World, answers: Mapping[str, list[Answer]], operations: tuple[Operation, ...]
) -> None:
    """Of the scenarios, and of the other tests that ran in this world before."""
    app = create_app(world.settings)
    declared = {(op.method, op.name): {problem.code for problem in op.problems} for op in operations}
    answered: set[tuple[tuple[str, str], str]] = set()
    for response in world.responses:
        if response.status_code >= 400 and response.json()["error"] not in STANDARD:
            request = response.request
            if "nowhere" not in request.url.path:
                endpoint, _ = app.url_map.bind("").match(request.url.path, request.method)
                answered.add(((request.method, endpoint), response.json()["error"]))
    assert {(op, code) for op, code in answered if code not in declared[op]} == set()
    assert {code for _, code in answered} >= CODES.keys()
