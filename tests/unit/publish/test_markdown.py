"""Pages as Markdown: the same facts, in a form that other Markdown can be put into."""

from __future__ import annotations

from failwell import Catalog, Contract, Problem, dialects
from failwell.publish.markdown import llms_text, problem_markdown, reference_markdown
from failwell.publish.pages import problem_page
from failwell.publish.reference import reference_page
from tests.unit.serve.library import BookLent, CardLost, LimitReached, contract

ROOT = "https://pages.example"


def test_a_page_has_its_sections_in_order() -> None:
    text = problem_markdown(problem_page(contract, BookLent), ROOT)
    assert [line for line in text.splitlines() if line.startswith("## ")] == [
        "## What happened", "## Why", "## What to do", "## The way out", "## Examples", "## Members",
        "## Headers", "## Handling", "## Related", "## Further reading",
    ]  # fmt: skip
    assert text.startswith(
        "# book_lent: The book is lent\n\n- Type: <https://errors.library.example/book_lent>\n"
    )
    assert f"- [limit_reached]({ROOT}/limit_reached.md): Too many books" in text
    assert text.endswith("\n")


def test_statuses_say_what_a_caller_can_do() -> None:
    text = problem_markdown(problem_page(contract, LimitReached))
    assert (
        "- Status: 413 Content Too Large; retry after change: only a different request can succeed." in text
    )


def test_a_removed_type_says_what_to_handle_instead() -> None:
    text = problem_markdown(problem_page(contract, CardLost), ROOT)
    assert f"Handle [not_a_member]({ROOT}/not_a_member.md) instead." in text
    assert "## Handling" not in text


def test_cells_and_fences_hold_what_is_put_into_them() -> None:
    catalog = Catalog("odd", base="https://errors.odd.example/")

    class Odd(
        Problem, catalog=catalog, code="odd", status=400, title="Odd",
        headers={"X-Odd": "a|b"}, suggestion="One\n\n# two",
    ):  # fmt: skip
        fence: str = "```\n# no heading\n```"

    text = problem_markdown(problem_page(Contract(catalog, dialect=dialects.PROBLEM), Odd))
    assert "| X-Odd | a\\|b |" in text
    assert "\nOne # two\n" in text


def test_the_reference_lists_all_codes() -> None:
    text = reference_markdown(reference_page(contract), ROOT)
    for code in contract.catalog.records:
        assert f"[{code}]({ROOT}/{code}.md)" in text
    headings = [line for line in text.splitlines() if line.startswith("## ")]
    assert headings == ["## Shape", "## Statuses", "## Codes", "## Headers", "## Support"]


def test_agents_are_told_what_problems_are_told_apart_by() -> None:
    page = reference_page(contract)
    assert "apart by its code, never" in llms_text(contract, page, ROOT, has_mock=True)
    by_type = Contract(contract.catalog, dialect=dialects.PROBLEM_TYPE)
    text = llms_text(by_type, reference_page(by_type), ROOT, has_mock=False)
    assert "apart by its type URI, never" in text
    assert "mock" not in text
