"""A report as JUnit's XML, which every CI system shows: a test case per rule."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from failwell.check.output.characters import visible, xml_text
from failwell.check.output.wording import PLAIN, Look, Rules, bump_of, counted
from failwell.check.report import Report
from failwell.finding import Finding


def to_junit(report: Report, rules: Rules, look: Look = PLAIN) -> str:
    """A test case per rule that was asked. It fails where a finding makes the command fail; others are told.

    Args:
        report: what came out of a check.
        rules: those of the command.
        look: what makes the command fail.
    """
    names = dict.fromkeys((*report.rules, *(finding.rule for finding in report.findings)))
    by_rule: dict[str, list[Finding]] = {name: [] for name in names}
    for finding in report.findings:
        by_rule[finding.rule].append(finding)
    failing = sum(any(map(look.fails, findings)) for findings in by_rule.values())
    counts = {"tests": str(len(by_rule)), "failures": str(failing), "errors": "0", "skipped": "0"}
    root = ET.Element("testsuites", {"name": "failwell", **counts})
    suite = ET.SubElement(root, "testsuite", {"name": xml_text(visible(report.title)), **counts})
    bump = bump_of(report, rules)
    if bump:
        properties = ET.SubElement(suite, "properties")
        ET.SubElement(properties, "property", {"name": "bump", "value": bump})
    for name, findings in by_rule.items():
        waived = [
            f"waived: {_line(one.finding)}: {visible(one.reason)}"
            for one in report.waived
            if one.finding.rule == name
        ]
        area = rules[name].area if name in rules else ""
        _add_case(suite, name, f"failwell.{area}".rstrip("."), findings, waived, look)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=False) + "\n"


def _add_case(  # noqa: PLR0913, PLR0917 - the parts of a test case
    suite: ET.Element,
    name: str,
    area: str,
    findings: Sequence[Finding],
    waived: Sequence[str],
    look: Look,
) -> None:
    case = ET.SubElement(suite, "testcase", {"name": name, "classname": area})
    bad = [finding for finding in findings if look.fails(finding)]
    if bad:
        place = bad[0].place
        if place.file:
            case.set("file", xml_text(visible(place.file)))
            case.set("line", str(max(place.line, 1)))
        words = {"message": counted(len(bad), "finding"), "type": str(bad[0].severity)}
        failure = ET.SubElement(case, "failure", words)
        failure.text = _text([f"{_line(one)}\n    To mend it: {visible(one.remedy)}" for one in bad])
    others = [*(_line(one) for one in findings if not look.fails(one)), *waived]
    if others:
        ET.SubElement(case, "system-out").text = _text(others)


def _line(finding: Finding) -> str:
    place = f"{visible(str(finding.place))}: " if finding.place.file else ""
    subject = f" {visible(finding.subject)}" if finding.subject else ""
    return f"{place}{finding.severity}{subject}: {visible(finding.message)}"


def _text(lines: Sequence[str]) -> str:
    return xml_text("\n".join(lines))
