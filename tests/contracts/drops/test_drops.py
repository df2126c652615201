"""Each row of the drops contract, asserted by real requests over HTTP."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Match

import failwell.starlette
from examples.drops.app import ROUTES
from examples.drops.credentials import STEP_UP_SECONDS
from examples.drops.errors import contract, drops
from examples.drops.scenarios import HELLO, SCENARIOS, VARIANTS, User
from examples.drops.world import World
from failwell import Problem, Retry
from tests.contracts.answers import Answer, answers_of

ALWAYS = {"type", "title", "status", "detail", "code", "retryable", "suggestion", "request_id"}


class Row(NamedTuple):
    """What the contract says of a code; the members are those beside `ALWAYS`."""

    statuses: tuple[int, ...]
    retryable: bool
    retry: Retry
    members: frozenset[str] = frozenset()


def _row(*statuses: int, retry: Retry, members: str = "", retryable: bool = False) -> Row:
    return Row(statuses, retryable, retry, frozenset(members.split()))


CODES = {
    "authentication_required": _row(401, retry=Retry.AFTER_ACTION),
    "invalid_api_key": _row(401, retry=Retry.AFTER_ACTION),
    "invalid_session": _row(401, retry=Retry.AFTER_ACTION),
    "otp_expired": _row(401, retry=Retry.AFTER_ACTION, retryable=True),
    "otp_invalid": _row(401, retry=Retry.AFTER_CHANGE),
    "rate_limit_exceeded": _row(429, retry=Retry.LATER, retryable=True),
    "step_up_required": _row(403, retry=Retry.AFTER_ACTION),
    "insufficient_scope": _row(403, retry=Retry.AFTER_ACTION),
    "service_cannot_mint_delegated": _row(403, retry=Retry.NEVER),
    "feature_not_in_plan": _row(403, retry=Retry.AFTER_ACTION, members="required_plan upgrade_url"),
    "quota_exceeded": _row(413, 403, retry=Retry.AFTER_ACTION, members="limit used requested"),
    "validation_error": _row(422, retry=Retry.AFTER_CHANGE, members="param"),
    "not_found": _row(404, retry=Retry.AFTER_CHANGE),
    "revision_conflict": _row(409, retry=Retry.AFTER_CHANGE, members="current_revision"),
    "workspace_not_found": _row(404, retry=Retry.AFTER_CHANGE),
    "workspace_choice_required": _row(409, retry=Retry.AFTER_CHANGE, members="choices"),
    "workspace_mismatch": _row(409, retry=Retry.AFTER_CHANGE),
    "workspace_pinned": _row(400, retry=Retry.NEVER),
    "sole_owner_of_team": _row(409, retry=Retry.AFTER_ACTION),
    "checksum_mismatch": _row(422, retry=Retry.AFTER_CHANGE),
    "upload_expired": _row(409, retry=Retry.AFTER_CHANGE),
    "remote_fetch_failed": _row(422, retry=Retry.AFTER_CHANGE, members="failures"),
}
"""The contract, in its order, written out apart from the catalog."""


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World.start() as world:
        yield world


@pytest.fixture(scope="module")
def answers(world: World) -> Mapping[str, list[Answer]]:
    return answers_of(world, (*SCENARIOS, *VARIANTS))


def _problem(provoke: Callable[[], object]) -> Problem:
    with pytest.raises(Problem) as caught:
        provoke()
    return caught.value


# ---------------------------------------------------------------------------- the 22 rows


@pytest.mark.parametrize("code", CODES)
def test_code(code: str, answers: Mapping[str, list[Answer]]) -> None:
    row = CODES[code]
    for caught, response in answers[code]:
        body = response.json()
        assert type(caught) is drops.types[code]
        assert isinstance(caught, Problem)
        assert response.headers["content-type"] == "application/problem+json"
        assert response.headers["cache-control"] == "no-store"
        assert body.keys() == ALWAYS | row.members
        assert (body["code"], body["status"]) == (code, response.status_code)
        assert body["type"] == f"https://errors.drops.example/{code}"
        assert body["retryable"] is row.retryable is caught.retryable
        assert body["request_id"] == response.headers["x-request-id"] == caught.request_id
        assert ("www-authenticate" in response.headers) == (
            response.status_code == 401 or code == "insufficient_scope"
        )
        assert ("retry-after" in response.headers) == (response.status_code == 429)
        assert all(body[name] for name in ("title", "detail", "suggestion"))
        assert contract.parse(response.status_code, response.headers, response.content) == caught
    assert {response.status_code for _, response in answers[code]} == set(row.statuses)


@pytest.mark.parametrize("code", CODES)
def test_record(code: str) -> None:
    row, record = CODES[code], drops.types[code].problem_type
    assert record.statuses == row.statuses
    for status in row.statuses:
        assert record.retry_at(status) is row.retry
        assert record.is_retryable(status) is row.retryable
        assert {member.wire_name for member in record.wire_members(status)} == row.members


def test_codes_are_those_of_the_contract_in_its_order() -> None:
    own = [code for code, cls in drops.types.items() if cls.problem_type.category != "Standard"]
    assert own == list(CODES) == [scenario.code for scenario in SCENARIOS]
    assert len(own) == 22


def test_only_otp_expired_states_retryable_against_its_retry_word() -> None:
    stated = [code for code, cls in drops.types.items() if cls.problem_type.retryable is not None]
    assert stated == ["otp_expired"]


def test_values_of_members(answers: Mapping[str, list[Answer]], world: World) -> None:
    def bodies(code: str) -> list[dict[str, Any]]:
        return [answer.response.json() for answer in answers[code]]

    large, full, seats = bodies("quota_exceeded")
    assert (large["status"], large["limit"], large["used"]) == (413, 100_000, 0)
    assert (full["status"], full["limit"], full["requested"]) == (413, 250_000, 90_000)
    assert [seats[name] for name in ("status", "limit", "used", "requested")] == [403, 2, 2, 1]
    assert full["used"] + full["requested"] > full["limit"]
    (choice,) = bodies("workspace_choice_required")
    assert all(entry.keys() == {"slug", "name"} for entry in choice["choices"])
    assert len(choice["choices"]) == 2
    (fetch,) = bodies("remote_fetch_failed")
    source = f"{world.files_url}/no-such-logo.svg"
    assert fetch["failures"] == [{"path": "logo.svg", "source_url": source, "reason": "bad_status"}]
    assert bodies("revision_conflict")[0]["current_revision"] == 2
    assert bodies("validation_error")[0]["param"] == "files.0.path"


def test_retry_after_is_the_wait(answers: Mapping[str, list[Answer]]) -> None:
    ((caught, response),) = answers["rate_limit_exceeded"]
    assert isinstance(caught, Problem)
    assert 0 < int(response.headers["retry-after"]) <= 600
    assert vars(caught)["retry_after_seconds"] == int(response.headers["retry-after"])


# ---------------------------------------------------------------------------- absent means absent


def _foreign_id(owner: User, kind: str) -> str:
    """The id of something new of the owner's."""
    if kind == "workspaces":
        return owner.slugs()[0]
    makers: dict[str, Callable[[], Any]] = {
        "api-keys": lambda: owner.call("POST", "/v1/api-keys", {"scopes": ["read"]}),
        "teams": owner.team,
        "uploads": lambda: owner.stage(b"hello"),
        "drops": owner.publish,
    }
    return str(makers[kind]()["id"])


