"""Every rule has its documentation and its fixture, and finds there exactly what it should."""

from __future__ import annotations

from importlib import import_module

import pytest

from failwell.check import diff_rules, lint_api, lint_rules
from failwell.check.diff import DIFF_RULES
from failwell.check.lint import LINT_RULES
from failwell.check.rule import HEADINGS, headings
from tests.check.fixtures import FOLDER, api, fixture, lines, report_of

RULES = {**LINT_RULES, **DIFF_RULES}


def test_no_rule_of_lint_is_called_like_one_of_diff() -> None:
    assert len(RULES) == len(LINT_RULES) + len(DIFF_RULES)


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_is_called_like_its_file(rule: str) -> None:
    package = lint_rules if rule in LINT_RULES else diff_rules
    module = import_module(f"{package.__name__}.{rule.replace('-', '_')}")
    assert getattr(module, rule.replace("-", "_")) is RULES[rule]


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_tells_what_it_finds_why_and_by_what_example(rule: str) -> None:
    docs = RULES[rule].docs
    assert headings(docs) == HEADINGS
    assert RULES[rule].summary.endswith(".")
    assert RULES[rule].remedy
    assert not RULES[rule].remedy.endswith(".")


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_finds_in_its_fixture_exactly_what_it_should(rule: str) -> None:
    one = fixture(rule)
    found = lines(report_of(one))
    assert found == one.found.read_text("utf-8").splitlines()
    assert any(line.startswith(f"{rule} ") for line in found)


@pytest.mark.parametrize("rule", LINT_RULES)
def test_lint_finds_two_faults_in_the_fixture_and_none_when_it_is_mended(rule: str) -> None:
    one = fixture(rule)
    assert sum(line.startswith(f"{rule} ") for line in lines(lint_api(api(one.before)))) == 2
    assert lines(lint_api(api(one.after))) == []


@pytest.mark.parametrize("rule", DIFF_RULES)
def test_a_rule_of_diff_has_its_mirror_or_the_reason_why_there_is_none(rule: str) -> None:
    one = DIFF_RULES[rule]
    assert bool(one.mirror) != bool(one.no_mirror)
    if one.mirror:
        assert DIFF_RULES[one.mirror].mirror == rule


def test_every_fixture_is_that_of_a_rule() -> None:
    folders = {path.name for path in FOLDER.iterdir() if (path / "before.json").exists()}
    assert folders == set(RULES)


def test_former_ids_are_taken_by_no_rule() -> None:
    former = [name for rule in RULES.values() for name in rule.replaces]
    assert len(set(former)) == len(former)
    assert not set(former) & set(RULES)


@pytest.mark.parametrize("rule", RULES)
def test_a_fixture_is_about_a_shop(rule: str) -> None:
    one = fixture(rule)
    assert api(one.before).catalog.name == "shop"
