"""What guards do while their store cannot be asked."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import pytest

from failwell.answers import Refused
from failwell.exceptions import DeclarationError
from failwell.guard import Bucket, Denied, Idempotency, Probing, RateLimit
from failwell.guard.decisions.gcra import TAKE
from failwell.guard.outage import Keeping, Unavailable, share
from failwell.store import Memory
from failwell.typing import Args, Key, StoreUnavailableError, Transition, Value
from tests.unit.guard.frozen_clock import FrozenClock

KEYS, ARGS = ["rate:token:s:a"], [(30_000_000, 60_000_000)]


class Switched:
    """A store that can be switched off, with a stand-in as those outside the process have it."""

    def __init__(self, clock: FrozenClock) -> None:
        self.inner, self.stand_in, self.is_on = Memory(clock=clock), Memory(clock=clock), True

    def run(
        self, transition: Transition, keys: Sequence[Key], args: Sequence[Args], group: str | None = None
    ) -> Sequence[Value]:
        if not self.is_on:
            raise StoreUnavailableError("the test switched it off")
        return self.inner.run(transition, keys, args, group)

    async def arun(
        self, transition: Transition, keys: Sequence[Key], args: Sequence[Args], group: str | None = None
    ) -> Sequence[Value]:
        return self.run(transition, keys, args, group)


@pytest.fixture
def store(clock: FrozenClock) -> Switched:
    return Switched(clock)


async def outcomes(keeping: Keeping) -> list[Any]:
    """The same question in both ways, of which there are to be no differences."""
    return [keeping.run(TAKE, KEYS, ARGS), await keeping.arun(TAKE, KEYS, ARGS)]


@pytest.mark.anyio
async def test_a_store_that_answers_is_believed(store: Switched) -> None:
    keeping = Keeping(store, where="RateLimit", on_outage="open")
    assert await outcomes(keeping) == [([30_000_000, 0], False), ([60_000_000, 0], False)]
    assert (keeping.degraded, keeping.is_down) == (0, False)


@pytest.mark.anyio
async def test_open_knows_nothing_and_says_so(store: Switched) -> None:
    keeping = Keeping(store, where="RateLimit", on_outage="open")
    store.is_on = False
    assert await outcomes(keeping) == [(None, True)] * 2
    assert (keeping.degraded, keeping.is_down) == (2, True)


@pytest.mark.anyio
async def test_local_decides_in_this_process(store: Switched) -> None:
    keeping = Keeping(store, where="RateLimit", on_outage="local")
    store.is_on = False
    assert await outcomes(keeping) == [([30_000_000, 0], True), ([60_000_000, 0], True)]
    store.is_on = True
    assert keeping.run(TAKE, KEYS, ARGS) == ([30_000_000, 0], False)
    assert keeping.degraded == 2


def test_a_guard_that_goes_on_alone_decides_by_its_share(store: Switched) -> None:
    def dearer(args: Sequence[Args], processes: int) -> Sequence[Args]:
        return [(30_000_000 * processes, *rest) for _, *rest in args]

    keeping = Keeping(store, where="RateLimit", on_outage="local", processes=2, divided=dearer)
    assert keeping.run(TAKE, KEYS, ARGS) == ([30_000_000, 0], False)
    store.is_on = False
    assert keeping.run(TAKE, KEYS, ARGS) == ([60_000_000, 0], True)


@pytest.mark.parametrize(("limit", "processes", "own"), [(10, 1, 10), (10, 3, 3), (2, 3, 1), (0, 3, 0)])
def test_a_share_is_one_at_least_where_there_is_any(limit: int, processes: int, own: int) -> None:
    assert share(limit, processes) == own


@pytest.mark.parametrize("processes", [0, -1, 1.5, True, None])
def test_processes_can_be_counted(store: Switched, processes: Any) -> None:
    with pytest.raises(DeclarationError) as caught:
        Keeping(store, where="RateLimit", on_outage="local", processes=processes)
    assert caught.value.code == "guard-processes"


@pytest.mark.anyio
async def test_closed_refuses_with_503_and_says_when_to_come_back(store: Switched) -> None:
    keeping = Keeping(store, where="RateLimit", on_outage="closed")
    store.is_on = False
    with pytest.raises(Refused) as caught:
        keeping.run(TAKE, KEYS, ARGS)
    assert (caught.value.status, caught.value.headers) == (503, (("Retry-After", "5"),))
    assert caught.value.denied == Unavailable(guard="RateLimit", retry_after=5)
    with pytest.raises(Refused):
        await keeping.arun(TAKE, KEYS, ARGS)
    assert keeping.degraded == 2


class OutOfOrderError(Exception):
    """What an application makes of it."""


def test_closed_raises_what_the_application_makes_of_it(store: Switched) -> None:
    def problem(unavailable: Unavailable) -> Exception:
        return OutOfOrderError(unavailable.guard, unavailable.retry_after)

    keeping = Keeping(store, where="RateLimit", on_outage="closed", unavailable=problem)
    store.is_on = False
    with pytest.raises(OutOfOrderError) as caught:
        keeping.run(TAKE, KEYS, ARGS)
    assert caught.value.args == ("RateLimit", 5)
    refused = caught.value.__cause__
    assert isinstance(refused, Refused)
    assert isinstance(caught.value.__context__, StoreUnavailableError)


def test_what_cannot_be_raised_is_the_applications_mistake(store: Switched) -> None:
    made: Any = lambda unavailable: "sorry"  # noqa: E731
    keeping = Keeping(store, where="RateLimit", on_outage="closed", unavailable=made)
    store.is_on = False
    with pytest.raises(TypeError, match="unavailable= made 'sorry'"):
        keeping.run(TAKE, KEYS, ARGS)


def test_an_outage_is_logged_at_its_start_and_at_its_end(
    store: Switched, clock: FrozenClock, caplog: pytest.LogCaptureFixture
) -> None:
    keeping = Keeping(store, where="RateLimit", on_outage="open", clock=clock)
    with caplog.at_level(logging.DEBUG, "failwell.guard"):
        for is_on in (True, False, True, False, False, True):  # of a cluster, a part may be down
            store.is_on = is_on
            keeping.run(TAKE, KEYS, [(0, 60_000_000)])
            clock.move(0.9)
        assert keeping.is_down
        clock.move(0.1)
        for _ in range(2):
            keeping.run(TAKE, KEYS, [(0, 60_000_000)])
    assert caplog.messages == [
        "RateLimit: the store is down, so it is open: the test switched it off",
        "RateLimit: the store is back, after 3 decisions without it in all",
    ]


def test_a_memory_that_stands_in_for_nobody_is_never_down(clock: FrozenClock) -> None:
    keeping = Keeping(Memory(clock=clock), where="RateLimit", on_outage="local")
    assert keeping.run(TAKE, KEYS, ARGS) == ([30_000_000, 0], False)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"store": None}, "guard-store"),
        ({"store": Memory}, "guard-store"),
        ({"on_outage": "shut"}, "guard-on-outage"),
        ({"on_outage": None}, "guard-on-outage"),
        ({"unavailable": "sorry"}, "guard-unavailable"),
    ],
)
def test_what_cannot_serve_is_refused_at_declaration(arguments: dict[str, Any], code: str) -> None:
    given: Any = {"store": Memory(), "where": "RateLimit", "on_outage": "open"} | arguments
    with pytest.raises(DeclarationError) as caught:
        Keeping(**given)
    assert caught.value.code == code


# ---------------------------------------------------------------------------- a rate limit during an outage


def test_a_limit_that_goes_on_alone_is_divided_among_processes_and_shows_no_states(store: Switched) -> None:
    limit = RateLimit(Bucket("token", 8, per="minute"), store=store, processes=4)
    store.is_on = False
    for _ in range(2):
        decision = limit.check(token="a")
        assert (decision.degraded, decision.limits) == (True, ())
    with pytest.raises(Refused) as caught:
        limit.check(token="a")
    denied = caught.value.denied
    assert isinstance(denied, Denied)
    assert (denied.degraded, denied.limits) == (True, ())
    assert denied.retry_after >= 1
    assert limit.degraded == 3


def test_a_limit_with_more_processes_than_units_admits_one_each(store: Switched) -> None:
    limit = RateLimit(Bucket("token", 2, per="minute"), store=store, processes=10)
    store.is_on = False
    limit.check(token="a")
    with pytest.raises(Refused):
        limit.check(token="a")


def test_a_limit_that_is_open_admits_everything_and_closed_nothing(store: Switched) -> None:
    kinds: Any = [
        RateLimit(Bucket("token", 1, per="minute"), store=store, on_outage=way) for way in ("open", "closed")
    ]
    store.is_on = False
    for _ in range(5):
        assert kinds[0].check(token="a").degraded
        with pytest.raises(Refused) as caught:
            kinds[1].check(token="a")
        assert caught.value.status == 503
    assert [limit.degraded for limit in kinds] == [5, 5]


def test_a_limit_of_nothing_denies_without_the_store_too(store: Switched) -> None:
    limit = RateLimit(Bucket("token", 0, per="minute"), store=store, on_outage="open")
    store.is_on = False
    with pytest.raises(Refused) as caught:
        limit.check(token="a")
    assert caught.value.status == 429


def test_who_was_denied_stays_denied_for_a_moment_when_the_store_goes_down(store: Switched) -> None:
    limit = RateLimit(Bucket("token", 1, per="hour"), store=store, on_outage="open", remember_denials=60)
    limit.check(token="a")
    with pytest.raises(Refused):
        limit.check(token="a")
    store.is_on = False
    with pytest.raises(Refused):
        limit.check(token="a")
    assert limit.check(token="b").degraded
    with pytest.raises(StoreUnavailableError):  # support has to know that nothing was filled
        limit.reset(token="a")
    assert limit.check(token="a").degraded


@pytest.mark.parametrize("on_outage", ["open", "closed"])
def test_every_guard_counts_what_it_decided_without_the_store(store: Switched, on_outage: Any) -> None:
    once = Idempotency(store=store, on_outage=on_outage)
    probing = Probing(store=store, blocks={"scanning"}, on_outage=on_outage)
    store.is_on = False
    for _ in range(2):
        with suppress(Refused):
            once.claim(key="k", principal="p", method="POST", path="/")
        probing.observe(subject="s", outcome="absent", target="/x")
        with suppress(Refused):
            probing.check(subject="s")
    assert (once.degraded, probing.degraded) == (2, 4)


def test_a_claim_keeps_no_response_that_could_not_be_read_back(store: Switched) -> None:
    once = Idempotency(store=store)
    claim = once.claim(key="k", principal="p", method="POST", path="/")
    with pytest.raises(TypeError, match="made of bytes"):
        claim.finish(201, (), "text")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    assert claim.finish(201, (), b"text")
