"""A report as JSON, for programs. What does not apply is absent.

{"failwell_report": 1, "title": "diff main..errors.py", "checked": 22,
 "counts": {"error": 1}, "bump": "major",
 "findings": [{"rule", "severity", "area", "profile", "subject", "message", "remedy", "arguments",
               "file", "line", "fingerprint"}],
 "waived": [{…, "reason"}]}
"""

from __future__ import annotations

import json
from typing import Any

from failwell.check.output.wording import PLAIN, Look, Rules, bump_of
from failwell.check.report import Report
from failwell.finding import Finding, Severity

VERSION = 1
"""Of the form. It grows when a word changes its meaning or goes; new words may come at any time."""


def to_json(report: Report, rules: Rules, look: Look = PLAIN) -> str:  # noqa: ARG001 - as all forms
    """The report as indented JSON in ASCII that ends with a newline.

    Args:
        report: what came out of a check.
        rules: those of the command.
        look: has no effect.
    """
    bump = bump_of(report, rules)
    document: dict[str, Any] = {
        "failwell_report": VERSION,
        "title": report.title,
        "checked": report.checked,
        "counts": {str(severity): report.count(severity) for severity in reversed(Severity)},
        **({"bump": bump} if bump else {}),
        "findings": [_plain(finding, rules) for finding in report.findings],
        "waived": [{**_plain(one.finding, rules), "reason": one.reason} for one in report.waived],
    }
    return json.dumps(document, indent=2, default=str) + "\n"


def _plain(finding: Finding, rules: Rules) -> dict[str, Any]:
    rule, place = rules.get(finding.rule), finding.place
    words: dict[str, Any] = {
        "rule": finding.rule,
        "severity": str(finding.severity),
        "area": rule.area if rule else "",
        "profile": rule.profile if rule else None,
        "subject": finding.subject,
        "message": finding.message,
        "remedy": finding.remedy,
        "arguments": dict(finding.arguments),
        "file": place.file,
        "line": place.line,
        "fingerprint": finding.fingerprint,
    }
    return {word: value for word, value in words.items() if value or word == "subject"}
