"""Markdown as HTML: nothing gets through that a page does not allow."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from failwell.contract.links import is_safe_url
from failwell.publish.prose import markdown_html
from tests.unit.serve.elements import Elements


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://a.example/", True),
        ("HTTP://a.example/", True),
        ("mailto:a@b.example", True),
        ("/billing", True),
        ("billing?x=a:b", True),
        ("#support", True),
        ("//a.example/", True),
        ("javascript:alert(1)", False),
        ("JavaScript:alert(1)", False),
        ("java\nscript:alert(1)", False),
        (" javascript:alert(1)", False),
        ("\x01javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("vbscript:x", False),
        ("file:///etc/passwd", False),
    ],
)
def test_links_lead_to_pages_and_addresses_only(url: str, safe: bool) -> None:  # noqa: FBT001 - a table's column
    assert is_safe_url(url) is safe


def test_raw_html_is_shown_as_text() -> None:
    assert markdown_html("<b>x</b>\n\n<div>\ny\n</div>") == (
        "<p>&lt;b&gt;x&lt;/b&gt;</p>\n<p>&lt;div&gt;\ny\n&lt;/div&gt;</p>\n"
    )


def test_codes_become_links_but_not_inside_links() -> None:
    html = markdown_html("`a_b` [`a_b`](/x) `other`", lambda code: "/shop/a_b" if code == "a_b" else "")
    assert html == (
        '<p><a href="/shop/a_b"><code>a_b</code></a> <a href="/x"><code>a_b</code></a> '
        "<code>other</code></p>\n"
    )


def test_headings_begin_below_those_of_the_page_and_have_places() -> None:
    html = markdown_html("# One\n\nTwo\n---\n\n### Two\n\n#### Three")
    assert html == (
        '<h3 id="on-one">One</h3>\n<h3 id="on-two">Two</h3>\n<h3 id="on-two-2">Two</h3>\n'
        '<h4 id="on-three">Three</h4>\n'
    )


def test_tables_scroll_and_align_by_class() -> None:
    html = markdown_html("| a | b |\n|--:|:-:|\n| 1 | `c` |", lambda code: "/c" if code == "c" else "")
    assert '<div class="scroll" role="region" aria-label="Table" tabindex="0"><table>' in html
    assert '<td class="to-right">1</td>' in html
    assert '<th class="to-center">b</th>' in html
    assert "style=" not in html


def test_images_become_links() -> None:
    html = markdown_html('![a "b"](https://e.example/x.png "t") ![](javascript:x)')
    assert '<a href="https://e.example/x.png">a &quot;b&quot;</a>' in html
    assert "<img" not in html


def test_code_is_coloured_where_its_language_is_known() -> None:
    assert '<span class="k">if</span>' in markdown_html("```python\nif x: ...\n```")
    plain = '<pre class="code" tabindex="0"><code>a &lt; b</code></pre>\n'
    assert markdown_html("```nolang\na < b\n```") == plain
    assert markdown_html("    a < b\n") == plain
    assert markdown_html('```"><script>\na < b\n```') == plain


@given(st.text(max_size=200) | st.text("<>\"'`[]()!&#|\n -:ajs=", max_size=200))
@example("[]()")
def test_no_text_makes_elements_that_are_none_of_markdowns(text: str) -> None:
    allowed = {
        "p", "a", "em", "strong", "code", "pre", "span", "ul", "ol", "li", "blockquote", "hr", "br", "div",
        "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td",
    }  # fmt: skip
    elements = Elements.of(markdown_html(text, lambda code: f"/{code}" if code in ("a", "j") else ""))
    assert elements.names <= allowed
    assert set(elements.attributes) <= {
        "href",
        "title",
        "class",
        "id",
        "tabindex",
        "role",
        "aria-label",
        "start",
    }
    assert all(is_safe_url(url) for url in elements.urls if url)  # an empty one is that of the page
    assert len(set(elements.ids)) == len(elements.ids)