UPLOADED = {"path": "a.txt", "sha256": hashlib.sha256(b"hello").hexdigest()}
LOOKUPS: list[tuple[str, str, str, Callable[[str], Any]]] = [
    ("drops", "GET", "/v1/drops/{id}", lambda _: None),
    ("drops", "PATCH", "/v1/drops/{id}", lambda _: {"if_revision": 1, "files": [HELLO]}),
    ("drops", "PATCH", "/v1/drops/{id}", lambda _: {"files": "not even valid"}),
    ("drops", "DELETE", "/v1/drops/{id}", lambda _: None),
    ("api-keys", "DELETE", "/v1/api-keys/{id}", lambda _: None),
    ("teams", "GET", "/v1/teams/{id}", lambda _: None),
    ("teams", "DELETE", "/v1/teams/{id}", lambda _: None),
    ("teams", "POST", "/v1/teams/{id}/members", lambda _: {"email": "a@mail.example"}),
    ("uploads", "POST", "/v1/drops", lambda id_: {"title": "A", "files": [{**UPLOADED, "upload": id_}]}),
    ("workspaces", "POST", "/v1/drops", lambda id_: {"title": "A", "files": [HELLO], "workspace": id_}),
    ("workspaces", "PUT", "/v1/workspaces/active", lambda id_: {"workspace": id_}),
]


