"""Leases in front of requests, without their store, and with arguments that are wrong."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest

from failwell.answers import Refused
from failwell.edge import Exchange, admission_of, current_exchange
from failwell.edge.guarding import aadmit, admit
from failwell.exceptions import DeclarationError, FailwellError
from failwell.guard.lease import LONGEST_HOLDER, HeldLease, Lease, LeaseDenied
from failwell.guard.outage import Unavailable
from failwell.store import Memory
from failwell.typing import Admission, Guard
from tests.unit.guard.frozen_clock import FrozenClock
from tests.unit.guard.leases import FACTS, Fragile, PairModeConflict, denied, takeover


@pytest.fixture
def store(clock: FrozenClock) -> Fragile:
    return Fragile(clock)


@pytest.fixture
def lease(store: Fragile) -> Lease:
    return takeover(store)


# ---------------------------------------------------------------------------- without a problem


def test_without_a_problem_the_answer_is_409_and_when_it_is_free(store: Fragile, clock: FrozenClock) -> None:
    lease = Lease("takeover", ttl=30, store=store)
    held = lease.acquire("session", holder="ann")
    with pytest.raises(Refused, match="Somebody else") as caught:
        lease.acquire("session", holder="bob")
    assert (caught.value.status, caught.value.headers) == (409, (("Retry-After", "30"),))
    assert "ann" not in caught.value.detail
    assert caught.value.denied == LeaseDenied(subject="session", winner="ann", retry_after=30)
    clock.move(30)
    with pytest.raises(Refused, match="has lapsed") as caught:
        lease.renew(held)
    assert (caught.value.status, caught.value.headers) == (409, ())


# ---------------------------------------------------------------------------- as a guard


@pytest.mark.anyio
async def test_a_request_holds_it_until_it_is_over(lease: Lease) -> None:
    guard: Guard = lease
    assert not guard.needs_body
    admission = guard.admit(FACTS, {"subject": "session", "holder": "ann"})
    assert admission.held is not None
    with pytest.raises(PairModeConflict):
        await guard.aadmit(FACTS, {"subject": "session", "holder": "bob"})
    # A second request of the same holder holds it, too.
    second = await guard.aadmit(FACTS, {"subject": "session", "holder": "ann"})
    assert second.held is not None
    admission.held.release()
    admission.held.release()
    assert lease.peek("session") is not None
    await second.held.arelease()
    assert lease.peek("session") is None

    admission = await guard.aadmit(FACTS, {"subject": "session", "holder": "bob"})
    assert admission.held is not None
    await admission.held.arelease()
    assert lease.peek("session") is None


@pytest.mark.anyio
async def test_a_handler_finds_the_fence_of_the_lease_that_its_request_holds(lease: Lease) -> None:
    exchange = Exchange("req_1")
    token = current_exchange.set(exchange)
    try:
        said = admit(exchange, lease, FACTS, {"subject": "session", "holder": "ann"})
        assert admission_of(lease) is said
        assert lease.verify("session", lease.lease_of(said).fence)
        again = await aadmit(exchange, lease, FACTS, {"subject": "session", "holder": "ann"})
        assert admission_of(lease) is again
        assert lease.lease_of(again).take == 2
        assert exchange.watch is not None
        exchange.watch.over()
        with pytest.raises(FailwellError, match="Lease holds nothing for this request"):
            admission_of(lease)
        with pytest.raises(FailwellError, match="Lease holds nothing for this request") as caught:
            admission_of(Lease("takeover", ttl=30, store=Memory()))
        assert caught.value.code == "guard-holds-nothing"
    finally:
        current_exchange.reset(token)
    with pytest.raises(FailwellError, match="holds nothing"):
        admission_of(lease)


def test_a_lease_is_not_found_in_an_admission_by_another_guard(lease: Lease) -> None:
    other = Lease("takeover", ttl=30, store=Memory())
    told = other.admit(FACTS, {"subject": "session", "holder": "ann"})
    for admission in (told, Admission()):
        with pytest.raises(TypeError, match="not by this guard\n  To mend it"):
            lease.lease_of(admission)


# ---------------------------------------------------------------------------- without the store


def test_while_the_store_is_down_nobody_gets_it(store: Fragile, lease: Lease) -> None:
    store.is_down = True
    with pytest.raises(Refused) as caught:
        lease.acquire("session", holder="ann")
    assert (caught.value.status, caught.value.denied) == (503, Unavailable(guard="Lease"))
    with pytest.raises(Refused) as caught:
        lease.peek("session")
    assert caught.value.status == 503
    assert lease.degraded == 2


@pytest.mark.anyio
async def test_a_request_that_is_over_does_not_fail_because_the_store_is_down(
    store: Fragile, lease: Lease, clock: FrozenClock, caplog: pytest.LogCaptureFixture
) -> None:
    with lease.hold("session", holder="ann"):
        store.is_down = True
    store.is_down = False
    assert lease.peek("session") is not None
    clock.move(30)
    async with lease.ahold("session", holder="bob"):
        store.is_down = True
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert "Lease, when it is given back,: the store is down" in caplog.text


def test_where_it_is_open_everybody_gets_it(store: Fragile) -> None:
    lease = Lease("takeover", ttl=30, store=store, on_outage="open")
    known = lease.acquire("session", holder="ann")
    store.is_down = True
    for holder in ("ann", "bob"):
        with lease.hold("session", holder=holder) as held:
            assert (held.fence, held.expires_in, held.degraded) == (0, 30, True)
    assert lease.peek("session") is None
    assert not lease.verify("session", known.fence)
    assert (lease.renew(known).fence, lease.renew(known).take) == (known.fence, 1)


def test_where_it_is_local_one_in_this_process_gets_it(clock: FrozenClock) -> None:
    store = Fragile(clock, stand_in=Memory(clock=clock))
    lease = Lease("takeover", ttl=30, store=store, on_outage="local", problem=PairModeConflict)
    store.is_down = True
    held = lease.acquire("session", holder="ann")
    assert held.degraded
    conflict = denied(lambda: lease.acquire("session", holder="bob"))
    assert (conflict.winner, conflict.degraded) == ("ann", True)
    told = lease.peek("session")
    assert (told and told.fence, told and told.degraded) == (held.fence, True)
    lease.release(held)
    assert lease.acquire("session", holder="bob").fence > held.fence


# ---------------------------------------------------------------------------- mistakes


@pytest.mark.parametrize("holder", [None, 1, b"ann"])
def test_a_holder_is_a_text(lease: Lease, holder: Any) -> None:
    with pytest.raises(TypeError, match="cannot be a holder\n  To mend it"):
        lease.acquire("session", holder=holder)


@pytest.mark.parametrize("holder", ["", "a" * (LONGEST_HOLDER + 1)])
def test_a_holder_is_neither_empty_nor_endless(lease: Lease, holder: str) -> None:
    with pytest.raises(ValueError, match="and may have 1 to 256\n  To mend it"):
        lease.acquire("session", holder=holder)


@pytest.mark.anyio
@pytest.mark.parametrize("wrong", [None, "session", 17])
async def test_only_a_lease_is_renewed_and_given_back(lease: Lease, wrong: Any) -> None:
    asked: list[Callable[[Any], Any]] = [lease.renew, lease.release]
    for use in asked:
        with pytest.raises(TypeError, match="is not a lease\n  To mend it"):
            use(wrong)
    awaited: list[Callable[[Any], Any]] = [lease.arenew, lease.arelease]
    for use in awaited:
        with pytest.raises(TypeError, match="is not a lease\n  To mend it"):
            await use(wrong)


@pytest.mark.anyio
@pytest.mark.parametrize("fence", [None, "17", 1.0, True])
async def test_a_fence_is_a_whole_number(lease: Lease, fence: Any) -> None:
    kept = HeldLease(subject="session", holder="ann", fence=fence, expires_in=0)
    for use in (lambda: lease.renew(kept), lambda: lease.verify("session", fence)):
        with pytest.raises(TypeError, match="cannot be a fence\n  To mend it"):
            use()
    with pytest.raises(TypeError, match="cannot be a fence\n  To mend it"):
        await lease.averify("session", fence)


def test_a_subject_is_what_can_be_one(lease: Lease) -> None:
    with pytest.raises(TypeError, match="cannot be a subject"):
        lease.acquire(None, holder="ann")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("declared", "code"),
    [
        ({"name": ""}, "lease-name"),
        ({"name": "a:b"}, "lease-name"),
        ({"name": "ä"}, "lease-name"),
        ({"name": None}, "lease-name"),
        ({"ttl": 0}, "lease-ttl"),
        ({"ttl": -1}, "lease-ttl"),
        ({"ttl": float("nan")}, "lease-ttl"),
        ({"ttl": float("inf")}, "lease-ttl"),
        ({"ttl": True}, "lease-ttl"),
        ({"ttl": "30"}, "lease-ttl"),
        ({"store": Memory}, "guard-store"),
        ({"problem": "text"}, "guard-problem"),
        ({"on_outage": "shut"}, "guard-on-outage"),
    ],
)
def test_what_cannot_be_a_lease_is_refused_when_it_is_declared(declared: dict[str, Any], code: str) -> None:
    arguments: dict[str, Any] = {"name": "takeover", "ttl": 30, "store": Memory()}
    with pytest.raises(DeclarationError) as caught:
        Lease(**arguments | declared)
    assert caught.value.code == code
