"""Markdown with fixed headings: taken apart, put together, and refused where it could not be read back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failwell.declare.prose import (
    ABOUT_HEADINGS,
    Prose,
    read_about,
    read_prose,
    read_sections,
    read_text,
    write_prose,
)
from failwell.exceptions import DeclarationError

HEADINGS = ("## What happened", "## Why", "## What to do")
_PARTS = st.sampled_from(
    (*HEADINGS, "## Other", "##", "##\tWhy", "   ## Why", "    ## Why", "### Deeper", "##Why", "```", "````",
     "~~~", "``` a`b", "```python", "   ```", "    ```", "text", "  indented", "", " ", "\t", "a\rb", "\r\n",
     "\x0c",
     "\x85", "\u2028", "\ufeff", "+++", "Why\n---")
)  # fmt: skip


def refused(markdown: str) -> DeclarationError:
    with pytest.raises(DeclarationError) as caught:
        read_prose(markdown, where="x.md")
    assert caught.value.code == "bad-prose"
    assert caught.value.hint
    return caught.value


@given(st.lists(_PARTS, max_size=12).map("\n".join))
def test_what_can_be_read_is_read_again_as_it_is_written(markdown: str) -> None:
    try:
        prose = read_prose(markdown, where="x")
    except DeclarationError:
        return
    assert read_prose(write_prose(prose), where="x") == prose
    assert all(read_text(text, where="x") == text for text in prose)
    assert read_prose(markdown.replace("\r\n", "\n").replace("\n", "\r\n"), where="x") == prose


@given(st.lists(_PARTS, max_size=8).map("\n".join))
def test_the_form_of_a_text_is_its_last(markdown: str) -> None:
    try:
        text = read_text(markdown, where="x")
    except DeclarationError:
        return
    assert read_text(text, where="x") == text
    assert read_about(text, where="x") == text


def test_what_stands_before_the_first_heading_is_what_happened() -> None:
    assert read_prose("It broke.\n\n## Why\n\nAge.", where="x") == Prose("It broke.", "Age.", "")
    assert read_prose("## What happened\nIt broke.", where="x") == Prose("It broke.")
    assert read_prose("", where="x") == Prose()
    assert write_prose(Prose()) == ""


def test_lines_inside_a_fenced_block_are_no_headings() -> None:
    code = "~~~\n## Why\n```\n## Why\n~~~"
    assert read_prose(f"{code}\n## Why\nx", where="x") == Prose(code, "x")
    longer = "````md\n```\n## Why\n```\n````"
    assert read_prose(longer, where="x") == Prose(longer)
    assert read_prose("```a`b```\n## Why\nx", where="x") == Prose("```a`b```", "x")
    assert read_prose("    ```\n## Why\nx", where="x") == Prose("    ```", "x")


def test_the_first_line_keeps_its_indent_and_blank_lines_go() -> None:
    assert read_prose("\n \n    code\n\n  \n", where="x") == Prose("    code")


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_lines_may_end_in_any_way(end: str) -> None:
    text = f"One{end}two{end}## Why{end}Age.{end}"
    assert read_prose(text, where="x") == Prose("One\ntwo", "Age.")


@pytest.mark.parametrize("separator", ["\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"])
def test_other_separators_are_characters_like_any_other(separator: str) -> None:
    assert read_prose(f"One{separator}## Why", where="x") == Prose(f"One{separator}## Why")


@pytest.mark.parametrize(
    ("markdown", "line", "what"),
    [
        ("a\n\n## Advice\nx", 3, "'## Advice' is not known here"),
        ("## Why\nx\n## Why\ny", 3, "'## Why' stands twice"),
        ("a\n## What happened\nb", 2, "again under it"),
        ("a\n```\n## Why\n", 2, "begins with ``` has no end"),
        ("a\n~~~~\n~~~", 2, "begins with ~~~~ has no end"),
        ("##", 1, "'## ' is not known here"),
        ("a\n  ##\tAdvice", 2, "'## Advice' is not known here"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(markdown: str, line: int, what: str) -> None:
    error = refused(markdown)
    assert error.where == f"x.md, line {line}"
    assert what in error.what


@pytest.mark.parametrize("text", ["## Why", "a\n## Other", "```\nopen", "##"])
def test_a_single_text_has_no_headings_and_no_open_fence(text: str) -> None:
    with pytest.raises(DeclarationError):
        read_text(text, where="x")


def test_a_reference_page_keeps_its_headings() -> None:
    text = "\n\n".join(f"## {title}\n\nText." for title in ABOUT_HEADINGS)
    assert read_about(f"\ufeffIntro.\r\n\r\n{text}\n\n", where="x") == f"Intro.\n\n{text}"
    assert list(read_sections(text, ABOUT_HEADINGS, where="x")) == ["", *ABOUT_HEADINGS]