@pytest.mark.parametrize(
    ("kind", "method", "path", "body"), LOOKUPS, ids=lambda part: part if isinstance(part, str) else ""
)
def test_foreign_and_missing_are_byte_identical_but_for_ids(
    world: World, kind: str, method: str, path: str, body: Callable[[str], Any]
) -> None:
    caller, foreign = User(world), _foreign_id(User(world), kind)
    missing = foreign[:-8] + "00000000"

    def seen(target: str) -> tuple[bytes, list[tuple[bytes, bytes]]]:
        problem = _problem(lambda: caller.call(method, path.replace("{id}", target), body(target)))
        assert problem.status == 404
        return _without_ids(world.responses[-1], target)

    assert seen(foreign) == seen(missing)


def _without_ids(response: httpx.Response, target: str) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    ids = [response.headers["x-request-id"].encode(), target.encode()]

    def masked(text: bytes) -> bytes:
        for value in ids:
            text = text.replace(value, b"<id>")
        return text

    headers = [(name, masked(value)) for name, value in response.headers.raw if name.lower() != b"date"]
    return masked(response.content), headers


# ---------------------------------------------------------------------------- standard types for the gaps


@pytest.mark.parametrize(
    ("method", "path", "content", "content_type", "code", "status"),
    [
        ("GET", "/nowhere", b"", "", "not_found", 404),
        ("DELETE", "/v1/login", b"", "", "method_not_allowed", 405),
        ("POST", "/v1/login", b"{", "application/json", "bad_request", 400),
        ("POST", "/v1/login", b"\xff", "application/json", "bad_request", 400),
        ("POST", "/v1/login", b"", "", "bad_request", 400),
        ("POST", "/v1/login", b"email=a", "application/x-www-form-urlencoded", "unsupported_media_type", 415),
        ("POST", "/v1/login", b" " * (1 << 20) + b" ", "application/json", "content_too_large", 413),
    ],
)
def test_gaps_have_standard_types(  # noqa: PLR0913 - a row
    world: World,
    *,
    method: str,
    path: str,
    content: bytes,
    content_type: str,
    code: str,
    status: int,
) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    caught = _problem(lambda: world.client().request(method, path, content=content, headers=headers))
    response = world.responses[-1]
    body = response.json()
    assert type(caught) is drops.types[code]
    assert (body["code"], body["status"], response.status_code) == (code, status, status)
    assert ALWAYS - {"detail"} <= body.keys() <= ALWAYS
    assert response.headers["content-type"] == "application/problem+json"
    assert body["request_id"] == response.headers["x-request-id"]


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/v1/login", {"POST"}),
        ("/v1/workspaces", {"GET", "HEAD"}),
        ("/v1/drops", {"GET", "HEAD", "POST"}),
        ("/v1/drops/drop_0", {"GET", "HEAD", "PATCH", "DELETE"}),
    ],
)
def test_405_says_what_is_allowed(world: World, path: str, allowed: set[str]) -> None:
    _problem(lambda: world.client().put(path))
    assert set(world.responses[-1].headers["allow"].split(", ")) == allowed


