"""The five real catalogs: nothing to mend, and nothing that differs from itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from examples.catalogs import EXAMPLES, Example
from examples.drops.app import create_app
from examples.drops.errors import contract as drops
from examples.drops.settings import Settings
from failwell.check import Api, diff_apis, lint_api
from failwell.check.diff import DIFF_RULES
from failwell.check.lint import LINT_RULES
from failwell.source import listed, load_contract, read_document, to_json
from failwell.starlette import operations
from tests.check.fixtures import TODAY, lines


def test_there_are_at_least_forty_rules_of_each() -> None:
    assert len(LINT_RULES) >= 40
    assert len(DIFF_RULES) >= 40


@pytest.mark.parametrize("one", EXAMPLES, ids=lambda one: one.name)
def test_lint_has_nothing_to_say_of_a_real_catalog(one: Example) -> None:
    for source in {one.source, one.classes}:
        report = lint_api(Api(load_contract(source), today=TODAY))
        assert lines(report) == []
        assert report.checked >= 16


def test_lint_has_nothing_to_say_of_a_real_service(tmp_path: Path) -> None:
    app = create_app(Settings(name="drops", folder=tmp_path, secret=bytes(32)))
    found = listed(operations(app))
    assert len(found) >= 19
    assert lines(lint_api(Api(drops, found, today=TODAY))) == []


@pytest.mark.parametrize("one", EXAMPLES, ids=lambda one: one.name)
def test_a_catalog_does_not_differ_from_itself_nor_from_its_document(one: Example) -> None:
    declared = Api(load_contract(one.source), today=TODAY)
    document = Api(read_document(to_json(declared.contract)), today=TODAY)
    for before, after in ((declared, declared), (declared, document), (document, declared)):
        assert lines(diff_apis(before, after)) == []
