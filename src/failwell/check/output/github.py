"""A report as GitHub's workflow commands: annotations on the lines of a pull request."""

from __future__ import annotations

from failwell.check.output.characters import visible
from failwell.check.output.wording import PLAIN, Look, Rules, bump_line, bump_of, summary
from failwell.check.report import Report
from failwell.finding import Finding, Severity

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def to_github(report: Report, rules: Rules, look: Look = PLAIN) -> str:  # noqa: ARG001 - as all forms
    """A command per finding, and the summary for the log. GitHub shows ten of each kind per step.

    Args:
        report: what came out of a check.
        rules: those of the command.
        look: has no effect.
    """
    bump = bump_of(report, rules)
    told = f"{summary(report)}; {bump_line(bump)}" if bump else summary(report)
    return "\n".join([*(_command(finding) for finding in report.findings), told]) + "\n"


def _command(finding: Finding) -> str:
    place = finding.place
    words = {
        "file": place.file,
        "line": str(place.line or ""),
        "title": f"{finding.rule} {finding.subject}".strip(),
    }
    given = ",".join(
        f"{word}={visible(value).translate(_PROPERTY)}" for word, value in words.items() if value
    )
    message = f"{visible(finding.message)}\nTo mend it: {visible(finding.remedy)}"
    return f"::{_COMMANDS[finding.severity]} {given}::{message.translate(_DATA)}"