def test_the_input_is_never_repeated(world: World) -> None:
    secret = "hunter2-hunter2"
    caught = _problem(lambda: world.client().post("/v1/login", json={"email": "a@b.example", "code": secret}))
    assert (caught.code, caught.members()) == ("validation_error", {"param": "code"})
    assert secret not in world.responses[-1].text


def test_a_success_has_a_request_id_too(world: World) -> None:
    response = world.client().get("/openapi.json")
    assert response.status_code == 200
    assert response.headers["x-request-id"].startswith("req_")


# ---------------------------------------------------------------------------- which code wins


def _login_and_team(world: World) -> User:
    user = User(world)
    user.team()
    world.advance(STEP_UP_SECONDS + 1)
    return user


def _stale_and_too_large(world: World) -> object:
    user = User(world)
    drop = user.publish()
    files = [{"path": "big.txt", "content": "x" * 120_000}]
    return user.call("PATCH", f"/v1/drops/{drop['id']}", {"if_revision": 7, "files": files})


BAD_PATH = {"path": "../a", "content": "a"}
WRONG_AND_LARGE = {"path": "a", "content": "x" * 120_000, "sha256": "0" * 64}
PRECEDENCE: dict[str, tuple[str, Callable[[World], object]]] = {
    "missing credential over malformed body": (
        "authentication_required",
        lambda w: w.client().post("/v1/drops", content=b"{"),
    ),
    "missing credential over absent resource": (
        "authentication_required",
        lambda w: w.client().get("/v1/drops/drop_0"),
    ),
    "unknown key over malformed body": (
        "invalid_api_key",
        lambda w: w.client("sk_0_0").post("/v1/drops", content=b"{"),
    ),
    "unknown session over absent resource": (
        "invalid_session",
        lambda w: w.client("at_0_0").get("/v1/drops/drop_0"),
    ),
    "absent resource over scope": (
        "not_found",
        lambda w: User(w).with_key("publish").call("GET", f"/v1/drops/{User(w).publish()['id']}"),
    ),
    "absent resource over validation": (
        "not_found",
        lambda w: User(w).call("PATCH", "/v1/drops/drop_0", {"if_revision": "x"}),
    ),
    "scope over validation": (
        "insufficient_scope",
        lambda w: User(w).with_key("publish").call("POST", "/v1/teams", {"name": 1}),
    ),
    "scope over step-up": (
        "insufficient_scope",
        lambda w: User(w).with_key("publish").call("DELETE", "/v1/account"),
    ),
    "step-up over the domain's conflict": (
        "step_up_required",
        lambda w: _login_and_team(w).call("DELETE", "/v1/account"),
    ),
    "absent workspace over plan": (
        "workspace_not_found",
        lambda w: User(w).publish(workspace="nowhere", domain="press.example"),
    ),
    "precondition over quota": ("revision_conflict", _stale_and_too_large),
    "validation over plan": ("validation_error", lambda w: User(w).publish(BAD_PATH, domain="press.example")),
    "plan over fetching": (
        "feature_not_in_plan",
        lambda w: User(w).publish({"path": "a", "source_url": f"{w.closed_url}/a"}, domain="press.example"),
    ),
    "quota over checksum": ("quota_exceeded", lambda w: User(w).publish(WRONG_AND_LARGE)),
}


@pytest.mark.parametrize("name", PRECEDENCE)
def test_which_code_wins(world: World, name: str) -> None:
    code, provoke = PRECEDENCE[name]
    assert _problem(lambda: provoke(world)).code == code


def test_a_scope_that_lacks_shows_once_the_resource_is_visible(world: World) -> None:
    user = User(world)
    drop = user.publish()
    caught = _problem(lambda: user.with_key("publish").call("GET", f"/v1/drops/{drop['id']}"))
    assert caught.code == "insufficient_scope"


# ---------------------------------------------------------------------------- the OpenAPI document


@pytest.fixture(scope="module")
def document(world: World) -> dict[str, Any]:
    found: dict[str, Any] = world.client().get("/openapi.json").json()
    return found


