"""The generated parts of the pages are what the code says today."""

from __future__ import annotations

from docs import generate


def test_no_page_has_drifted() -> None:
    drifted = [
        p.name for p in generate.PAGES.glob("*.md") if generate.generated(p.read_text()) != p.read_text()
    ]
    assert drifted == [], "run `python -m docs.generate`"


def test_a_drifted_part_is_noticed() -> None:
    page = "before\n<!-- generated: losses -->\nold\n<!-- end -->\nafter\n"
    assert generate.losses() in generate.generated(page)
    assert "old" not in generate.generated(page)
    assert generate.generated(page).startswith("before\n")
