"""An account of an occurrence for a person."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failwell.contract.account import readable


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", ""),
        ("12 MB do not fit.", "12 MB do not fit."),
        ("  a\r\n\tb  ", "a b"),
        ("a\u2028b\u00a0c", "a b c"),
        ("\x1b[31mred\x00\x7f", "[31mred"),
        ("\u202egnp.exe\u2066", "gnp.exe"),
        ("a\u200b\ufeff\u00adb", "ab"),
        ("\U000e0069\U000e0067", ""),  # letters that nobody sees
        ("\u200f\u05e9\u05dc", "\u05e9\u05dc"),
        ("👩\u200d💻 \u0645\u200c\u062e", "👩\u200d💻 \u0645\u200c\u062e"),
    ],
)
def test_a_text_becomes_a_line_that_looks_like_what_it_is(text: str, line: str) -> None:
    assert readable(text) == line


@pytest.mark.parametrize(
    ("text", "line"), [("abcd", "abcd"), ("abcde", "abcd…"), ("ab  cd", "ab c…"), ("a" * 99, "aaaa…")]
)
def test_a_long_text_is_cut(text: str, line: str) -> None:
    assert readable(text, 4) == line


@given(st.text(), st.integers(1, 50))
def test_no_line_is_longer_than_it_may_be(text: str, longest: int) -> None:
    line = readable(text, longest)
    assert len(line) <= longest + 1
    assert all(char.isprintable() or char in "\u200c\u200d" for char in line)
