"""The model of the reference page: sections in order, codes by category, filters."""

from __future__ import annotations

import types

from failwell import Catalog, Contract, Problem, dialects, standard_types
from failwell.declare.translation import texts_of_about
from failwell.publish.reference import Filter, reference_page, slug
from tests.unit.serve.library import contract


def test_sections_stand_before_and_after_the_codes() -> None:
    page = reference_page(contract)
    assert [section.heading for section in page.before] == ["Shape", "Statuses"]
    assert [section.heading for section in page.after] == ["Headers", "Support"]
    assert page.introduction == "How the library says that something went wrong."


def test_categories_come_as_they_first_appear_and_standard_last() -> None:
    page = reference_page(contract)
    assert [group.heading for group in page.groups] == ["Lending", "Cards", "Other codes", "Standard"]
    assert [row.code for row in page.groups[0].rows] == ["book_lent", "limit_reached", "reserved"]
    assert page.listed == page.total == 26


def test_rows_tell_statuses_retry_and_stage() -> None:
    rows = {row.code: row for group in reference_page(contract).groups for row in group.rows}
    assert rows["limit_reached"].statuses == (413, 403)
    assert rows["limit_reached"].retry == ("after change", "after action")
    assert [rows[code].note for code in ("book_lent", "card_expired", "card_lost")] == [
        "", "deprecated", "removed",
    ]  # fmt: skip


def test_a_type_of_ones_own_in_the_category_standard_is_listed_with_the_others() -> None:
    catalog = Catalog("shop", base="https://errors.shop.example/")

    class Strange(Problem, catalog=catalog, code="strange", status=400, title="Strange", category="Standard"):
        """It is in a category of that name."""

    class Plain(Problem, catalog=catalog, code="plain", status=400, title="Plain", category="Plain"):
        """It has its own."""

    standard_types(catalog)
    page = reference_page(Contract(catalog, dialect=dialects.PROBLEM))
    assert [group.heading for group in page.groups] == ["Plain", "Standard"]
    assert page.groups[1].rows[0].code == "strange"


def test_headings_that_look_alike_have_places_of_their_own() -> None:
    catalog = Catalog("shop", base="https://errors.shop.example/")
    for number, category in enumerate(("A b", "A  b!", "a/B", "日本")):
        words = {"catalog": catalog, "code": f"c{number}", "status": 400, "title": "T", "category": category}
        types.new_class(f"C{number}", (Problem,), words)
    page = reference_page(Contract(catalog, dialect=dialects.PROBLEM))
    slugs = [group.slug for group in page.groups]
    assert slugs == ["codes-a-b", "codes-a-b-2", "codes-a-b-3", "codes-section"]


def test_a_filter_admits_what_fits_in_all_it_says() -> None:
    page = reference_page(contract, shown=Filter(status="403", retry="after_action"))
    assert [row.code for group in page.groups for row in group.rows] == [
        "limit_reached", "card_expired", "card_lost", "forbidden",
    ]  # fmt: skip
    assert (page.listed, page.total) == (4, 26)


def test_choices_say_how_many_types_they_leave() -> None:
    page = reference_page(contract, shown=Filter(status="403"))
    choices = {name: {choice.value: choice for choice in listed} for name, listed in page.choices}
    assert choices["status"]["403"].is_chosen
    assert choices["status"]["403"].filter == Filter()
    assert choices["category"]["Cards"].size == 2
    assert choices["category"]["Cards"].filter == Filter("403", "Cards")
    assert "Other codes" not in choices["category"], "it would leave none"
    assert choices["retry"]["after_action"].label == "after action"


def test_a_catalog_without_prose_or_types_has_a_page() -> None:
    page = reference_page(Contract(Catalog("bare", base="https://e.example/"), dialect=dialects.PROBLEM))
    assert (page.title, page.introduction, page.before, page.groups, page.after) == ("bare", "", (), (), ())


def test_the_prose_is_in_the_language_that_is_asked_for() -> None:
    page = reference_page(contract, "de")
    assert (page.text_language, page.translated) == ("de", "")
    assert page.introduction.startswith("Wie die Bibliothek")
    catalog = Catalog("half", base="https://e.example/", about="Only here.")
    catalog.translate("de", {})
    page = reference_page(Contract(catalog, dialect=dialects.PROBLEM), "de")
    assert (page.text_language, page.translated) == ("en", "missing")


def test_slugs_are_never_empty() -> None:
    assert [slug(heading) for heading in ("UI clients", "?", "a--b ")] == ["ui-clients", "section", "a-b"]


def test_prose_that_is_older_than_its_original_says_so() -> None:
    now = texts_of_about("As it is now.").source
    states = {}
    for source in ("", "0123456789ab", now):
        catalog = Catalog("shop", base="https://e.example/", about="As it is now.")
        catalog.translate("de", {}, about="Wie es ist.", about_source=source)
        page = reference_page(Contract(catalog, dialect=dialects.PROBLEM), "de")
        states[source] = page.translated, page.text_language
    assert states == {"": ("draft", "de"), "0123456789ab": ("stale", "de"), now: ("", "de")}
