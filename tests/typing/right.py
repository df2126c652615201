"""Right uses of the face: both type checkers accept every line, and the file runs."""
# pyright: strict

from __future__ import annotations

from typing import Annotated, Literal, assert_type

from failwell import (
    Catalog,
    Contract,
    Lifecycle,
    Member,
    NotAProblem,
    Problem,
    ProblemType,
    Resolve,
    Retry,
    Stage,
    UnknownProblem,
    dialects,
    raises,
    standard_types,
)
from failwell.testing import assert_problem, raises_problem

drops = Catalog("drops", base="https://errors.drops.example/")
standard_types(drops, naming="kebab-case")


class QuotaExceeded(
    Problem,
    catalog=drops,
    code="quota_exceeded",
    status=(413, 403),
    title="Quota exceeded",
    retry=Retry.AFTER_ACTION,
    category="Plans and quotas",
    suggestion="Free up space, or upgrade the plan.",
    resolve=Resolve(
        action="upgrade_plan",
        message="Upgrade",
        url="https://drops.example/billing",
        method="POST",
        endpoint="/v1/plan",
    ),
    since="2026-11",
):
    """A limit of the plan was hit: bytes in one drop, bytes in all, or team seats."""

    limit: int
    used: Annotated[int, Member(unit="bytes")]
    requested: int


class Shared(Problem, abstract=True, catalog=drops, category="Shared", retry=Retry.NEVER, status=409):
    """A base: it carries words and members for its children."""

    reason: Literal["busy", "gone"]


class Conflicting(
    Shared, code="conflicting", status=409, title="Conflicting", lifecycle=Lifecycle(Stage.BETA)
):
    from_: str
    note: str | None = None


class Slow(
    Problem,
    catalog=drops,
    code="slow",
    status=(503, 429),
    title="Slow",
    retry={503: Retry.LATER, 429: Retry.AFTER_CHANGE},
    headers={"Retry-After": "{seconds}"},
    aliases=("sluggish",),
):
    seconds: Annotated[int, Member(on_wire=False)] = 5


contract = Contract(drops, dialect=dialects.PROBLEM)


@raises(QuotaExceeded, Slow)
async def publish(size: int, *, name: str = "") -> str:
    if size > 10:
        raise QuotaExceeded("12 MB do not fit.", limit=10, used=9, requested=12)
    return name


class Service:
    @raises(Slow)
    def act(self, times: int) -> list[int]:
        return [times]


async def handlers_keep_their_types() -> None:
    assert_type(await publish(1, name="x"), str)
    assert_type(Service().act(2), list[int])


def every_problem_has_its_fields() -> None:
    problem = QuotaExceeded(limit=1, used=2, requested=3)
    assert_type(problem.detail, str | None)
    assert_type(problem.status, int)
    assert_type(problem.headers, tuple[tuple[str, str], ...])
    assert_type(problem.request_id, str | None)
    assert_type(problem.retry, Retry)
    assert_type(problem.retryable, bool)
    assert_type(problem.resolve, Resolve | None)
    assert_type(problem.suggestion, str)
    assert_type(QuotaExceeded.code, str)
    assert_type(QuotaExceeded.title, str)
    assert_type(QuotaExceeded.problem_type, ProblemType)


def members_are_typed() -> None:
    problem = QuotaExceeded("d", limit=1, used=2, requested=3, status=403, headers=(("Via", "x"),))
    assert_type(problem.limit, int)
    assert_type(problem.used, int)
    conflict = Conflicting(detail="d", reason="busy", from_="a")
    assert_type(conflict.reason, Literal["busy", "gone"])
    assert_type(conflict.from_, str)
    assert_type(conflict.note, str | None)
    assert_type(Slow().seconds, int)
    assert_type(Slow("d", seconds=1).seconds, int)


def match_narrows(problem: Problem) -> str:
    match problem:
        case QuotaExceeded(limit=limit) if problem.status == 413:
            assert_type(problem, QuotaExceeded)
            assert_type(limit, int)
            return f"limit {limit}"
        case QuotaExceeded(detail):
            assert_type(detail, str | None)
            assert_type(problem.used, int)
            return f"detail {detail}"
        case Conflicting(reason="busy", from_=origin):
            assert_type(origin, str)
            return f"from {origin}"
        case UnknownProblem() | NotAProblem():
            return "foreign"
        case _:
            return problem.title


def refuse() -> None:
    raise QuotaExceeded("12 MB do not fit.", limit=10, used=9, requested=12)


def except_narrows() -> str:
    try:
        refuse()
    except QuotaExceeded as problem:
        assert_type(problem.limit, int)
        return str(problem)
    return ""


def out_and_back_in(problem: Problem) -> None:
    out = contract.render(problem, request_id="req_1")
    assert_type(out.status, int)
    assert_type(out.body, bytes)
    back = contract.parse(out.status, out.headers, out.body)
    assert_type(back, Problem)


def test_tools_know_the_class(response: object) -> None:
    with raises_problem(QuotaExceeded, limit=10) as caught:
        refuse()
    assert_type(caught.problem, QuotaExceeded)
    assert_type(assert_problem(response, QuotaExceeded, contract=contract), QuotaExceeded)


members_are_typed()
every_problem_has_its_fields()
assert except_narrows() == "12 MB do not fit."
assert match_narrows(QuotaExceeded(limit=1, used=2, requested=3)) == "limit 1"
assert match_narrows(QuotaExceeded("full", limit=1, used=2, requested=3, status=403)) == "detail full"
assert match_narrows(Conflicting(reason="busy", from_="a")) == "from a"
assert match_narrows(contract.parse(502, {}, b"<html>")) == "foreign"
out_and_back_in(Slow())
test_tools_know_the_class(contract.render(QuotaExceeded(limit=10, used=9, requested=12), request_id="req_1"))
