"""Problems pass through pickle and copy as they are: between processes, threads and caches."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from functools import partial
from typing import Annotated

import pytest

from failwell import Catalog, Contract, Member, NotAProblem, Problem, UnknownProblem, dialects, standard_types
from tests.unit.declare.declaring import catalog

drops = Catalog("drops", base="https://errors.drops.example/")
standard = standard_types(drops)
contract = Contract(drops, dialect=dialects.PROBLEM)


class QuotaExceeded(
    Problem, catalog=drops, code="quota_exceeded", status=(413, 403), title="Quota", suggestion="Wait."
):
    limit: int
    names: list[str]
    hidden: Annotated[int, Member(on_wire=False)] = 5


def _problems() -> list[Problem]:
    declared = QuotaExceeded("d", limit=1, names=["a"], status=403, headers=(("Via", "x"),))
    declared.request_id = "req_1"
    declared.add_note("A note.")
    said = b'{"type":"https://errors.drops.example/quota_exceeded","title":"T","limit":"x","new":1,"retryable":true}'
    return [
        declared,
        contract.parse(413, {}, said),
        standard[404]("d"),
        contract.problem_for("internal"),
        contract.parse(418, {}, b'{"type":"https://errors.drops.example/teapot","spout":{"bent":true}}'),
        UnknownProblem("d", status=503, code="new", members={"a": [1]}, retryable=True),
        NotAProblem(status=502, headers=(("Server", "nginx"),), body=b"<title>Bad gateway</title>"),
    ]


def _pickled(protocol: int, problem: Problem) -> Problem:
    passed: Problem = pickle.loads(pickle.dumps(problem, protocol))
    return passed


PASSAGES: dict[str, Callable[[Problem], Problem]] = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    **{f"pickle {protocol}": partial(_pickled, protocol) for protocol in range(pickle.HIGHEST_PROTOCOL + 1)},
}


@pytest.mark.parametrize("passage", PASSAGES.values(), ids=PASSAGES.keys())
@pytest.mark.parametrize("problem", _problems(), ids=lambda problem: type(problem).__name__)
def test_a_copy_is_the_same_problem(problem: Problem, passage: Callable[[Problem], Problem]) -> None:
    passed = passage(problem)
    assert passed is not problem
    assert passed == problem
    assert vars(passed) == vars(problem)  # request id, headers, notes and what the response said too
    assert (str(passed), repr(passed), passed.__notes__) == (str(problem), repr(problem), problem.__notes__)
    assert (passed.retry, passed.retryable, passed.resolve) == (
        problem.retry,
        problem.retryable,
        problem.resolve,
    )
    vars(passed)["status"] = 599
    assert problem.status != 599


def test_a_deep_copy_shares_no_member() -> None:
    problem = QuotaExceeded(limit=1, names=["a"])
    copy.deepcopy(problem).names.append("b")
    assert problem.names == ["a"]
    copy.copy(problem).names.append("b")
    assert problem.names == ["a", "b"]


def test_a_standard_problem_of_a_local_catalog_can_be_copied_but_not_pickled() -> None:
    problem = standard_types(catalog())[404]("d")
    assert copy.deepcopy(problem) == copy.copy(problem) == problem
    with pytest.raises(TypeError, match="it has to be a variable at the top of its module"):
        pickle.dumps(problem)


def test_a_catalog_is_pickled_by_reference() -> None:
    assert pickle.loads(pickle.dumps(drops)) is drops
    assert copy.deepcopy(drops) is drops
