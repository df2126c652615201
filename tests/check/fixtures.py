"""The fixtures of rules: `<rule>/before.json`, `<rule>/after.json`, and what is found, `<rule>/found.txt`.

Of a rule of lint, `before` has two faults and `after` is mended: `found.txt` is what lint says of `before`,
and it has nothing to say of `after`. Of a rule of diff, `found.txt` is what diff says of the two. All rules
are asked, so the lines are the exact set: rule, severity, subject, line of the file, message.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import NamedTuple

from failwell.check import Api, Report, diff_apis, lint_api, places_of
from failwell.check.diff import DIFF_RULES
from failwell.check.lint import LINT_RULES
from failwell.source import load_contract, read_operations

FOLDER = Path(__file__).parent
TODAY = date(2026, 11, 20)


class Fixture(NamedTuple):
    rule: str
    before: Path
    after: Path
    found: Path


def fixture(rule: str) -> Fixture:
    folder = FOLDER / rule
    return Fixture(rule, folder / "before.json", folder / "after.json", folder / "found.txt")


def api(path: Path) -> Api:
    contract = load_contract(path)
    operations = read_operations(json.loads(path.read_bytes()), contract.catalog.records, where=str(path))
    return Api(contract, operations, places=places_of(str(path), contract), today=TODAY)


def report_of(one: Fixture) -> Report:
    """What is found in a fixture."""
    if one.rule in LINT_RULES:
        return lint_api(api(one.before))
    assert one.rule in DIFF_RULES, f"tests/check/{one.rule} is the fixture of no rule"
    return diff_apis(api(one.before), api(one.after))


def lines(report: Report) -> list[str]:
    """The findings of a report, a line each, sorted."""
    return sorted(
        f"{one.rule} {one.severity} {one.subject or '-'}:{one.place.line} {one.message}"
        for one in report.findings
    )
