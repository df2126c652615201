"""Each row of the devspace contract, asserted on the record and on the bytes that leave."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

from failwell import Retry
from failwell.declare import Standard
from failwell.headers import find
from failwell.publish.sample import sample_problem
from failwell.source import load_contract

CONTRACT = load_contract(Path(__file__).parents[3] / "examples/devspace/errors")
CATALOG = CONTRACT.catalog
REQUEST_ID = "req_019b2f61c3d07a52e84f1b9c6d20"
LATER, ACTION, CHANGE = Retry.LATER, Retry.AFTER_ACTION, Retry.AFTER_CHANGE


class Row(NamedTuple):
    """What the contract says of a code: the retry word of each status, and the members beside the two."""

    category: str
    retry: dict[int, Retry]
    members: tuple[str, ...] = ()


CODES = {
    "unauthorized": Row("routes", {401: ACTION}),
    "forbidden": Row("routes", {403: ACTION}),
    "not_found": Row("routes", {404: CHANGE}),
    "bad_request": Row("routes", {400: CHANGE}),
    "invalid_state": Row("routes", {409: ACTION}),
    "bad_transition": Row("routes", {409: CHANGE}),
    "plan_limit": Row("routes", {403: ACTION, 409: ACTION}),
    "locked": Row("routes", {403: ACTION, 409: LATER}),
    "query_failed": Row("routes", {500: LATER}),
    "create_failed": Row("routes", {500: LATER}),
    "update_failed": Row("routes", {500: LATER}),
    "delete_failed": Row("routes", {500: LATER}),
    "ai_failed": Row("routes", {500: LATER}),
    "invalid_api_key": Row("public api", {401: ACTION}),
    "insufficient_scope": Row("public api", {403: ACTION}, ("required_scope",)),
    "rate_limited": Row("public api", {429: LATER}),
}
"""The contract, in its order, written out apart from the catalog."""

CONDITIONS: dict[Standard, str] = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    429: "rate_limited",
}
"""The codes that also stand for what a framework reports."""


@pytest.mark.parametrize("code", CODES)
def test_record(code: str) -> None:
    row, record = CODES[code], CATALOG.types[code].problem_type
    assert record.statuses == tuple(row.retry)
    assert {status: record.retry_at(status) for status in record.statuses} == row.retry
    assert record.retryable is None
    assert record.redirect is None
    assert record.category.lower() == row.category
    for status in record.statuses:
        on_wire = record.wire_members(status)
        assert [member.wire_name for member in on_wire] == list(row.members)
        assert all(member.required and member.schema == {"type": "string"} for member in on_wire)
    assert all((record.prose, record.why, record.what_to_do, record.detail, record.suggestion))


@pytest.mark.parametrize("code", CODES)
def test_code(code: str) -> None:
    row = CODES[code]
    for status, retry in row.retry.items():
        problem = sample_problem(CATALOG.types[code], status)
        out = CONTRACT.render(problem, request_id=REQUEST_ID)
        members = problem.members()
        assert list(members) == list(row.members)
        assert out.body == msgspec.json.encode({"error": code, "message": problem.detail, **members})
        assert out.status == status
        assert find(out.headers, "content-type") == "application/json"
        assert find(out.headers, "cache-control") == "no-store"
        assert find(out.headers, "x-request-id") == REQUEST_ID
        assert find(out.headers, "www-authenticate") == ('Bearer realm="devspace"' if status == 401 else None)
        assert find(out.headers, "retry-after") == ("20" if status == 429 else None)
        back = CONTRACT.parse(out.status, out.headers, out.body)
        assert back == problem
        assert back.request_id == REQUEST_ID
        assert back.retry is retry


def test_codes_are_those_of_the_contract_in_its_order() -> None:
    own = [code for code, cls in CATALOG.types.items() if cls.problem_type.category != "Standard"]
    assert own == list(CODES)


def test_conditions_have_the_contracts_own_codes_where_it_has_one() -> None:
    own = {
        condition: cls.code
        for condition, cls in CATALOG.standard.items()
        if cls.problem_type.category != "Standard"
    }
    assert own == CONDITIONS


@pytest.mark.parametrize(
    ("condition", "status", "code"),
    [(405, 405, "method_not_allowed"), (413, 413, "content_too_large"), ("internal", 500, "internal")],
)
def test_gaps_are_filled_in_the_contracts_own_shape(condition: Standard, status: int, code: str) -> None:
    out = CONTRACT.render(CONTRACT.problem_for(condition, "Not this way."), request_id=REQUEST_ID)
    assert (out.status, out.body) == (
        status,
        msgspec.json.encode({"error": code, "message": "Not this way."}),
    )
