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
