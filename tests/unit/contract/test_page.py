"""An occurrence as a page for browsers."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failwell import Catalog, Contract, Problem, Resolve, Retry, dialects
from failwell.typing import InputFailure
from tests.unit.contract.offering import BROWSER, Anything, Busy, contract, full, named, shown

ALLOWED = {
    "html": {"lang"}, "head": set(), "meta": {"charset", "name", "content"}, "title": set(), "style": set(),
    "body": set(), "main": set(), "p": {"class", "dir", "lang"}, "h1": {"dir"}, "h2": {"lang"},
    "dl": set(), "dt": {"lang"}, "dd": {"dir"}, "code": set(), "ul": set(), "li": set(), "a": {"href"},
}  # fmt: skip
VOID = {"meta"}
LINKS = {
    "https://shop.example/plans",
    "https://errors.shop.example/full",
    "https://errors.shop.example/anything",
}


class Page(HTMLParser):
    """What a browser would find in a page."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.attributes: set[tuple[str, str]] = set()
        self.links: list[str] = []
        self.texts: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(source)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes |= {(tag, name) for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name == "href"]
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open:
            self.texts.setdefault(self._open[-1], []).append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_pi(self, data: str) -> None:
        raise AssertionError(data)


def page(problem: Problem, languages: str = "") -> Page:
    return Page(shown(problem, BROWSER, languages))


def test_a_page_tells_what_happened_and_what_to_do() -> None:
    found = page(full(name="Umzug.zip"))
    assert found.elements.count("h1") == 1
    assert found.texts["h1"] == found.texts["title"] == ["Quota exceeded"]
    assert found.texts["h2"] == ["What to do", "Details"]
    assert found.texts["p"][:4] == [
        "Status 413",
        "9 of 10 bytes are used.",
        "Free up space, or upgrade the plan.",
        "Trying again helps only after another step.",
    ]
    assert found.texts["a"] == ["Upgrade", "About this error"]
    assert found.links == ["https://shop.example/plans?for=Umzug.zip", "https://errors.shop.example/full"]
    assert found.texts["code"] == ["limit", "used", "name", "full", "req_1"]
    assert found.texts["dd"] == ["10", "9 bytes", "Umzug.zip"]


def test_only_what_everybody_may_see_is_on_it() -> None:
    out = shown(full(), BROWSER)
    assert "hunter2" not in out
    assert "acct_1" not in out
    assert "token" not in out


def test_a_detail_that_only_repeats_the_title_is_left_out() -> None:
    assert "lead" not in shown(Anything("Anything"), BROWSER).partition("</style>")[2]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(30, "Try again in 30 seconds."), (1, "Try again in 1 second."), (0, "Try again in 0 seconds.")],
)
def test_the_seconds_to_wait_are_those_of_retry_after(seconds: int, text: str) -> None:
    out = contract.render(Busy(wait=seconds), accept=BROWSER)
    assert named(out.headers, "retry-after") == [str(seconds)]
    assert text in out.body.decode()


def test_a_retry_after_of_the_occurrence_counts_and_may_be_a_date() -> None:
    date = "Fri, 31 Dec 1999 23:59:59 GMT"
    assert f"<p>Trying again helps only after another step. Try again after {date}.</p>" in shown(
        full(headers=(("retry-after", date),)), BROWSER
    )


def test_failures_of_input_are_a_list() -> None:
    failures = [
        InputFailure(pointer=f"/items/{n}", place="body", code="missing", detail="has to be there <b>")
        for n in range(30)
    ]
    found = page(contract.invalid_input(failures))
    assert found.texts["li"][0] == "items.0: has to be there <b>"
    assert len(found.texts["li"]) == 21
    assert found.texts["li"][-1] == "…"


@pytest.mark.parametrize(
    ("languages", "lang", "heading", "spoken"),
    [
        ("de", "de", "Was hilft", "<h2>Was hilft"),
        ("en", "en", "What to do", "<h2>What to do"),
        ("fr", "fr", "What to do", '<h2 lang="en">What to do'),  # nobody has translated these words yet
    ],
)
def test_the_words_around_are_of_the_same_language_or_english(
    languages: str, lang: str, heading: str, spoken: str
) -> None:
    out = shown(full(), BROWSER, languages)
    assert f'<html lang="{lang}">' in out
    assert heading in Page(out).texts["h2"]
    assert spoken in out


def test_a_catalog_in_german_has_german_pages_without_being_asked() -> None:
    catalog = Catalog("laden", base="urn:laden:", language="de-AT")

    class Weg(Problem, catalog=catalog, code="weg", status=410, title="Weg", retry=Retry.NEVER):
        """Nicht mehr da."""

    out = Contract(catalog, dialect=dialects.PROBLEM, offers=("text/html",)).render(Weg(), accept="text/html")
    found = Page(out.body.decode())
    assert '<html lang="de-AT">' in out.body.decode()
    assert "Ein neuer Versuch hilft nicht." in found.texts["p"]
    assert found.links == []  # a URN has no page
    assert named(out.headers, "content-language") == []


