"""An occurrence as Markdown, for agents."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from failwell import Problem, Resolve
from failwell.contract.markdown import code_span, escaped
from failwell.typing import InputFailure
from tests.unit.contract.offering import Anything, Busy, contract, full, shown

READERS = [
    MarkdownIt("commonmark", {"html": False}),
    MarkdownIt("commonmark").enable(["table", "strikethrough"]),
]
USUAL = """\
# Quota exceeded

9 of 10 bytes are used.

## What to do

Free up space, or upgrade the plan.

[Upgrade](https://shop.example/plans?for=Umzug.zip)

`POST /v1/plan`

Trying again helps only after another step.

## Details

- `limit`: `10`
- `used`: `9 bytes`
- `name`: `Umzug.zip`
- Code: `full`
- Status: 413
- Request id: `req_1`

[About this error](https://errors.shop.example/full)
"""


def markdown(problem: Problem, languages: str = "") -> str:
    return shown(problem, "text/markdown", languages)


def test_markdown_tells_what_happened_and_what_to_do() -> None:
    assert markdown(full(name="Umzug.zip")) == USUAL


def test_it_speaks_the_language_of_the_answer() -> None:
    out = markdown(full(), "de")
    assert "## Was hilft\n\nSchaffe Platz.\n" in out
    assert "- Anfrage-ID: `req_1`\n" in out
    assert "[Mehr zu diesem Fehler](" in out


def test_only_what_everybody_may_see_is_in_it() -> None:
    out = markdown(full())
    assert "hunter2" not in out
    assert "acct_1" not in out


def test_failures_of_input_are_a_list_below_their_member() -> None:
    failures = [InputFailure(pointer=p, place="body", code="x", detail="must be there") for p in ("/a/b", "")]
    out = markdown(contract.invalid_input(failures))
    assert "- `errors`\n  - `a.b: must be there`\n  - `body: must be there`\n" in out


def test_a_missing_request_id_is_absent() -> None:
    out = contract.render(Busy(wait=2), accept="text/markdown").body.decode()
    assert "Request id" not in out
    assert "Try again in 2 seconds." in out


@pytest.mark.parametrize(
    ("url", "written"),
    [
        ("https://a.example/(x)?a=1&copy=2", "https://a.example/%28x%29?a=1&copy=2"),
        ("https://a.example/?a=1&copy;b", "https://a.example/?a=1\\&copy;b"),
        ("https://a.example/<x>", "https://a.example/%3Cx%3E"),
        ("https://a.example/ü%20", "https://a.example/%C3%BC%20"),
    ],
)
def test_a_link_leads_where_it_says(url: str, written: str) -> None:
    problem = full()
    problem.__dict__["_resolve"] = Resolve("go", "Go [here]", url)
    assert f"[Go \\[here\\]]({written})\n" in markdown(problem)


def test_what_is_no_link_is_text() -> None:
    problem = full()
    problem.__dict__["_resolve"] = Resolve("go", "Go", "javascript:alert(1)")
    assert "Go: `javascript:alert(1)`\n" in markdown(problem)
    problem.__dict__["_resolve"] = Resolve("go")
    assert "\n\ngo\n\n" in markdown(problem)


def test_a_way_out_of_another_server_may_be_poor() -> None:
    problem = full()
    problem.__dict__["_resolve"] = Resolve("", "\n# Go")
    assert "\n\n\\# Go\n\n" in markdown(problem)
    problem.__dict__["_resolve"] = Resolve("", endpoint="/v1/`plan`")
    assert "\n\n`` /v1/`plan` ``\n\n" in markdown(problem)


# ---------------------------------------------------------------------------------------- hostile values

HOSTILE = st.one_of(
    st.text(max_size=40),
    st.text("`*_[]()<>#~&;:!\\-+=|.0123 \nahtpsw/@", max_size=40),
    st.sampled_from(
        [
            "](javascript:alert(1))",
            "[x](https://evil.example)",
            "![x](https://evil.example/a.png)",
            "<https://evil.example>",
            "[x]: https://evil.example\n\n[x]",
            "a\n\n# Pay here",
            "a\n===",
            "a\r---",
            "- a\n- b",
            "1. a",
            "> a",
            "    code",
            "```\ncode",
            "`` ` ``",
            "| a |\n|---|",
            "<b>&lt;",
            "a\u2028# b\x0b# c\x85# d",
            "\u202e[x](y)",
            "`" * 400,
            "x" * 5000,
        ]
    ),
)
VALUES = st.recursive(
    st.one_of(HOSTILE, st.none(), st.integers(), st.booleans()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(HOSTILE, inner, max_size=3)),
    max_leaves=6,
)


def _all(tokens: list[Token]) -> list[Token]:
    return [each for token in tokens for each in (token, *_all(token.children or []))]


def _assert_harmless(out: str, links: int) -> None:
    for reader in READERS:
        found = _all(reader.parse(out))
        counted = Counter(token.type for token in found)
        headings = [token.tag for token in found if token.type == "heading_open"]
        assert headings == ["h1", "h2", "h2"]
        hrefs = [str(token.attrs["href"]) for token in found if token.type == "link_open"]
        assert len(hrefs) == links
        assert all(
            href.startswith(("https://shop.example/plans", "https://errors.shop.example/")) for href in hrefs
        )
        strays = {"image", "html_inline", "html_block", "fence", "code_block", "blockquote_open", "hr"}
        strays |= {"ordered_list_open", "table_open", "em_open", "strong_open", "s_open"}
        assert counted.keys() & strays == set()
    assert all(char.isprintable() or char in "\n\u200c\u200d" for char in out)
    assert len(out) < 10_000


@given(HOSTILE, HOSTILE, HOSTILE)
def test_no_text_of_an_occurrence_breaks_out(detail: str, name: str, request_id: str) -> None:
    problem = full(detail, name=name)
    url = problem.resolve.url if problem.resolve is not None else ""
    links = 2 if 0 < len(url) <= 2000 else 1  # a longer one would be cut, and lead elsewhere
    out = contract.render(problem, request_id=request_id, accept="text/markdown")
    _assert_harmless(out.body.decode(), links)


@given(VALUES)
def test_no_value_of_a_member_breaks_out(value: Any) -> None:
    _assert_harmless(markdown(Anything(value=value)), 1)


@given(HOSTILE.map(lambda text: " ".join("".join(c if c.isprintable() else " " for c in text).split())))
def test_an_escaped_line_is_read_as_it_was(line: str) -> None:
    for reader in READERS:
        tokens = reader.parse(escaped(line))
        assert [token.type for token in tokens] == (
            ["paragraph_open", "inline", "paragraph_close"] if line else []
        )
        read = "".join(token.content for token in _all(tokens) if token.type in ("text", "text_special"))
        assert read == line
        (span,) = [
            token for token in _all(reader.parse(f"a {code_span(line)}")) if token.type == "code_inline"
        ]
        assert span.content.strip() == line.strip()


def test_an_address_in_a_text_is_no_link_even_to_readers_that_make_some() -> None:
    assert escaped("See https://evil.example and www.evil.example.") == (
        "See https\\://evil.example and www\\.evil.example."
    )


def test_words_stay_readable() -> None:
    assert escaped("12 MB > 10 MB, quota_exceeded & R&D, 50% off (a.b)!") == (
        "12 MB > 10 MB, quota_exceeded & R&D, 50% off (a.b)!"
    )
