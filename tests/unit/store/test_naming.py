"""The names of keys outside the process: readable in front, a keyed hash behind, never two of one name."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failwell.store.naming import name_of

SUBJECTS = st.text(st.characters(), max_size=100) | st.text(st.characters(categories=["Cs"]), max_size=3)
SECRETS = st.binary(max_size=64)


def test_the_name_of_a_key_is_what_it_was_in_earlier_versions() -> None:
    assert name_of("rate:token:s:tok_1", b"") == "rate:token:5gzngF2XAujRdVoc_aO_1A"
    assert name_of("rate:token:s:tok_1", b"secret") == "rate:token:J78HyMtJ7_E-kw4mbI5hpg"


@given(SUBJECTS, SECRETS)
def test_a_name_shows_kind_and_name_and_nothing_of_the_subject(subject: str, secret: bytes) -> None:
    assert re.fullmatch(r"rate:token:[A-Za-z0-9_-]{22}", name_of(f"rate:token:s:{subject}", secret))


@given(st.tuples(st.sampled_from("sbi"), SUBJECTS), st.tuples(st.sampled_from("sbi"), SUBJECTS), SECRETS)
def test_only_the_same_subject_of_the_same_type_has_the_same_name(
    one: tuple[str, str], other: tuple[str, str], secret: bytes
) -> None:
    names = [name_of(f"lease:render:{':'.join(of)}", secret) for of in (one, other)]
    assert (names[0] == names[1]) == (one == other)


@given(SUBJECTS, SECRETS, SECRETS)
def test_another_secret_gives_another_name(subject: str, secret: bytes, other: bytes) -> None:
    key = f"rate:token:s:{subject}"
    assert (name_of(key, secret) == name_of(key, other)) == (secret == other)


@pytest.mark.parametrize("key", ["", "rate", "rate:token", "rate:token:s"])
def test_what_is_no_key_has_no_name(key: str) -> None:
    with pytest.raises(ValueError, match="kind:name:type:subject"):
        name_of(key, b"")
