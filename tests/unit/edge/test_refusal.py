"""Refusals become problems of the contract, and their header fields reach the response in any case."""

from __future__ import annotations

from typing import Annotated, Any

import pytest

from failwell import Catalog, Contract, Member, Problem, Retry, dialects, standard_types
from failwell.answers import Answered, Refused, refusal_behind
from failwell.edge import Exchange, Replier
from failwell.edge.refusal import refused_problem
from failwell.headers import find
from failwell.typing import LimitState

WAIT = (("Retry-After", "12"), ("X-Why", "busy"))


def _state(name: str) -> LimitState:
    return LimitState(name=name, limit=2, window=60, remaining=0, reset=60)


class Denied:
    """A denial that knows limits."""

    limits = (_state("token"), _state("org"))


def _replier(contract: Contract) -> Replier:
    return Replier(contract, lambda _: None)


def _bare() -> Contract:
    shop = Catalog("shop", base="https://shop.example/")
    standard_types(shop)
    return Contract(shop, dialect=dialects.PROBLEM)


def _with(template: str, kind: str) -> Contract:
    """A contract whose type for 429 makes Retry-After by a template of a member of some kind."""
    shop = Catalog("shop", base="https://shop.example/")
    kinds: dict[str, object] = {"int": int | None, "str": str | None, "list": list[int] | None}
    annotations = {"wait": Annotated[kinds[kind], Member(unit="seconds")]}
    words = {"__annotations__": annotations, "wait": None, "__doc__": "Busy.", "__module__": __name__}
    make: Any = type
    make(
        "Busy",
        (Problem,),
        words,
        catalog=shop,
        code="busy",
        status=429,
        title="Busy",
        retry=Retry.LATER,
        standard=429,
        headers={"Retry-After": template},
    )
    return Contract(shop, dialect=dialects.PROBLEM)


def test_a_refusal_is_the_type_that_stands_for_its_status() -> None:
    problem = refused_problem(_bare(), Refused(409, "Somebody else holds it.", headers=WAIT))
    assert (problem.code, problem.status, problem.detail) == ("conflict", 409, "Somebody else holds it.")
    assert problem.headers == WAIT


def test_a_status_without_a_type_is_a_problem_all_the_same() -> None:
    problem = refused_problem(_bare(), Refused(428, "If-Match is needed."))
    assert (problem.status, problem.detail) == (428, "If-Match is needed.")


@pytest.mark.parametrize(
    ("template", "kind", "wait"),
    [
        ("{wait}", "int", 12),
        ("{wait}", "str", "12"),
        ("{wait}", "list", None),
        ("{wait} seconds", "int", None),
        ("", "int", None),
    ],
)
def test_retry_after_reaches_the_response_whatever_it_is_declared_to_be_made_of(
    template: str, kind: str, wait: object
) -> None:
    contract = _with(template, kind)
    refused = Refused(429, "Too many.", headers=WAIT)
    status, headers, body, unforeseen = _replier(contract).reply(refused, Exchange("req_1"))
    assert (status, unforeseen) == (429, False)
    assert [value for name, value in headers if name.lower() == "retry-after"] == ["12"]
    assert find(headers, "x-why") == "busy"
    assert contract.parse(429, headers, body).members().get("wait") == wait


def test_a_translation_of_the_applications_own_comes_first() -> None:
    contract = _bare()
    own = contract.problem_for(403, "Mine.")
    replier = Replier(contract, lambda error: own if isinstance(error, Refused) else None)
    assert replier.reply(Refused(429, "Theirs."), Exchange("req_1"))[0] == 403


def test_a_status_that_is_none_of_errors_is_a_failure_of_the_server(caplog: pytest.LogCaptureFixture) -> None:
    status, _, _, unforeseen = _replier(_bare()).reply(Refused(200, "Yes?"), Exchange("req_1"))
    assert (status, unforeseen) == (500, True)
    assert caplog.records


def test_the_limits_of_a_denial_take_the_place_of_all_others() -> None:
    exchange = Exchange("req_1")
    exchange.keep_limits([_state("ip")])
    _replier(_bare()).reply(Refused(429, "", denied=Denied()), exchange)
    assert exchange.limits == Denied.limits


def test_a_problem_that_was_raised_from_a_refusal_shows_its_limits() -> None:
    contract, exchange = _bare(), Exchange("req_1")
    problem = contract.problem_for(429)
    problem.__cause__ = refused = Refused(429, "", denied=Denied(), limits=Denied.limits[1:])
    assert refusal_behind(problem) is refused
    _replier(contract).reply(problem, exchange)
    assert [state.name for state in exchange.limits] == ["org"]


def test_refusals_in_a_group_are_answered_as_one() -> None:
    group = ExceptionGroup("tasks", [Refused(409, "Held.")])
    status, _, _, unforeseen = _replier(_bare()).reply(group, Exchange("req_1"))
    assert (status, unforeseen) == (409, False)


def test_an_answer_is_nothing_that_anybody_has_to_hear_of() -> None:
    assert _replier(_bare()).verdict(Answered(304))[1] is False


@pytest.mark.parametrize(("status", "body"), [(304, b""), (204, b""), (200, b"text")])
def test_an_answer_stands_as_it_is_but_for_what_is_the_edges_to_say(status: int, body: bytes) -> None:
    fields = (("ETag", '"1"'), ("Content-Length", "9"), ("X-Request-Id", "req_old"))
    answered = Answered(status, fields, b"text")
    assert _replier(_bare()).answer(answered, Exchange("req_1")) == (status, (("ETag", '"1"'),), body)
