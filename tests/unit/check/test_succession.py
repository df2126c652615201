"""Who continues whom: properties that hold for any two states of a catalog."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from failwell.check.succession import content_key, heirs_of
from failwell.declare.record import Lifecycle, ProblemType, Stage

_CODES = st.sampled_from("abcdefgh")
_TITLES = st.sampled_from(["One", "Two", "Three", "Four"])
_STATES = st.dictionaries(_CODES, st.tuples(_TITLES, st.booleans()), max_size=8)


def records(state: Mapping[str, tuple[str, bool]]) -> dict[str, ProblemType]:
    stages = {True: Lifecycle(Stage.REMOVED), False: Lifecycle()}
    return {
        code: ProblemType(code=code, statuses=(409,), title=title, lifecycle=stages[is_removed])
        for code, (title, is_removed) in state.items()
    }


@given(_STATES, _STATES)
def test_no_two_types_have_the_same_heir_and_each_heir_exists(
    before: Mapping[str, tuple[str, bool]], after: Mapping[str, tuple[str, bool]]
) -> None:
    old, now = records(before), records(after)
    new = {code: one for code, one in now.items() if code not in old}
    heirs = heirs_of(old, now, new)
    assert len(set(heirs.values())) == len(heirs)
    assert set(heirs) <= set(old)
    assert set(heirs.values()) <= set(now)
    assert list(heirs) == [code for code in old if code in heirs]


@given(_STATES)
def test_each_type_continues_itself_where_nothing_has_changed(state: Mapping[str, tuple[str, bool]]) -> None:
    assert heirs_of(records(state), records(state), {}) == {code: code for code in state}


@given(st.permutations("abcdef"))
def test_codes_that_change_places_are_followed_round_all_corners(order: list[str]) -> None:
    old = {code: ProblemType(code=code, statuses=(409,), title=f"Title of {code}") for code in "abcdef"}
    moved = dict(zip("abcdef", order, strict=True))
    now = {new: ProblemType(code=new, statuses=(409,), title=old[code].title) for code, new in moved.items()}
    assert heirs_of(old, now, {}) == moved


def test_the_content_of_a_type_is_all_but_its_names_and_its_place_in_life() -> None:
    one = ProblemType(code="a", statuses=(409,), title="One", aliases=("z",), since="1.0")
    other = ProblemType(code="b", statuses=(409,), title="One", lifecycle=Lifecycle(Stage.BETA))
    assert content_key(one) == content_key(other)
    assert content_key(one) != content_key(ProblemType(code="a", statuses=(409,), title="Two"))


def test_a_text_that_json_does_not_have_is_content_as_any_other() -> None:
    one, other = (ProblemType(code=code, statuses=(409,), title="\ud800") for code in "ab")
    assert content_key(one) == content_key(other)
