"""A report as SARIF 2.1.0 (OASIS, 2020), which code scanning and editors read."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote

from failwell.check.output.characters import visible
from failwell.check.output.wording import PLAIN, Look, Rules, bump_of
from failwell.check.report import Report
from failwell.check.rule import Rule
from failwell.finding import Finding, Place, Severity

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_ROOT = "%SRCROOT%"


def to_sarif(report: Report, rules: Rules, look: Look = PLAIN) -> str:  # noqa: ARG001 - as all forms
    """The report as a SARIF log with one run; what is waived is a suppressed result.

    Args:
        report: what came out of a check.
        rules: those of the command.
        look: has no effect.
    """
    found = [*report.findings, *(waived.finding for waived in report.waived)]
    asked = [rules[name] for name in sorted({*report.rules, *(one.rule for one in found)}) if name in rules]
    numbers = {rule.id: number for number, rule in enumerate(asked)}
    results = [_result(finding, numbers) for finding in report.findings]
    results += [
        {**_result(one.finding, numbers), "suppressions": [_suppression(one.reason)]} for one in report.waived
    ]
    bump = bump_of(report, rules)
    run = {
        "tool": {
            "driver": {
                "name": "Failwell",
                "semanticVersion": version("failwell"),
                "rules": [_rule(rule) for rule in asked],
            }
        },
        "automationDetails": {"id": f"failwell/{'diff' if bump else 'lint'}/"},
        "columnKind": "unicodeCodePoints",
        "results": results,
        "properties": {"title": report.title, **({"bump": bump} if bump else {})},
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, default=str) + "\n"


def _rule(rule: Rule[Any]) -> dict[str, Any]:
    tags = dict.fromkeys(word for word in (rule.area, rule.profile) if word)
    return {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.id.split("-")),
        "shortDescription": {"text": rule.summary},
        "help": {"text": rule.docs, "markdown": rule.docs},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"tags": list(tags)},
        **({"deprecatedIds": list(rule.replaces)} if rule.replaces else {}),
    }


def _result(finding: Finding, numbers: dict[str, int]) -> dict[str, Any]:
    location: dict[str, Any] = {}
    if finding.place.file:
        location["physicalLocation"] = _physical(finding.place)
    if finding.subject:
        location["logicalLocations"] = [{"fullyQualifiedName": finding.subject}]
    number = numbers.get(finding.rule)
    return {
        "ruleId": finding.rule,
        **({} if number is None else {"ruleIndex": number}),
        "level": _LEVELS[finding.severity],
        "message": {"text": f"{visible(finding.message)}. To mend it: {visible(finding.remedy)}."},
        **({"locations": [location]} if location else {}),
        "partialFingerprints": {"failwell/v1": finding.fingerprint},
        "properties": {"subject": finding.subject, "arguments": dict(finding.arguments)},
    }


def _suppression(reason: str) -> dict[str, Any]:
    return {"kind": "external", "status": "accepted", "justification": reason}


def _physical(place: Place) -> dict[str, Any]:
    path = Path(place.file)
    if path.is_absolute():
        artifact = {"uri": path.as_uri()}
    else:
        artifact = {"uri": quote(path.as_posix(), errors="replace"), "uriBaseId": _ROOT}
    region = {"region": {"startLine": place.line}} if place.line else {}
    return {"artifactLocation": artifact, **region}
