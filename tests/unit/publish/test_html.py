"""Pages as HTML: well-formed, with unique places, in classes that the stylesheet knows."""

from __future__ import annotations

import re

import pytest

from failwell.publish.html import Frame, Listed, asset, failure_html, index_html, problem_html, reference_html
from failwell.publish.pages import problem_page
from failwell.publish.reference import Filter, reference_page
from tests.unit.serve.elements import Elements
from tests.unit.serve.library import contract

FRAME = Frame(title="The library", prefix="", assets="")


def _pages() -> list[str]:
    codes = [problem_html(problem_page(contract, cls, "de"), FRAME) for cls in contract.catalog]
    return [
        reference_html(reference_page(contract), FRAME),
        reference_html(reference_page(contract, shown=Filter(status="403")), FRAME),
        index_html([Listed("The library", "library", "/library/", 3)], FRAME),
        failure_html("Nothing", "There is nothing.", ["book_lent"], FRAME),
        *codes,
    ]


def test_places_are_unique_and_local_links_lead_to_them() -> None:
    for page in _pages():
        elements = Elements.of(page)
        assert len(set(elements.ids)) == len(elements.ids)
        assert {url[1:] for url in elements.urls if url.startswith("#")} <= {*elements.ids, "q"}


def test_every_page_has_one_heading_a_language_a_title_and_a_way_past_the_head() -> None:
    for page in _pages():
        assert page.count("<h1>") == 1
        assert page.startswith('<!doctype html>\n<html lang="en">')
        assert re.search(r"<title>[^<]+</title>", page)
        assert '<a class="skip" href="#main">' in page
        assert page.count('<main id="main"') == 1


def test_every_class_is_known_to_the_stylesheet() -> None:
    sheet = asset("failwell.css").decode()
    known = set(re.findall(r"\.([a-z][a-z0-9-]*)", sheet))
    used = {
        name for page in _pages() for names in re.findall(r' class="([^"]*)"', page) for name in names.split()
    }
    plain = {"s4", "prose", "never", "beta", "deprecated", "removed", "problem", "group", "support", "brand"}
    highlighted = {"w", "n", "p", "o", "err", "nl", "l", "ld"}  # in the colour of the text
    assert used - known - plain - highlighted == set()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_enough_contrast(scheme: str) -> None:
    """WCAG 2.2, success criterion 1.4.3: 4.5 to 1."""
    light, dark = re.findall(r":root \{(.*?)\}", asset("failwell.css").decode(), re.DOTALL)[:2]
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", light))
    if scheme == "dark":
        colours |= dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", dark))
    pairs = [(ink, paper) for paper in ("paper", "raised") for ink in colours if ink in _INKS]
    pairs += [("warn-ink", "warn-paper"), ("paper", "bad-ink"), ("paper", "accent")]
    for ink, paper in pairs:
        assert _contrast(colours[ink], colours[paper]) >= 4.5, (ink, paper)


_INKS = (
    "ink", "soft", "accent", "bad-ink", "good-ink", "code-keyword", "code-string", "code-number", "code-name",
    "code-comment",
)  # fmt: skip


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
