"""The model of a type's page: facts of the record, said once for every form."""

from __future__ import annotations

import pytest

from failwell import Catalog, Contract, Example, Problem, dialects
from failwell.declare import Translation
from failwell.publish.pages import REQUEST_ID, problem_page
from tests.unit.serve.library import (
    BookLent,
    CardExpired,
    CardLost,
    LimitReached,
    NotAMember,
    ReadingRoomFull,
    Reserved,
    contract,
)


def test_each_status_has_its_retry_word() -> None:
    page = problem_page(contract, LimitReached)
    assert [(s.line, s.word) for s in page.statuses] == [
        ("413 Content Too Large", "after change"),
        ("403 Forbidden", "after action"),
    ]


def test_examples_are_rendered_by_the_contract() -> None:
    page = problem_page(contract, LimitReached)
    assert [example.title for example in page.examples] == ["413 Content Too Large", "403 Forbidden"]
    assert [example.query for example in page.examples] == ["", "?status=403"]
    head, _, body = page.examples[0].text.partition("\n\n")
    assert head.splitlines() == [
        "HTTP/1.1 413 Content Too Large",
        "Content-Type: application/problem+json",
        "Cache-Control: no-store",
        f"X-Request-Id: {REQUEST_ID}",
    ]
    read = contract.parse(413, (), body.encode())
    assert isinstance(read, LimitReached)
    assert (read.limit, read.shelves) == (5, ["a"])


def test_the_way_out_has_the_values_of_the_example() -> None:
    way = problem_page(contract, LimitReached).way_out
    assert way.suggestion == "Bring some back."
    assert (way.message, way.url) == ("Upgrade the card", "https://library.example/cards/5")
    assert way.call == 'curl --request POST "${API:?address of the API}"/cards'


def test_a_redirect_is_told_and_its_example_is_the_body() -> None:
    page = problem_page(contract, NotAMember)
    assert ("Delivery", "browsers are redirected (303) to /login?error={code}") in page.facts
    assert page.examples[0].text.startswith("HTTP/1.1 401 Unauthorized\n")


def test_members_say_when_they_come() -> None:
    rows = {row.name: row for row in problem_page(contract, BookLent).members}
    assert rows["wait"] == ("wait", "integer", "seconds", "How long it takes.", "always")
    assert rows["bookTitle"].when == "optional"
    rows = {row.name: row for row in problem_page(contract, LimitReached).members}
    assert (rows["shelves"].type, rows["shelves"].when) == ("string[]", "with 413 only; optional")


@pytest.mark.parametrize(
    ("problem", "notes"),
    [
        (BookLent, ()),
        (
            CardExpired,
            ("This type is deprecated since 2026-01-01. From 2027-01-01 on it may no longer be sent.",),
        ),
        (
            CardLost,
            ("This type is removed since 2026-02-01. It is no longer sent; its code is never reused.",),
        ),
        (
            Reserved,
            ("This type was renamed on 2026-03-01; the former code on_hold is answered until 2027-03-01.",),
        ),
        (ReadingRoomFull, ("This type is in beta: its members can still change.",)),
    ],
)
def test_the_life_of_a_type_is_told_in_sentences(problem: type[Problem], notes: tuple[str, ...]) -> None:
    assert problem_page(contract, problem).notes == notes


def test_a_removed_type_has_no_examples_and_a_replacement() -> None:
    page = problem_page(contract, CardLost)
    assert (page.is_removed, page.examples, page.replacement) == (True, (), "not_a_member")


def test_related_types_are_those_of_the_category_then_those_of_a_status() -> None:
    related = problem_page(contract, BookLent).related
    assert [(other.code, other.common) for other in related] == [
        ("limit_reached", "category"),
        ("reserved", "category"),
        ("conflict", "status"),
    ]
    assert "card_lost" not in [other.code for other in problem_page(contract, CardExpired).related]


def test_texts_are_in_the_language_that_is_asked_for() -> None:
    page = problem_page(contract, BookLent, "de")
    assert (page.language, page.text_language, page.translated) == ("de", "de", "")
    assert page.record.title == "Das Buch ist verliehen"
    assert page.way_out.suggestion == "Warte, bis es zurück ist."
    assert problem_page(contract, LimitReached, "de").translated == "stale"
    drafts = Catalog("drafts", base="urn:drafts:")
    made = type("Made", (Problem,), {}, catalog=drafts, code="made", status=409, title="Made")
    drafts.translate("de", {"made": Translation(title="Gemacht")})
    assert problem_page(Contract(drafts, dialect=dialects.FLAT), made, "de").translated == "draft"
    missing = problem_page(contract, Reserved, "de")
    assert (missing.text_language, missing.translated) == ("en", "missing")


def test_a_faulty_example_does_not_hide_the_rest() -> None:
    catalog = Catalog("odd", base="https://errors.odd.example/")

    class Odd(
        Problem, catalog=catalog, code="odd", status=(400, 409), title="Odd",
        examples=(Example({"number": "many"}), Example({"number": 1}, status=409),
                  Example({"number": "none"}, status=409, name="second")),
    ):  # fmt: skip
        number: int

    page = problem_page(Contract(catalog, dialect=dialects.PROBLEM), Odd)
    assert [bool(example.text) for example in page.examples] == [False, True, False]
    assert "'many' is no value to show" in page.examples[0].fault
    assert page.examples[2].query == "?example=second"
    assert "'none' is no value to show" in page.examples[2].fault
