"""Subjects and their keys."""

from __future__ import annotations

from enum import StrEnum
from itertools import combinations
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failwell.guard import Subject
from failwell.guard.subject import key_of

NASTY: list[Subject] = [
    "",
    "a",
    "a/b",
    "a\0b",
    "{a}",
    "}a{",
    "\u202eabc",
    "\ud800",
    "a" * 64,
    "a" * 65,
    "a" * 1_000_000,
    "a" * 999_999 + "b",
    b"",
    b"a",
    b"a" * 65,
    b"a" * 1_000_000,
    0,
    1,
    -1,
    10,
    16,
    2**64,
    10**10_000,
    "1",
    "0",
    b"1",
    UUID(int=1),
    str(UUID(int=1)),
    UUID(int=1).bytes,
]


def test_nasty_subjects_have_keys_of_their_own() -> None:
    keys = [key_of("rate:token", subject) for subject in NASTY]
    assert all(first != second for first, second in combinations(keys, 2))


def test_keys_of_long_subjects_are_short() -> None:
    assert all(len(key_of("rate:token", subject)) <= 64 + len("rate:token:s:") for subject in NASTY)


def test_the_spaces_of_two_buckets_do_not_meet() -> None:
    assert key_of("rate:token", "a") != key_of("rate:org", "a")


subjects = st.one_of(st.text(), st.binary(), st.integers(), st.uuids())


@given(subjects, subjects)
def test_keys_are_equal_exactly_when_subjects_are(first: Subject, second: Subject) -> None:
    same = type(first) is type(second) and first == second
    assert (key_of("rate:token", first) == key_of("rate:token", second)) is same


def test_a_member_of_a_string_enum_is_its_value() -> None:
    class Plan(StrEnum):
        FREE = "free"

    key = key_of("rate:plan", Plan.FREE)
    assert key == key_of("rate:plan", "free")
    assert type(key) is str


@pytest.mark.parametrize("subject", [True, 1.5, float("nan"), ["a"], ("a",), object()])
def test_other_types_are_refused_by_name(subject: Any) -> None:
    with pytest.raises(TypeError, match=f"a {type(subject).__name__} cannot be a subject") as caught:
        key_of("rate:token", subject)
    assert "To mend it" in str(caught.value)
