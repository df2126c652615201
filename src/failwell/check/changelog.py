"""`changelog`: the text for people that a change of a catalog calls for, as Keep a Changelog 1.1.0 has it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from failwell.check.comparison import Comparison
from failwell.check.diff import DIFF_RULES
from failwell.check.output.markdown import as_code, as_text
from failwell.check.report import Report
from failwell.finding import Finding, Severity

SECTIONS = ("Breaking", "Added", "Deprecated", "Removed", "Changed", "Documentation")
"""The headings, in this order."""

_WORDS = {
    "Removed": ("removed", "deleted"),
    "Deprecated": ("deprecated", "sunset"),
    "Added": ("added", "restored"),
}


def to_changelog(comparison: Comparison, report: Report, *, heading: str = "Unreleased") -> str:
    """The change as Markdown. What is waived is told too, for it happens all the same.

    Args:
        comparison: the two states.
        report: what `diff` found in them.
        heading: the version, with its day if it has one.
    """
    findings = [*report.findings, *(waived.finding for waived in report.waived)]
    blocks = [f"## {as_text(heading)}"]
    for section in SECTIONS:
        lines = list(_lines(section, findings, comparison))
        blocks += [f"### {section}", "\n".join(lines)] if lines else []
    if len(blocks) == 1:
        blocks.append("Nothing has changed for those who meet these errors.")
    return "\n\n".join(blocks) + "\n"


def _lines(section: str, findings: Sequence[Finding], comparison: Comparison) -> Iterator[str]:
    chosen = [finding for finding in findings if _section(finding) == section]
    for finding in sorted(chosen, key=lambda one: (one.subject, one.rule)):
        subject = f"{as_code(finding.subject)}: " if finding.subject else ""
        message = finding.message[:1].upper() + finding.message[1:]
        yield f"- {subject}{as_text(message)}.{_facts(finding, comparison)}"


def _facts(finding: Finding, comparison: Comparison) -> str:
    """Of a new type, what it is: its title and its statuses."""
    record = comparison.added.get(finding.subject)
    if record is None or _section(finding) != "Added":
        return ""
    return f" {as_text(record.title)} ({', '.join(map(str, record.statuses))})."


def _section(finding: Finding) -> str:
    """The heading under which a finding is told; empty for those about waivers."""
    rule = DIFF_RULES.get(finding.rule)
    if rule is None:
        return ""
    if rule.profile == "docs":
        return "Documentation"
    if finding.severity is Severity.ERROR:
        return "Breaking"
    words = finding.rule.split("-")
    return next((name for name, said in _WORDS.items() if set(said) & set(words)), "Changed")
