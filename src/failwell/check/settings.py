"""What a team decides about checks: severities, where to fail, and waivers, in `failwell.toml`.

    [check]
    fail-on = "error"

    [check.severity]
    title-with-period = "off"

    [[check.waivers]]
    rule = "code-removed-before-sunset"
    subject = "plan_unknown"
    reason = "never sent: the plans it spoke of were not sold"
    expires = 2027-03-31

A waiver is for one rule and one subject, and ends on its day.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args

import msgspec

from failwell.check.rule import Rule
from failwell.exceptions import SourceError, one_of
from failwell.finding import Place, Severity
from failwell.source.lines import Steps, toml_lines

_WAIVER = re.compile(r"\$\.waivers\[(\d+)\]")

FILE = "failwell.toml"
"""Looked for in the current folder."""

Level = Literal["info", "warning", "error", "off"]


class Waiver(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A finding that a team lives with, for a time.

    Attributes:
        rule: the rule's id.
        subject: what the finding is about, exactly as it is shown.
        reason: why it is all right.
        expires: the first day on which it counts no longer.
        catalog: the name of the catalog that it is about; empty for all that share the settings.
    """

    rule: str
    subject: str
    reason: str
    expires: date
    catalog: str = ""


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """The table `[check]`.

    Attributes:
        fail_on: the mildest severity that makes the command fail.
        severity: by rule; `off` for rules that do not apply.
        waivers: see `Waiver`.
    """

    fail_on: Severity = Severity.ERROR
    severity: Mapping[str, Level] = {}
    waivers: Sequence[Waiver] = ()


class WaiverUse(NamedTuple):
    """A waiver on the day of a check, and whether something was found that it is for."""

    waiver: Waiver
    place: Place
    is_used: bool
    today: date

    @property
    def is_valid(self) -> bool:
        """Whether it has not expired."""
        return self.today < self.waiver.expires


def waiver_uses(uses: Sequence[WaiverUse]) -> Iterator[tuple[WaiverUse]]:
    """Each waiver, for rules."""
    for use in uses:
        yield (use,)


class SettingsFile(msgspec.Struct, frozen=True):
    """Settings, and where each waiver stands."""

    settings: Settings = Settings()
    waiver_places: Sequence[Place] = ()


def waivers_of(given: SettingsFile, catalog: str, today: date) -> list[WaiverUse]:
    """The waivers that are about a catalog, none of them used yet."""
    waivers = given.settings.waivers
    places = given.waiver_places or [Place()] * len(waivers)
    return [
        WaiverUse(waiver, place, is_used=False, today=today)
        for waiver, place in zip(waivers, places, strict=True)
        if waiver.catalog in ("", catalog)
    ]


def read_settings(path: Path, rules: Mapping[str, Rule[Any]]) -> SettingsFile:
    """Reads a settings file; the defaults where there is none.

    Args:
        path: of the file.
        rules: all rules by id; former ids are known, too.

    Raises:
        SourceError: if it is no TOML, has words that do not exist, or names unknown rules.
    """
    if not path.is_file():
        return SettingsFile()
    try:
        text = path.read_text("utf-8")
        data = tomllib.loads(text)
    except (OSError, ValueError) as error:  # those of TOML are ValueErrors, and name the line
        raise _unreadable(str(path), error, "write it as TOML in UTF-8") from None
    lines = toml_lines(text)
    try:
        settings = msgspec.convert(data.get("check", {}), Settings)
    except msgspec.ValidationError as error:
        where, hint = f"{path}:{_line(str(error), data, lines)}", _hint(str(error))
        raise _unreadable(where, error, hint) from None
    places = [Place(str(path), lines.get(("check", "waivers", n), 1)) for n in range(len(settings.waivers))]
    known = {*rules, *(former for rule in rules.values() for former in rule.replaces)}
    named = [
        *((name, lines.get(("check", "severity", name), 1)) for name in settings.severity),
        *((waiver.rule, place.line) for waiver, place in zip(settings.waivers, places, strict=True)),
    ]
    for name, line in named:
        if name not in known:
            raise SourceError(
                f"there is no rule {name!r}",
                code="unknown-rule",
                where=f"{path}:{line}",
                hint=one_of(name, known),
            )
    return SettingsFile(settings, places)


def _unreadable(where: str, error: Exception, hint: str) -> SourceError:
    return SourceError(f"the settings cannot be read: {error}", code="bad-settings", where=where, hint=hint)


def _line(message: str, data: Mapping[str, Any], lines: Mapping[Steps, int]) -> int:
    """The line that an error is about: msgspec names a waiver by its number, and does not name a level."""
    waiver = _WAIVER.search(message)
    steps: Steps = ("check", "waivers", int(waiver[1])) if waiver else ("check",)
    if "$.severity[" in message:
        levels: Mapping[str, object] = data["check"]["severity"]
        steps = ("check", "severity", next(name for name in levels if levels[name] not in get_args(Level)))
    return lines.get(steps, 1)


def _hint(message: str) -> str:
    if _WAIVER.search(message):
        return "a waiver says rule, subject, reason, and the day on which it expires, such as 2027-03-31"
    if "severity" in message:
        return f"set each rule to one of {', '.join(get_args(Level))}"
    return "[check] has fail-on, the table severity, and waivers"
