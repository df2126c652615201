"""Quotas: units that may be used in a day, a month or a year of the calendar; money, tokens, bytes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from secrets import token_bytes
from typing import Any, cast

import msgspec

from failwell.answers import Refused
from failwell.clock import MICROSECONDS, verify_clock, wall
from failwell.completion import finished
from failwell.exceptions import DeclarationError
from failwell.guard.account import Account, QuotaDecision, QuotaDenied
from failwell.guard.decisions.spending import REFUND, SETTLE, SPEND
from failwell.guard.name import verify_keyword, verify_name
from failwell.guard.number import microseconds_of, verify_count
from failwell.guard.outage import Keeping, OnOutage, Outcome, Unavailable, share
from failwell.guard.period import Calendar, CalendarPer, Period
from failwell.guard.refusal import Refusals, retry_after
from failwell.guard.subject import Subject, key_of
from failwell.typing import (
    LARGEST,
    Admission,
    Args,
    Clock,
    Facts,
    Key,
    Store,
    StoreUnavailableError,
    Value,
)

GRACE = 86_400 * MICROSECONDS
"""Microseconds for which a period is known after its end, for commits that come late."""

_LONGEST_HOLD = 7 * 86_400  # seconds
_Asked = tuple[list[Key], list[Args]]  # what a transition is told


class Quota:
    """Admits what fits into the limit of a period, and else raises the application's problem.

    What is used is spent at once, or reserved before the work and committed when it is known. A reservation
    that is neither committed nor given back lapses. One instant decides to which period a call belongs; what
    was reserved before midnight is committed where it was reserved.

    Units are whole numbers: cents, bytes, tokens. The wall clock of the process says which period it is, the
    store's clock when reservations lapse.

    While a shared store is down, a quota that is `closed` admits nothing, one that is `open` everything, and
    one that is `local` as much as this process may use alone, counted from nothing. What is spent meanwhile
    is not counted when the store is back; what is reserved meanwhile is, if it is committed then.

    Args:
        name: the quota's name, in keys and headers.
        limit: units per period.
        per: the period: `day`, `month` or `year`.
        store: keeps what was used, for instance `failwell.store.Memory()`.
        zone: whose calendar it is: a name of the IANA time zone database. Other names than `UTC` need that
            database, which Windows has not: there `pip install tzdata`.
        soft: units above which decisions say `over_soft`, and admit all the same.
        by: the keyword under which calls pass whom they count for.
        hold: seconds after which a reservation lapses.
        problem: makes the exception to raise when more is asked for than is left; by default a 429.
        on_outage: what to do while the store is down.
        unavailable: makes the exception to raise meanwhile, where that is `closed`; by default a 503.
        processes: among how many the limit is divided while the store is down.
        clock: the time in microseconds since 1970 in UTC.
        make_id: makes the id of a reservation, 16 bytes that nobody else makes.

    Raises:
        DeclarationError: for names, numbers, a period or a zone that make no quota, or a store, problem or
            clock that cannot serve.
    """

    needs_body = False

    def __init__(  # noqa: PLR0913 - what can be said about a quota
        self,
        name: str,
        *,
        limit: int,
        per: CalendarPer,
        store: Store,
        zone: str = "UTC",
        soft: int | None = None,
        by: str = "account",
        hold: float = 600,
        problem: Callable[[QuotaDenied], Exception] | None = None,
        on_outage: OnOutage = "closed",
        unavailable: Callable[[Unavailable], Exception] | None = None,
        processes: int = 1,
        clock: Clock = wall,
        make_id: Callable[[], bytes] = lambda: token_bytes(16),
    ) -> None:
        verify_name(name, where="Quota", code="quota-name")
        where = f"Quota({name!r})"
        verify_keyword(by, where=where, code="quota-by", taken=("amount", "limit", "soft"))
        _verify_limits(limit, soft, where)
        self._hold = microseconds_of(
            hold,
            "hold",
            where=where,
            code="quota-hold",
            hint="give seconds, such as 600: longer than the work takes",
            most=_LONGEST_HOLD,
        )
        self._keeping = Keeping(
            store,
            where=where,
            on_outage=on_outage,
            unavailable=unavailable,
            processes=processes,
            divided=_divided,
        )
        self.name, self.limit, self.soft, self.by = name, limit, soft, by
        self.calendar = Calendar(per, zone, where=where)
        verify_clock(clock, where)
        _verify_maker(make_id, where)
        self._clock, self._make_id = clock, make_id
        self._refusals = Refusals(where, problem, _used_up)
        self._processes, self._is_local = processes, on_outage == "local"
        self._period: Period | None = None

    @property
    def degraded(self) -> int:
        """The number of decisions that were made without the store; for a metric."""
        return self._keeping.degraded

    def spend(
        self, /, amount: int, *, limit: int | None = None, soft: int | None = None, **subject: Subject
    ) -> QuotaDecision:
        """Uses units, or raises what `problem` makes of the denial.

        Args:
            amount: units; 0 looks without spending, and is always admitted.
            limit: takes the place of the declared limit in this call, for callers with a plan of their own.
            soft: the same for the soft limit.
            subject: whom it counts for, under the keyword that `by` names.

        Raises:
            TypeError: for another keyword, none, or a value of a wrong type.
            ValueError: for a negative number, or one of 2**53 and more.
        """
        account, instant = self._account(subject, limit, soft)
        keys, args = self._ask(account, instant, amount)
        outcome = self._keeping.run(SPEND, keys, args)
        return self._answer(account, instant, amount, outcome)

    async def aspend(
        self, /, amount: int, *, limit: int | None = None, soft: int | None = None, **subject: Subject
    ) -> QuotaDecision:
        """Does what `spend` does, without blocking the event loop."""
        account, instant = self._account(subject, limit, soft)
        keys, args = self._ask(account, instant, amount)
        outcome = await self._keeping.arun(SPEND, keys, args)
        return self._answer(account, instant, amount, outcome)

    def reserve(
        self, /, amount: int, *, limit: int | None = None, soft: int | None = None, **subject: Subject
    ) -> Reservation:
        """Keeps units free for work whose price is known when it is done, or raises as `spend` does.

        The arguments are those of `spend`; an amount of 0 is admitted as long as anything is left.
        """
        asked, own = self._account(subject, limit, soft), self._new_id()
        keys, args = self._ask(*asked, amount, own)
        outcome = self._keeping.run(SPEND, keys, args)
        return self._reserved(asked, amount, own, outcome)

    async def areserve(
        self, /, amount: int, *, limit: int | None = None, soft: int | None = None, **subject: Subject
    ) -> Reservation:
        """Does what `reserve` does, without blocking the event loop."""
        asked, own = self._account(subject, limit, soft), self._new_id()
        keys, args = self._ask(*asked, amount, own)
        try:
            outcome = await self._keeping.arun(SPEND, keys, args)
        except asyncio.CancelledError:  # it may be reserved by now, and nobody would know of it
            await finished(self._aforget(*asked, own))
            raise
        return self._reserved(asked, amount, own, outcome)

    def peek(
        self, /, *, limit: int | None = None, soft: int | None = None, **subject: Subject
    ) -> QuotaDecision:
        """Looks, and spends nothing. The arguments are those of `spend`."""
        return self.spend(0, limit=limit, soft=soft, **subject)

    async def apeek(
        self, /, *, limit: int | None = None, soft: int | None = None, **subject: Subject
    ) -> QuotaDecision:
        """Does what `peek` does, without blocking the event loop."""
        return await self.aspend(0, limit=limit, soft=soft, **subject)

    @property
    def takes(self) -> Mapping[str, bool]:
        """By name what requests are admitted by, and whether it has to be told; `guarded` looks at it."""
        return {self.by: True, "amount": False, "limit": False, "soft": False}

    def admit(self, facts: Facts, values: Mapping[str, Any]) -> Admission:  # noqa: ARG002 - a protocol's
        """Admits a request, as adapters ask: the values are the arguments of `spend`; one unit by default."""
        return Admission(limits=self.spend(**{"amount": 1, **values}).limits)

    async def aadmit(self, facts: Facts, values: Mapping[str, Any]) -> Admission:  # noqa: ARG002
        """Does what `admit` does, without blocking the event loop."""
        return Admission(limits=(await self.aspend(**{"amount": 1, **values})).limits)

    def settle(self, reservation: Reservation, amount: int) -> QuotaDecision:
        """Commits units of a reservation, or gives it back; what `Reservation.commit` and `refund` do."""
        keys, args = self._settlement(reservation, amount)
        try:
            result = self._keeping.store.run(SETTLE, keys, args)
        except StoreUnavailableError:
            return self._meanwhile(reservation, keys, args)
        return self._settled(reservation, result)

    async def asettle(self, reservation: Reservation, amount: int) -> QuotaDecision:
        """Does what `settle` does, without blocking the event loop."""
        keys, args = self._settlement(reservation, amount)
        try:
            result = await self._keeping.store.arun(SETTLE, keys, args)
        except StoreUnavailableError:
            return self._meanwhile(reservation, keys, args)
        return self._settled(reservation, result)

    # ------------------------------------------------------------------------ what is asked

    def _account(
        self, subject: Mapping[str, object], limit: int | None, soft: int | None
    ) -> tuple[Account, int]:
        """The account that a call is about, and the one instant of the call."""
        if len(subject) != 1 or self.by not in subject:
            given = ", ".join(f"{name}=…" for name in subject) or "nothing"
            raise TypeError(
                f"Quota({self.name!r}): it counts by {self.by!r}, and was given {given}\n"
                f"  To mend it: pass {self.by}=…, and declare by= if it is called otherwise"
            )
        for argument, units in (("limit", limit), ("soft", soft)):
            if units is not None:
                _verify_units(units, argument, self.name)
        instant = self._clock()
        period = self._period_of(instant)
        account = Account(
            name=self.name,
            key=key_of(f"quota:{self.name}.{period.label}", subject[self.by]),
            period=period,
            limit=self.limit if limit is None else limit,
            soft=self.soft if soft is None else soft,
        )
        return account, instant

    def _new_id(self) -> bytes:
        made = self._make_id()
        if type(made) is not bytes or not made:  # nothing would mean that it is spent at once
            raise TypeError(
                f"Quota({self.name!r}): make_id= made {made!r}, which is no id\n"
                "  To mend it: let it return 16 bytes, as secrets.token_bytes(16) does"
            )
        return made

    def _period_of(self, instant: int) -> Period:
        period = self._period
        if period is None or not period.start <= instant < period.end:
            self._period = period = self.calendar.period(instant)
        return period

    def _ask(self, account: Account, instant: int, amount: int, own: bytes = b"") -> _Asked:
        _verify_units(amount, "amount", self.name)
        return [account.key], [(amount, account.limit, own, *self._times(account.period, instant))]

    def _settlement(self, reservation: Reservation, amount: int) -> _Asked:
        account = reservation.account
        times = self._times(account.period, self._clock())
        stored = 0 if reservation.degraded else 1
        return [account.key], [(reservation.id, amount, reservation.lapse, stored, account.limit, *times)]

    def _times(self, period: Period, instant: int) -> tuple[int, int, int, int]:
        """How long a reservation is held, and how long an entry is kept; see `spending.spend`.

        What is mostly used up is kept for a period longer: a store that runs out of room forgets first what
        is over soonest.
        """
        keep = max(period.end - instant, 0) + GRACE
        return self._hold, keep, period.length, 2 * period.length + GRACE

    def _answer(self, account: Account, instant: int, amount: int, outcome: Outcome) -> QuotaDecision:
        """What the outcome of SPEND means: a decision, or the problem raised."""
        known, degraded = outcome
        result = cast("Sequence[int] | None", known)
        if degraded and self._is_local:
            account = msgspec.structs.replace(account, limit=share(account.limit, self._processes))
        if result is None:
            return account.decision(None, instant, degraded=True)
        if result[0]:
            return account.decision(result[1:3], instant, degraded=degraded)
        denied = account.denied(result[1:3], amount, instant, degraded=degraded)
        raise self._refusals.of(denied)

    def _reserved(self, asked: tuple[Account, int], amount: int, own: bytes, outcome: Outcome) -> Reservation:
        decision = self._answer(*asked, amount, outcome)
        lapse = cast("int", outcome[0][3]) if outcome[0] else 0
        return Reservation(self, own, account=asked[0], amount=amount, lapse=lapse, decision=decision)

    async def _aforget(self, account: Account, instant: int, own: bytes) -> None:
        args = (own, REFUND, 0, 1, account.limit, *self._times(account.period, instant))
        with suppress(StoreUnavailableError):  # then it lapses by itself
            await self._keeping.store.arun(SETTLE, [account.key], [args])

    def _settled(self, reservation: Reservation, result: Sequence[Value]) -> QuotaDecision:
        units = cast("Sequence[int]", result[1:])
        return reservation.settle_with(reservation.account.decision(units, self._clock(), degraded=False))

    def _meanwhile(
        self, reservation: Reservation, keys: Sequence[Key], args: Sequence[Args]
    ) -> QuotaDecision:
        """Settles what was reserved in this process there; the store may hear of it later."""
        stand_in, units = self._keeping.store.stand_in, None
        if self._is_local and reservation.degraded and stand_in is not None:
            (own, amount, lapse, _, *rest) = args[0]
            units = cast("Sequence[int]", stand_in.run(SETTLE, keys, [(own, amount, lapse, 1, *rest)])[1:])
        return reservation.account.decision(units, self._clock(), degraded=True)


class Reservation:
    """Units that are kept free until they are committed, given back, or lapse.

    The first settlement counts: whatever comes after it changes nothing, and returns what the first returned.

    Attributes:
        id: tells it from all others.
        account: whose units they are, and of which period.
        amount: units that were reserved.
        lapse: when it lapses, by the store's clock in microseconds.
        decision: what was admitted.
    """

    def __init__(  # noqa: PLR0913 - made by the quota
        self,
        quota: Quota,
        reservation_id: bytes,
        *,
        account: Account,
        amount: int,
        lapse: int,
        decision: QuotaDecision,
    ) -> None:
        """Is made by `Quota.reserve`."""
        self.id, self.account, self.amount = reservation_id, account, amount
        self.lapse, self.decision = lapse, decision
        self._quota = quota
        self._settled: QuotaDecision | None = None

    @property
    def degraded(self) -> bool:
        """Whether it was made without the store."""
        return self.decision.degraded

    @property
    def is_settled(self) -> bool:
        """Whether the store was told what became of it."""
        return self._settled is not None

    def commit(self, actual: int | None = None) -> QuotaDecision:
        """Counts what was spent, in the period in which it was reserved.

        It is never denied, for it was spent: more than was reserved is counted too, above the limit if need
        be, and so is what comes after the reservation has lapsed. While the store is down nothing is raised
        either: the decision is `degraded`, the reservation is not settled, and may be committed again. That
        counts once, until `hold` is over for the second time: later nobody remembers what was settled.

        Args:
            actual: units; None for as many as were reserved.

        Raises:
            TypeError: for units that are not an int.
            ValueError: for a negative number, or one of 2**53 and more.
        """
        return self._settled or self._quota.settle(self, self._actual(actual))

    async def acommit(self, actual: int | None = None) -> QuotaDecision:
        """Does what `commit` does, without blocking the event loop, and to the end also if cancelled."""
        if self._settled is not None:
            return self._settled
        return await finished(self._quota.asettle(self, self._actual(actual)))

    def refund(self) -> QuotaDecision:
        """Gives everything back, at once rather than when it lapses.

        While the store is down it is as with `commit`: nothing is raised, and it lapses by itself.
        """
        return self._settled or self._quota.settle(self, REFUND)

    async def arefund(self) -> QuotaDecision:
        """Does what `refund` does, without blocking the event loop, and to the end also if cancelled."""
        if self._settled is not None:
            return self._settled
        return await finished(self._quota.asettle(self, REFUND))

    def settle_with(self, decision: QuotaDecision) -> QuotaDecision:
        """Notes what became of it; of two threads the first is right."""
        if self._settled is None:
            self._settled = decision
        return self._settled

    def _actual(self, actual: int | None) -> int:
        if actual is None:
            return self.amount
        _verify_units(actual, "actual", self._quota.name)
        return actual


def _divided(args: Sequence[Args], processes: int) -> Sequence[Args]:
    """What this process may use alone: its share of the limit."""
    known = args[0]
    return [(known[0], share(cast("int", known[1]), processes), *known[2:])]


def _used_up(denied: QuotaDenied) -> Refused:
    wait = retry_after(denied.retry_after if denied.requested <= denied.limit else None)
    return Refused(429, "This does not fit into what is left of the quota.", headers=wait, denied=denied)


def _verify_units(units: object, argument: str, name: str) -> None:
    mend = "  To mend it: pass whole units, such as cents, bytes or tokens"
    if type(units) is not int:
        raise TypeError(f"Quota({name!r}): {argument} is {units!r}, which is not an int\n{mend}")
    if not 0 <= units <= LARGEST:
        fault = f"{argument} is {units}, which is not between 0 and 2**53 - 1"
        raise ValueError(f"Quota({name!r}): {fault}\n{mend}")


def _verify_maker(make_id: object, where: str) -> None:
    if not callable(make_id):
        raise DeclarationError(
            f"make_id is {make_id!r}, which cannot be called",
            code="quota-make-id",
            where=where,
            hint="pass a function that returns 16 bytes, or leave it out",
        )


def _verify_limits(limit: int, soft: int | None, where: str) -> None:
    hint = "give whole units, such as cents, bytes or tokens"
    verify_count(limit, "limit", where=where, code="quota-limit", hint=hint)
    if soft is None:
        return
    verify_count(soft, "soft", where=where, code="quota-soft", hint=hint)
    if soft > limit:
        raise DeclarationError(
            f"soft is {soft}, above the limit of {limit}, so it would never be reached",
            code="quota-soft",
            where=where,
            hint="lower it, or raise the limit",
        )
