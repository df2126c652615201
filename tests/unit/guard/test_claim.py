"""Claims by themselves: what may be kept through them, and what adapters do with them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failwell.guard.claim import KEPT_FIELDS, PASSING, KeptResponse
from failwell.guard.idempotency import IdempotencyDenied
from failwell.typing import Admission, Headers
from tests.unit.guard.frozen_clock import FrozenClock
from tests.unit.guard.idempotent import KEY, REPLAYED, denied, facts, guard_of, order

# ------------------------------------------------------------------------------------ what may be kept


@pytest.mark.parametrize(
    "headers",
    [
        7,
        "Location: /orders/7",
        {"Location": "/orders/7"},
        ["ab"],
        [("Location",)],
        [("Location", "/orders/7", "x")],
        [("Location", 7)],
        [("Location", None)],
        [(7, "/orders/7")],
        [(b"location", b"/orders/7")],
    ],
)
def test_headers_that_are_no_pairs_of_texts_are_refused(clock: FrozenClock, headers: Any) -> None:
    guard = guard_of(clock)
    claim = order(guard)
    with pytest.raises(TypeError, match=r"^Claim\.finish: headers .*\n  To mend it: pass pairs"):
        claim.finish(201, headers)
    assert claim.finish(201, (("Location", "/orders/7"),))  # nothing was settled
    assert order(guard).replay


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\x00", "\x7f", "☃"])
def test_a_field_that_cannot_be_sent_is_refused_and_its_value_is_not_repeated(
    clock: FrozenClock, end: str
) -> None:
    claim = order(guard_of(clock))
    with pytest.raises(
        ValueError, match=r"^Claim\.finish: the value of Location .*\n  To mend it: "
    ) as caught:
        claim.finish(201, (("Location", f"/s3cret{end}Set-Cookie: a=b"),))
    assert "s3cret" not in str(caught.value)


def test_what_is_not_kept_is_not_looked_at(clock: FrozenClock) -> None:
    assert order(guard_of(clock)).finish(201, (("Set-Cookie", "a\x01b"), ("X-Odd\n", "☃")))


def test_a_tab_and_letters_of_latin_1_may_stand_in_a_value(clock: FrozenClock) -> None:
    guard, headers = guard_of(clock), (("Content-Disposition", 'inline;\tfilename="é"'),)
    assert order(guard).finish(200, headers)
    replay = order(guard).replay
    assert replay
    assert replay.headers == headers + REPLAYED


@pytest.mark.parametrize("headers", [[("ETag", '"1"')], [["ETag", '"1"']], iter([("ETag", '"1"')])])
def test_pairs_may_come_in_lists_too(clock: FrozenClock, headers: Any) -> None:
    guard = guard_of(clock)
    assert order(guard).finish(200, headers)
    assert order(guard).replay == KeptResponse(200, (("ETag", '"1"'), *REPLAYED), b"")


@pytest.mark.parametrize("status", ["201", 201.0, None, True])
def test_a_status_that_is_no_number_is_refused(clock: FrozenClock, status: Any) -> None:
    with pytest.raises(TypeError, match=r"^Claim\.finish: status is .*\n  To mend it: "):
        order(guard_of(clock)).finish(status)


@pytest.mark.parametrize("body", ["text", 7, ["a"]])
@pytest.mark.anyio
async def test_a_body_that_is_no_bytes_is_refused(clock: FrozenClock, body: Any) -> None:
    claim = order(guard_of(clock))
    with pytest.raises(TypeError, match=r"^Claim\.finish: body is a \w+"):
        claim.finish(200, (), body)
    with pytest.raises(TypeError, match=r"^Claim\.finish: body is a \w+"):
        await claim.afinish(200, (), body)


@given(
    st.integers(100, 599),
    st.lists(
        st.tuples(
            st.sampled_from([*sorted(KEPT_FIELDS), "Set-Cookie", "ETag"]), st.text("aé \t,", max_size=9)
        )
    ).map(tuple),
    st.binary(max_size=9),
)
def test_what_is_replayed_is_what_was_kept_and_only_what_settles_the_matter(
    status: int, headers: Headers, body: bytes
) -> None:
    guard = guard_of(FrozenClock(), max_body=6)
    is_settled = 200 <= status < 500 and status not in PASSING
    assert order(guard).finish(status, headers, body) == is_settled
    if not is_settled:
        assert order(guard).fence
    elif len(body) > 6:
        assert denied(lambda: order(guard)) == IdempotencyDenied(reason="unrepeatable", status=status)
    else:
        kept = tuple((name, value) for name, value in headers if name != "Set-Cookie")
        assert order(guard).replay == KeptResponse(status, kept + REPLAYED, body)


# ------------------------------------------------------------------------------------------- in adapters

_ODD: Headers = (("Location", "/a\r\nb"),)


def test_a_response_that_was_sent_and_cannot_be_kept_is_not_run_again(clock: FrozenClock) -> None:
    guard, values = guard_of(clock), {"principal": "ann"}
    admission = guard.admit(facts(idempotency_key=KEY), values)
    assert admission.keeper
    assert admission.held
    with pytest.raises(ValueError, match="Location"):
        admission.keeper.keep(201, _ODD, b"x")
    admission.held.release()
    assert denied(lambda: guard.admit(facts(idempotency_key=KEY), values)).reason == "unrepeatable"


@pytest.mark.anyio
async def test_nor_is_it_where_coroutines_keep_it(clock: FrozenClock) -> None:
    guard, values = guard_of(clock), {"principal": "ann"}
    admission = await guard.aadmit(facts(idempotency_key=KEY), values)
    assert admission.keeper
    assert admission.held
    with pytest.raises(ValueError, match="Location"):
        await admission.keeper.akeep(201, _ODD, b"x")
    await admission.held.arelease()
    assert denied(lambda: guard.admit(facts(idempotency_key=KEY), values)).reason == "unrepeatable"


def test_an_empty_key_is_malformed_in_adapters_too(clock: FrozenClock) -> None:
    guard = guard_of(clock)
    assert denied(lambda: guard.admit(facts(idempotency_key=""), {"principal": "ann"})).reason == "malformed"
    assert guard.admit(facts(), {"principal": "ann"}) == Admission()
    assert guard.admit(facts("GET", idempotency_key=""), {"principal": "ann"}) == Admission()


def test_no_content_type_is_the_same_as_an_empty_one(clock: FrozenClock) -> None:
    guard, values = guard_of(clock), {"principal": "ann"}
    admission = guard.admit(facts(idempotency_key=KEY), values)
    reason = denied(lambda: guard.admit(facts(idempotency_key=KEY, content_type=""), values)).reason
    assert reason == "in_flight"
    assert admission.held