def test_the_style_is_the_only_thing_that_the_policy_lets_in() -> None:
    out = contract.render(full(), accept=BROWSER)
    (style,) = re.findall("<style>(.*?)</style>", out.body.decode())
    digest = b64encode(sha256(style.encode()).digest()).decode()
    (policy,) = named(out.headers, "content-security-policy")
    assert policy.split("; ") == [
        "default-src 'none'", f"style-src 'sha256-{digest}'", "base-uri 'none'", "form-action 'none'",
        "frame-ancestors 'none'",
    ]  # fmt: skip
    assert named(out.headers, "x-content-type-options") == ["nosniff"]
    assert named(out.headers, "referrer-policy") == ["no-referrer"]
    assert "url(" not in style
    assert "<" not in style


def _luminance(colour: str) -> float:
    short = colour if len(colour) == 6 else "".join(digit * 2 for digit in colour)
    parts = [int(short[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_every_colour_of_text_has_contrast(scheme: int) -> None:
    """WCAG 2.2, success criterion 1.4.3: at least 4.5 to 1."""
    style = shown(full(), BROWSER).partition("<style>")[2].partition("</style>")[0]
    palette = {
        name: _luminance(value)
        for name, value in re.findall(r"--(\w+):#([0-9a-f]{3,6})", re.split("@media", style)[scheme])
    }
    pairs = [(ink, paper) for ink in ("ink", "soft", "accent") for paper in ("paper", "raised")]
    ratios = []
    for pair in pairs:
        dark, light = sorted(palette[name] for name in pair)
        ratios.append((light + 0.05) / (dark + 0.05))
    assert min(ratios) >= 4.5


# ---------------------------------------------------------------------------------------- hostile values

HOSTILE = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [
            "<script>alert(1)</script>",
            '"><img src=x onerror=alert(1)>',
            "</code></dd></dl></main><h1>Pay here</h1>",
            "--><!-- ]]> <? x ?>",
            "</style></title>",
            "&lt;script&gt;&#x3c;b&#62;",
            "\u202egnp.exe\u2066\u200f",
            "a\x00b\x1b[31m\r\n\x85\u2028",
            "\ud800",
            "x" * 5000,
            "\U000e0041hidden\U000e007f",
            "javascript:alert(1)",
        ]
    ),
)
VALUES = st.recursive(
    st.one_of(HOSTILE, st.none(), st.integers(), st.floats(), st.booleans()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(HOSTILE, inner, max_size=3)),
    max_leaves=6,
)


def _assert_harmless(out: str) -> None:
    found = Page(out)
    assert set(found.elements) <= ALLOWED.keys()
    assert {(tag, name) for tag, name in found.attributes if name not in ALLOWED[tag]} == set()
    assert found.elements.count("h1") == found.elements.count("style") == found.elements.count("main") == 1
    assert {link.partition("?")[0] for link in found.links} <= LINKS
    assert all(char.isprintable() or char in "\n\u200c\u200d" for char in out)
    assert len(out) < 50_000


@given(HOSTILE, HOSTILE, HOSTILE)
def test_no_text_of_an_occurrence_breaks_out(detail: str, name: str, request_id: str) -> None:
    problem = full(detail, name=name)
    out = contract.render(problem, request_id=request_id, accept=BROWSER)
    _assert_harmless(out.body.decode())


@given(VALUES)
def test_no_value_of_a_member_breaks_out(value: Any) -> None:
    _assert_harmless(shown(Anything(value=value), BROWSER))


def test_a_value_of_a_megabyte_is_shortened() -> None:
    out = shown(Anything("d" * 2**20, value="<" * 2**20), BROWSER)
    assert len(out) < 20_000
    assert "&lt;…</dd>" in out


@pytest.mark.parametrize(
    ("url", "is_link"),
    [
        ("https://a.example/x?y=1&z=2", True),
        ("HTTP://a.example", True),
        ("mailto:help@a.example", True),
        ("/billing", True),
        ("plans?a:b", True),
        ("#a:b", True),
        ("javascript:alert(1)", False),
        ("JaVaScRiPt:alert(1)", False),
        ("java\tscript:alert(1)", False),
        ("\x01javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("vbscript:x", False),
        ("tel:+49", False),
        ("https://a.example\\@b.example", False),
        ("https://a.example/" + "x" * 3000, False),
    ],
)
def test_only_pages_and_addresses_of_mail_are_links(url: str, is_link: bool) -> None:  # noqa: FBT001
    problem = full()
    problem.__dict__["_resolve"] = Resolve("go", "Go <there>", url)  # as another server may say it
    found = page(problem)
    assert (found.links[0] == url) is is_link
    assert len(found.links) == 1 + is_link
    assert ("Go <there>" in found.texts.get("a", ())) is is_link
