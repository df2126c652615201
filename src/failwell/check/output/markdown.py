"""A report as Markdown, fit for a comment on a pull request: whom a change breaks, and what is safe.

Texts of catalogs come from whoever opened the pull request, so none of them is markup here: no HTML, no link,
no picture, no mention of people.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from failwell.check.output.characters import visible
from failwell.check.output.wording import PLAIN, WHOM, Look, Rules, bump_of, summary
from failwell.check.report import Report
from failwell.finding import Finding, Severity

MARKER = "<!-- failwell: {kind} -->"
"""The first line, by which a comment is found again."""

_LONGEST_COMMENT = 60_000  # GitHub takes 65,536 characters
_LONGEST_TEXT = 600
_SHOWN = 10  # longer lists are folded
_LIMITS = (1000, 200, 50, 20, 5)
_MARKUP = re.compile(r"(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|[\\`*\[\]#!|~^$=]|^[+-]|(?<=^\d)[.)](?=\s|$)")
_AUTOLINKS = re.compile(r"(?i)(?<=://)|(?<=www\.)|(?<=[@#])|(?<=gh-)|(?<=mailto:)|(?<=xmpp:)")

_Section = tuple[str, Sequence[Finding]]


def to_markdown(report: Report, rules: Rules, look: Look = PLAIN) -> str:  # noqa: ARG001 - as all forms
    """The report with a heading, a section per kind of finding, and the waived ones with their reasons.

    Args:
        report: what came out of a check.
        rules: those of the command.
        look: has no effect.
    """
    text = ""
    for limit in _LIMITS:
        text = _page(report, rules, limit)
        if len(text) <= _LONGEST_COMMENT:
            break
    return text


def as_text(text: str) -> str:
    """A text as Markdown that shows it, whatever it says."""
    shown = _MARKUP.sub(r"\\\g<0>", _AUTOLINKS.sub("\0", visible(_shortened(text))))
    return shown.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\0", "&#8203;")


def as_code(text: str) -> str:
    """A text as code in a line of Markdown."""
    shown = visible(_shortened(text))
    fence = "`" * (max(map(len, re.findall("`+", shown)), default=0) + 1)
    is_padded = shown.strip() != "" and shown[0] == shown[-1] == " "  # one of each side is not shown
    space = " " if is_padded or shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{space}{shown}{space}{fence}"


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_TEXT else f"{text[: _LONGEST_TEXT - 1]}…"


# ------------------------------------------------------------------------------------------------- pages


def _page(report: Report, rules: Rules, limit: int) -> str:
    bump = bump_of(report, rules)
    told = f"{summary(report).capitalize()}."
    if bump:
        told += f" Suggested version: **{bump}**."
    kind = "diff" if bump else "lint"
    blocks = [MARKER.format(kind=kind), f"## {_heading(report, rules)}", as_text(report.title), told]
    for heading, findings in _sections(report, rules, is_diff=bump is not None):
        if findings:
            blocks += [f"### {heading}", _list(findings, rules, limit)]
    if report.waived:
        items = [
            f"- {as_code(one.finding.subject or one.finding.rule)}: {_sentence(one.finding)} "
            f"({as_code(one.finding.rule)})\n  Waived: {as_text(one.reason)}"
            for one in report.waived
        ]
        blocks += ["### Waived", _folded(items, limit)]
    return "\n\n".join(blocks) + "\n"


def _heading(report: Report, rules: Rules) -> str:
    if bump_of(report, rules) is None:
        return "Errors: lint" if report.findings else "Errors: lint finds nothing"
    seen = [finding for finding in report.findings if _profile(finding, rules) not in ("docs", "")]
    if any(finding.severity is Severity.ERROR for finding in seen):
        return "Errors: this change breaks clients"
    if any(finding.severity is Severity.WARNING for finding in seen):
        return "Errors: this change may break clients"
    if report.waived:
        return "Errors: beside what is waived, this change is safe for clients"
    return "Errors: this change is safe for clients" if report.findings else "Errors: nothing has changed"


def _sections(report: Report, rules: Rules, *, is_diff: bool) -> Sequence[_Section]:
    names = (
        ("Breaks clients", "May break clients", "Safe")
        if is_diff
        else ("To be mended", "To be looked at", "Notes")
    )
    apart = {"docs": "Documentation", "": "Waivers"} if is_diff else {}
    sections: list[_Section] = [
        (
            name,
            [
                finding
                for finding in report.findings
                if finding.severity is severity and _profile(finding, rules) not in apart
            ],
        )
        for name, severity in zip(names, reversed(Severity), strict=True)
    ]
    sections += [
        (name, [finding for finding in report.findings if _profile(finding, rules) == profile])
        for profile, name in apart.items()
    ]
    return sections


def _profile(finding: Finding, rules: Rules) -> str:
    rule = rules.get(finding.rule)
    return (rule.profile or "") if rule else ""


# ------------------------------------------------------------------------------------------------- lists


def _list(findings: Sequence[Finding], rules: Rules, limit: int) -> str:
    """The findings by code or operation, in the order in which these come."""
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(_about(finding.subject), []).append(finding)
    return _folded([_item(subject, group, rules) for subject, group in groups.items()], limit)


def _about(subject: str) -> str:
    """The code of a member's finding; an operation is its own."""
    return subject if " " in subject else subject.partition(".")[0]


def _item(subject: str, findings: Sequence[Finding], rules: Rules) -> str:
    head = as_code(subject) if subject else "The catalog"
    if len(findings) == 1:
        return f"- {head}: {_told(findings[0], rules, indent='  ')}"
    return "\n".join([f"- {head}", *(f"  - {_told(one, rules, indent='    ')}" for one in findings)])


def _told(finding: Finding, rules: Rules, *, indent: str) -> str:
    place = f", {as_code(str(finding.place))}" if finding.place.file else ""
    whom = WHOM.get(_profile(finding, rules), "")
    concerns = f"Concerns {whom}. " if whom else ""
    remedy = f"{concerns}To mend it: {as_text(finding.remedy)}."
    return f"{_sentence(finding)} ({as_code(finding.rule)}{place})\n{indent}{remedy}"


def _sentence(finding: Finding) -> str:
    message = finding.message
    return as_text(message[:1].upper() + message[1:]) + "."


def _folded(items: Sequence[str], limit: int) -> str:
    kept, left = items[:limit], len(items) - limit
    lines = "\n".join(_with_rest(kept, left))
    if len(items) <= _SHOWN:
        return lines
    return f"<details><summary>All {len(items)}</summary>\n\n{lines}\n\n</details>"


def _with_rest(items: Iterable[str], left: int) -> Iterable[str]:
    yield from items
    if left > 0:
        yield f"- … and {left} more: `failwell` tells them all"
