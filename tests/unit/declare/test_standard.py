"""Standard types fill a catalog's gaps and give way to its own types."""

from __future__ import annotations

from typing import Any

import pytest

from failwell import standard_types
from failwell.typing import InputFailure
from tests.unit.declare.declaring import catalog, declare

STATUSES = [400, 401, 403, 404, 405, 406, 409, 410, 412, 413, 415, 422, 428, 429, 500, 502, 503, 504]


@pytest.mark.parametrize(
    ("naming", "codes"),
    [
        (
            "snake_case",
            ["bad_request", "not_found", "method_not_allowed", "internal_server_error", "internal"],
        ),
        (
            "kebab-case",
            ["bad-request", "not-found", "method-not-allowed", "internal-server-error", "internal"],
        ),
    ],
)
def test_one_line_brings_a_type_per_condition(naming: Any, codes: list[str]) -> None:
    standard = standard_types(catalog(), naming=naming)
    assert list(standard) == [*STATUSES, "internal"]
    assert [standard[condition].code for condition in (400, 404, 405, 500, "internal")] == codes


@pytest.mark.parametrize("condition", [*STATUSES, "internal"])
def test_each_can_be_raised_without_members_and_says_what_to_do(condition: Any) -> None:
    problem = standard_types(catalog())[condition]()
    assert problem.status == (500 if condition == "internal" else condition)
    assert problem.members() == {}
    assert str(problem) == problem.title != ""
    assert problem.suggestion.endswith(".")
    assert problem.problem_type.prose.endswith(".")
    assert problem.problem_type.category == "Standard"


def test_their_classes_are_named_by_their_titles() -> None:
    standard = standard_types(catalog())
    assert standard[404].__qualname__ == "NotFound"
    assert repr(standard[405]("d")) == "MethodNotAllowed('d', status=405)"
    assert standard[404].__module__ == "failwell.declare.standard"


def test_the_type_for_invalid_input_says_what_is_wrong() -> None:
    failure = InputFailure(pointer="/a", place="body", code="missing", detail="Is required.")
    cls: Any = standard_types(catalog())[422]
    assert cls(errors=[failure]).members() == {"errors": [failure]}
    (member,) = cls.problem_type.members
    assert member.schema["items"]["required"] == ["pointer", "in", "code", "detail"]


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("code", ["not_found", "drop_missing"])
def test_an_own_type_takes_the_place_before_and_after(before: bool, code: str) -> None:  # noqa: FBT001 - a parameter
    drops = catalog()
    if before:
        own = declare(catalog=drops, code=code, standard=404)
        standard = standard_types(drops)
    else:
        standard = standard_types(drops)
        own = declare(catalog=drops, code=code, standard=404)
    assert standard[404] is drops.standard[404] is drops.find(code) is own
    assert len(standard) == len(drops.types) == len(STATUSES) + 1
    if code != "not_found":
        assert drops.find("not_found") is None


@pytest.mark.parametrize("before", [True, False])
def test_an_own_type_that_only_has_the_code_leaves_the_condition_open(before: bool) -> None:  # noqa: FBT001 - a parameter
    drops = catalog()
    if not before:
        standard_types(drops)
    own = declare(catalog=drops, code="not_found", aliases=("former",))
    standard_types(drops)
    assert drops.find("not_found") is own
    assert drops.find("former") is own
    assert 404 not in drops.standard


def test_filling_twice_changes_nothing() -> None:
    drops = catalog()
    first = dict(standard_types(drops))
    assert dict(standard_types(drops)) == first
