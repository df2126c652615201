"""The change in words: under which heading each kind of it stands."""

from __future__ import annotations

from datetime import date

import pytest

from failwell import Catalog, Contract, dialects
from failwell.check import Api, Report
from failwell.check.changelog import SECTIONS, to_changelog
from failwell.check.comparison import Comparison
from failwell.check.diff import DIFF_RULES
from failwell.finding import Finding, Severity
from tests.unit.check.reports import diff_report, finding, hostile_report

API = Api(
    Contract(Catalog("shop", base="https://errors.shop.example/"), dialect=dialects.PROBLEM),
    today=date(2026, 11, 20),
)
SAME = Comparison(API, API)


def _sections(*found: Finding) -> list[str]:
    told = to_changelog(SAME, Report("changelog", found))
    return [line.removeprefix("### ") for line in told.splitlines() if line.startswith("### ")]


@pytest.mark.parametrize(
    ("rule", "severity", "section"),
    [
        ("status-changed", Severity.ERROR, "Breaking"),
        ("code-removed-without-deprecation", Severity.ERROR, "Breaking"),
        ("code-removed-without-deprecation", Severity.WARNING, "Removed"),  # of a beta
        ("code-removed-after-sunset", Severity.INFO, "Removed"),
        ("code-added", Severity.INFO, "Added"),
        ("deprecated", Severity.INFO, "Deprecated"),
        ("sunset-added", Severity.INFO, "Deprecated"),
        ("undeprecated", Severity.INFO, "Changed"),
        ("title-changed", Severity.INFO, "Changed"),
        ("prose-removed", Severity.ERROR, "Documentation"),
    ],
)
def test_a_change_stands_under_its_heading(rule: str, severity: Severity, section: str) -> None:
    assert _sections(finding(rule, severity)) == [section]


def test_every_rule_has_a_heading_and_they_are_in_order() -> None:
    found = [finding(rule.id, rule.severity) for rule in DIFF_RULES.values()]
    assert _sections(*found) == list(SECTIONS)
    told = to_changelog(SAME, Report("changelog", found))
    assert told.count("\n- ") == len(DIFF_RULES)


def test_waived_changes_are_told_and_stale_waivers_are_not() -> None:
    told = to_changelog(SAME, diff_report())
    assert "- `order_gone.total`: The status changed" in told
    assert "`gone`" not in told


def test_texts_are_no_markup() -> None:
    told = to_changelog(SAME, hostile_report(), heading="<b>1.0</b>")
    assert told.startswith("## &lt;b&gt;1.0&lt;/b&gt;\n")
    assert len([line for line in told.splitlines() if line.startswith("- ")]) == 2
    assert "\x1b" not in told
