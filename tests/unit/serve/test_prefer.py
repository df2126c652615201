"""Reading `Prefer`: RFC 7240, section 2, with the cases of its examples."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failwell.serve.prefer import Preference, preference


@pytest.mark.parametrize(
    ("field", "value", "parameters"),
    [
        ("problem=a", "a", {}),
        ("Problem = a", "a", {}),
        ("problem=a; status=403", "a", {"status": "403"}),
        ("problem=a;status=403;example=x, problem=b", "a", {"status": "403", "example": "x"}),
        ('respond-async; q="a,b;c", problem="a b"; Status="4\\"3"', "a b", {"status": '4"3'}),
        ("wait=10; problem=x, problem=y", "y", {}),
        ("problem", "", {}),
        ('problem=""', "", {}),
        ("problem=a; status", "a", {"status": ""}),
    ],
)
def test_the_first_preference_counts_with_its_parameters(
    field: str, value: str, parameters: dict[str, str]
) -> None:
    assert preference(field, "problem") == Preference(value, parameters)


@pytest.mark.parametrize(
    "field", ["", "wait=10", "respond-async", "x-problem=a", "wait=1; problem=a", ",,;="]
)
def test_without_the_preference_there_is_none(field: str) -> None:
    assert preference(field, "problem") is None


@given(st.text(max_size=200))
def test_nothing_that_can_be_sent_makes_it_fail(field: str) -> None:
    found = preference(field, "problem")
    assert found is None or isinstance(found.value, str)


def test_what_was_applied_is_said_where_it_can_be() -> None:
    assert Preference("a", {}).applied("problem") == "problem=a"
    assert Preference("a\r\nX: y", {}).applied("problem") == "problem"
