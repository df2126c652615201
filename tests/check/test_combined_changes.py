"""Changes of several fields at once: each is told once, by the rule that knows it best."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from failwell.check import Api, diff_apis
from failwell.source import read_document
from tests.check.fixtures import TODAY
from tests.check.generated import generated

Document = dict[str, Any]
BASE = generated(Random(1))
FULL = BASE["problems"][0]["code"]


def _full(document: Document) -> Document:
    problem: Document = document["problems"][0]
    return problem


def _update(**words: Any) -> Callable[[Document], None]:
    return lambda document: _full(document).update(words)


def _member(name: str, **words: Any) -> Callable[[Document], None]:
    return lambda document: _full(document)["members"][name].update(words)


def _swap_languages(document: Document) -> None:
    document["language"] = "de"
    document["translations"] = {"en": document["translations"]["de"]}


def _write_languages_otherwise(document: Document) -> None:
    document["language"] = "EN"
    document["translations"] = {"DE": document["translations"]["de"]}


def _join(document: Document, *codes: str) -> None:
    for problem in document["problems"]:
        if problem["code"] in codes:
            problem["conceal"] = "others"


ROWS: list[tuple[str, Callable[[Document], object], list[str]]] = [
    (
        "all statuses get one other word",
        _update(retry="after_action", retry_by_status={}),
        ["retry-mode-changed", "retryable-removed"],
    ),
    ("the words of two statuses are swapped",
     _update(retry="never", retry_by_status={"503": "later"}),
     ["retryable-added", "retryable-removed"]),
    ("the wire says the same whatever the word is",
     _update(retryable=True, retry_by_status={}),
     ["retryable-added"]),
    ("a listed value takes the place of another",
     _member("kind", enum=["day", "week"]),
     ["member-enum-value-added", "member-enum-value-removed"]),
    ("a type becomes optional and another one",
     _member("limit", type="string", **{"x-failwell": {"required": False, "default": None}}),
     ["member-became-optional", "member-type-changed"]),
    ("a member with a header becomes optional",
     _member("wait", **{"x-failwell": {"unit": "seconds", "required": False, "default": None}}),
     ["member-became-optional"]),
    ("what is listed inside",
     _member("items", items={"enum": ["a"]}),
     ["member-type-changed"]),
    ("the way out leads elsewhere under another name",
     lambda document: _full(document)["resolve"].update(action="pause", url="https://shop.example/pause"),
     ["resolve-action-changed", "resolve-endpoint-changed"]),
    ("two move from one group to another together",
     lambda document: _join(document, "hidden", "missing"),
     []),
    ("one moves to another group alone",
     lambda document: _join(document, "hidden", FULL),
     ["conceal-group-joined", "conceal-group-split"]),
    ("the languages are swapped",
     _swap_languages,
     ["catalog-language-changed"]),
    ("languages are written otherwise",
     _write_languages_otherwise,
     []),
    ("two examples are one",
     lambda document: _full(document)["examples"].pop(0) and _full(document)["examples"][0].pop("name"),
     ["example-changed", "example-removed"]),
]  # fmt: skip


@pytest.mark.parametrize(("change", "rules"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_each_part_of_a_change_is_told_once(change: Callable[[Document], object], rules: list[str]) -> None:
    after = json.loads(json.dumps(BASE))
    change(after)
    old, new = (Api(read_document(one), (), today=TODAY) for one in (BASE, after))
    report = diff_apis(old, new)
    assert sorted(finding.rule for finding in report.findings) == rules
