"""A reply that is lost just after the step was done: nothing is asked again, and guards bear it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from typing import Any, NamedTuple

import msgspec
import pytest

from failwell.answers import Refused
from failwell.guard import (
    Bucket,
    Cap,
    Claim,
    Concurrency,
    Idempotency,
    IdempotencyDenied,
    Lease,
    LeaseDenied,
    Quota,
    RateLimit,
)
from failwell.guard.outage import OnOutage
from failwell.store import SQL, Redis
from failwell.typing import StoreUnavailableError, Value
from tests.parts.relay import IsMeant, Relay
from tests.stores import counting
from tests.unit.guard.frozen_clock import FrozenClock

PATIENCE = 20.0  # seconds to wait for an answer: a busy machine is not a finding
SPAN = 60  # seconds for which guards keep what nobody gives back

COUNT = msgspec.structs.replace(  # for Redis as well
    counting.COUNT,
    lua="""
local result = {now}
for i, arg in ipairs(args) do
  local count = (look(i) or {0, 0})[2] + arg[1]
  result[i + 1] = count
  if arg[1] ~= 0 then write(i, {now + arg[2], count}) end
end
return result
""",
)


def _ran(command: bytes, reply: bytes) -> bool:
    return b"EVAL" in command and not reply.startswith(b"-")  # -NOSCRIPT: nothing was done yet


def _committed(command: bytes, reply: bytes) -> bool:
    return b"COMMIT\0" in reply  # the tag of a command that was done, however it was sent


class Line(NamedTuple):
    """A store that is asked through a relay, and one that asks the same server directly."""

    store: Redis | SQL
    direct: Redis | SQL
    relay: Relay
    is_done: IsMeant
    clock: FrozenClock

    @contextmanager
    def losing(self) -> Generator[None]:
        """Loses the reply to the one step that is run in the block."""
        self.store.run(COUNT, *counting.no_more("a"))  # connects, and makes the table: that is no step
        before = self.relay.lost
        self.relay.lose_reply(self.is_done)
        yield
        assert self.relay.lost == before + 1

    def refuses(self, ask: Callable[[], object]) -> None:
        """Asks a guard, and loses the reply."""
        with self.losing():
            assert refused(ask).status == 503


_SERVERS: dict[str, tuple[str, Callable[..., Redis | SQL], IsMeant]] = {
    "redis": ("redis", Redis.from_url, _ran),
    "postgresql": ("postgres", SQL.from_url, _committed),
}


@pytest.fixture(params=_SERVERS)
def line(request: pytest.FixtureRequest) -> Iterator[Line]:
    name, from_url, is_done = _SERVERS[request.param]
    port: int = request.getfixturevalue(f"{name}_server").port
    url: str = request.getfixturevalue(f"{name}_url")
    clock = FrozenClock()
    with Relay(port) as relay:
        relayed = url.replace(f":{port}/", f":{relay.port}/")
        store, direct = (from_url(one, deadline=PATIENCE, clock=clock) for one in (relayed, url))
        with closing(store), closing(direct):
            yield Line(store, direct, relay, is_done, clock)


def refused(ask: Callable[[], object]) -> Refused:
    with pytest.raises(Refused) as caught:
        ask()
    return caught.value


# ------------------------------------------------------------------------------------------------ stores


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("line", "is_async"),
    [("redis", False), ("redis", True), ("postgresql", False)],
    indirect=["line"],
    ids=["redis", "redis-async", "postgresql"],
)
async def test_a_step_whose_reply_is_lost_is_done_once_and_not_asked_again(
    line: Line, *, is_async: bool
) -> None:
    async def one_more(name: str) -> Sequence[Value]:
        asked = counting.one_more(name)
        return (await line.store.arun(COUNT, *asked) if is_async else line.store.run(COUNT, *asked))[1:]

    def counts() -> Sequence[Value]:
        return line.direct.run(COUNT, *counting.no_more("a", "b"))[1:]

    assert await one_more("a") == [1]  # connected, and the script is known
    with line.losing(), pytest.raises(StoreUnavailableError):
        await one_more("b")
    assert counts() == [1, 1]
    assert await one_more("b") == [2]  # by itself, on a new connection
    assert counts() == [1, 2]
    assert (line.store.health.failures, line.store.health.state) == (1, "closed")
    if isinstance(line.store, Redis):
        await line.store.aclose()


# ------------------------------------------------------------------------------------------------ guards


def test_a_check_whose_reply_is_lost_costs_one_unit(line: Line) -> None:
    limit = RateLimit(Bucket("token", 5, per="day"), store=line.store, on_outage="closed")
    line.refuses(partial(limit.check, token="a"))
    assert limit.check(token="a", cost=0).limits[0].remaining == 4


def claim_of(line: Line) -> Callable[[], Claim]:
    guard = Idempotency(store=line.store, lock=SPAN)
    request: dict[str, Any] = {"principal": "ann", "method": "POST", "path": "/orders", "body": b"{}"}
    return partial(guard.claim, key='"8e03978e"', **request)


def test_a_claim_whose_reply_is_lost_is_in_flight_until_its_lock_lapses(line: Line) -> None:
    claim = claim_of(line)
    line.refuses(claim)
    line.clock.move(SPAN - 1)
    denied = refused(claim).denied
    assert denied == IdempotencyDenied(reason="in_flight", retry_after=1)
    line.clock.move(1)
    assert claim().taken_over


def test_a_response_is_replayed_although_nobody_told_that_it_was_kept(line: Line) -> None:
    claim = claim_of(line)
    run = claim()
    with line.losing():
        assert not run.finish(201, (("Location", "/orders/7"),), b"made")
    replay = claim().replay
    assert replay is not None
    assert (replay.status, replay.headers[0], replay.body) == (201, ("Location", "/orders/7"), b"made")


def test_a_claim_goes_on_after_a_lost_renewal_and_is_over_after_a_lost_abort(line: Line) -> None:
    claim = claim_of(line)
    first = claim()
    line.clock.move(SPAN - 1)
    with line.losing():
        assert not first.renew()
    line.clock.move(SPAN - 1)
    with line.losing():
        assert not first.abort()  # and not taken over, for it was renewed
    second = claim()
    assert (second.taken_over, second.fence) == (False, line.clock.now)
    assert second.finish(204)


def test_a_lease_is_the_holders_although_nobody_told_so(line: Line) -> None:
    lease = Lease("takeover", ttl=SPAN, store=line.store)
    line.refuses(partial(lease.acquire, "session", holder="ann"))
    granted = Lease("takeover", ttl=SPAN, store=line.direct).peek("session")
    assert granted is not None
    line.clock.move(1)
    again = lease.acquire("session", holder="ann")
    assert (again.fence, again.renewed) == (granted.fence, True)
    lease.release(again)  # the take of which nobody knows is held until it lapses
    assert refused(partial(lease.acquire, "session", holder="bob")).denied == LeaseDenied(
        subject="session", winner="ann", retry_after=SPAN
    )
    line.clock.move(SPAN)
    assert lease.acquire("session", holder="bob").fence > granted.fence


def test_what_was_given_back_is_free_although_nobody_told_so(line: Line) -> None:
    lease = Lease("takeover", ttl=SPAN, store=line.store)
    held = lease.acquire("session", holder="ann")
    with line.losing():
        lease.release(held)
    assert lease.peek("session") is None
    concurrency = concurrency_of(line, "closed")
    slot = concurrency.acquire(account="a")
    with line.losing():
        slot.release()
    concurrency.acquire(account="a")


def concurrency_of(line: Line, on_outage: OnOutage) -> Concurrency:
    return Concurrency(Cap("account", 1), lease=SPAN, store=line.store, on_outage=on_outage)


def test_a_slot_of_which_nobody_knows_is_free_when_its_lease_ends(line: Line) -> None:
    concurrency = concurrency_of(line, "closed")
    take = partial(concurrency.acquire, account="a")
    line.refuses(take)
    line.clock.move(SPAN - 1)
    assert refused(take).status == 429
    line.clock.move(1)
    assert not take().degraded


def test_a_slot_that_was_taken_here_and_in_the_store_is_one_and_is_given_back_in_both(line: Line) -> None:
    concurrency = concurrency_of(line, "local")
    take = partial(concurrency.acquire, account="a")
    with line.losing():
        slot = take()
    assert slot.degraded
    assert refused(take).status == 429
    assert slot.renew()
    slot.release()
    take().release()
    with line.losing():
        assert take().degraded  # there is room in this process as well


def quota_of(line: Line, on_outage: OnOutage) -> Quota:
    return Quota(
        "spend",
        limit=100,
        per="month",
        hold=SPAN,
        store=line.store,
        on_outage=on_outage,
        clock=line.clock,
    )


def test_units_of_a_reservation_of_which_nobody_knows_are_free_when_it_lapses(line: Line) -> None:
    quota = quota_of(line, "closed")
    line.refuses(partial(quota.reserve, 40, account="a"))
    assert quota.peek(account="a").reserved == 40
    line.clock.move(SPAN)
    assert quota.peek(account="a").used == 0


@pytest.mark.parametrize("on_outage", ["open", "local"])
def test_units_that_were_reserved_although_nobody_told_so_are_committed_once(
    line: Line, on_outage: OnOutage
) -> None:
    quota = quota_of(line, on_outage)
    with line.losing():
        reservation = quota.reserve(40, account="a")
    assert reservation.degraded
    assert reservation.commit(30).used == reservation.commit(30).used == 30
    assert quota.peek(account="a").used == 30


@pytest.mark.parametrize("on_outage", ["open", "local"])
def test_units_of_which_neither_reservation_nor_commit_was_confirmed_count_once(
    line: Line, on_outage: OnOutage
) -> None:
    quota = quota_of(line, on_outage)
    with line.losing():
        reservation = quota.reserve(40, account="a")
    with line.losing():
        assert reservation.commit(30).degraded
    assert reservation.commit(30).used == 30


def test_a_commit_whose_reply_is_lost_counts_once_when_it_is_made_again(line: Line) -> None:
    quota = quota_of(line, "closed")
    reservation = quota.reserve(40, account="a")
    with line.losing():
        assert reservation.commit(30).degraded
    assert not reservation.is_settled
    assert reservation.commit(30).used == 30
    assert reservation.is_settled
    with line.losing():
        assert refused(partial(quota.spend, 20, account="a")).status == 503
    assert quota.peek(account="a").used == 50  # and never 70
