"""The German translation of the devspace catalog: complete, and true to what programs read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from failwell.declare.prose import ABOUT_HEADINGS, read_sections
from failwell.source import load_contract

CATALOG = load_contract(Path(__file__).parents[3] / "examples/devspace/errors").catalog
CODES = [code for code, cls in CATALOG.types.items() if cls.problem_type.category != "Standard"]
PAGES = (CATALOG.about, CATALOG.about_in("de"))
NAMES = re.compile(r"\{\w+\}")


def test_every_code_is_translated_and_no_other() -> None:
    assert CATALOG.languages == ("de",)
    assert sorted(CATALOG.translations("de")) == sorted(CODES)


@pytest.mark.parametrize("code", CODES)
def test_every_text_is_translated_and_keeps_its_names(code: str) -> None:
    original, german = CATALOG.types[code].problem_type, CATALOG.translations("de")[code]
    for word in ("title", "detail", "suggestion", "prose", "why", "what_to_do"):
        before, after = getattr(original, word), getattr(german, word)
        assert after not in ("", before)
        assert sorted(NAMES.findall(after)) == sorted(NAMES.findall(before))
    assert bool(german.message) is bool(original.resolve and original.resolve.message)


def test_the_reference_page_has_every_part_in_both_languages() -> None:
    assert PAGES[0] != PAGES[1]
    for page in PAGES:
        sections = read_sections(page, ABOUT_HEADINGS, where="about.md")
        assert list(sections) == ["", *ABOUT_HEADINGS]
        assert all(sections.values())


def test_what_programs_read_is_the_same_in_both_languages() -> None:
    blocks = [re.findall(r"^```json\n.*?^```", page, re.MULTILINE | re.DOTALL) for page in PAGES]
    assert len(blocks[0]) == 1
    assert blocks[0] == blocks[1]
