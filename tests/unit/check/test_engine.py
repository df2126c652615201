"""The engine: severities as a team wants them, waivers with an end, former ids, places."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from failwell.check.engine import check
from failwell.check.places import NOWHERE, Places
from failwell.check.report import Report
from failwell.check.rule import Fault, Rule, rule
from failwell.check.settings import Settings, SettingsFile, Waiver
from failwell.finding import Place, Severity

TODAY = date(2026, 11, 20)


def _words(subject: list[str]) -> Iterator[tuple[str]]:
    for word in subject:
        yield (word,)


@rule(Severity.ERROR, each=_words, area="text", remedy="write it small", replaces=("shouting",))
def loud(word: str) -> Iterator[Fault]:
    if word.isupper():
        yield Fault(word, "{word!r} is loud", at=("title",), word=word)


@rule(Severity.INFO, each=_words, area="text", remedy="say more")
def short(word: str) -> Iterator[Fault]:
    if len(word) < 3:
        yield Fault(word, "{word!r} is short", word=word, severity=Severity.WARNING, remedy="write it out")


RULES: dict[str, Rule[list[str]]] = {one.id: one for one in (loud, short)}


def report(
    words: list[str], *, places: Places = NOWHERE, lenient: tuple[str, ...] = (), **settings: Any
) -> Report:
    given = SettingsFile(Settings(**settings))
    return check(
        words,
        RULES,
        title="words",
        places=places,
        today=TODAY,
        given=given,
        checked=len(words),
        catalog="words",
        codes=words,
        lenient=lenient,
    )


def told(found: Report) -> list[tuple[str, str, str]]:
    return [(one.rule, str(one.severity), one.subject) for one in found.findings]


def waiver(**changes: Any) -> Waiver:
    words = {"rule": "loud", "subject": "STOP", "reason": "a brand", "expires": date(2026, 11, 21)}
    return Waiver(**{**words, **changes})


def test_findings_come_the_worst_first_with_message_remedy_and_facts() -> None:
    found = report(["ok", "STOP", "fine"])
    assert told(found) == [("loud", "error", "STOP"), ("short", "warning", "ok")]
    first, second = found.findings
    assert (first.message, first.remedy, first.arguments) == (
        "'STOP' is loud",
        "write it small",
        {"word": "STOP"},
    )
    assert second.remedy == "write it out"
    assert (found.checked, found.rules) == (3, ("loud", "short"))


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"severity": {"loud": "info"}}, [("short", "warning", "OK"), ("loud", "info", "OK")]),
        ({"severity": {"loud": "off"}}, [("short", "warning", "OK")]),
        ({"severity": {"shouting": "off"}}, [("short", "warning", "OK")]),
        ({"severity": {"short": "error"}}, [("loud", "error", "OK"), ("short", "error", "OK")]),
    ],
)
def test_a_team_sets_severities_by_id_or_former_id(settings: Any, expected: Any) -> None:
    assert told(report(["OK"], **settings)) == expected


def test_of_lenient_subjects_nothing_is_worse_than_a_warning_unless_the_team_says_so() -> None:
    assert told(report(["STOP"], lenient=("STOP",))) == [("loud", "warning", "STOP")]
    assert told(report(["STOP"], lenient=("STOP",), severity={"loud": "error"})) == [
        ("loud", "error", "STOP")
    ]


@pytest.mark.parametrize("name", ["loud", "shouting"])
def test_what_is_waived_is_kept_apart_with_its_reason(name: str) -> None:
    found = report(["STOP", "GO!"], waivers=[waiver(rule=name)])
    assert told(found) == [("loud", "error", "GO!")]
    assert [(one.finding.subject, one.reason) for one in found.waived] == [("STOP", "a brand")]


def test_an_expired_waiver_waives_nothing_and_is_told() -> None:
    found = report(["STOP"], waivers=[waiver(expires=TODAY)])
    assert told(found) == [("loud", "error", "STOP"), ("waiver-expired", "warning", "STOP")]
    assert not found.waived


def test_a_stale_waiver_is_told() -> None:
    assert told(report(["fine"], waivers=[waiver()])) == [("waiver-stale", "warning", "STOP")]


def test_a_waiver_for_another_command_is_left_alone() -> None:
    assert told(report(["fine"], waivers=[waiver(rule="status-changed")])) == []


@pytest.mark.parametrize(("catalog", "is_waived"), [("words", True), ("", True), ("others", False)])
def test_a_waiver_can_be_about_one_of_several_catalogs(catalog: str, *, is_waived: bool) -> None:
    found = report(["STOP"], waivers=[waiver(catalog=catalog)])
    assert bool(found.waived) is is_waived
    assert told(report(["fine"], waivers=[waiver(catalog="others")])) == []


def test_a_waiver_of_a_change_is_not_stale_once_that_is_merged() -> None:
    before = {one.id: one.profile for one in RULES.values()}
    loud.profile = "wire"
    try:
        assert told(report(["fine"], waivers=[waiver()])) == []
    finally:
        loud.profile = before["loud"]


def test_of_two_waivers_for_one_finding_one_is_enough() -> None:
    found = report(["STOP"], waivers=[waiver(expires=TODAY), waiver()])
    assert told(found) == [("waiver-expired", "warning", "STOP")]
    assert len(found.waived) == 1


def test_a_team_can_silence_the_rules_about_waivers() -> None:
    assert told(report(["fine"], waivers=[waiver()], severity={"waiver-stale": "off"})) == []


def test_findings_have_the_places_of_their_parts() -> None:
    places = Places(lambda code, at: Place(f"{code}.md", len(at)))
    found = report(["STOP", "ok"], places=places)
    assert [str(one.place) for one in found.findings] == ["STOP.md:1", "ok.md"]


def test_a_place_that_cannot_be_found_hides_no_finding() -> None:
    def fails(code: str, at: object) -> Place:
        raise OSError(code, at)

    assert [one.place for one in report(["STOP"], places=Places(fails)).findings] == [Place()]


def test_a_report_counts_and_tells_when_it_fails() -> None:
    found = report(["STOP", "ok"])
    assert [found.count(one) for one in Severity] == [0, 1, 1]
    assert found.fails(Severity.ERROR)
    assert not report(["ok"]).fails(Severity.ERROR)
    assert report(["ok"]).fails(Severity.WARNING)


def test_a_message_is_made_of_any_values() -> None:
    fault = Fault("x", "{word!r} and {{braces}}", word="{word} %s \x1b[31m")
    assert fault.message == r"'{word} %s \x1b[31m' and {braces}"
