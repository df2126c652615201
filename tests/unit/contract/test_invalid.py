"""Invalid input as each contract shows it, from the same failures."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from examples.catalogs import EXAMPLES
from failwell import Catalog, Contract, Problem, dialects
from failwell.exceptions import DeclarationError
from failwell.source import load_contract
from failwell.typing import InputFailure

CONTRACTS = {example.name: load_contract(example.source) for example in EXAMPLES}
FAILURES = (
    InputFailure(pointer="/rules/0/segment", place="body", code="missing", detail="is required"),
    InputFailure(pointer="/limit", place="query", code="type", detail="has to be int"),
    InputFailure(pointer="/limit", place="query", code="range", detail="has to be at most 100"),
)


def _body(contract: Contract) -> tuple[int, dict[str, Any]]:
    out = contract.render(contract.invalid_input(FAILURES))
    body: dict[str, Any] = msgspec.json.decode(out.body)
    return out.status, body


def test_flags_has_a_message_for_each_dotted_path() -> None:
    status, body = _body(CONTRACTS["flags"])
    assert (status, body["code"]) == (400, "invalid_request")
    assert body["fields"] == {"rules.0.segment": "is required", "limit": "has to be int"}


def test_drops_names_the_first_parameter() -> None:
    status, body = _body(CONTRACTS["drops"])
    assert (status, body["code"], body["param"]) == (422, "validation_error", "rules.0.segment")


def test_devspace_and_platform_say_it_in_words() -> None:
    status, body = _body(CONTRACTS["devspace"])
    assert (status, body["error"]) == (400, "bad_request")
    assert body["message"].startswith("rules.0.segment: is required")
    assert _body(CONTRACTS["platform"])[1]["detail"] == "rules.0.segment: is required"


def test_browsers_lists_all_in_words() -> None:
    status, body = _body(CONTRACTS["browsers"])
    assert status == 400
    assert body["detail"] == (
        "rules.0.segment: is required; limit: has to be int; limit: has to be at most 100."
    )


def test_a_type_that_is_named_gets_its_members() -> None:
    shop = Catalog("shop", base="https://errors.shop.example/")
    contract = Contract(shop, dialect=dialects.PROBLEM)
    assert contract.invalid_input(FAILURES).code == "http_422"

    class Wrong(Problem, catalog=shop, code="wrong", status=(400, 422), title="Wrong"):
        """Something is wrong."""

        errors: list[InputFailure]
        param: str

    contract = Contract(shop, dialect=dialects.PROBLEM, validation="wrong").at("https://here.example/")
    status, body = _body(contract)
    assert (status, body["code"], body["param"]) == (422, "wrong", "rules.0.segment")
    assert [error["pointer"] for error in body["errors"]] == ["/rules/0/segment", "/limit", "/limit"]
    assert [error["in"] for error in body["errors"]] == ["body", "query", "query"]


@pytest.mark.parametrize("name", sorted(CONTRACTS))
def test_no_failures_at_all_are_a_problem_all_the_same(name: str) -> None:
    if name in ("drops", "platform"):  # their own functions name the first
        return
    assert CONTRACTS[name].invalid_input(()).status in (400, 422)


def test_a_type_that_cannot_be_filled_is_refused() -> None:
    shop = Catalog("shop", base="https://errors.shop.example/")

    class Wrong(Problem, catalog=shop, code="wrong", status=422, title="Wrong"):
        """Something is wrong."""

        article: str

    with pytest.raises(DeclarationError, match="members article optional"):
        Contract(shop, dialect=dialects.PROBLEM, validation="wrong")
    with pytest.raises(DeclarationError, match="'wrnog' is no policy"):
        Contract(shop, dialect=dialects.PROBLEM, validation="wrnog")
