"""The text of Python modules: literals that come back, and lines that fit."""

from __future__ import annotations

import ast
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from failwell.publish.python_text import (
    LINE,
    Quoted,
    call,
    docstring,
    exploded,
    flat,
    laid_out,
    literal,
    quoted,
    width,
)
from tests.unit.publish.test_python import texts, with_surrogates

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | with_surrogates,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4) | st.tuples(inner),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", '"plain"'),
        ("it's", '"it\'s"'),
        ('say "x"', "'say \"x\"'"),
        ('"it\'s"', "'\"it\\'s\"'"),
        ("a\\b\n\t\x00\x7f", '"a\\\\b\\n\\t\\x00\\x7f"'),
        ("é漢", '"é漢"'),
        ("\u202e\u2028\ud800🚀", '"\\u202e\\u2028\\ud800\\U0001f680"'),
        ("e\u0301", '"e\\u0301"'),
    ],
)
def test_a_text_is_quoted_as_formatters_do(text: str, expected: str) -> None:
    assert quoted(text) == expected
    assert ast.literal_eval(expected) == text


@given(text=with_surrogates)
def test_a_text_comes_back_from_its_literal(text: str) -> None:
    assert ast.literal_eval(quoted(text)) == text


@given(value=values, column=st.integers(0, 60))
def test_a_value_comes_back_from_its_literal_however_it_is_laid_out(value: Any, column: int) -> None:
    assert ast.literal_eval(flat(literal(value))) == value
    assert ast.literal_eval(laid_out(literal(value), column=column, indent=0)) == value


@given(text=texts, column=st.integers(0, 200))
@example(text='"""""""\'\'' + 10 * "🚀", column=0)
def test_no_line_of_a_text_is_too_long(text: str, column: int) -> None:
    lines = laid_out(Quoted(text), column=column, indent=4).splitlines()
    assert all(width(line) <= LINE for line in lines[1:])


def test_a_long_text_is_cut_after_line_breaks_and_blanks() -> None:
    text = "first line\nsecond " + "word " * 30
    first, *pieces, last = laid_out(Quoted(text), column=8, indent=4).splitlines()
    assert (first, last) == ("(", "    )")
    assert pieces[0] == '        "first line\\n"'
    assert pieces[1].startswith('        "second word')
    assert pieces[1].endswith('word "')


def test_a_text_without_blanks_is_cut_anywhere() -> None:
    pieces = laid_out(Quoted("x" * 250), column=0, indent=0).splitlines()[1:-1]
    assert [len(piece) for piece in pieces] == [110, 110, 48]


def test_a_call_stands_on_one_line_or_one_part_a_line() -> None:
    short = call("Link", Quoted("a"), url=Quoted("b"))
    assert laid_out(short, column=0, indent=0) == 'Link("a", url="b")'
    assert exploded(short, indent=4) == 'Link(\n        "a",\n        url="b",\n    )'
    assert laid_out(short, column=100, indent=0) == 'Link(\n    "a",\n    url="b",\n)'


def test_what_is_empty_stays_on_its_line() -> None:
    assert laid_out(literal([]), column=200, indent=4) == "[]"
    assert laid_out(literal({}), column=200, indent=4) == "{}"


def test_a_tuple_of_one_keeps_its_comma() -> None:
    assert flat(literal((1,))) == "(1,)"
    assert flat(literal([1])) == "[1]"


@given(text=texts)
def test_a_docstring_comes_back_or_is_none(text: str) -> None:
    written = docstring(text)
    if written is not None:
        node = ast.parse(f"class A:\n{written}\n").body[0]
        assert isinstance(node, ast.ClassDef)
        assert ast.get_docstring(node) == text


@pytest.mark.parametrize(
    "text", ["One line.", "First.\n\nSecond.\n\n- list\n    deeper", 'say "x" now', "é漢"]
)
def test_usual_prose_is_a_docstring(text: str) -> None:
    assert docstring(text) is not None


@pytest.mark.parametrize(
    "text", ["", " x", "x ", "a\n ", 'x"', '"x', "a\\b", 'a """ b', "a\tb", "x" * 107, "\ud800"]
)
def test_a_text_that_would_not_come_back_is_no_docstring(text: str) -> None:
    assert docstring(text) is None
