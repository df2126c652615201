"""`raises_problem` and `assert_problem`: what they let pass, and what they say of the rest."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Annotated, Any
from unittest.mock import ANY

import httpx
import pytest
from django.http import HttpResponse
from starlette.responses import Response as StarletteResponse
from werkzeug.wrappers import Response as WerkzeugResponse

from failwell import (
    Catalog,
    Contract,
    Member,
    NotAProblem,
    Problem,
    Retry,
    UnknownProblem,
    dialects,
    standard_types,
)
from failwell.exceptions import FailwellError
from failwell.testing import assert_problem, raises_problem
from tests.frameworks import django_site

shop = Catalog("shop", base="https://errors.shop.example/")


class QuotaExceeded(
    Problem,
    catalog=shop,
    code="quota_exceeded",
    status=(413, 403),
    title="Quota exceeded",
    retry=Retry.AFTER_ACTION,
):
    """A limit of the plan was hit."""

    limit: int
    used: float
    token: Annotated[str | None, Member(exposure="secret")] = None


class SlowDown(
    Problem,
    catalog=shop,
    code="slow_down",
    status=429,
    title="Slow down",
    retry=Retry.LATER,
    headers={"Retry-After": "{seconds}", "X-Bucket": "bucket={bucket}; {kind}"},
):
    """A limit is used up."""

    seconds: int
    bucket: Annotated[str, Member(on_wire=False)] = "token"
    kind: Annotated[str, Member(on_wire=False)] = "calls"


class Waiting(
    Problem, catalog=shop, code="waiting", status=503, title="Waiting", headers={"Retry-After": "{seconds}"}
):
    """Something is not ready."""

    seconds: Annotated[int | None, Member(on_wire=False)] = None


standard = standard_types(shop)
contract = Contract(shop, dialect=dialects.PROBLEM)


def _quota(limit: int = 10, used: float = 9.0) -> None:
    raise QuotaExceeded("Full.", limit=limit, used=used, token="hunter2")


# ---------------------------------------------------------------------------- raises_problem


def test_a_problem_with_equal_members_is_caught() -> None:
    with raises_problem(
        QuotaExceeded, limit=10, status=413, detail="Full.", title="Quota exceeded"
    ) as caught:
        _quota()
    assert caught.problem.used == 9.0


def test_members_can_be_anything_that_compares() -> None:
    with raises_problem(QuotaExceeded, limit=ANY, used=pytest.approx(0.3)):
        _quota(used=0.1 + 0.2)


def test_a_base_class_catches_all_and_the_first_class_itself_any() -> None:
    with raises_problem(Problem, status=413, code="quota_exceeded"):
        _quota()
    with raises_problem(NotAProblem, via="nginx"):
        raise NotAProblem(status=502, headers=(("Server", "nginx"),))
    with raises_problem(UnknownProblem, code="new", type="about:blank"):
        raise UnknownProblem(status=400, code="new")


@pytest.mark.anyio
async def test_a_block_may_await() -> None:
    async def publish() -> None:
        _quota()

    with raises_problem(QuotaExceeded, limit=10) as caught:
        await publish()
    assert caught.problem.limit == 10


def test_all_members_that_differ_are_told_with_both_values() -> None:
    with pytest.raises(AssertionError) as told, raises_problem(QuotaExceeded, limit=11, used=9.0, status=403):
        _quota()
    assert str(told.value).splitlines() == [
        "QuotaExceeded was raised with other members:",
        "  limit: expected 11, got 10",
        "  status: expected 403, got 413",
    ]
    assert isinstance(told.value.__cause__, QuotaExceeded)


def test_a_secret_is_not_told() -> None:
    with pytest.raises(AssertionError) as told, raises_problem(QuotaExceeded, token="hunter3"):
        _quota()
    assert "hunter" not in str(told.value)
    assert "  token: expected …, got another, which is secret" in str(told.value)


def test_a_block_that_raises_nothing_or_another_problem_fails() -> None:
    with (
        pytest.raises(AssertionError, match="was not raised: the block has ended"),
        raises_problem(QuotaExceeded),
    ):
        pass
    with (
        pytest.raises(AssertionError, match=r"not raised, but SlowDown \(429 slow_down\): Wait\.") as told,
        raises_problem(QuotaExceeded),
    ):
        raise SlowDown("Wait.", seconds=7)
    assert isinstance(told.value.__cause__, SlowDown)


def test_what_is_no_problem_goes_on() -> None:
    with pytest.raises(ZeroDivisionError), raises_problem(QuotaExceeded):
        raise ZeroDivisionError


def test_a_member_that_does_not_exist_is_told_at_once() -> None:
    with pytest.raises(FailwellError, match="QuotaExceeded has no member 'limitt'") as caught:
        raises_problem(QuotaExceeded, limitt=10)
    assert (caught.value.code, caught.value.hint) == ("unknown-member", "did you mean limit?")


@pytest.mark.parametrize("given", [QuotaExceeded(limit=1, used=1), ValueError, "quota_exceeded"])
def test_what_is_no_problem_type_is_refused(given: Any) -> None:
    with pytest.raises(FailwellError, match="is no problem type"):
        raises_problem(given)


def test_nothing_is_caught_before_the_end() -> None:
    with pytest.raises(FailwellError, match="nothing is caught before the block has ended"):
        _ = raises_problem(QuotaExceeded).problem


def test_types_made_of_records_have_their_members() -> None:
    with raises_problem(standard[422], errors=None):
        raise standard[422]


# ---------------------------------------------------------------------------- assert_problem

OUT = contract.render(QuotaExceeded("Full.", limit=10, used=9.0), request_id="req_1")


def _django() -> object:
    """Of the site that the tests of the adapter have: Django's settings are the whole process's."""
    assert django_site.HERE
    return HttpResponse(OUT.body, status=OUT.status, headers=dict(OUT.headers))


RESPONSES: dict[str, Callable[[], object]] = {
    "rendered": lambda: OUT,
    "httpx": lambda: httpx.Response(OUT.status, headers=list(OUT.headers), content=OUT.body),
    "werkzeug": lambda: WerkzeugResponse(OUT.body, OUT.status, list(OUT.headers)),
    "starlette": lambda: StarletteResponse(OUT.body, OUT.status, dict(OUT.headers)),
    "django": _django,
}


@pytest.mark.parametrize("maker", RESPONSES)
def test_responses_of_all_kinds_are_read(maker: str) -> None:
    problem = assert_problem(
        RESPONSES[maker](), QuotaExceeded, contract=contract, limit=10, request_id="req_1"
    )
    assert problem.used == 9.0
    assert type(problem) is QuotaExceeded


def _spoiled(
    problem: Problem, *, status: int = 0, headers: dict[str, str | None] | None = None, **body: Any
) -> httpx.Response:
    """The response with a problem, changed: what is None is taken out."""
    out = contract.render(problem, request_id="req_1")
    fields = {**dict(out.headers), **(headers or {})}
    members = {**json.loads(out.body), **body}
    return httpx.Response(
        status or out.status,
        headers={name: value for name, value in fields.items() if value is not None},
        content=json.dumps({name: value for name, value in members.items() if value is not None}),
    )


QUOTA, SLOW = QuotaExceeded("Full.", limit=10, used=9.0), SlowDown("Wait.", seconds=7)
FAULTS: dict[str, tuple[httpx.Response, type[Problem], str]] = {
    "status": (
        _spoiled(QUOTA, status=409),
        QuotaExceeded,
        "status: its status is 409, declared",
    ),
    "body": (_spoiled(QUOTA, status=403), QuotaExceeded, "status: its status is 403, but its body says 413"),
    "media type": (
        _spoiled(QUOTA, headers={"Content-Type": "application/json"}),
        QuotaExceeded,
        "media-type: its media type is application/json, declared is application/problem+json",
    ),
    "header": (
        _spoiled(SLOW, headers={"Retry-After": "8"}),
        SlowDown,
        "header: Retry-After is 8, but has to be 7",
    ),
    "no header": (
        _spoiled(SLOW, headers={"Retry-After": None}),
        SlowDown,
        "header: the declared header Retry-After is missing",
    ),
    "header off the wire": (
        _spoiled(SLOW, headers={"X-Bucket": "pail"}),
        SlowDown,
        "header: X-Bucket is pail, declared is bucket={bucket}; {kind}",
    ),
    "a header's type": (
        _spoiled(Waiting(seconds=5), headers={"Retry-After": "soon"}),
        Waiting,
        "header: Retry-After is soon, declared is {seconds}",
    ),
    "challenge": (
        _spoiled(standard[401](), headers={"WWW-Authenticate": None}),
        standard[401],
        "header: the declared header WWW-Authenticate is missing",
    ),
    "a value of its own": (
        _spoiled(standard[405]()),
        standard[405],
        "header: the declared header Allow is missing",
    ),
    "request id": (
        _spoiled(QUOTA, request_id="req_2"),
        QuotaExceeded,
        "request-id: the request id in its body is 'req_2', in X-Request-Id 'req_1'",
    ),
    "missing": (_spoiled(QUOTA, limit=None), QuotaExceeded, "member: the declared member 'limit' is missing"),
    "type": (
        _spoiled(QUOTA, limit="10"),
        QuotaExceeded,
        "member: the member 'limit' is not of its declared type: Expected `int`, got `str`",
    ),
    "undeclared": (
        _spoiled(QUOTA, extra_limit=1),
        QuotaExceeded,
        "member: the member 'extra_limit' is not declared for quota_exceeded with status 413",
    ),
}


def test_a_replay_has_the_request_id_of_the_first_request_and_not_its_fields() -> None:
    replayed: dict[str, str | None] = {"Idempotency-Replayed": "true"}
    assert_problem(_spoiled(QUOTA, headers=replayed, request_id="req_2"), QuotaExceeded, contract=contract)
    gone = _spoiled(SLOW, headers={**replayed, "Retry-After": None})
    assert_problem(gone, SlowDown, contract=contract)
    with pytest.raises(AssertionError, match="the declared member 'limit' is missing"):
        assert_problem(_spoiled(QUOTA, headers=replayed, limit=None), QuotaExceeded, contract=contract)


@pytest.mark.parametrize("fault", FAULTS)
def test_what_breaks_the_contract_is_told(fault: str) -> None:
    response, kind, told = FAULTS[fault]
    with pytest.raises(AssertionError) as caught:
        assert_problem(response, kind, contract=contract)
    assert f"  {told}" in str(caught.value)
    assert "hunter" not in str(caught.value)


def test_what_keeps_it_passes() -> None:
    assert assert_problem(_spoiled(SLOW), SlowDown, contract=contract).seconds == 7
    assert assert_problem(_spoiled(Waiting()), Waiting, contract=contract).seconds is None
    assert assert_problem(_spoiled(Waiting(seconds=5)), Waiting, contract=contract).seconds == 5
    assert_problem(_spoiled(standard[401]()), standard[401], contract=contract)
    assert_problem(_spoiled(QUOTA), QuotaExceeded, contract=contract.at("http://127.0.0.1/"))


def test_every_difference_is_told_at_once() -> None:
    response = _spoiled(QUOTA, limit=None, more=1, request_id="req_2")
    with pytest.raises(AssertionError) as caught:
        assert_problem(response, QuotaExceeded, contract=contract, used=8.0)
    assert len(str(caught.value).splitlines()) == 5
    assert "  used: expected 8.0, got 9.0" in str(caught.value)


def test_another_response_is_told_for_what_it_is() -> None:
    told = {
        httpx.Response(200): "the response is no QuotaExceeded: its status is 200",
        httpx.Response(
            502, text="<title>Bad gateway</title>"
        ): "but NotAProblem (502 not_a_problem): HTTP 502",
        _spoiled(SLOW): "but SlowDown (429 slow_down): Wait.",
    }
    for response, text in told.items():
        with pytest.raises(AssertionError) as caught:
            assert_problem(response, QuotaExceeded, contract=contract)
        assert text in str(caught.value)


def test_a_page_for_people_cannot_be_read_back() -> None:
    offering = Contract(shop, dialect=dialects.PROBLEM, offers=("text/html",))
    out = offering.render(QUOTA, accept="text/html")
    with pytest.raises(AssertionError, match="a page for people"):
        assert_problem(out, QuotaExceeded, contract=offering)


def test_dialects_that_nest_are_examined_too() -> None:
    google = Contract(shop, dialect=dialects.GOOGLE)
    out = google.render(QUOTA, request_id="req_1")
    assert assert_problem(out, QuotaExceeded, contract=google, limit=10).used == 9.0


def test_what_is_no_response_is_refused() -> None:
    with pytest.raises(FailwellError, match="str is no response that can be read"):
        assert_problem("413", QuotaExceeded, contract=contract)


def test_without_a_contract_it_says_how_to_give_one() -> None:
    with pytest.raises(FailwellError, match="no contract is known that has QuotaExceeded") as caught:
        assert_problem(OUT, QuotaExceeded)
    assert "failwell_contracts" in caught.value.hint
