"""The pages in a browser, without JavaScript: read, searched, filtered; dark, narrow and printed."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import visiting
from tests.unit.serve.library import contract

PATHS = [
    "/",
    "/book_lent",
    "/limit_reached",
    "/card_lost",
    "/?status=403",
    "/?q=card",
    "/nope",
    "/book_lent?lang=de",
]
_LINES = re.compile(r"rgb\((\d+), (\d+), (\d+)\)")


def _brightness(page: Page, selector: str, what: str) -> int:
    """The sum of the parts of a colour, from 0 to 765."""
    colour = page.locator(selector).first.evaluate(f"element => getComputedStyle(element).{what}")
    found = _LINES.fullmatch(colour)
    assert found, colour
    return sum(map(int, found.groups()))


def test_the_reference_leads_to_a_code(browser: Browser, origin: str) -> None:
    with visiting(browser, origin) as visit:
        visit.page.goto("/")
        expect(visit.page.get_by_role("heading", level=1)).to_have_text("The library")
        visit.page.get_by_role("link", name="limit_reached", exact=True).click()
        expect(visit.page).to_have_url(f"{origin}/limit_reached?lang=en")
        expect(visit.page.get_by_role("heading", level=1)).to_have_text("limit_reached")
        expect(visit.page.get_by_role("link", name="Upgrade the card")).to_be_visible()
        expect(visit.page.get_by_text('"shelves": [')).to_be_visible()


def test_the_contents_lead_to_their_places(browser: Browser, origin: str) -> None:
    with visiting(browser, origin) as visit:
        visit.page.goto("/")
        visit.page.get_by_role("navigation", name="Contents").get_by_role("link", name="Support").click()
        expect(visit.page).to_have_url(f"{origin}/#support")
        expect(visit.page.get_by_role("link", name="help@library.example")).to_be_in_viewport()


def test_a_pasted_body_leads_to_its_page(browser: Browser, origin: str) -> None:
    body = json.dumps(json.loads(contract.render(contract.catalog.types["book_lent"](wait=1)).body), indent=2)
    with visiting(browser, origin) as visit:
        visit.page.goto("/limit_reached")
        box = visit.page.get_by_role("searchbox")
        box.fill(body)
        box.press("Enter")
        expect(visit.page).to_have_url(f"{origin}/book_lent?lang=en")


def test_words_lead_to_results(browser: Browser, origin: str) -> None:
    with visiting(browser, origin) as visit:
        visit.page.goto("/")
        visit.page.get_by_role("searchbox").fill("card")
        visit.page.get_by_role("button", name="Search").click()
        expect(visit.page.get_by_role("heading", level=1)).to_have_text("Search: card")
        visit.page.get_by_role("link", name="card_expired").click()
        expect(visit.page.get_by_role("link", name="not_a_member").first).to_be_visible()


def test_filters_are_links(browser: Browser, origin: str) -> None:
    with visiting(browser, origin) as visit:
        visit.page.goto("/")
        visit.page.get_by_text("choose by status, category or retry").click()
        visit.page.get_by_role("link", name="409 Conflict").click()
        expect(visit.page).to_have_url(f"{origin}/?status=409&lang=en#codes")
        expect(visit.page.locator(".codes li")).to_have_count(3)
        visit.page.get_by_role("link", name="later").click()
        expect(visit.page.locator(".codes li")).to_have_count(1)


def test_an_example_leads_to_the_same_answer_from_the_mock(browser: Browser, origin: str) -> None:
    with visiting(browser, origin) as visit:
        visit.page.goto("/limit_reached")
        with visit.page.expect_response("**/mock/**") as answered:
            visit.page.get_by_role("link", name="Get this response from the mock").last.click()
        assert answered.value.status == 403
        assert "limit_reached" in visit.page.content()
        visit.complaints.clear()  # the browser tells each status above 399


def test_languages_are_links(browser: Browser, origin: str) -> None:
    with visiting(browser, origin) as visit:
        visit.page.goto("/book_lent")
        visit.page.get_by_role("navigation", name="Languages").get_by_role("link", name="de").click()
        expect(visit.page.get_by_text("Jemand hat das Buch.")).to_be_visible()


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_no_page_scrolls_sideways(browser: Browser, origin: str, path: str, width: int) -> None:
    with visiting(browser, origin, width=width, touch=width < 400) as visit:
        visit.page.goto(path)
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
        visit.complaints = [text for text in visit.complaints if "404" not in text]


def test_on_a_phone_tables_are_lists(browser: Browser, origin: str) -> None:
    with visiting(browser, origin, width=360) as visit:
        visit.page.goto("/book_lent")
        row = visit.page.locator(".rows tr").nth(1)
        assert row.evaluate("element => getComputedStyle(element).display") == "block"
        expect(visit.page.locator(".rows thead").first).to_have_css("position", "absolute")


def test_the_pages_are_dark_where_the_reader_likes_it(browser: Browser, origin: str) -> None:
    for dark in (False, True):
        with visiting(browser, origin, dark=dark) as visit:
            visit.page.goto("/book_lent")
            paper = _brightness(visit.page, "body", "backgroundColor")
            ink = _brightness(visit.page, "body", "color")
            assert (paper < ink) is dark
            assert abs(paper - ink) > 400


def test_the_keyboard_gets_past_the_head_and_shows_where_it_is(browser: Browser, origin: str) -> None:
    with visiting(browser, origin) as visit:
        visit.page.goto("/")
        visit.page.keyboard.press("Tab")
        skip = visit.page.get_by_role("link", name="Skip to the content")
        expect(skip).to_be_focused()
        expect(skip).to_be_in_viewport()
        visit.page.keyboard.press("Enter")
        visit.page.keyboard.press("Tab")
        focused = visit.page.locator(":focus")
        assert focused.evaluate("element => document.querySelector('main').contains(element)")
        assert focused.evaluate("element => getComputedStyle(element).outlineStyle") == "solid"


def test_paper_shows_the_text_alone(browser: Browser, origin: str) -> None:
    with visiting(browser, origin, dark=True) as visit:
        visit.page.emulate_media(media="print")
        visit.page.goto("/")
        expect(visit.page.get_by_role("searchbox")).to_be_hidden()
        expect(visit.page.locator(".contents")).to_be_hidden()
        assert _brightness(visit.page, "body", "backgroundColor") == 765
        assert _brightness(visit.page, "body", "color") == 0
