"""The occurrences that are shown: the usual ones, named ones, and ones with other values."""

from __future__ import annotations

import pytest

from failwell.exceptions import DeclarationError
from failwell.publish.occurrence import changed, occurrences
from failwell.publish.sample import sample_problem
from tests.unit.serve.library import BookLent, CardLost, LimitReached


def test_each_status_is_shown_and_named_examples_beside_it() -> None:
    assert [(s.status, s.example, s.fault) for s in occurrences(LimitReached)] == [
        (413, "", ""),
        (403, "", ""),
    ]
    assert list(occurrences(CardLost)) == []


def test_a_named_example_is_found_by_its_name() -> None:
    friend = sample_problem(LimitReached, name="friend")
    assert (friend.status, friend.detail) == (403, "Even for friends of the house.")
    assert friend.members() == {"limit": 9}
    with pytest.raises(DeclarationError) as told:
        sample_problem(LimitReached, name="foe")
    assert told.value.hint == "name one of friend"


def test_a_changed_occurrence_writes_its_text_again() -> None:
    usual = sample_problem(BookLent)
    assert usual.detail == "Come back in 90 seconds."
    later = changed(usual, {"wait": 5}, (("X-Extra", "1"),))
    assert (later.detail, later.headers) == ("Come back in 5 seconds.", (("X-Extra", "1"),))
    assert later.members() == {"wait": 5, "bookTitle": "Emma"}
    own = changed(BookLent("Mine.", wait=1), {"wait": 5}, ())
    assert own.detail == "Mine."
