"""Two states of an API: which type is which, whatever else has changed, and what its operations are."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest

from failwell import Catalog, Contract, dialects
from failwell.check import Api, diff_apis
from failwell.check.comparison import (
    Comparison,
    added_operations,
    removed_operations,
    renamed_pairs,
    withdrawn_types,
)
from failwell.declare.record import Lifecycle, ProblemType, Stage
from failwell.declare.standard import standard_types
from failwell.source import ListedOperation

TODAY = date(2026, 11, 20)
REMOVED = Lifecycle(Stage.REMOVED)
DRAFT = Lifecycle(Stage.DRAFT)


def kind(code: str, title: str = "", **words: Any) -> ProblemType:
    """A type whose title is its own unless another is given."""
    return ProblemType(code=code, statuses=(409,), title=title or f"Title of {code}", **words)


def api(*records: ProblemType, operations: Iterable[ListedOperation] | None = None) -> Api:
    catalog = Catalog("shop", base="https://errors.shop.example/")
    for record in records:
        catalog.add_record(record, where="test")
    return Api(Contract(catalog, dialect=dialects.PROBLEM), operations, today=TODAY)


def compared(before: Iterable[ProblemType], after: Iterable[ProblemType]) -> Comparison:
    return Comparison(api(*before), api(*after))


def found(before: Api, after: Api) -> list[str]:
    return sorted(f"{one.rule} {one.subject}" for one in diff_apis(before, after).findings)


def test_types_are_the_same_by_their_code_whatever_else_is_new() -> None:
    comparison = compared([kind("a"), kind("b")], [kind("b", "Other"), kind("a", prose="More.")])
    assert list(comparison.pairs) == ["a", "b"]
    assert (comparison.renamed, comparison.added, comparison.removed, comparison.reused) == ({}, {}, {}, {})


@pytest.mark.parametrize(
    "said", [{"aliases": ("a",)}, {"lifecycle": Lifecycle(former="a", sunset=date(2027, 6, 1))}]
)
def test_a_renaming_that_is_said_is_one_whatever_else_has_changed(said: dict[str, Any]) -> None:
    after = kind("b", "Another title", prose="Another text.", **said)
    comparison = compared([kind("a"), kind("x")], [kind("x"), after, kind("copy", "Title of a")])
    assert comparison.renamed == {"a": "b"}
    assert list(comparison.added) == ["copy"]
    assert comparison.removed == {}


def test_a_twin_is_found_among_many() -> None:
    others = [kind(f"new_{n}") for n in range(9)]
    comparison = compared([kind("a", "One"), kind("x")], [kind("x"), *others, kind("b", "One")])
    assert comparison.renamed == {"a": "b"}
    assert len(comparison.added) == 9


def test_of_a_type_that_became_two_nobody_knows_which_it_is() -> None:
    comparison = compared([kind("a", "One")], [kind("b", "One"), kind("c", "One")])
    assert (list(comparison.removed), list(comparison.added)) == (["a"], ["b", "c"])


def test_twins_of_one_another_are_renamed_in_their_order() -> None:
    before, after = [kind("a", "One"), kind("b", "One")], [kind("c", "One"), kind("d", "One")]
    assert compared(before, after).renamed == {"a": "c", "b": "d"}


def test_of_two_types_that_became_one_the_former_code_is_the_one_that_was_renamed() -> None:
    life = Lifecycle(former="b", sunset=date(2027, 6, 1))
    comparison = compared([kind("a"), kind("b")], [kind("c", aliases=("a",), lifecycle=life)])
    assert comparison.renamed == {"b": "c"}
    assert list(comparison.removed) == ["a"]
    assert comparison.reused == {}


def test_a_type_that_became_part_of_another_one_is_removed_and_its_code_is_not_reused() -> None:
    before, after = [kind("a", aliases=("a1",)), kind("b")], [kind("b", aliases=("a", "a1"))]
    comparison = compared(before, after)
    assert (list(comparison.removed), comparison.reused) == (["a"], {})
    assert found(api(*before), api(*after)) == ["code-removed-without-deprecation a"]


def test_a_renaming_back_is_found_though_nothing_says_it_any_more() -> None:
    life = Lifecycle(former="a", since=TODAY, sunset=date(2027, 6, 1))
    before, after = [kind("b", lifecycle=life)], [kind("a", "Another title")]
    assert compared(before, after).renamed == {"b": "a"}
    assert found(api(*before), api(*after)) == ["code-renamed a", "title-changed a"]


def test_a_type_that_kept_an_alias_was_renamed() -> None:
    before, after = [kind("a", aliases=("z",))], [kind("b", aliases=("z",)), kind("c")]
    assert found(api(*before), api(*after)) == [
        "code-added c",
        "code-renamed-without-alias b",
        "title-changed b",
    ]


def test_codes_that_were_swapped_are_reused_and_nothing_else_has_changed() -> None:
    before, after = [kind("a", "One"), kind("b", "Two")], [kind("a", "Two"), kind("b", "One")]
    comparison = compared(before, after)
    assert comparison.renamed == {"a": "b", "b": "a"}
    assert list(renamed_pairs(comparison)) == []
    assert found(api(*before), api(*after)) == ["code-reused a", "code-reused b"]


def test_a_code_that_went_on_to_another_type_is_reused_and_that_of_the_type_is_renamed() -> None:
    before, after = [kind("a", "One"), kind("b", "Two")], [kind("b", "One"), kind("c", "Two")]
    assert compared(before, after).renamed == {"a": "b", "b": "c"}
    assert found(api(*before), api(*after)) == ["code-renamed-without-alias c", "code-reused b"]


def test_a_code_that_took_over_a_whole_type_is_reused_and_not_removed() -> None:
    before, after = [kind("a", "One"), kind("b", "Two")], [kind("b", "One")]
    assert found(api(*before), api(*after)) == ["code-reused b"]


def test_a_copy_of_a_type_is_new_though_the_type_itself_has_changed() -> None:
    before, after = [kind("a", "One")], [kind("a", "Two"), kind("copy", "One")]
    assert found(api(*before), api(*after)) == ["code-added copy", "title-changed a"]


def test_a_type_that_was_overwritten_by_one_that_stays_is_no_renaming() -> None:
    before, after = [kind("a", "One"), kind("b", "Two")], [kind("a", "Three"), kind("b", "One")]
    assert compared(before, after).renamed == {}


def test_an_alias_that_goes_to_another_type_is_one_finding() -> None:
    before, after = [kind("a", aliases=("z",)), kind("b")], [kind("a"), kind("b", aliases=("z",))]
    assert found(api(*before), api(*after)) == ["code-reused b"]


def test_the_code_of_a_tombstone_may_be_an_alias_of_what_replaced_it() -> None:
    gone = kind("a", lifecycle=Lifecycle(Stage.REMOVED, replaced_by="b"))
    assert compared([gone, kind("b")], [kind("b", aliases=("a",))]).reused == {}
    assert list(compared([gone, kind("b"), kind("c")], [kind("b"), kind("c", aliases=("a",))]).reused) == [
        "a"
    ]


def test_a_tombstone_that_is_gone_is_not_renamed_to_its_twin() -> None:
    comparison = compared([kind("a", "One", lifecycle=REMOVED)], [kind("b", "One")])
    assert (list(comparison.removed), list(comparison.added)) == (["a"], ["b"])
    assert list(withdrawn_types(comparison)) == []


def test_drafts_are_promised_to_nobody() -> None:
    comparison = compared([kind("a", lifecycle=DRAFT), kind("b")], [kind("b", lifecycle=DRAFT), kind("a")])
    assert (list(comparison.pairs), list(comparison.added)) == (["b"], ["a"])
    assert compared([kind("a", lifecycle=DRAFT)], []).removed == {}


def test_a_code_that_a_standard_type_has_on_the_other_side_is_neither_new_nor_gone() -> None:
    filled, own = api(), kind("not_found", standard=404)
    standard_types(filled.catalog)
    for before, after in ((filled, api(own)), (api(own), filled)):
        comparison = Comparison(before, after)
        assert (list(comparison.pairs), comparison.added, comparison.removed) == (["not_found"], {}, {})


def test_operations_are_the_same_whatever_their_parameters_are_called() -> None:
    before = [ListedOperation("GET", "/orders/{id}"), ListedOperation("PUT", "/orders/{id}")]
    after = [ListedOperation("GET", "/orders/{order}"), ListedOperation("POST", "/orders")]
    comparison = Comparison(api(operations=before), api(operations=after))
    assert list(comparison.operations) == ["GET /orders/{order}"]
    assert [str(one) for one, _ in added_operations(comparison)] == ["POST /orders"]
    assert [str(one) for one, _ in removed_operations(comparison)] == ["PUT /orders/{id}"]


def test_where_operations_are_not_known_on_one_side_none_is_new_or_gone() -> None:
    comparison = Comparison(api(), api(operations=[ListedOperation("GET", "/orders")]))
    assert list(added_operations(comparison)) == list(removed_operations(comparison)) == []


@pytest.mark.parametrize("renamed", ["all", "every second", "all, as aliases say"])
def test_a_thousand_renamed_types_are_matched_in_linear_time(renamed: str) -> None:
    old = [kind(f"old_{n}", f"Title {n}", prose=f"What happened {n}.") for n in range(1000)]
    step = 2 if renamed == "every second" else 1
    new = [
        kind(
            f"new_{n}" if n % step == 0 else f"old_{n}",
            f"Title {n}",
            prose=f"What happened {n}.",
            aliases=(f"old_{n}",) if "aliases" in renamed else (),
        )
        for n in range(1000)
    ]
    before, after = api(*old), api(*reversed(new))
    begin = time.process_time()
    comparison = Comparison(before, after)
    assert comparison.renamed == {f"old_{n}": f"new_{n}" for n in range(0, 1000, step)}
    assert time.process_time() - begin < 3  # pairwise, it would be a million comparisons
