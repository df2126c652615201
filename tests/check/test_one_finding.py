"""One change of a catalog is one finding of diff: its consequences are not told once more."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest

from failwell.check import Api, diff_apis
from failwell.source import read_document, read_operations

Document = dict[str, Any]
Change = Callable[[Document], object]


def _kind(code: str, **words: Any) -> Document:
    texts = {"title": f"Title of {code}", "prose": f"What {code} is.", "suggestion": "Do something else."}
    return {"code": code, "status": [409], **texts, "retry": "after_change", "since": "1.0", **words}


_ENDS = {"since": "2026-10-01", "sunset": "2027-06-01"}
BASE: Document = {
    "failwell": 1,
    "name": "shop",
    "base": "https://errors.shop.example/",
    "title": "The shop",
    "dialect": "google",
    "deprecation_days": 90,
    "policy": {"limit_headers": "x-ratelimit", "validation": "plain", "offers": ["text/html"]},
    "problems": [
        _kind("plain", status=[422, 400], aliases=["old_plain"]),
        _kind("missing", status=[404], standard=404),
        _kind("young", lifecycle={"stage": "beta"}),
        _kind("leaving", lifecycle={"stage": "deprecated", **_ENDS, "replaced_by": "plain"}),
        _kind("gone", lifecycle={"stage": "removed"}),
        _kind("renamed", lifecycle={**_ENDS, "former": "named"}),
        _kind("sent_on", redirect={"location": "/login?error={code}"}),
        _kind("draft", lifecycle={"stage": "draft"}),
    ],
    "operations": [
        {"method": "GET", "path": "/orders/{id}", "problems": ["plain", "missing"]},
        {"method": "POST", "path": "/orders", "problems": ["sent_on"]},
    ],
}


def _api(document: Document) -> Api:
    contract = read_document(document)
    operations = read_operations(document, contract.catalog.records)
    return Api(contract, operations, today=date(2026, 11, 20))


def _problem(document: Document, code: str) -> Document:
    found: Document = next(one for one in document["problems"] if one["code"] == code)
    return found


def _set(code: str, /, **words: Any) -> Change:
    return lambda document: _problem(document, code).update(words)


def _drop(code: str, word: str) -> Change:
    return lambda document: _problem(document, code).pop(word)


def _live(code: str, **words: Any) -> Change:
    return lambda document: _problem(document, code).setdefault("lifecycle", {}).update(words)


def _head(**words: Any) -> Change:
    return lambda document: document.update(words)


def _policy(**words: Any) -> Change:
    return lambda document: document["policy"].update(words)


def _in_use(document: Document, code: str, instead: str | None) -> None:
    """Changes a code wherever it is named, as a change of a Python class would; None takes it away."""
    for operation in document["operations"]:
        codes = [instead if one == code else one for one in operation["problems"]]
        operation["problems"] = [one for one in codes if one is not None]
    for problem in document["problems"]:
        life = problem.get("lifecycle", {})
        if life.get("replaced_by") == code:
            life["replaced_by"] = instead or ""
    if document["policy"]["validation"] == code:
        document["policy"]["validation"] = instead or "missing"


def _remove(code: str) -> Change:
    def change(document: Document) -> None:
        document["problems"].remove(_problem(document, code))
        _in_use(document, code, None)

    return change


def _rename(code: str, new: str, *, alias: bool = False, former: bool = False) -> Change:
    def change(document: Document) -> None:
        problem = _problem(document, code)
        problem["code"] = new
        if alias:
            problem.setdefault("aliases", []).append(code)
        if former:
            problem["lifecycle"] = {"since": "2026-11-20", "sunset": "2027-06-01", "former": code}
        _in_use(document, code, new)

    return change


def _add(*codes: str) -> Change:
    return lambda document: document["problems"].extend(_kind(code) for code in codes)


def _all(*changes: Change) -> Change:
    return lambda document: [change(document) for change in changes]


_SWAP = _all(_rename("plain", "tmp"), _rename("sent_on", "plain"), _rename("tmp", "sent_on"))
_SWAP_IN_TYPES = _all(_set("plain", code="tmp"), _set("sent_on", code="plain"), _set("tmp", code="sent_on"))

CHANGES: Mapping[str, tuple[Change, list[str]]] = {
    "a type removed that everything names": (_remove("plain"), ["code-removed-without-deprecation plain"]),
    "a type removed that stands for a status": (
        _remove("missing"),
        ["code-removed-without-deprecation missing"],
    ),
    "a type removed before its sunset": (_remove("leaving"), ["code-removed-before-sunset leaving"]),
    "a tombstone removed": (_remove("gone"), ["tombstone-deleted gone"]),
    "a draft removed": (_remove("draft"), []),
    "a type renamed": (_rename("plain", "new"), ["code-renamed-without-alias new"]),
    "a type renamed, with an alias": (_rename("missing", "new", alias=True), ["code-renamed new"]),
    "a type renamed, with grace": (_rename("plain", "new", former=True), ["code-renamed new"]),
    "a tombstone renamed": (_rename("gone", "new"), ["tombstone-deleted gone"]),
    "a draft renamed": (_rename("draft", "new"), []),
    "two codes swapped wherever they stand": (_SWAP, ["code-reused plain", "code-reused sent_on"]),
    "two codes swapped in their types": (_SWAP_IN_TYPES, ["code-reused plain", "code-reused sent_on"]),
    "an alias that is a code again": (
        _all(_drop("plain", "aliases"), _add("old_plain")),
        ["code-reused old_plain"],
    ),
    "a former code that is a code again": (
        _all(_drop("renamed", "lifecycle"), _add("named")),
        ["code-reused named"],
    ),
    "another former code": (_live("renamed", former="other"), ["former-code-removed-early renamed"]),
    "a tombstone taken for something else": (
        _set("gone", title="Another", prose="Another.", lifecycle={}),
        ["code-reused gone"],
    ),
    "a tombstone taken back": (_drop("gone", "lifecycle"), ["code-restored gone"]),
    "a draft that is ready": (_drop("draft", "lifecycle"), ["code-added draft"]),
    "a draft that is removed": (_live("draft", stage="removed"), []),
    "a stable type that is a draft": (_live("plain", stage="draft"), ["stability-decreased plain"]),
    "a deprecated type that is a draft": (_live("leaving", stage="draft"), ["stability-decreased leaving"]),
    "a deprecated type that is a beta": (_live("leaving", stage="beta"), ["undeprecated leaving"]),
    "a deprecated type at its end": (
        _live("leaving", stage="removed"),
        ["code-removed-before-sunset leaving"],
    ),
    "a status put first": (_set("plain", status=[409, 422, 400]), ["status-changed plain"]),
    "a status put last": (_set("plain", status=[422, 400, 409]), ["status-variant-added plain"]),
    "the first status gone": (_set("plain", status=[400]), ["status-variant-removed plain"]),
    "a dialect with other headers": (_all(_head(dialect="flat")), ["dialect-changed "]),
    "a sunset of a former code": (_live("renamed", sunset="2027-03-01"), ["sunset-earlier renamed"]),
    "header names in another case": (_policy(request_id_header="x-request-id"), []),
    "an operation with another parameter": (
        lambda document: document["operations"][0].update(path="/orders/{order}"),
        [],
    ),
    "an operation with another method": (
        lambda document: document["operations"][1].update(method="PUT"),
        ["operation-added PUT /orders", "operation-removed POST /orders"],
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_one_change_is_told_once(name: str) -> None:
    change, expected = CHANGES[name]
    after = copy.deepcopy(BASE)
    change(after)
    report = diff_apis(_api(BASE), _api(after))
    assert sorted(f"{one.rule} {one.subject}" for one in report.findings) == expected


def test_nothing_is_found_where_nothing_has_changed() -> None:
    assert diff_apis(_api(BASE), _api(copy.deepcopy(BASE))).findings == []


def test_header_fields_for_limits_that_come_with_another_dialect_are_no_change_of_their_own() -> None:
    before = {**BASE, "policy": {"validation": "plain"}, "dialect": "google"}
    report = diff_apis(_api(before), _api({**before, "dialect": "flat"}))
    assert [one.rule for one in report.findings] == ["dialect-changed"]
