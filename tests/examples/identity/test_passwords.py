from __future__ import annotations

import hashlib
from typing import Any

import pytest

from examples.identity.passwords import Passwords


def test_only_the_password_that_was_kept_is_right() -> None:
    safe = Passwords(2)
    kept = safe.keep("correct horse")
    assert safe.is_right("correct horse", kept)
    assert not safe.is_right("correct horse ", kept)
    assert not safe.is_right("", kept)


def test_the_same_password_is_kept_differently_each_time() -> None:
    safe = Passwords(2)
    assert safe.keep("a") != safe.keep("a")


def test_a_password_kept_at_another_cost_stays_right() -> None:
    assert Passwords(4).is_right("a", Passwords(2).keep("a"))


def test_an_account_that_is_unknown_costs_the_same_work(monkeypatch: pytest.MonkeyPatch) -> None:
    safe = Passwords(2)
    kept, done = safe.keep("a"), []
    derive = hashlib.scrypt

    def watched(password: bytes, **words: Any) -> bytes:
        done.append({name: len(word) if name == "salt" else word for name, word in words.items()})
        return derive(password, **words)

    monkeypatch.setattr("hashlib.scrypt", watched)
    assert [safe.is_right("b", kept), safe.is_right("b", None)] == [False, False]
    assert len(done) == 2
    assert done[0] == done[1]


def test_the_usual_cost_fits_into_the_memory_allowed() -> None:
    safe = Passwords(2**14)
    assert safe.is_right("a", safe.keep("a"))
