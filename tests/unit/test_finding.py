"""Findings: their order of severity, and fingerprints that stay while the wording changes."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from failwell.finding import Finding, Place, Severity

JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5)


def finding(**changes: Any) -> Finding:
    words = {
        "rule": "title-with-period",
        "severity": Severity.WARNING,
        "subject": "quota_exceeded",
        "message": "the title ends with a period",
        "remedy": "take it away",
        "arguments": {"title": "Quota exceeded."},
    }
    return Finding(**{**words, **changes})


def test_severities_are_ordered() -> None:
    assert [one.rank for one in (Severity.INFO, Severity.WARNING, Severity.ERROR)] == [0, 1, 2]


def test_a_place_is_shown_as_editors_read_it() -> None:
    assert [str(Place("a.py", 3)), str(Place("a.py")), str(Place())] == ["a.py:3", "a.py", ""]


def test_a_fingerprint_stays_when_wording_severity_and_line_change() -> None:
    other = finding(message="other words", remedy="", severity=Severity.ERROR, place=Place("b.py", 9))
    assert other.fingerprint == finding().fingerprint


def test_a_fingerprint_differs_with_rule_subject_and_facts() -> None:
    others = [finding(rule="x"), finding(subject="x"), finding(arguments={"title": "x"})]
    assert len({one.fingerprint for one in (finding(), *others)}) == 4


@given(st.dictionaries(st.text(), JSON))
def test_any_facts_have_a_fingerprint_whatever_their_order(facts: dict[str, Any]) -> None:
    turned = dict(reversed(facts.items()))
    assert finding(arguments=facts).fingerprint == finding(arguments=turned).fingerprint


def test_a_finding_is_written_as_json() -> None:
    assert msgspec.json.decode(msgspec.json.encode(finding()), type=Finding) == finding()
