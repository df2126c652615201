"""Names in declarations."""

from __future__ import annotations

import pytest

from failwell.exceptions import DeclarationError
from failwell.guard.name import verify_keyword, verify_name


@pytest.mark.parametrize("name", ["takeover", "llm-spend", "_x1", "class"])
def test_a_name_is_a_part_of_keys(name: str) -> None:
    verify_name(name, where="Lease", code="lease-name")


@pytest.mark.parametrize("name", ["", "a:b", "a b", "\u00e4", "1", None, 1])
def test_what_cannot_be_a_part_of_keys_is_refused(name: object) -> None:
    with pytest.raises(DeclarationError, match="part of keys") as caught:
        verify_name(name, where="Lease", code="lease-name")
    assert caught.value.code == "lease-name"
    assert caught.value.hint


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("a-b", "cannot be a keyword"),
        ("class", "cannot be a keyword"),
        ("", "cannot be a keyword"),
        (None, "cannot be a keyword"),
        ("cost", "for something else"),
    ],
)
def test_a_keyword_is_free_and_a_name_of_python(name: object, fault: str) -> None:
    verify_keyword("account", where="Bucket", code="bucket-name", taken=("cost",))
    with pytest.raises(DeclarationError, match=fault) as caught:
        verify_keyword(name, where="Bucket", code="bucket-name", taken=("cost",))
    assert caught.value.code == "bucket-name"
    assert caught.value.hint
