"""`diff` as a whole: profiles, grace by stability, and the version that a change calls for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from failwell.check import Api, SettingsFile, diff_apis, version_bump
from failwell.check.settings import Settings, Waiver
from failwell.source import read_document

TYPE: Mapping[str, Any] = {
    "code": "out_of_stock",
    "status": [409],
    "title": "Out of stock",
    "retry": "after_change",
    "suggestion": "Order fewer.",
    "prose": "Somebody was faster.",
    "since": "1.0",
    "category": "Orders",
}


def api(*problems: Mapping[str, Any]) -> Api:
    head = {"failwell": 1, "name": "shop", "base": "https://errors.shop.example/", "dialect": "problem"}
    return Api(read_document({**head, "problems": list(problems)}), today=date(2026, 11, 20))


def found(before: Api, after: Api, **options: Any) -> list[tuple[str, str]]:
    return [(one.rule, str(one.severity)) for one in diff_apis(before, after, **options).findings]


@pytest.mark.parametrize(
    ("change", "bump"),
    [
        ({}, "none"),
        ({"prose": "Too few are left."}, "patch"),
        ({"title": "Sold out"}, "patch"),
        ({"category": "Stock"}, "minor"),
        ({"lifecycle": {"stage": "deprecated", "since": "2026-11-20"}}, "minor"),
        ({"members": {"left": "integer"}}, "minor"),
        ({"status": [410]}, "major"),
        ({"status": [410], "title": "Sold out"}, "major"),
    ],
)
def test_a_change_calls_for_a_version(change: Mapping[str, Any], bump: str) -> None:
    members = {name: {"type": kind} for name, kind in change.get("members", {}).items()}
    after = {**TYPE, **change, **({"members": members} if members else {})}
    assert version_bump(diff_apis(api(TYPE), api(after))) == bump


def test_what_is_waived_calls_for_a_version_all_the_same() -> None:
    waiver = Waiver("status-changed", "out_of_stock", "never sent yet", date(2027, 1, 1))
    given = SettingsFile(Settings(waivers=[waiver]))
    report = diff_apis(api(TYPE), api({**TYPE, "status": [410]}), given)
    assert not report.findings
    assert version_bump(report) == "major"


def test_each_profile_has_those_before_it_and_docs_stand_apart() -> None:
    before = api({**TYPE, "members": {"left": {"type": "integer"}}})
    renamed = {"left": {"type": "integer", "x-failwell": {"name": "remaining"}}}
    after = api({**TYPE, "status": [410], "category": "Stock", "prose": "Gone.", "members": renamed})
    by_profile = {
        profile: {rule for rule, _ in found(before, after, profile=profile, docs=False)}
        for profile in ("wire", "branch", "source")
    }
    assert by_profile["wire"] == {"status-changed"}
    assert by_profile["branch"] == {"status-changed", "category-changed"}
    assert by_profile["source"] == {"status-changed", "category-changed", "member-renamed-in-sdk"}
    assert found(before, after, profile="docs") == [("prose-changed", "info")]
    assert {rule for rule, _ in found(before, after)} == {*by_profile["source"], "prose-changed"}


@pytest.mark.parametrize(
    ("stage", "expected"),
    [
        ("draft", []),
        ("beta", [("status-changed", "warning")]),
        ("stable", [("status-changed", "error")]),
    ],
)
def test_grace_goes_by_stability(stage: str, expected: list[tuple[str, str]]) -> None:
    one = {**TYPE, "lifecycle": {"stage": stage}}
    assert found(api(one), api({**one, "status": [410]})) == expected


def test_a_sentence_about_what_to_do_stands_for_a_replacement() -> None:
    ending = {**TYPE, "lifecycle": {"stage": "deprecated", "since": "2026-11-20", "sunset": "2027-11-20"}}
    told = {**ending, "what_to_do": "Handle it no more: stock is endless now."}
    assert [rule for rule, _ in found(api(TYPE), api(ending))] == ["replacement-missing", "deprecated"]
    assert [rule for rule, _ in found(api(TYPE), api(told), docs=False)] == ["deprecated"]


def test_a_renamed_type_is_one_type() -> None:
    assert diff_apis(api(TYPE), api({**TYPE, "code": "sold_out"})).checked == 1


def test_a_category_or_a_unit_that_is_said_for_the_first_time_breaks_nobody() -> None:
    plain = {**TYPE, "category": "", "members": {"wait": {"type": "integer"}}}
    said = {**TYPE, "members": {"wait": {"type": "integer", "x-failwell": {"unit": "seconds"}}}}
    assert sorted(found(api(plain), api(said))) == [
        ("category-changed", "info"),
        ("member-unit-changed", "info"),
    ]
    (unit,) = (one for one in diff_apis(api(plain), api(said)).findings if one.rule == "member-unit-changed")
    assert unit.message == "the unit of 'wait' was not said and is seconds"


def test_a_unit_that_is_no_longer_said_may_be_another_one() -> None:
    plain = {**TYPE, "members": {"wait": {"type": "integer"}}}
    said = {**TYPE, "members": {"wait": {"type": "integer", "x-failwell": {"unit": "seconds"}}}}
    assert found(api(said), api(plain)) == [("member-unit-changed", "warning")]
    (finding,) = diff_apis(api(said), api(plain)).findings
    assert finding.message == "the unit of 'wait' was seconds and is not said"


def test_a_title_that_is_the_name_changes_with_it() -> None:
    head = {"failwell": 1, "base": "https://errors.shop.example/", "dialect": "problem", "problems": [TYPE]}
    before, after = (
        Api(read_document({**head, "name": name}), today=date(2026, 11, 20)) for name in ("shop", "store")
    )
    assert found(before, after) == [("catalog-renamed", "info")]


def test_taking_retryable_back_is_worse_than_promising_it() -> None:
    no, yes = api({**TYPE, "retryable": False}), api({**TYPE, "retryable": True})
    assert found(no, yes) == [("retryable-stated-changed", "warning")]
    assert found(yes, no) == [("retryable-stated-changed", "error")]


def test_a_renamed_beta_has_its_grace() -> None:
    one = {**TYPE, "lifecycle": {"stage": "beta"}}
    after = api({**one, "code": "sold_out"})
    assert found(api(one), after) == [("code-renamed-without-alias", "warning")]


def test_a_draft_that_becomes_stable_is_new() -> None:
    assert found(api({**TYPE, "lifecycle": {"stage": "draft"}}), api(TYPE)) == [("code-added", "info")]


def test_findings_about_codes_with_dots_are_about_their_types() -> None:
    one = {
        **TYPE,
        "code": "stock.out",
        "lifecycle": {"stage": "beta"},
        "members": {"left": {"type": "integer"}},
    }
    after = {**one, "members": {}}
    assert found(api(one), api(after)) == [("member-removed", "warning")]