OPERATIONS = failwell.starlette.operations(Starlette(routes=ROUTES))


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


def _problem_schema(operation: dict[str, Any], status: int) -> dict[str, Any]:
    content = operation["responses"][str(status)]["content"]
    assert content.keys() == {"application/problem+json"}
    schema: dict[str, Any] = content["application/problem+json"]["schema"]
    return schema


def test_openapi_document_is_whole(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1.")
    assert document["info"] == {"title": "Drops", "version": "1"}
    refs = set(_refs(document))
    assert refs
    assert all(isinstance(_find(document, ref), dict) for ref in refs)
    ids = [op["operationId"] for path in document["paths"].values() for op in path.values()]
    assert len(ids) == len(set(ids)) == len(OPERATIONS)


def test_every_operation_lists_its_problems_by_status(document: dict[str, Any]) -> None:
    for operation in OPERATIONS:
        written = document["paths"][operation.path][operation.method.lower()]
        listed = {
            (int(status), code)
            for status in written["responses"]
            if status != "2XX"
            for code in _problem_schema(written, int(status))["discriminator"]["mapping"]
        }
        declared = {(status, p.code) for p in operation.problems for status in p.problem_type.statuses}
        assert listed == declared | {(500, "internal")}


def test_every_code_is_an_answer_of_some_operation(document: dict[str, Any]) -> None:
    listed = {problem.code for operation in OPERATIONS for problem in operation.problems}
    assert CODES.keys() - listed == set()
    assert listed - CODES.keys() <= {
        "bad_request",
        "content_too_large",
        "unsupported_media_type",
        "forbidden",
    }


@pytest.mark.parametrize("code", CODES)
def test_openapi_members_per_code_and_status(document: dict[str, Any], code: str) -> None:
    row = CODES[code]
    for operation in OPERATIONS:
        if code not in [problem.code for problem in operation.problems]:
            continue
        for status in row.statuses:
            schema = _problem_schema(document["paths"][operation.path][operation.method.lower()], status)
            assert schema["discriminator"]["propertyName"] == "code"
            ref = schema["discriminator"]["mapping"][code]
            assert {"$ref": ref} in schema["oneOf"]
            one = _find(document, ref)
            assert one["properties"].keys() == ALWAYS | row.members
            assert set(one["required"]) == ALWAYS - {"detail"} | row.members
            assert one["properties"]["code"]["const"] == code
            assert one["properties"]["status"]["const"] == status


def test_openapi_examples_are_answers_of_the_contract(document: dict[str, Any]) -> None:
    for path in document["paths"].values():
        for operation in path.values():
            for status, response in operation["responses"].items():
                for media_type, content in response.get("content", {}).items():
                    for code, example in content["examples"].items():
                        body = json.dumps(example["value"]).encode()
                        problem = contract.parse(int(status), {"Content-Type": media_type}, body)
                        assert (problem.code, problem.status, dict(problem.unreadable)) == (
                            code,
                            int(status),
                            {},
                        )


# ---------------------------------------------------------------------------- what leaves was declared


def test_every_answer_was_declared_by_its_operation(
    world: World, answers: Mapping[str, list[Answer]]
) -> None:
    """Of the scenarios, and of the other tests that ran in this world before."""
    declared = {(op.method, op.path): {problem.code for problem in op.problems} for op in OPERATIONS}
    answered = {
        (_operation_of(response.request), response.json()["code"])
        for response in world.responses
        if response.status_code >= 400
    }
    undeclared = {(op, code) for op, code in answered if op and code not in declared[op]}
    assert undeclared == set()
    assert {code for op, code in answered if op} >= CODES.keys()


def _operation_of(request: httpx.Request) -> tuple[str, str] | None:
    scope = {"type": "http", "method": request.method, "path": request.url.path}
    found = [route for route in ROUTES if route.matches(scope)[0] is Match.FULL]
    return (request.method, found[0].path_format) if found else None
