"""Dialects are learned from what they wrote: the built-in ones, and any other."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from failwell import Catalog, Contract, Dialect, Problem, Resolve
from failwell.exceptions import SourceError
from failwell.wire import (
    CODE,
    DETAIL,
    DOMAIN,
    MEMBERS,
    MEMBERS_TEXT,
    MESSAGE,
    REQUEST_ID,
    RESOLVE,
    REST,
    RETRYABLE,
    RPC_STATUS,
    STATUS,
    STATUS_TEXT,
    SUGGESTION,
    TITLE,
    TYPE,
    Slot,
)
from failwell.wire.dialects import BUILT_IN
from failwell.wire.learned import Learned, learn
from failwell.wire.learned.samples import Sample, merged_order, shown

catalog = Catalog("drops", base="https://errors.drops.example/")


class QuotaExceeded(
    Problem, catalog=catalog, code="quota_exceeded", status=(413, 403), title="Quota exceeded",
    retryable=False, suggestion="Free up space, or upgrade the plan.",
    resolve=Resolve("upgrade_plan", "Upgrade", "https://drops.example/billing", "POST", "/v1/plan"),
):  # fmt: skip
    """A limit of the plan was hit."""

    limit: int
    used: float
    plan: str | None = None


class RateLimited(
    Problem, catalog=catalog, code="rate_limited", status=429, title="Rate limited", retryable=True,
    suggestion="Wait a moment.",
):  # fmt: skip
    """Too many calls."""

    retry_after: int
    scopes: list[str]


class NotFound(Problem, catalog=catalog, code="not_found", status=404, title="Not found"):
    """There is no such thing."""

    kind: str | None = None


class Internal(Problem, catalog=catalog, code="internal", status=500, title="Internal error"):
    """Something broke."""


VARIED: Sequence[Problem] = (
    QuotaExceeded("12 MB do not fit.", limit=10, used=9.5, plan="pro"),
    QuotaExceeded("3 MB do not fit.", limit=3, used=1.5, status=403),
    QuotaExceeded(limit=1, used=1.0),
    RateLimited("61 calls in a minute.", retry_after=7, scopes=["token"]),
    RateLimited("601 calls in a minute.", retry_after=9, scopes=["org", "token"]),
    NotFound("There is no drop drp_7.", kind="drop"),
    NotFound(),
    Internal(),
    Internal("The disk is full."),
)


def samples_of(
    dialect: Dialect, problems: Sequence[Problem] = VARIED, ids: Sequence[str | None] = ()
) -> list[Sample]:
    contract = Contract(catalog, dialect=dialect)
    samples = []
    for number, problem in enumerate(problems):
        out = contract.render(problem, request_id=ids[number] if ids else f"req_{number}f3a{number * 7919}")
        samples.append(Sample(f"sample {number}", out.body, json.loads(out.body), out.status, out.headers))
    return samples


def taught(*documents: Mapping[str, Any], status: int | None = None) -> Learned:
    return learn([
        Sample(f"sample {n}", json.dumps(document).encode(), document, status)
        for n, document in enumerate(documents)
    ])  # fmt: skip


def meanings(learned: Learned) -> dict[str, str]:
    return {shown(decision.place): decision.meaning for decision in learned.decisions}


def all_come_back(learned: Learned) -> bool:
    return all(reread.is_equal for reread in learned.rereadings)


# ---- the built-in dialects


@pytest.mark.parametrize("dialect", BUILT_IN, ids=repr)
def test_a_built_in_dialect_is_learned_as_it_is_written(dialect: Dialect) -> None:
    learned = learn(samples_of(dialect))
    assert repr(learned.dialect.shape) == repr(
        dialect.shape
    )  # slots compare by identity, and repr keeps order
    assert learned.dialect.media_type == dialect.media_type
    assert all(reread.is_equal and reread.is_same_bytes for reread in learned.rereadings)
    assert learned.request_id_header == "X-Request-Id"
    assert learned.base == (catalog.base if TYPE in dialect.slots else "")
    assert [kind.code for kind in learned.kinds] == [
        "quota_exceeded",
        "rate_limited",
        "not_found",
        "internal",
    ]


@pytest.mark.parametrize("dialect", BUILT_IN, ids=repr)
@pytest.mark.parametrize("count", range(1, len(VARIED)))
def test_few_samples_are_enough_to_write_them_again(dialect: Dialect, count: int) -> None:
    learned = learn(samples_of(dialect, VARIED[:count]))
    assert all_come_back(learned)


@pytest.mark.parametrize("dialect", BUILT_IN, ids=repr)
def test_every_decision_says_how_sure_it_is_and_why(dialect: Dialect) -> None:
    learned = learn(samples_of(dialect))
    assert {decision.confidence for decision in learned.decisions} <= {"sure", "likely", "guess"}
    assert all(decision.reason for decision in learned.decisions)
    named = {decision.meaning for decision in learned.decisions}
    assert {slot.name for slot in dialect.slots} <= named


def test_the_status_is_known_by_the_responses() -> None:
    reasons = {decision.meaning: decision for decision in learn(samples_of(BUILT_IN[0])).decisions}
    assert reasons["STATUS"].confidence == "sure"
    assert reasons["STATUS"].reason == "equal to the HTTP status in 9 of 9 samples"


def test_what_the_types_say_is_kept_for_the_catalog() -> None:
    quota, rate, *_ = learn(samples_of(BUILT_IN[0])).kinds
    assert (quota.statuses, quota.title, quota.count) == ((413, 403), "Quota exceeded", 3)
    assert quota.suggestion == "Free up space, or upgrade the plan."
    assert quota.members == {"limit": [10, 3, 1], "used": [9.5, 1.5, 1.0], "plan": ["pro"]}
    assert rate.retryable == {429: True}


# ---- any dialect

NAMES: dict[Slot, tuple[str, ...]] = {
    TYPE: ("type", "error_uri", "kind_of"),
    CODE: ("code", "error", "errorCode", "reason", "problem_code"),
    STATUS: ("status", "statusCode", "x1"),
    STATUS_TEXT: ("status", "http_status", "x2"),
    RPC_STATUS: ("status", "canonical", "x3"),
    TITLE: ("title", "summary"),
    DETAIL: ("detail", "description"),
    MESSAGE: ("message", "msg", "text"),
    RETRYABLE: ("retryable", "can_retry"),
    SUGGESTION: ("suggestion", "hint", "next_step"),
    RESOLVE: ("resolve", "way_out"),
    REQUEST_ID: ("request_id", "requestId", "trace", "x4"),
    DOMAIN: ("domain", "realm"),
    MEMBERS: ("meta", "params", "x5"),
    MEMBERS_TEXT: ("metadata",),
}
CONSTANTS = st.sampled_from(
    [("ok", False), ("object", "error"), ("version", 2), ("data", None), ("api", "drops")]
)


def _put(shape: dict[Any, Any], name: str, part: Any) -> None:
    while name in shape:
        name += "_"
    shape[name] = part


@st.composite
def shapes(draw: st.DrawFn) -> dict[Any, Any]:
    """A literal with CODE or TYPE, some other slots, constants, and up to two objects of its own."""
    identity = draw(st.sampled_from([(CODE,), (TYPE,), (CODE, TYPE)]))
    text = draw(st.sampled_from([(), (MESSAGE,), (DETAIL,), (TITLE, DETAIL), (TITLE, MESSAGE), (TITLE,)]))
    rest = draw(st.sets(st.sampled_from([STATUS, RETRYABLE, SUGGESTION, RESOLVE, REQUEST_ID, DOMAIN])))
    slots = draw(st.permutations([*identity, *text, *sorted(rest, key=repr)]))
    top: dict[Any, Any] = {}
    inner: dict[Any, Any] = {}
    deepest: dict[Any, Any] = {}
    for slot in slots:
        home = draw(st.sampled_from([top, inner, inner, deepest]))
        _put(home, draw(st.sampled_from(NAMES[slot])), slot)
    home = draw(st.sampled_from([top, inner, deepest]))
    members = draw(st.sampled_from([REST, REST, MEMBERS, MEMBERS_TEXT]))
    if members is REST:
        home[REST] = MEMBERS
    else:
        _put(home, draw(st.sampled_from(NAMES[members])), members)
    for name, value in draw(st.lists(CONSTANTS, max_size=2, unique_by=lambda pair: pair[0])):
        _put(draw(st.sampled_from([top, inner])), name, value)
    if deepest:
        _put(inner, "source", deepest)
    if inner:
        _put(top, "error", [inner] if draw(st.booleans()) else inner)
    return top


@given(shape=shapes(), order=st.permutations(VARIED), has_ids=st.lists(st.booleans(), min_size=9, max_size=9))
@example({REST: MEMBERS, "error": {"code": CODE, "source": {"detail": DETAIL}}}, VARIED, [False] * 9)
@example({"code": CODE, "error": {"title": TITLE, "source": {"detail": DETAIL}}}, VARIED, [True] * 9)
@example(
    {"code": CODE, "error": {"object": "error", "source": {"realm": DOMAIN, "id": REQUEST_ID}}},
    VARIED,
    [True, False] * 4 + [True],
)
def test_what_any_dialect_writes_is_written_again(
    shape: dict[Any, Any], order: Sequence[Problem], has_ids: list[bool]
) -> None:
    ids = [f"req_{number}c{number * 7919}b" if told else None for number, told in enumerate(has_ids)]
    learned = learn(samples_of(Dialect("any", shape), order, ids))
    assert all_come_back(learned), (shape, learned.dialect.shape, [r.differences for r in learned.rereadings])


values = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
)
words = st.sampled_from([
    "code", "type", "title", "status", "detail", "error", "errors", "message", "details", "meta", "@type",
    "id", "request_id", "resolve", "action", "retryable", "domain", "hint", 'a"b', "", "not_found", "429",
    "https://e.example/not_found", "No such thing.", "req_019b2f", "INVALID_ARGUMENT", "about:blank",
])  # fmt: skip
anything = st.recursive(
    values | st.text() | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=5),
    max_leaves=15,
)


@given(
    st.lists(
        st.tuples(
            st.dictionaries(words, anything, max_size=6), st.none() | st.sampled_from([200, 404, 429, 599])
        ),
        min_size=1, max_size=6,
    )
)  # fmt: skip
def test_whatever_the_samples_are_something_is_learned(
    given_samples: list[tuple[dict[str, Any], int | None]],
) -> None:
    samples = [
        Sample(str(n), json.dumps(document).encode(), document, status)
        for n, (document, status) in enumerate(given_samples)
    ]
    learned = learn(samples)
    assert len(learned.rereadings) == len(samples)
    assert {CODE, TYPE} & set(learned.dialect.slots)
    for reread in learned.rereadings:
        assert reread.is_equal != bool(reread.differences)
        assert reread.is_equal or not reread.is_same_bytes


# ---- decisions one by one


def test_without_samples_there_is_nothing_to_learn() -> None:
    with pytest.raises(SourceError, match="no error response to learn from") as raised:
        learn([])
    assert raised.value.code == "no-samples"


def test_samples_of_one_kind_are_guessed_and_it_says_so() -> None:
    learned = taught({"code": "gone", "title": "Gone", "detail": "Drop 7 is gone.", "limit": 3}, status=410)
    assert meanings(learned) == {
        "code": "CODE", "title": "TITLE", "detail": "DETAIL", "limit": "member", "{REST}": "MEMBERS",
    }  # fmt: skip
    assert all_come_back(learned)
    assert {d.meaning: d.confidence for d in learned.decisions}["DETAIL"] == "guess"
    assert any(note.startswith("all samples are of one kind") for note in learned.notes)


@pytest.mark.parametrize(
    ("field", "kind", "notes"),
    [("X-RateLimit-Limit", "x-ratelimit", 0), ("RateLimit", "ietf", 0), ("Retry-After", "none", 0),
     ("X-Rate-Limit-Limit", "none", 1), ("RateLimit-Limit", "none", 1)],
)  # fmt: skip
def test_rate_limits_are_known_by_headers_also_of_successes(field: str, kind: str, notes: int) -> None:
    samples = [Sample("a", b'{"code":"gone"}', {"code": "gone"}, 410, ((field, "60"),))]
    learned = learn(samples)
    assert learned.dialect.limit_headers == kind
    assert sum("headers that Failwell does not write" in note for note in learned.notes) == notes
    beside = learn([Sample("a", b'{"code":"gone"}', {"code": "gone"}, 410)], beside=[((field, "60"),)])
    assert beside.dialect.limit_headers == kind


def test_bodies_without_a_status_anywhere_are_told() -> None:
    learned = taught({"code": "gone"}, {"code": "full"})
    assert any(note.startswith("no HTTP status is known in 2 of 2 samples") for note in learned.notes)
    assert [kind.statuses for kind in learned.kinds] == [(), ()]


def test_a_numeric_body_without_status_tells_it_by_its_name() -> None:
    learned = taught({"code": "gone", "status": 410}, {"code": "full", "status": 413})
    assert meanings(learned)["status"] == "STATUS"
    assert [kind.statuses for kind in learned.kinds] == [(410,), (413,)]


def test_a_code_that_a_few_samples_lack_leaves_those_out() -> None:
    learned = taught(
        {"code": "gone", "message": "It is gone."}, {"code": "full", "message": "It is full."},
        {"message": "Forbidden"},
    )  # fmt: skip
    assert meanings(learned)["code"] == "CODE"
    assert [reread.is_equal for reread in learned.rereadings] == [True, True, False]


def test_a_text_in_an_object_that_is_sometimes_there_is_not_the_error_s_own() -> None:
    learned = taught(
        {"code": "gone", "message": "It is gone."},
        {"code": "full", "message": "It is full.", "cause": {"message": "The disk is full."}},
        {"code": "late", "message": "It is late.", "limit": 3},
    )
    assert meanings(learned)["message"] == "MESSAGE"
    assert meanings(learned)["cause"] == "member"
    assert all_come_back(learned)


def test_words_that_only_say_that_it_failed_are_no_codes() -> None:
    learned = taught(
        {"status": "error", "message": "The disk is full."}, {"status": "fail", "message": "No title."},
        {"status": "error", "message": "It is late."},
    )  # fmt: skip
    assert meanings(learned)["code"] == "added"
    assert meanings(learned)["status"] == "member"


def test_a_text_beside_a_type_uri_is_no_code_unless_it_is_its_tail() -> None:
    base = "https://e.example/"
    grouped = taught(
        {"type": f"{base}gone", "category": "drops"}, {"type": f"{base}full", "category": "plans"}
    )
    assert meanings(grouped) == {"type": "TYPE", "category": "member", "{REST}": "MEMBERS"}
    named = taught({"type": f"{base}gone", "key": "gone"}, {"type": f"{base}full", "key": "full"})
    assert meanings(named) == {"type": "TYPE", "key": "CODE", "{REST}": "MEMBERS"}


def test_what_is_random_is_no_code() -> None:
    documents = [{"id": f"evt_{n}a{n}b{n}7", "ref": f"log_{n}f{n}c{n}9", "name": f"No{n}"} for n in range(3)]
    learned = taught(*documents)
    assert meanings(learned)["name"] == "CODE"
    assert all_come_back(learned)


def test_members_of_thousands_of_names_take_no_time_and_are_shown_in_part() -> None:
    learned = taught(*({"code": "gone" if n % 2 else "full", f"k{n}": n} for n in range(5000)))
    assert meanings(learned)["{REST}"] == "MEMBERS"
    assert len(learned.decisions) < 500
    assert all_come_back(learned)


def test_about_blank_is_the_type_of_a_bare_status() -> None:
    base = "https://e.example/"
    documents = [
        {"type": f"{base}gone", "title": "Gone", "status": 410},
        {"type": f"{base}full", "title": "Full", "status": 413},
        {"type": "about:blank", "title": "Not Found", "status": 404},
    ]
    learned = taught(*documents)
    assert learned.dialect.slots[0] is TYPE
    assert learned.base == base
    assert all_come_back(learned)


def test_a_boolean_that_varies_within_a_code_stays_a_member() -> None:
    learned = taught(
        {"code": "gone", "retryable": True},
        {"code": "gone", "retryable": False},
        {"code": "full", "retryable": True},
        status=410,
    )  # fmt: skip
    assert meanings(learned)["retryable"] == "member"
    assert "retryable differs within one code: it stays a member" in learned.notes
    assert all_come_back(learned)


def test_a_google_word_that_does_not_fit_its_status_stays_a_member() -> None:
    learned = taught(
        {"reason": "a_b", "status": "ABORTED"},
        {"reason": "c_d", "status": "NOT_FOUND"},
        {"reason": "e_f", "status": "ABORTED"},
        status=409,
    )  # fmt: skip
    assert meanings(learned)["status"] == "member"
    assert any("not always the one that Failwell writes" in note for note in learned.notes)


def test_codes_with_several_statuses_are_named() -> None:
    learned = learn(samples_of(BUILT_IN[0]))
    assert "codes with several statuses: quota_exceeded; all others have one" in learned.notes


def test_the_same_bytes_in_another_order_are_equal_but_not_the_same() -> None:
    bodies = [
        b'{"code":"gone","message":"It is gone."}',
        b'{"message":"It is full.","code":"full"}',
        b'{"code": "gone",\n "message": "Gone."}',
    ]
    learned = learn([Sample("here", body, json.loads(body), 410) for body in bodies])
    assert [reread.is_equal for reread in learned.rereadings] == [True, True, True]
    assert [reread.is_same_bytes for reread in learned.rereadings] == [True, False, True]


@given(st.lists(st.lists(st.sampled_from("abcdef"), unique=True, max_size=6), max_size=6))
def test_an_order_of_names_has_each_once_and_agrees_where_all_agree(sequences: list[list[str]]) -> None:
    order = merged_order(sequences)
    assert sorted(order) == sorted({name for names in sequences for name in names})
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for names in sequences:
        for before, after in pairwise(names):
            sorter.add(after, before)
    try:
        sorter.prepare()
    except CycleError:
        return  # no order agrees with all
    assert all([name for name in order if name in names] == names for names in sequences)
