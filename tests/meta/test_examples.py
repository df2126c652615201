"""The five catalogs as a whole: complete, and the same in every form."""

from __future__ import annotations

import pytest

from examples.catalogs import EXAMPLES, Example
from examples.rendered import own_codes
from failwell.declare.prose import ABOUT_HEADINGS, read_sections
from failwell.declare.translation import is_stale
from failwell.publish.python import to_python
from failwell.publish.sample import sample_problem
from failwell.source import load_contract

IN_FILES = [example for example in EXAMPLES if example.source != example.classes]


def by_name(example: Example) -> str:
    return example.name


def test_there_are_120_codes() -> None:
    counts = {example.name: len(own_codes(example.contract())) for example in EXAMPLES}
    assert counts == {"browsers": 29, "drops": 22, "flags": 31, "devspace": 16, "platform": 22}


@pytest.mark.parametrize("example", IN_FILES, ids=by_name)
def test_classes_are_as_generated_from_the_files(example: Example) -> None:
    """`make generate` writes them again."""
    files, classes = load_contract(example.source), load_contract(example.classes)
    assert to_python(files) == example.classes.read_text(encoding="utf-8")
    assert dict(classes.catalog.records) == dict(files.catalog.records)
    assert list(classes.catalog.records) == list(files.catalog.records)


@pytest.mark.parametrize("example", EXAMPLES, ids=by_name)
def test_the_reference_page_has_every_section(example: Example) -> None:
    sections = read_sections(example.contract().catalog.about, ABOUT_HEADINGS, where=example.name)
    assert [title for title, text in sections.items() if text] == ["", *ABOUT_HEADINGS]


@pytest.mark.parametrize("example", EXAMPLES, ids=by_name)
def test_every_code_tells_what_happened_why_and_what_to_do(example: Example) -> None:
    contract = example.contract()
    for code in own_codes(contract):
        record = contract.catalog.records[code]
        assert all((record.title, record.category, record.suggestion, record.examples)), code
        assert all((record.prose, record.why, record.what_to_do)), code
        for status in record.statuses:
            assert sample_problem(contract.catalog.types[code], status).detail, code


def test_no_translation_is_stale_or_missing() -> None:
    catalog = load_contract(EXAMPLES[3].source).catalog
    assert catalog.languages == ("de",)
    for code in own_codes(EXAMPLES[3].contract()):
        texts = catalog.translation(code, "de")
        assert texts is not None, code
        assert not is_stale(catalog.records[code], texts), code
