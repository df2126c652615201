"""What goes away on a day, told or not told before."""

from __future__ import annotations

from datetime import date

from failwell.check.facts.ending import Ending, ending_of, kept_endings, new_endings
from failwell.declare.record import Lifecycle, Stage
from tests.unit.check.test_comparison import compared, kind

SINCE, SUNSET = date(2026, 6, 1), date(2027, 6, 1)
DEPRECATED = Lifecycle(Stage.DEPRECATED, since=SINCE, sunset=SUNSET)
RENAMED = Lifecycle(former="a", since=SINCE, sunset=SUNSET)


def test_a_deprecated_type_ends_and_so_does_a_former_code() -> None:
    assert ending_of(kind("b")) is None
    deprecated = Ending("b", is_former=False, since=SINCE, sunset=SUNSET)
    former = Ending("a", is_former=True, since=SINCE, sunset=SUNSET)
    assert ending_of(kind("b", lifecycle=DEPRECATED)) == deprecated
    assert ending_of(kind("b", lifecycle=RENAMED)) == former
    assert [deprecated.name, former.name] == ["the deprecated code 'b'", "the former code 'a'"]


def test_an_end_is_new_once() -> None:
    first = compared([kind("b")], [kind("b", lifecycle=DEPRECATED)])
    later = compared([kind("b", lifecycle=DEPRECATED)], [kind("b", lifecycle=DEPRECATED)])
    assert [ending.code for ending, _, _ in new_endings(first)] == ["b"]
    assert list(kept_endings(first)) == []
    assert list(new_endings(later)) == []
    assert [after.code for _, after, _, _ in kept_endings(later)] == ["b"]


def test_another_former_code_is_another_end() -> None:
    other = Lifecycle(former="z", since=SINCE, sunset=SUNSET)
    comparison = compared([kind("b", lifecycle=RENAMED)], [kind("b", lifecycle=other)])
    assert [ending.code for ending, _, _ in new_endings(comparison)] == ["z"]


def test_a_deprecated_type_that_is_renamed_stays_deprecated() -> None:
    comparison = compared(
        [kind("a", lifecycle=DEPRECATED)], [kind("b", aliases=("a",), lifecycle=DEPRECATED)]
    )
    assert list(new_endings(comparison)) == []
    assert [after.code for _, after, _, _ in kept_endings(comparison)] == ["b"]
