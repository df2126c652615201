"""Literals: a text that is written in place of another is read as that text, and found where it stands."""

from __future__ import annotations

import ast
import json
import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failwell.check.literals import (
    is_one_literal,
    json_literals,
    json_written,
    python_written,
    toml_literals,
    toml_written,
)

ANY = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"))
LINES = st.sampled_from(["\n", "\r\n"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | ANY, lambda part: st.lists(part) | st.dictionaries(ANY, part)
)


def texts_in(value: Any, steps: tuple[str | int, ...] = ()) -> dict[tuple[str | int, ...], str]:
    if isinstance(value, str):
        return {steps: value}
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return {at: text for step, part in parts for at, text in texts_in(part, (*steps, step)).items()}


@given(ANY, st.sampled_from(["''", '""', "''''''", '""""""', "r''", 'U""']), LINES)
def test_python_reads_what_is_written(text: str, before: str, line_end: str) -> None:
    written = python_written(text, before, line_end)
    assert ast.literal_eval(written) == text
    assert is_one_literal(written)
    assert written.endswith(before.lstrip("rU")[:1])


@given(ANY, st.sampled_from(["''", '""', "''''''", '""""""']), LINES)
def test_toml_reads_what_is_written(text: str, before: str, line_end: str) -> None:
    assert tomllib.loads(f"a = {toml_written(text, before, line_end)}\nb = 1") == {"a": text, "b": 1}


@given(ANY, st.sampled_from(['"plain"', '"\\u00e9"']))
def test_json_reads_what_is_written(text: str, before: str) -> None:
    written = json_written(text, before)
    assert json.loads(written) == text
    assert before == '"plain"' or written.isascii()


@given(VALUES, st.sampled_from([None, 2]), st.booleans())
def test_the_texts_of_a_json_document_are_found_in_their_places(
    value: Any,
    indent: int | None,
    ensure_ascii: bool,  # noqa: FBT001 - drawn, not passed
) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ensure_ascii)
    found = json_literals(text)
    assert {steps: one.value for steps, one in found.items()} == texts_in(value)
    assert all(json.loads(text[one.begin : one.end]) == one.value for one in found.values())


@given(st.lists(ANY, min_size=1))
def test_the_texts_of_a_toml_file_are_found_in_order(values: list[str]) -> None:
    lines = [
        f'# it\'s "no" text\nk{n} = {toml_written(v, chr(39) * 2, chr(10))}' for n, v in enumerate(values)
    ]
    assert [one.value for one in toml_literals("\n".join(lines))] == values


@pytest.mark.parametrize(
    ("source", "is_one"),
    [
        ("'a'", True),
        ("r'a'", True),
        ('"""a\nb"""', True),
        ("'a' 'b'", False),
        ("('a')", False),
        ("'a' + b", False),
        ("a", False),
        ("'a", False),
        ("('a'", False),
        ("", False),
    ],
)
def test_one_literal_is_neither_several_nor_a_computation(source: str, is_one: bool) -> None:  # noqa: FBT001
    assert is_one_literal(source) is is_one
