"""Versions that differ: what holds for every change, and what the page says of each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route

import failwell.httpx
import failwell.starlette
from docs import generate
from failwell import Contract, Dialect, UnknownProblem, dialects
from failwell.wire.dialects import BUILT_IN
from failwell.wire.values import convert
from tests.skew.exchange import REQUEST_ID, Seen, Unsent, call, call_over_loopback
from tests.skew.matrix import (
    AFTER,
    BEFORE,
    CHANGES,
    ELSEWHERE,
    LOW,
    OTHERS,
    PLAIN,
    RAISED,
    SHOWN,
    SOLD_OUT_RAISED,
    Occurrence,
    of,
)
from tests.skew.table import BACKWARD, DIRECTIONS, FORWARD, Observation, calls, matrix, observations, others

_FLAT, _GOOGLE = OTHERS
_PAGE = generate.PAGES / "skew.md"


def _seen(change: str, direction: str, dialect: Dialect = SHOWN) -> Seen:
    seen = observations(dialect)[change, direction].seen
    assert isinstance(seen, Seen)
    return seen


def _sent(dialect: Dialect) -> Iterator[tuple[str, Observation, Seen, Seen]]:
    """All that was sent: with what was seen, and what was meant."""
    for (name, direction), observed in observations(dialect).items():
        if isinstance(observed.seen, Seen) and isinstance(observed.meant, Seen):
            yield f"{name}, {direction}", observed, observed.seen, observed.meant


def _in_one_dialect(dialect: Dialect) -> Iterator[tuple[str, Observation, Seen, Seen]]:
    return (sent for sent in _sent(dialect) if not sent[0].startswith("dialect changed"))


# ------------------------------------------------------------------------------- whatever has changed


@pytest.fixture(params=BUILT_IN, ids=lambda dialect: dialect.name)
def dialect(request: pytest.FixtureRequest) -> Dialect:
    assert isinstance(request.param, Dialect)
    return request.param


def test_each_call_is_one_request_and_ends_in_the_status_that_was_sent(dialect: Dialect) -> None:
    for name, _, seen, meant in _sent(dialect):
        assert (seen.requests, seen.status) == (1, meant.status), name


def test_the_request_id_arrives_in_every_case(dialect: Dialect) -> None:
    assert {seen.request_id for _, _, seen, _ in _sent(dialect)} == {REQUEST_ID}


def test_only_a_change_of_the_dialect_makes_it_no_problem_of_the_api(dialect: Dialect) -> None:
    assert [name for name, _, seen, _ in _in_one_dialect(dialect) if seen.caught == "no problem"] == []


def test_nothing_that_was_sent_is_lost(dialect: Dialect) -> None:
    for name, _, seen, meant in _in_one_dialect(dialect):
        sent = {member for member, value in meant.members.items() if value is not None}
        found = {member for member, value in seen.members.items() if value is not None}
        hidden = {"wait"} if "only it carried" in name else set()
        assert sent - hidden <= found | seen.extra.keys() | seen.unreadable.keys(), name


def test_a_typed_member_is_of_the_type_the_client_declares_or_none(dialect: Dialect) -> None:
    checked = 0
    for _, observed, seen, _ in _sent(dialect):
        cls = observed.client.catalog.find(seen.code)
        if seen.caught == "declared" and cls is not None:
            for member in cls.problem_type.members:
                value = seen.members[member.wire_name]
                assert value is None or convert(value, cls.member_set.annotations[member.name]) == value
                checked += value is not None
    assert checked > len(CHANGES)


def test_a_member_that_the_client_needs_and_has_not_got_is_named_in_unreadable(dialect: Dialect) -> None:
    """Those that only a header carries are not: see `test_a_lost_member_of_a_header_has_no_reason`."""
    for name, observed, seen, _ in _sent(dialect):
        record = observed.client.catalog.records.get(seen.code)
        if seen.caught == "declared" and record is not None:
            needed = {m.wire_name for m in record.members if m.required and m.on_wire}
            lacking = {member for member in needed if seen.members[member] is None}
            assert lacking <= seen.unreadable.keys(), name


def test_without_a_change_everything_is_as_meant(dialect: Dialect) -> None:
    for direction in DIRECTIONS:
        assert observations(dialect)["nothing", direction].cell.endswith(": all as meant")


_SAFE = [
    "status changed, 409 to 422",
    "second status added, and used",
    "optional member added",
    "optional member removed",
    "title changed",
    "suggestion changed",
    "code deprecated",
    "code renamed with `former`, before the sunset",
]


@pytest.mark.parametrize("change", _SAFE)
def test_what_the_page_calls_safe_is_caught_by_the_same_clause_with_all_that_it_had(
    change: str, dialect: Dialect
) -> None:
    for direction in DIRECTIONS:
        seen, usual = _seen(change, direction, dialect), _seen("nothing", direction, dialect)
        assert (seen.caught, seen.unreadable) == ("declared", {})
        assert {**seen.members, **usual.members} == seen.members
        assert (seen.retry, seen.retryable, seen.detail) == (usual.retry, usual.retryable, usual.detail)


def test_an_optional_member_that_is_new_stands_in_extra(dialect: Dialect) -> None:
    extra = _seen("optional member added", FORWARD, dialect).extra
    assert {name: str(value) for name, value in extra.items()} == {"seats": "7"}


# ------------------------------------------------------------------------------------------- codes


@pytest.mark.parametrize(
    ("change", "direction"),
    [
        ("code added: 409, `later`", FORWARD),
        ("code removed without a trace", BACKWARD),
        ("code renamed and nothing else", FORWARD),
        ("code renamed and nothing else", BACKWARD),
        ("code renamed, the old one an alias", FORWARD),
        ("code renamed with `former`, from the sunset on", FORWARD),
    ],
)
def test_a_code_that_the_client_does_not_know_is_caught_as_unknown_only(change: str, direction: str) -> None:
    seen = _seen(change, direction)
    assert (seen.caught, seen.members) == ("unknown", {})
    assert seen.extra["left"] == 2


@pytest.mark.parametrize(
    ("change", "direction", "name"),
    [
        ("code removed, with a tombstone", BACKWARD, "OutOfStock"),
        ("code renamed, the old one an alias", BACKWARD, "SoldOut"),
        ("code renamed, each version has the other's as an alias", FORWARD, "OutOfStock"),
        ("code renamed, each version has the other's as an alias", BACKWARD, "SoldOut"),
        ("code renamed with `former`, before the sunset", FORWARD, "OutOfStock"),
        ("code renamed with `former`, before the sunset", BACKWARD, "SoldOut"),
        ("code renamed with `former`, from the sunset on", BACKWARD, "SoldOut"),
        ("code deprecated", FORWARD, "OutOfStock"),
    ],
)
def test_these_reach_the_clause_that_the_client_has_for_them(change: str, direction: str, name: str) -> None:
    for dialect in (SHOWN, *OTHERS):
        seen = _seen(change, direction, dialect)
        assert (seen.name, seen.members) == (name, {"article": "tea", "left": 2})


@pytest.mark.parametrize("change", ["code deprecated", "code renamed with `former`, before the sunset"])
def test_what_goes_away_is_announced_in_header_fields(change: str) -> None:
    fields = _seen(change, FORWARD).fields
    assert fields["Deprecation"] == "@1780272000"
    assert fields["Sunset"] == "Tue, 01 Jun 2027 00:00:00 GMT"
    assert 'rel="successor-version"' in fields["Link"]


def test_a_removed_code_is_never_sent() -> None:
    for change in ("code removed, with a tombstone", "code removed without a trace"):
        assert isinstance(observations(SHOWN)[change, FORWARD].seen, Unsent)


@pytest.mark.anyio
async def test_code_that_still_raises_a_removed_type_is_a_failure_of_the_server() -> None:
    new = CHANGES["code removed, with a tombstone"].new.contract(SHOWN)
    cls = new.catalog.types["out_of_stock"]

    async def forgotten(request: Request) -> None:
        raise cls("Only 2 left.", article="tea", left=2)

    app = Starlette(routes=[Route("/", forgotten)])
    failwell.starlette.install(app, new, reraise=False)
    async with _client(of(PLAIN, LOW).contract(SHOWN), app) as http:
        with pytest.raises(UnknownProblem) as caught:
            await http.get("/")
    assert (caught.value.status, caught.value.code, caught.value.retryable) == (500, "internal", True)


@pytest.mark.anyio
async def test_a_running_server_changes_to_the_new_code_at_the_sunset() -> None:
    change = CHANGES["code renamed with `former`, before the sunset"]
    day = BEFORE

    def clock() -> float:
        return datetime.combine(day, time(), UTC).timestamp()

    server, old = change.new.contract(SHOWN, clock), change.old.contract(SHOWN)
    before = await call(server, old, SOLD_OUT_RAISED)
    day = AFTER
    after = await call(server, old, SOLD_OUT_RAISED)
    assert [one.name for one in (before, after) if isinstance(one, Seen)] == ["OutOfStock", "UnknownProblem"]


# ------------------------------------------------------------------------------------ status and retry


def test_a_status_that_the_client_does_not_declare_changes_nothing_else() -> None:
    for change, status in (("status changed, 409 to 422", 422), ("second status added, and used", 403)):
        for dialect in (SHOWN, *OTHERS):
            seen = _seen(change, FORWARD, dialect)
            assert (seen.name, seen.status, seen.members["left"]) == ("OutOfStock", status, 2)


def test_what_a_response_says_about_retryable_counts() -> None:
    for name, _, seen, meant in _in_one_dialect(SHOWN):
        assert seen.retryable == meant.retryable, name


def test_the_retry_word_follows_what_the_response_says() -> None:
    for change in ("retry changed, `never` to `later`", "retry changed, `later` to `never`"):
        seen = _seen(change, FORWARD)
        assert (seen.retry == "later") is seen.retryable
    seen = _seen("retry changed, `after_action` to `after_change`", FORWARD)
    assert seen.retry == "after_action"


def test_dialects_without_retryable_leave_it_to_the_client() -> None:
    for dialect in OTHERS:
        assert not _seen("retry changed, `never` to `later`", FORWARD, dialect).retryable
        assert _seen("retry changed, `later` to `never`", FORWARD, dialect).retryable
        assert _seen("code added: 503, `never`", FORWARD, dialect).retryable
        assert not _seen("code added: 409, `later`", FORWARD, dialect).retryable
        assert _seen('code added: 409, `never`; policy `unknown="internal"`', FORWARD, dialect).retryable


# ----------------------------------------------------------------------------------------- members


@pytest.mark.parametrize(
    ("change", "direction", "member", "value"),
    [
        ("required member added", BACKWARD, "seats", None),
        ("required member with a default added", BACKWARD, "seats", 0),
        ("required member removed", FORWARD, "left", None),
        ("required member made optional, and absent", FORWARD, "left", None),
        ("optional member made required, was absent", BACKWARD, "left", None),
    ],
)
def test_a_member_that_the_other_side_does_not_send_is_missing(
    change: str, direction: str, member: str, value: object
) -> None:
    for dialect in (SHOWN, *OTHERS):
        seen = _seen(change, direction, dialect)
        assert (seen.members[member], seen.unreadable) == (value, {member: "missing"})


@pytest.mark.parametrize("change", ["optional member removed", "optional member added"])
def test_an_optional_member_that_is_not_sent_is_no_fault(change: str) -> None:
    direction = FORWARD if "removed" in change else BACKWARD
    seen = _seen(change, direction)
    assert (seen.members["seats"], seen.unreadable) == (None, {})


def test_a_value_of_another_type_is_never_converted_but_in_dialects_that_send_text() -> None:
    names = ("member retyped, integer to text: 2 to `2`", "member retyped, text to integer: `2` to 2")
    for name in names:
        for direction in DIRECTIONS:
            for dialect in (SHOWN, _FLAT):
                seen = _seen(name, direction, dialect)
                assert (seen.members["left"], "left" in seen.unreadable) == (None, True)
    assert [_seen(name, FORWARD, _GOOGLE).members["left"] for name in names] == [2, "2"]


def test_a_new_value_of_an_enumeration_costs_the_old_client_that_member_only() -> None:
    seen = _seen("value added to an enumeration, and used", FORWARD)
    assert (seen.members["place"], seen.members["left"]) == (None, 2)
    assert "place" in seen.unreadable


def test_no_client_can_notice_another_unit() -> None:
    change = "unit of a member changed, bytes to kilobytes"
    assert (_seen(change, FORWARD).members["size"], _seen(change, FORWARD).unreadable) == (2, {})
    assert _seen(change, BACKWARD).members["size"] == 2048


# -------------------------------------------------------------------------------- texts and headers


def test_texts_are_those_of_the_response_where_the_dialect_carries_them() -> None:
    titles = [_seen("title changed", FORWARD, dialect).title for dialect in (SHOWN, _FLAT, _GOOGLE)]
    assert titles == ["Sold out", "Out of stock", "Sold out"]
    changed = [_seen("suggestion changed", FORWARD, dialect).suggestion for dialect in (SHOWN, *OTHERS)]
    assert changed == ["Take another.", "Order fewer.", "Order fewer."]


def test_the_way_out_is_the_clients_own_unless_the_dialect_carries_it() -> None:
    change = "way out changed (`resolve`)"
    actions = {dialect.name: _seen(change, FORWARD, dialect).action for dialect in BUILT_IN}
    assert {name for name, action in actions.items() if action == "take_another"} == {"problem-resolve"}
    assert {action for name, action in actions.items() if name != "problem-resolve"} == {"order_fewer"}


def test_in_flat_a_new_title_without_detail_reads_as_a_detail() -> None:
    details = [_seen("title changed, no detail", FORWARD, dialect).detail for dialect in (SHOWN, *OTHERS)]
    assert details == [None, "Sold out", None]


def test_a_lost_member_of_a_header_has_no_reason() -> None:
    seen = _seen("`Retry-After` dropped, and the member that only it carried", FORWARD)
    assert (seen.members["wait"], seen.unreadable, seen.fields) == (None, {}, {})


# ---------------------------------------------------------------------------------------- the shape


@pytest.mark.anyio
@pytest.mark.parametrize("dialect", BUILT_IN, ids=lambda dialect: dialect.name)
async def test_another_base_matters_only_where_the_type_uri_is_the_identity(dialect: Dialect) -> None:
    old, new = CHANGES["base URI changed"].old.contract(dialect), of(PLAIN, base=ELSEWHERE).contract(dialect)
    seen = await call(new, old, RAISED)
    assert isinstance(seen, Seen)
    assert (seen.caught == "unknown") is (dialect is dialects.PROBLEM_TYPE)


@pytest.mark.anyio
async def test_a_client_that_is_told_the_new_base_first_reads_both() -> None:
    old, new = (
        of(PLAIN).contract(dialects.PROBLEM_TYPE),
        of(PLAIN, base=ELSEWHERE).contract(dialects.PROBLEM_TYPE),
    )
    prepared = old.at(ELSEWHERE)
    both = [await call(server, prepared, RAISED) for server in (old, new)]
    assert [one.name for one in both if isinstance(one, Seen)] == ["OutOfStock", "OutOfStock"]


def test_another_dialect_leaves_at_most_the_code() -> None:
    caught = {
        (dialect.name, name.rpartition(" ")[2], direction[:3]): _seen(name, direction, dialect).caught
        for dialect in (SHOWN, *OTHERS)
        for name, direction in observations(dialect)
        if name.startswith("dialect changed")
    }
    assert len(caught) == 12
    assert {key for key, how in caught.items() if how == "declared"} == {
        ("problem", "FLAT", "old"),
        ("problem", "FLAT", "new"),
        ("flat", "PROBLEM", "old"),
        ("flat", "PROBLEM", "new"),
    }
    assert _seen("dialect changed to FLAT", FORWARD).detail is None


# ---------------------------------------------------------------------------- over a socket, the page


_SAMPLE = [
    ("code added: 409, `later`", FORWARD),
    ("code renamed with `former`, before the sunset", FORWARD),
    ("code removed, with a tombstone", BACKWARD),
    ("member retyped, integer to text: 2 to `2`", FORWARD),
    ("retry changed, `never` to `later`", FORWARD),
    ("dialect changed to GOOGLE", FORWARD),
]


@pytest.mark.parametrize(("change", "direction"), _SAMPLE)
def test_a_real_server_and_the_plain_client_show_the_same(change: str, direction: str) -> None:
    assert call_over_loopback(*_parties(change, direction)) == _seen(change, direction)


def _parties(change: str, direction: str) -> tuple[Contract, Contract, Occurrence]:
    old, new = CHANGES[change].old.contract(SHOWN), CHANGES[change].new.contract(SHOWN)
    forward = direction == FORWARD
    return (new, old, CHANGES[change].new_raises) if forward else (old, new, CHANGES[change].old_raises)


def test_the_page_has_the_parts_and_stays_short() -> None:
    page = _PAGE.read_text(encoding="utf-8")
    for part in (matrix(), others(), calls()):
        assert part in page, "run `python -m docs.generate`"
    prose = [line for line in page.splitlines() if not line.startswith("| ")]
    assert len(prose) <= 120


def _client(contract: Contract, app: Any) -> failwell.httpx.AsyncClient:
    transport = httpx.ASGITransport(app)
    return failwell.httpx.AsyncClient(contract, transport=transport, base_url="http://shop.test")
