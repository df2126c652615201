"""What came out of a check."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from failwell.finding import Finding, Severity


class Waived(msgspec.Struct, frozen=True):
    """A finding that a team lives with, and why."""

    finding: Finding
    reason: str


class Edit(msgspec.Struct, frozen=True):
    """A repair that needs no thought: a text of a type to be exchanged for another.

    Attributes:
        finding: the fingerprint of what it mends.
        subject: of that finding: a code, or `code.member`.
        at: the text's place in the type, as documents write it: `("title",)`.
        text: what is right there.
    """

    finding: str
    subject: str
    at: tuple[str | int, ...]
    text: str


class Report(msgspec.Struct, frozen=True):
    """Findings, the worst first, and what was waived.

    Attributes:
        title: what was checked: `lint errors.py`, `diff main..HEAD`.
        findings: what a team has to look at.
        waived: what it has looked at.
        checked: how many problem types were looked at.
        rules: the ids of the rules that were asked.
        edits: the repairs of those findings that can be mended mechanically; see `failwell.check.repair`.
    """

    title: str
    findings: Sequence[Finding]
    waived: Sequence[Waived] = ()
    checked: int = 0
    rules: Sequence[str] = ()
    edits: Sequence[Edit] = ()

    def count(self, severity: Severity) -> int:
        """How many findings are as bad as this."""
        return sum(finding.severity is severity for finding in self.findings)

    def fails(self, fail_on: Severity) -> bool:
        """Whether a finding is as bad as that, or worse."""
        return any(finding.severity.rank >= fail_on.rank for finding in self.findings)
