"""Requests that are sent again: what runs, what is answered again, what is refused."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any, get_args
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failwell.answers import Refused
from failwell.exceptions import DeclarationError
from failwell.guard.claim import Claim, KeptResponse
from failwell.guard.idempotency import Idempotency, IdempotencyDenied, Reason
from failwell.store import Memory
from failwell.typing import Headers
from tests.unit.guard.frozen_clock import FrozenClock
from tests.unit.guard.idempotent import JSON, KEY, REPLAYED, DeniedError, denied, guard_of, order

# ---------------------------------------------------------------------------------- run once, answer again


def test_a_request_that_is_sent_again_gets_the_same_bytes_and_is_told_so(clock: FrozenClock) -> None:
    guard = guard_of(clock)
    first = order(guard)
    assert first.replay is None
    assert not first.taken_over
    assert first.finish(201, JSON, b'{"id": 7}')
    clock.move(86_000)
    for _ in range(2):
        assert order(guard).replay == KeptResponse(201, JSON + REPLAYED, b'{"id": 7}')


def test_of_64_threads_with_one_key_one_runs_and_afterwards_all_get_the_same_bytes() -> None:
    guard = Idempotency(store=Memory(), problem=DeniedError)
    barrier = Barrier(64)

    def race() -> Claim | IdempotencyDenied:
        barrier.wait()
        try:
            return order(guard)
        except DeniedError as error:
            return error.denied

    with ThreadPoolExecutor(64) as threads:
        outcomes = [one.result() for one in [threads.submit(race) for _ in range(64)]]
        claims = [one for one in outcomes if isinstance(one, Claim)]
        assert [one.reason for one in outcomes if isinstance(one, IdempotencyDenied)] == ["in_flight"] * 63
        assert claims[0].finish(201, JSON, b"once")
        outcomes = [one.result() for one in [threads.submit(race) for _ in range(64)]]
    replays = [one.replay for one in outcomes if isinstance(one, Claim)]
    assert replays == [KeptResponse(201, JSON + REPLAYED, b"once")] * 64


def test_the_record_outlives_the_lock_and_ends_after_its_time(clock: FrozenClock) -> None:
    guard = guard_of(clock, lock=10, keep=100)
    first = order(guard)
    first.finish(200)
    clock.move(99)
    assert order(guard).replay
    clock.move(1)
    again = order(guard)
    assert again.replay is None
    assert again.fence > first.fence


@pytest.mark.anyio
async def test_coroutines_claim_finish_renew_and_abort_alike(clock: FrozenClock) -> None:
    guard = guard_of(clock)
    request: dict[str, Any] = {"key": KEY, "principal": "ann", "method": "POST", "path": "/"}
    claim = await guard.aclaim(**request)
    assert await claim.arenew()
    assert await claim.aabort()
    async with await guard.aclaim(**request):
        with pytest.raises(DeniedError):
            await guard.aclaim(**request)
    async with await guard.aclaim(**request) as claim:
        assert await claim.afinish(200, JSON, b"x")
    replay = (await guard.aclaim(**request)).replay
    assert replay == KeptResponse(200, JSON + REPLAYED, b"x")
    request["key"] = None
    assert not (await guard.aclaim(**request)).fence


# ------------------------------------------------------------------------------------------------ the key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('"abc"', "abc"),
        ("abc", " \tabc "),
        (r'"a\"b\\c"', r'a"b\c'),
        ('"a,b"', r'"a,b"'),
        ("!~;=", '"!~;="'),
        ("x" * 255, f'"{"x" * 255}"'),
    ],
)
def test_case_15_a_key_is_the_same_with_and_without_quotes(clock: FrozenClock, one: str, other: str) -> None:
    guard = guard_of(clock)
    order(guard, key=one).finish(200)
    assert order(guard, key=other).replay


@pytest.mark.parametrize(
    "key",
    [
        "",
        '""',
        '"',
        '"abc',
        'abc" "',
        r'"\a"',
        '"a"b"',
        '"a", "b"',
        "a,b",
        "a b",
        '"a b"',
        '"a";p=1',
        "é",
        '"é"',
        "a\x00",
        "a\x7f",
        "abc\n",
        "   ",
        "x" * 256,
        f'"{"x" * 256}"',
    ],
)
def test_case_15_what_is_no_key_is_malformed(clock: FrozenClock, key: str) -> None:
    assert denied(lambda: order(guard_of(clock), key=key)).reason == "malformed"


def test_a_missing_key_is_refused_only_where_one_is_required(clock: FrozenClock) -> None:
    assert denied(lambda: order(guard_of(clock, required=True), key=None)).reason == "missing"
    guard = guard_of(clock)
    for _ in range(2):
        with order(guard, key=None, principal=None) as claim:
            assert (claim.replay, claim.fence, claim.degraded) == (None, 0, False)
            assert not claim.renew()
            assert not claim.finish(200)


def test_methods_that_are_not_named_run_without_protection(clock: FrozenClock) -> None:
    guard = guard_of(clock, required=True)
    assert order(guard, method="GET").fence == 0
    assert order(guard, method="PATCH").fence
    assert order(guard_of(clock, methods=["PUT"]), method="PUT").fence


@pytest.mark.parametrize("method", ["post", "Post", "pOST"])
def test_a_method_in_lower_case_is_the_same_method(clock: FrozenClock, method: str) -> None:
    guard = guard_of(clock)
    claim = order(guard, method=method)
    assert claim.fence
    assert denied(lambda: order(guard, method="POST")).reason == "in_flight"
    assert claim.finish(200)
    assert order(guard).replay


@pytest.mark.parametrize("principal", ["", b""])
def test_a_principal_that_is_empty_is_a_mistake_and_the_message_says_how_to_mend_it(
    clock: FrozenClock, principal: str | bytes
) -> None:
    with pytest.raises(ValueError, match="all callers would share their keys\n  To mend it: pass whose"):
        order(guard_of(clock), principal=principal)


@pytest.mark.parametrize(
    "said",
    [
        {"key": 7},
        {"key": b"abc"},
        {"method": None},
        {"method": b"POST"},
        {"path": None},
        {"path": b"/orders"},
        {"query": None},
        {"query": {"a": "1"}},
        {"content_type": None},
        {"content_type": b"text/plain"},
        {"body": "{}"},
        {"body": None},
    ],
)
def test_a_request_of_wrong_types_is_refused_by_name(clock: FrozenClock, said: dict[str, Any]) -> None:
    (name,) = said
    with pytest.raises(TypeError, match=rf"^Idempotency: {name} is a \w+, .*\n  To mend it: pass "):
        order(guard_of(clock), **said)


def test_a_body_may_be_bytes_of_any_kind(clock: FrozenClock) -> None:
    guard = guard_of(clock)
    order(guard, body=bytearray(b"{}")).finish(200)
    assert order(guard, body=memoryview(b"{}")).replay


# ------------------------------------------------------------------------------------- scope and mismatch


@pytest.mark.parametrize(
    "other",
    [
        {"principal": "bob"},
        {"principal": b"ann"},
        {"principal": UUID(int=1)},
        {"method": "PATCH"},
        {"path": "/orders/7"},
        {"path": "/orders/"},
        {"key": KEY.upper()},
    ],
)
def test_case_15_another_caller_operation_or_key_is_another_request(
    clock: FrozenClock, other: dict[str, Any]
) -> None:
    guard = guard_of(clock)
    order(guard).finish(200, (), b"of ann")
    assert order(guard, **other).replay is None


@pytest.mark.parametrize(
    "other",
    [{"body": b"{ }"}, {"body": b""}, {"query": "dry=1"}, {"content_type": "text/plain"}],
)
def test_case_15_another_body_query_or_content_type_is_a_mismatch_at_all_times(
    clock: FrozenClock, other: dict[str, Any]
) -> None:
    guard = guard_of(clock)
    claim = order(guard)
    mismatch = IdempotencyDenied(reason="mismatch")
    assert denied(lambda: order(guard, **other)) == mismatch
    clock.move(61)
    assert denied(lambda: order(guard, **other)) == mismatch
    claim.abort()
    assert denied(lambda: order(guard, **other)) == mismatch
    order(guard).finish(200)
    assert denied(lambda: order(guard, **other)) == mismatch


@st.composite
def _two_cuts_of_one_text(draw: st.DrawFn) -> list[tuple[str, str, str]]:
    """One text cut into three parts in two ways: what two different requests have at worst in common."""
    text = draw(st.text("a:/", min_size=4, max_size=7))
    cuts = st.lists(st.integers(1, len(text) - 1), min_size=2, max_size=2, unique=True).map(sorted)
    ways = draw(st.lists(cuts, min_size=2, max_size=2, unique_by=tuple))
    return [(text[:one], text[one:two], text[two:]) for one, two in ways]


@given(_two_cuts_of_one_text(), st.permutations(["principal", "path", "key"]))
def test_no_two_callers_paths_and_keys_run_together(
    ways: list[tuple[str, str, str]], names: list[str]
) -> None:
    guard = guard_of(FrozenClock(), methods=["P"])
    for way in ways:
        assert order(guard, method="P", **dict(zip(names, way, strict=True))).fence


@given(_two_cuts_of_one_text())
def test_no_two_queries_content_types_and_bodies_run_together(ways: list[tuple[str, str, str]]) -> None:
    guard = guard_of(FrozenClock())
    (query, content_type, body), other = ways
    order(guard, query=query, content_type=content_type, body=body.encode())
    query, content_type, body = other
    again = denied(lambda: order(guard, query=query, content_type=content_type, body=body.encode()))
    assert again.reason == "mismatch"


def test_a_path_with_lone_surrogates_is_a_path(clock: FrozenClock) -> None:
    guard = guard_of(clock)
    order(guard, path="/\udcff", query="\udcff").finish(200)
    assert order(guard, path="/\udcff", query="\udcff").replay


# ------------------------------------------------------------------------------------------- what is kept


@pytest.mark.parametrize("status", [200, 201, 202, 204, 303, 304, 400, 402, 404, 409, 412, 422, 451])
def test_a_response_that_settles_the_matter_is_kept(clock: FrozenClock, status: int) -> None:
    guard = guard_of(clock)
    assert order(guard).finish(status, JSON, b"x")
    assert order(guard).replay == KeptResponse(status, JSON + REPLAYED, b"x")


@pytest.mark.parametrize("status", [401, 403, 408, 425, 429, 500, 502, 503, 504, 599])
def test_after_a_response_that_settles_nothing_the_request_runs_again(
    clock: FrozenClock, status: int
) -> None:
    guard = guard_of(clock)
    first = order(guard)
    assert not first.finish(status, JSON, b"x")
    second = order(guard)
    assert second.replay is None
    assert not second.taken_over
    assert second.fence > first.fence
    assert not first.finish(200)


@pytest.mark.parametrize("status", [204, 304])
def test_case_17_a_response_without_content_is_replayed_without(clock: FrozenClock, status: int) -> None:
    guard = guard_of(clock, max_body=0)
    assert order(guard).finish(status, (("ETag", '"1"'),))
    assert order(guard).replay == KeptResponse(status, (("ETag", '"1"'), *REPLAYED), b"")


@pytest.mark.parametrize("body", [bytes(50_000_000), bytes(1_048_577), None])
def test_case_17_of_a_response_of_50_mb_or_a_stream_without_end_the_status_is_kept(
    clock: FrozenClock, body: bytes | None
) -> None:
    guard = guard_of(clock)
    assert order(guard).finish(201, JSON, body)
    assert denied(lambda: order(guard)) == IdempotencyDenied(reason="unrepeatable", status=201)


def test_case_17_a_body_of_exactly_max_body_is_kept(clock: FrozenClock) -> None:
    guard = guard_of(clock, max_body=3)
    order(guard).finish(200, (), b"abc")
    assert order(guard).replay


def test_case_17_cookies_and_what_belongs_to_one_occasion_are_never_replayed(clock: FrozenClock) -> None:
    guard = guard_of(clock)
    kept = (
        ("content-type", "text/plain"),
        ("Location", "/orders/7"),
        ("ETag", '"1"'),
        ("Link", "</a>"),
        ("link", "</b>"),
        ("Content-Language", "en"),
        ("Content-Encoding", "gzip"),
        ("Cache-Control", "no-store"),
    )
    passing = (
        ("Set-Cookie", "session=1"),
        ("set-cookie", "b=2"),
        ("Authorization", "Bearer x"),
        ("Date", "Sat, 21 Nov 2026 09:00:00 GMT"),
        ("X-Request-Id", "req_1"),
        ("RateLimit", '"token";r=9'),
        ("X-RateLimit-Remaining", "9"),
        ("Retry-After", "9"),
        ("Content-Length", "1"),
        ("Transfer-Encoding", "chunked"),
    )
    order(guard).finish(200, passing + kept + passing, b"x")
    replay = order(guard).replay
    assert replay
    assert replay.headers == kept + REPLAYED


def test_a_handler_that_fails_gives_its_claim_back_and_its_error_goes_on(clock: FrozenClock) -> None:
    guard = guard_of(clock)
    with pytest.raises(ZeroDivisionError), order(guard):
        raise ZeroDivisionError
    with order(guard) as claim:
        assert claim.finish(200)
    assert order(guard).replay


def test_a_claim_ends_once(clock: FrozenClock) -> None:
    guard = guard_of(clock)
    claim = order(guard)
    assert claim.abort()
    assert not claim.abort()
    assert not claim.finish(200)
    assert order(guard).fence > claim.fence


# -------------------------------------------------------------------------------------------------- denials


def test_the_default_refusals_have_the_statuses_of_the_draft(clock: FrozenClock) -> None:
    told: dict[str, tuple[int, Headers]] = {}

    def refuse(check: Callable[[], object]) -> None:
        with pytest.raises(Refused) as caught:
            check()
        refused = caught.value
        assert isinstance(refused.denied, IdempotencyDenied)
        assert refused.detail.endswith(".")
        told[refused.denied.reason] = refused.status, refused.headers

    guard = guard_of(clock, problem=None, required=True, restartable=False)
    refuse(lambda: order(guard, key=None))
    refuse(lambda: order(guard, key="a b"))
    claim = order(guard)
    clock.move(2.5)
    refuse(lambda: order(guard))
    refuse(lambda: order(guard, body=b""))
    clock.move(60)
    refuse(lambda: order(guard))
    claim.finish(200, (), None)
    refuse(lambda: order(guard))
    assert told == {
        "missing": (400, ()),
        "malformed": (400, ()),
        "in_flight": (409, (("Retry-After", "3"),)),
        "mismatch": (422, ()),
        "outcome_unknown": (409, ()),
        "unrepeatable": (409, ()),
    }
    assert told.keys() == set(get_args(Reason))


def test_what_problem_makes_has_to_be_an_exception(clock: FrozenClock) -> None:
    with pytest.raises(TypeError, match="not an exception to raise"):
        order(guard_of(clock, problem=lambda denied: denied.reason, required=True), key=None)


# --------------------------------------------------------------------------------------------- declarations


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"lock": 0}, "idempotency-lock"),
        ({"lock": True}, "idempotency-lock"),
        ({"lock": float("nan")}, "idempotency-lock"),
        ({"lock": "60"}, "idempotency-lock"),
        ({"keep": -1}, "idempotency-keep"),
        ({"keep": 10**12}, "idempotency-keep"),
        ({"lock": 61, "keep": 60}, "idempotency-keep"),
        ({"max_body": -1}, "idempotency-max-body"),
        ({"max_body": 1.5}, "idempotency-max-body"),
        ({"methods": "POST"}, "idempotency-methods"),
        ({"methods": ()}, "idempotency-methods"),
        ({"methods": ["post"]}, "idempotency-methods"),
        ({"methods": 7}, "idempotency-methods"),
        ({"on_outage": "local"}, "idempotency-on-outage"),
        ({"on_outage": "maybe"}, "guard-on-outage"),
        ({"store": Memory}, "guard-store"),
        ({"problem": 7}, "guard-problem"),
        ({"unavailable": 7}, "guard-unavailable"),
    ],
)
def test_a_declaration_that_cannot_serve_is_refused(
    clock: FrozenClock, said: dict[str, Any], code: str
) -> None:
    with pytest.raises(DeclarationError) as caught:
        guard_of(clock, **said)
    assert caught.value.code == code


def test_local_is_refused_with_the_reason(clock: FrozenClock) -> None:
    with pytest.raises(DeclarationError, match="neither stops a second run in another process"):
        guard_of(clock, on_outage="local")


def test_nothing_is_logged_where_all_goes_well(clock: FrozenClock, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "failwell")
    guard = guard_of(clock)
    order(guard).finish(200)
    order(guard)
    assert not caplog.records
