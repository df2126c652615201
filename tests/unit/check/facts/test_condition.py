"""Which code stands for what: where it goes from one type to another, and where that is told otherwise."""

from __future__ import annotations

from failwell.check.comparison import Comparison
from failwell.check.facts.condition import moved_examples, name_of
from failwell.declare.record import Example, Lifecycle, ProblemType, Stage
from failwell.declare.standard import standard_types
from tests.unit.check.test_comparison import api, compared, found, kind

SPRING = Example(detail="The spring coupon has ended.")


def test_a_status_that_gets_a_type_of_its_own_has_moved_from_the_standard_type() -> None:
    before, after = api(), api(kind("item_missing", standard=404))
    standard_types(before.catalog)
    standard_types(after.catalog)
    expected = ["code-added item_missing", "condition-moved-to-other-code item_missing"]
    assert found(before, after) == expected


def test_a_renamed_type_still_stands_for_its_status() -> None:
    before = api(kind("item_missing", standard=404))
    assert found(
        before, api(kind("missing", "Title of item_missing", standard=404, aliases=("item_missing",)))
    ) == ["code-renamed missing"]


def test_of_a_type_that_is_gone_the_removal_tells() -> None:
    before = api(kind("item_missing", standard=404), kind("order_missing"))
    after = api(kind("order_missing", standard=404))
    assert found(before, after) == ["code-removed-without-deprecation item_missing"]


def test_a_draft_that_gave_its_status_away_was_promised_to_nobody() -> None:
    before = api(kind("item_missing", standard=404, lifecycle=Lifecycle(Stage.DRAFT)), kind("order_missing"))
    assert found(before, api(kind("item_missing"), kind("order_missing", standard=404))) == [
        "code-added item_missing"
    ]


def _examples(*moved: ProblemType) -> list[tuple[str, str]]:
    comparison: Comparison = compared([kind("a", examples=(SPRING,)), kind("b")], moved)
    return [(before.code, after.code) for before, _, after in moved_examples(comparison)]


def test_an_example_moves_only_where_it_is_gone_from_the_one_type() -> None:
    assert _examples(kind("a"), kind("b", examples=(SPRING,))) == [("a", "b")]
    assert _examples(kind("a", examples=(SPRING,)), kind("b", examples=(SPRING,))) == []
    assert _examples(kind("a"), kind("b")) == []


def test_an_example_without_a_text_looks_like_any_other() -> None:
    plain = Example(members={"limit": 3})
    comparison = compared(
        [kind("a", examples=(plain,)), kind("b")], [kind("a"), kind("b", examples=(plain,))]
    )
    assert list(moved_examples(comparison)) == []


def test_a_condition_is_a_status_or_a_failure() -> None:
    assert (name_of(404), name_of("internal")) == ("the status 404", "an unhandled failure")
