from __future__ import annotations

from typing import Any

import pytest

from failwell.check.facts.members import as_before, member_changes
from failwell.declare.record import ProblemType
from failwell.source.problems import read_problem

TEXT, INTEGER = {"type": "string"}, {"type": "integer"}


def _type(**members: Any) -> ProblemType:
    data = {"code": "full", "status": 413, "title": "Full", "retry": "never", "members": members}
    return read_problem(data, where="test")


def _changes(before: ProblemType, after: ProblemType) -> list[tuple[str, str]]:
    return [
        (one.before.wire_name if one.before else "", one.after.wire_name if one.after else "")
        for one in member_changes(before, after)
    ]


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        ({"a": TEXT}, {"a": INTEGER}, [("a", "a")]),
        ({"a": TEXT, "b": INTEGER}, {"c": TEXT, "b": INTEGER}, [("a", "c"), ("b", "b")]),
        ({"a": TEXT, "b": INTEGER}, {"c": INTEGER, "d": TEXT}, [("a", "d"), ("b", "c")]),
        ({"a": TEXT}, {"c": INTEGER}, [("a", ""), ("", "c")]),
        ({"a": TEXT, "b": TEXT}, {"c": TEXT}, [("a", ""), ("b", ""), ("", "c")]),
        ({"a": TEXT}, {"c": TEXT, "d": TEXT}, [("a", ""), ("", "c"), ("", "d")]),
        ({"a": {**TEXT, "x-failwell": {"unit": "bytes"}}}, {"c": TEXT}, [("a", ""), ("", "c")]),
        ({"a": TEXT}, {"c": {**TEXT, "x-failwell": {"description": "New words."}}}, [("a", "c")]),
    ],
)
def test_a_member_is_renamed_only_if_it_is_clear_which(
    before: dict[str, Any], after: dict[str, Any], changes: list[tuple[str, str]]
) -> None:
    assert _changes(_type(**before), _type(**after)) == changes


def test_templates_are_told_in_the_names_of_before() -> None:
    before = _type(a=TEXT, b=INTEGER)
    after = _type(c=TEXT, b={**INTEGER, "x-failwell": {"name": "count"}}, d={"type": "boolean"})
    assert as_before(before, after)("{c} of {count}, {d}") == "{a} of {b}, {d}"
    assert as_before(before, before)("{a} {b}") == "{a} {b}"
