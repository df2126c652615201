"""The tables of all rules, for docs/checks.md."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from failwell.check import upkeep_rules
from failwell.check.diff import DIFF_RULES
from failwell.check.lint import LINT_RULES
from failwell.check.rule import Rule, rules_of


def lint_rules() -> str:
    """The rules of lint, and those about waivers."""
    return _table("area", [*LINT_RULES.values(), *rules_of(upkeep_rules).values()])


def diff_rules() -> str:
    """The rules of diff."""
    return _table("profile, area", DIFF_RULES.values())


def _table(column: str, rules: Iterable[Rule[Any]]) -> str:
    rows = [
        f"| `{rule.id}` | {rule.severity} | {', '.join(filter(None, (rule.profile, rule.area)))} "
        f"| {rule.summary.replace('|', '&#124;')} |"
        for rule in rules
    ]
    return "\n".join([f"| rule | severity | {column} | what it finds |", "|---|---|---|---|", *rows, ""])
