"""Texts that guards are told: what is none is refused by its name and type."""

from __future__ import annotations

import pytest

from failwell.guard.text import verify_text


@pytest.mark.parametrize("value", ["", "POST", "\udcff"])
def test_any_text_is_one(value: str) -> None:
    verify_text(value, "method", where="Guard", hint="pass a text")  # raises nothing


@pytest.mark.parametrize(("value", "kind"), [(None, "NoneType"), (b"s3cret", "bytes"), (["s3cret"], "list")])
def test_anything_else_is_refused_with_its_type_and_without_its_value(value: object, kind: str) -> None:
    with pytest.raises(TypeError) as caught:
        verify_text(value, "path", where="Guard", hint="pass a text")
    assert str(caught.value) == f"Guard: path is a {kind}, and has to be a str\n  To mend it: pass a text"
