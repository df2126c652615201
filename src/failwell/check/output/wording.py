"""What all forms of a report say alike: its summary, what a change calls for, and how to be formed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from failwell.check.diff import Bump, version_bump
from failwell.check.report import Report
from failwell.check.rule import Rule
from failwell.finding import Finding, Severity

Rules = Mapping[str, Rule[Any]]
"""All rules of the command whose report it is, by id, those about waivers too."""


WHOM = {
    "wire": "whoever reads the response",
    "branch": "clients that branch on it",
    "source": "code that was generated from the catalog",
}
"""Whom a change concerns, by the profile of the rule."""


class Look(NamedTuple):
    """How a report is to be formed, beside its form.

    Attributes:
        fail_on: the mildest severity that makes the command fail; None if nothing does.
        colors: whether a terminal shows it.
    """

    fail_on: Severity | None = Severity.ERROR
    colors: bool = False

    def fails(self, finding: Finding) -> bool:
        """Whether this finding makes the command fail."""
        return self.fail_on is not None and finding.severity.rank >= self.fail_on.rank


PLAIN = Look()
"""What fails is an error, and nothing is coloured."""


def counted(number: int, noun: str) -> str:
    """`1 error`, `2 errors`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def summary(report: Report) -> str:
    """`2 errors, 1 warning in 22 problem types; 3 waived`."""
    nouns = ((Severity.ERROR, "error"), (Severity.WARNING, "warning"), (Severity.INFO, "note"))
    counts = [counted(report.count(severity), noun) for severity, noun in nouns if report.count(severity)]
    waived = f"; {len(report.waived)} waived" if report.waived else ""
    return f"{', '.join(counts) or 'no findings'} in {counted(report.checked, 'problem type')}{waived}"


def bump_of(report: Report, rules: Rules) -> Bump | None:
    """The version that a change calls for; None for a report of `lint`."""
    return version_bump(report) if any(rule.profile for rule in rules.values()) else None


def bump_line(bump: Bump) -> str:
    """`suggested version: major`, in words where there is nothing to publish."""
    return "nothing to publish" if bump == "none" else f"suggested version: {bump}"
