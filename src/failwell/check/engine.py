"""Asks the rules, and makes findings of what they saw: severities, places, waivers."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple, TypeVar

from failwell.check import upkeep_rules
from failwell.check.places import Places
from failwell.check.report import Edit, Report, Waived
from failwell.check.rule import Fault, Rule, rules_of
from failwell.check.settings import Settings, SettingsFile, Waiver, WaiverUse, waivers_of
from failwell.finding import Finding, Place, Severity

UPKEEP_RULES: Mapping[str, Rule[Sequence[WaiverUse]]] = rules_of(upkeep_rules)
"""All rules about waivers by id."""

_Subject = TypeVar("_Subject")


class _Scene(NamedTuple):
    """What is known of the subject beside what rules see."""

    places: Places
    codes: Container[str]
    lenient: Container[str]

    def code_of(self, fault: Fault) -> str:
        """The code of the type that a fault is about; empty if it is about none. Codes may have dots, too."""
        code = fault.subject
        while code and code not in self.codes:
            code = code.rpartition(".")[0]
        return code

    def place_of(self, fault: Fault) -> Place:
        """Where it stands."""
        return self.places.of(self.code_of(fault), fault.at) if fault.place is None else fault.place


def check(  # noqa: PLR0913 - what a check is made of
    subject: _Subject,
    rules: Mapping[str, Rule[_Subject]],
    *,
    title: str,
    places: Places,
    today: date,
    given: SettingsFile,
    checked: int,
    catalog: str,
    codes: Container[str],
    lenient: Container[str] = (),
) -> Report:
    """Asks all rules about a subject.

    Args:
        subject: an `Api` or a `Comparison`.
        rules: by id.
        title: of the report.
        places: where the declarations stand.
        today: on which waivers expire.
        given: what the team decided.
        checked: how many problem types the subject has.
        catalog: the name of the subject's catalog.
        codes: of the subject's problem types.
        lenient: the codes about which nothing is worse than a warning.
    """
    settings = given.settings
    scene = _Scene(places, codes, lenient)
    found = list(_found(subject, rules, scene, settings))
    uses = [use for use in waivers_of(given, catalog, today) if _rule_of(use.waiver, rules) is not None]
    kept, waived, used = _sorted_out((finding for _, finding in found), rules, uses)
    judged = [use._replace(is_used=n in used or _is_of_change(use, rules)) for n, use in enumerate(uses)]
    kept += (finding for _, finding in _found(judged, UPKEEP_RULES, scene, settings))
    kept.sort(
        key=lambda finding: (-finding.severity.rank, finding.place.file, finding.place.line, finding.rule)
    )
    return Report(title, kept, waived, checked, tuple(rules), _edits(found, kept))


def _level(rule: Rule[Any], settings: Settings) -> str:
    names = (rule.id, *rule.replaces)
    return next((settings.severity[name] for name in names if name in settings.severity), "")


def _found(
    subject: _Subject, rules: Mapping[str, Rule[_Subject]], scene: _Scene, settings: Settings
) -> Iterator[tuple[Fault, Finding]]:
    for rule in rules.values():
        level = _level(rule, settings)
        if level != "off":
            yield from _findings(rule, subject, scene, level)


def _findings(
    rule: Rule[_Subject], subject: _Subject, scene: _Scene, level: str
) -> Iterator[tuple[Fault, Finding]]:
    for fault in rule.find(subject):
        severity = Severity(level) if level else fault.severity or rule.severity
        if not level and severity is Severity.ERROR and scene.code_of(fault) in scene.lenient:
            severity = Severity.WARNING
        finding = Finding(
            rule=rule.id,
            severity=severity,
            subject=fault.subject,
            message=fault.message,
            remedy=fault.remedy or rule.remedy,
            arguments=fault.arguments,
            place=scene.place_of(fault),
        )
        yield fault, finding


def _edits(found: Iterable[tuple[Fault, Finding]], kept: Iterable[Finding]) -> tuple[Edit, ...]:
    """The repairs of findings; of one that is waived there is none, and only texts of types are repaired."""
    edits = [
        Edit(finding.fingerprint, finding.subject, fault.at, fault.edit)
        for fault, finding in found
        if fault.edit is not None and fault.place is None
    ]
    shown = {finding.fingerprint for finding in kept} if edits else ()
    return tuple(edit for edit in edits if edit.finding in shown)


def _sorted_out(
    found: Iterable[Finding], rules: Mapping[str, Rule[Any]], uses: Sequence[WaiverUse]
) -> tuple[list[Finding], list[Waived], set[int]]:
    """Findings to be shown, those that are waived, and the numbers of the waivers that are for one."""
    kept: list[Finding] = []
    waived: list[Waived] = []
    used: set[int] = set()
    for finding in found:
        rule = rules[finding.rule]
        fitting = [
            n
            for n, (waiver, *_) in enumerate(uses)
            if waiver.subject == finding.subject and waiver.rule in (rule.id, *rule.replaces)
        ]
        used.update(fitting)
        reasons = [uses[n].waiver.reason for n in fitting if uses[n].is_valid]
        if reasons:
            waived.append(Waived(finding, reasons[0]))
        else:
            kept.append(finding)
    return kept, waived, used


def _rule_of(waiver: Waiver, rules: Mapping[str, Rule[Any]]) -> Rule[Any] | None:
    """The rule that a waiver is for, if it is one of those that were asked."""
    return next((rule for rule in rules.values() if waiver.rule in (rule.id, *rule.replaces)), None)


def _is_of_change(use: WaiverUse, rules: Mapping[str, Rule[Any]]) -> bool:
    """Whether a waiver is for a change: once that is merged nothing is found, but the waiver is not stale."""
    rule = _rule_of(use.waiver, rules)
    return rule is not None and rule.profile is not None
