"""A report for people at a terminal: each finding with its file, line and remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path

from failwell.check.output.characters import visible
from failwell.check.output.wording import PLAIN, Look, Rules, bump_line, bump_of, summary
from failwell.check.report import Report
from failwell.finding import Finding, Place, Severity

_COLORS = {Severity.ERROR: "1;31", Severity.WARNING: "1;33", Severity.INFO: "1;36"}
_LONGEST = 160

_Source = Callable[[str], Sequence[str]]


def to_terminal(report: Report, rules: Rules, look: Look = PLAIN) -> str:
    """The report as lines of text, the summary last.

    Args:
        report: what came out of a check.
        rules: those of the command.
        look: whether to use colours.
    """
    source = cache(_source)  # most findings are of one file
    lines = [line for finding in report.findings for line in (*_told(finding, look, source), "")]
    for waived in report.waived:
        one = waived.finding
        lines.append(_dim(f"waived: {_name(one)}: {visible(waived.reason)}", look))
    lines += [""] if report.waived else []
    lines.append(_bold(summary(report), look))
    bump = bump_of(report, rules)
    lines += [bump_line(bump).capitalize()] if bump else []
    return "\n".join(lines) + "\n"


def _told(finding: Finding, look: Look, source: _Source) -> Iterator[str]:
    place = f"{visible(str(finding.place))}: " if finding.place.file else ""
    severity = _styled(str(finding.severity), _COLORS[finding.severity], look)
    yield f"{_bold(place, look)}{severity} {_name(finding)}"
    yield f"    {visible(finding.message)}"
    line = _line_of(finding.place, source)
    if line:
        yield _dim(f"    {finding.place.line} | {line}", look)
    yield f"    To mend it: {visible(finding.remedy)}"


def _name(finding: Finding) -> str:
    return f"{finding.rule} ({visible(finding.subject)})" if finding.subject else finding.rule


def _line_of(place: Place, source: _Source) -> str:
    lines = source(place.file) if place.line else ()
    text = lines[place.line - 1] if 0 < place.line <= len(lines) else ""
    shown = visible(text.expandtabs(4).rstrip())
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…"


def _source(file: str) -> tuple[str, ...]:
    try:
        return tuple(Path(file).read_text("utf-8", "replace").split("\n"))
    except (OSError, ValueError):  # it is of another state, or has gone since
        return ()


def _styled(text: str, style: str, look: Look) -> str:
    return f"\x1b[{style}m{text}\x1b[0m" if look.colors and text else text


def _bold(text: str, look: Look) -> str:
    return _styled(text, "1", look)


def _dim(text: str, look: Look) -> str:
    return _styled(text, "2", look)
