"""What `lint` and `diff` have in common: settings, the report in its form, and the exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

import typer

from failwell.check import Report, SettingsFile, read_settings
from failwell.check.diff import DIFF_RULES
from failwell.check.engine import UPKEEP_RULES
from failwell.check.lint import LINT_RULES
from failwell.check.output import FORMATS, Look
from failwell.check.rule import Rule
from failwell.check.settings import FILE, Level
from failwell.cli.output import write_output
from failwell.exceptions import SourceError, one_of
from failwell.finding import Severity

ALL_RULES: Mapping[str, Rule[Any]] = {**LINT_RULES, **DIFF_RULES, **UPKEEP_RULES}
"""All rules by id."""

FailOn = Literal["info", "warning", "error", "never"]


class Verdict(NamedTuple):
    """How a report is told.

    Attributes:
        form: a name of `FORMATS`.
        output: the file; None for standard output.
        fail_on: the mildest severity that makes the command end with 1; None as the settings say.
        settings: the settings file; None for the one of the current folder, if there is one.
    """

    form: str = "terminal"
    output: Path | None = None
    fail_on: FailOn | None = None
    settings: Path | None = None

    def read(self) -> SettingsFile:
        """The settings.

        Raises:
            SourceError: if the file cannot be read, or was named and is not there.
        """
        if self.settings is not None and not self.settings.is_file():
            raise SourceError(
                "there is no such file", code="no-settings", where=str(self.settings),
                hint="name a TOML file with a table [check]",
            )  # fmt: skip
        return read_settings(self.settings or Path(FILE), ALL_RULES)

    def tell(self, report: Report, given: SettingsFile, rules: Mapping[str, Rule[Any]]) -> None:
        """Writes the report.

        Args:
            report: what came out of the check.
            given: the settings that it was made with.
            rules: of the command, beside those about waivers.

        Raises:
            SourceError: if the file cannot be written.
            typer.Exit: with code 1 if there are findings that make the command fail.
        """
        fail_on = Severity(self.fail_on) if self.fail_on not in (None, "never") else given.settings.fail_on
        threshold = None if self.fail_on == "never" else fail_on
        look = Look(threshold, colors=self.output is None and _is_colorful())
        text = FORMATS[self.form](report, {**rules, **UPKEEP_RULES}, look)
        write_output(text.encode("utf-8", "backslashreplace"), self.output, "the report")
        if threshold is not None and report.fails(threshold):
            raise typer.Exit(1)


def narrowed(
    given: SettingsFile, rules: Mapping[str, Rule[Any]], *, select: Sequence[str], ignore: Sequence[str]
) -> SettingsFile:
    """The settings with some rules only. Waivers of the others are left out, for they cannot be used.

    Raises:
        SourceError: if there is no such rule.
    """
    chosen, left = ({rule_named(name).id for name in names} for names in (select, ignore))
    off = {name for name in rules if name in left or (chosen and name not in chosen)}
    off |= left & set(UPKEEP_RULES)
    if not off:
        return given
    settings = given.settings
    former = {name for one in off for name in ALL_RULES[one].replaces}
    kept = [
        (waiver, place)
        for waiver, place in zip(settings.waivers, given.waiver_places, strict=True)
        if waiver.rule not in off | former
    ]
    severity: dict[str, Level] = {
        name: level for name, level in settings.severity.items() if name not in off | former
    }
    for name in off:
        severity[name] = "off"
    return SettingsFile(
        type(settings)(settings.fail_on, severity, tuple(waiver for waiver, _ in kept)),
        tuple(place for _, place in kept),
    )


def rule_named(name: str) -> Rule[Any]:
    """The rule with this id, or that had it once.

    Raises:
        SourceError: if there is none; it names the nearest.
    """
    known = {former: rule for rule in ALL_RULES.values() for former in (*rule.replaces, rule.id)}
    if name in known:
        return known[name]
    near = one_of(name, known)
    raise SourceError(
        f"there is no rule {name!r}",
        code="unknown-rule",
        hint=near if near.startswith("did you mean") else "`failwell lint --rules` lists them",
    )


def _is_colorful() -> bool:
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout is not None and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
