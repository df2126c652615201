"""Rules about HTTP, retrying, concealment, life and operations: what they leave alone, and odd catalogs."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from failwell.check import Api, lint_api
from failwell.check.facts.customs import strays
from failwell.check.facts.names import words_of
from failwell.check.lint import LINT_RULES
from failwell.contract import Contract
from failwell.finding import Severity
from failwell.source import ListedOperation, read_document
from tests.unit.check.linted import faults, problem
from tests.unit.source.random_catalogs import contracts

TODAY = date(2026, 11, 20)
SECONDS = {"type": "integer", "x-failwell": {"unit": "seconds"}}
BOUND: dict[str, Any] = {
    "members": {"retry_after_seconds": SECONDS},
    "headers": {"Retry-After": "{retry_after_seconds}"},
}
OPTIONAL = {"type": "integer", "x-failwell": {"required": False, "default": None}}

Words = dict[str, Any]


def found(
    *types: Words, operations: list[ListedOperation] | None = None, **head: Any
) -> list[tuple[str, str]]:
    """Rule and subject of all findings in a shop with these types."""
    problems = [{"title": f"Title {n}", "retry": "never", **one} for n, one in enumerate(types)]
    document = {"failwell": 1, "name": "shop", "base": "https://errors.shop.example/", "dialect": "problem"}
    contract = read_document({**document, **head, "problems": problems})
    report = lint_api(Api(contract, operations, today=TODAY))
    return [(finding.rule, finding.subject) for finding in report.findings]


def rules(*types: Words, operations: list[ListedOperation] | None = None, **head: Any) -> set[str]:
    return {rule for rule, _ in found(*types, operations=operations, **head)}


def one(status: int | list[int], retry: str = "never", code: str = "sold_out", **words: Any) -> Words:
    statuses = status if isinstance(status, list) else [status]
    return {"code": code, "status": statuses, "retry": retry, **words}


# ------------------------------------------------------------------------------- what is left alone

SILENT = [
    ("challenge-missing", one(401), {}),
    ("challenge-missing", one(401, headers={"www-authenticate": ""}), {"policy": {"challenge": ""}}),
    ("allow-missing", one(405, headers={"ALLOW": ""}), {}),
    ("retry-after-missing", one(429, "later", code="concurrency_limit"), {}),
    ("retry-after-missing", one(429, "after_action"), {}),
    ("retry-after-missing", one([503, 409], "never", retry_by_status={"409": "later"}), {}),
    ("retry-after-missing", one(429, "later", members={"retry_after": SECONDS}), {}),
    ("retry-after-constant", one(503, "later", headers={"Retry-After": "600"}), {}),
    ("retry-after-malformed", one(503, headers={"Retry-After": "Fri, 20 Nov 2026 12:00:00 GMT"}), {}),
    ("retry-after-malformed", one(503, headers={"Retry-After": ""}), {}),
    ("retry-after-malformed", one(503, **BOUND), {}),
    (
        "retry-after-malformed",
        one(503, members={"until": {"type": "string"}}, headers={"Retry-After": "{until}"}),
        {},
    ),
    ("retry-after-on-final", one(403, "after_action", **BOUND), {}),
    ("retry-after-on-final", one([403, 409], retry_by_status={"409": "later"}, **BOUND), {}),
    ("retry-after-unbound", one(503, "later", **BOUND), {}),
    (
        "retry-after-unbound",
        one(503, "later", members={"retry_after_ms": SECONDS}, headers={"Retry-After": ""}),
        {},
    ),
    ("retry-after-unbound", one(409, "after_change", members={"retry_after": SECONDS}), {}),
    ("retry-after-unbound", one(409, "later", members={"retries": SECONDS}), {}),
    ("status-unregistered", one([400, 418, 421, 451, 500, 508, 511]), {}),
    ("status-blames-wrong-side", one([503, 504, 502, 500], "after_action"), {}),
    ("status-blames-wrong-side", one([504], "after_change"), {}),
    ("cacheable-error", one(404, headers={"Cache-Control": "private, No-Store"}), {}),
    ("header-of-content", one(416, headers={"Content-Range": "bytes */9"}), {}),
    ("header-hop-by-hop", one(426, headers={"Upgrade": "HTTP/3"}), {}),
    ("header-of-requests", one(415, headers={"Accept": "application/json"}), {}),
    ("redirect-unsuited", one(401, redirect={"location": "/login?error={code}"}), {}),
    ("retry-later-on-caller-status", one([408, 409, 413, 421, 423, 424, 425, 429], "later"), {}),
    ("retry-later-on-caller-status", one([500, 503, 599], "later"), {}),
    ("retry-later-on-caller-status", one(403, "later", **BOUND), {}),
    (
        "header-can-vanish",
        one(429, "after_action", members={"s": OPTIONAL}, headers={"Retry-After": "{s}"}),
        {},
    ),
    (
        "header-can-vanish",
        one(503, "later", members={"s": OPTIONAL}, headers={"Retry-After": "{s}"}),
        {},
    ),
    ("retry-never-on-passing-status", one([503, 500], "never"), {}),
    ("retryable-contradicts", one(401, "after_action", retryable=True), {}),
    ("retryable-contradicts", one([401, 409], retryable=True, retry_by_status={"409": "later"}), {}),
    ("quota-as-throttling", one(429, "later", code="quota_exceeded", **BOUND), {}),
    ("quota-as-throttling", one(402, "after_action", code="quota_exceeded"), {}),
    ("quota-as-throttling", one(500, "later", code="billing_failed"), {}),
    ("resolve-method-safe", one(403, resolve={"action": "look", "method": "GET", "endpoint": "/v1/x"}), {}),
    ("resolve-method-safe", one(403, resolve={"action": "pay", "url": "https://shop.example/pay"}), {}),
    ("lockout-counter", one(429, members={"attempts_left": SECONDS}), {}),
    ("lockout-counter", one(401, members={"attempts": SECONDS, "failed_checks": SECONDS}), {}),
    ("condition-without-type", one(404), {}),
    ("example-incomplete", one(404, members={"a": {"type": "string"}}), {}),
    ("example-name-twice", one(404, examples=[{"detail": "a"}, {"detail": "b"}]), {}),
    ("scope-challenge-missing", one(403, code="insufficient_scope"), {}),
    ("challenge-error-status", one(401, headers={"WWW-Authenticate": 'DPoP error="use_dpop_nonce"'}), {}),
]


@pytest.mark.parametrize(("rule", "words", "head"), SILENT)
def test_what_is_right_is_left_alone(rule: str, words: Words, head: Words) -> None:
    assert rule in LINT_RULES
    assert rule not in rules(words, **head)


def test_a_removed_type_is_not_sent_so_nothing_of_how_it_is_sent_matters() -> None:
    words = one([405, 420, 429, 511], "later", headers={"Keep-Alive": "1", "ETag": "1"}, retryable=False)
    asked = {
        "allow-missing",
        "status-unregistered",
        "status-misused",
        "header-hop-by-hop",
        "header-of-content",
    }
    assert asked <= rules(words)
    assert not asked & rules({**words, "lifecycle": {"stage": "removed"}})


def test_a_header_of_a_type_that_stands_for_a_status_may_be_left_out() -> None:
    words = one(429, "later", members={"seconds": OPTIONAL}, headers={"Retry-After": "{seconds}"})
    assert "header-can-vanish" in rules(words)
    assert "header-can-vanish" not in rules({**words, "standard": 429})


def test_a_503_without_retry_after_is_only_remarked() -> None:
    document = {"failwell": 1, "name": "shop", "base": "https://errors.shop.example/", "dialect": "problem"}
    words = one(503, "later", title="Closed")
    report = lint_api(Api(read_document({**document, "problems": [words]}), today=TODAY))
    assert {one.severity for one in report.findings if one.rule == "retry-after-missing"} == {Severity.INFO}


# ------------------------------------------------------------------------------------- concealment


def test_a_group_of_one_is_all_right_unless_another_has_nearly_its_name() -> None:
    alone = [one(404, code="a", conceal="things"), one(404, code="b", conceal="accounts")]
    assert "conceal-group-similar" not in rules(*alone)
    others = [one(404, code="c", conceal="thing"), one(404, code="d", conceal="thing")]
    assert ("conceal-group-similar", "a") in found(*alone, *others)


LOGIN = ListedOperation("POST", "/v1/login", ("user_not_found", "wrong_password"))


@pytest.mark.parametrize(
    ("groups", "operations", "is_told"),
    [
        (("", ""), [LOGIN], True),
        (("who", ""), [LOGIN], True),
        (("who", "who"), [LOGIN], False),
        (("", ""), [], False),
        (("", ""), None, False),
        (("", ""), [ListedOperation("POST", "/v1/login", ("wrong_password",))], False),
    ],
)
def test_a_pair_that_tells_of_accounts_has_to_be_on_one_operation(
    groups: tuple[str, str], operations: list[ListedOperation] | None, *, is_told: bool
) -> None:
    types = [
        one(401, code=code, **({"conceal": group} if group else {}))
        for code, group in zip(LOGIN.codes, groups, strict=True)
    ]
    assert ("enumeration-pair" in rules(*types, operations=operations)) is is_told


@pytest.mark.parametrize(("path", "is_told"), [("/v1/users/{id}", False), ("/v1/auth/login", True)])
def test_wrong_credentials_are_those_of_an_account_only_where_people_log_in(
    path: str, *, is_told: bool
) -> None:
    types = [one(404, code="user_not_found"), one(401, code="invalid_credentials")]
    operations = [ListedOperation("POST", path, ("invalid_credentials", "user_not_found"))]
    assert ("enumeration-pair" in rules(*types, operations=operations)) is is_told


# -------------------------------------------------------------------------------------- operations


@pytest.mark.parametrize(
    ("method", "endpoint", "is_told"),
    [
        ("PUT", "/v1/plans/{id}", False),
        ("PUT", "/api/v1/plans/7", False),
        ("PUT", "/plans/{plan}?now=1", False),
        ("put", "/v1/plans/{id}", False),
        ("POST", "/v1/plans/{id}", True),
        ("PUT", "/v1/plans", True),
        ("PUT", "https://other.example/v1/x", False),
        ("PUT", "{where}", False),
    ],
)
def test_the_call_that_resolves_is_looked_for_among_operations(
    method: str, endpoint: str, *, is_told: bool
) -> None:
    members = {name: {"type": "string"} for name in ("id", "plan", "where")}
    words = one(402, members=members, resolve={"action": "go", "method": method, "endpoint": endpoint})
    operations = [ListedOperation("PUT", "/v1/plans/{plan_id}", ("sold_out",))]
    assert ("resolve-endpoint-unknown" in rules(words, operations=operations)) is is_told
    assert "resolve-endpoint-unknown" not in rules(words)
    assert "resolve-endpoint-unknown" not in rules(words, operations=[])


def test_types_that_come_from_elsewhere_need_no_operation() -> None:
    types = [one(409, code=f"c{n}") for n in range(5)]
    free = [
        one(404, code="standing", standard=404),
        one(400, code="invalid"),
        one(401, code="to_login", redirect={"location": "/?e={code}"}),
        one(410, code="gone", lifecycle={"stage": "removed"}),
        one(410, code="new", lifecycle={"stage": "draft"}),
    ]
    operations = [ListedOperation("POST", "/v1/x", ("c0", "c1", "c2", "c3"))]
    told = found(*types, *free, operations=operations, policy={"validation": "invalid"})
    assert [subject for rule, subject in told if rule == "problem-never-listed"] == ["c4"]


def test_a_custom_is_what_more_than_half_do_and_at_least_three() -> None:
    assert strays([1, 1, 0], bool) == []
    assert strays([1, 1, 1, 0, 0], bool) == [0, 0]
    assert strays([1, 1, 1, 0, 0, 0], bool) == []
    assert strays([], bool) == []


def test_the_words_of_a_name_are_found_however_they_are_joined() -> None:
    for name in ("quotaExceeded", "quota-exceeded", "Quota exceeded."):
        assert words_of(name) == ("quota", "exceeded")
    assert words_of("HTTPError404") == ("http", "error", "404")
    assert words_of("größe") == ("gr", "öß", "e")


# ----------------------------------------------------------------------------------------- oddities


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
@given(contracts(), st.lists(st.tuples(st.text(max_size=6), st.text(max_size=12)), max_size=4))
def test_no_catalog_and_no_list_of_operations_breaks_a_rule(
    contract: Contract, listed: list[tuple[str, str]]
) -> None:
    codes = tuple(contract.catalog.records)
    operations = [ListedOperation(method, path, codes) for method, path in listed]
    report = lint_api(Api(contract, operations, today=TODAY))
    assert all(finding.message and finding.fingerprint for finding in report.findings)


# ---------------------------------------------------------------------------------------- milliseconds


def test_a_delay_in_milliseconds_is_no_value_of_retry_after() -> None:
    delay: Words = {"members": {"retry_after_ms": {"type": "integer"}}}
    bound = one(503, "later", **delay, headers={"Retry-After": "{retry_after_ms}"})
    assert "retry-after-malformed" in rules(bound)
    (fault,) = faults("retry-after-unbound", problem(status=[503], retry="later", **delay))
    assert "a member of whole seconds" in fault.remedy
