"""Caps: what they are, and what cannot be one."""

from __future__ import annotations

from typing import Any

import pytest

from failwell.exceptions import DeclarationError
from failwell.guard.cap import Cap


@pytest.mark.parametrize("name", ["account", "_", "Key2", "lease", "slot_id"])
@pytest.mark.parametrize("limit", [0, 1, 2**53 - 1])
def test_a_cap_is_a_name_and_a_whole_number(name: str, limit: int) -> None:
    cap = Cap(name, limit)
    assert (cap.name, cap.limit) == (name, limit)
    assert cap == Cap(name=name, limit=limit)
    assert len({cap, Cap(name, limit)}) == 1


def test_a_cap_does_not_change() -> None:
    cap: Any = Cap("account", 1)
    with pytest.raises(AttributeError):
        cap.limit = 2


@pytest.mark.parametrize("name", ["", "a b", "2key", "a-b", "ä", "a:b", "class", "None", b"account", None, 1])
def test_what_cannot_be_a_keyword_argument_is_no_name(name: Any) -> None:
    with pytest.raises(DeclarationError, match="cannot be a keyword argument") as caught:
        Cap(name, 1)
    assert (caught.value.code, caught.value.where) == ("cap-name", "Cap")
    assert "such as 'account'" in str(caught.value)


def test_the_word_for_the_limits_of_a_call_is_no_name() -> None:
    with pytest.raises(DeclarationError, match="'plan' is a keyword of checks for something else") as caught:
        Cap("plan", 1)
    assert (caught.value.code, caught.value.where) == ("cap-name", "Cap")


@pytest.mark.parametrize("limit", [-1, 2**53, True, 1.0, "5", None, float("nan"), float("inf")])
def test_a_limit_is_a_whole_number_that_every_store_can_count(limit: Any) -> None:
    with pytest.raises(DeclarationError, match="not a whole number from 0") as caught:
        Cap("account", limit)
    assert (caught.value.code, caught.value.where) == ("cap-limit", "Cap('account')")
    assert "give the slots as an int" in str(caught.value)
