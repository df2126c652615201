"""The forms of a report: one module each, one table of them all."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from failwell.check.output.github import to_github
from failwell.check.output.json import to_json
from failwell.check.output.junit import to_junit
from failwell.check.output.markdown import to_markdown
from failwell.check.output.sarif import to_sarif
from failwell.check.output.terminal import to_terminal
from failwell.check.output.wording import Look, Rules
from failwell.check.report import Report

FORMATS: Mapping[str, Callable[[Report, Rules, Look], str]] = {
    "terminal": to_terminal,
    "json": to_json,
    "sarif": to_sarif,
    "github": to_github,
    "junit": to_junit,
    "markdown": to_markdown,
}
"""All forms by name."""

__all__ = [
    "FORMATS",
    "Look",
    "Rules",
    "to_github",
    "to_json",
    "to_junit",
    "to_markdown",
    "to_sarif",
    "to_terminal",
]
