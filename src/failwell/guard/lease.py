"""Leases: one holder at a time, for a while, and a number by which a late write of a former one is known.

A lease lapses by itself, so a holder that was slow may not know yet that another has it now. No lock over a
network can prevent that. What can: each new holder gets a higher number than any before, the fence, and where
the write happens, the write with a lower fence than was seen there is refused:
`UPDATE … SET …, fence = ? WHERE id = ? AND fence <= ?`.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Generator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any, ClassVar, cast

import msgspec

from failwell.answers import Refused
from failwell.clock import MICROSECONDS, whole_seconds
from failwell.completion import finished
from failwell.guard.decisions.tenure import ACQUIRE, FREE, LOOK, RELEASE, RENEW, RENEWED, TAKEN, WHOLE
from failwell.guard.name import verify_name
from failwell.guard.number import microseconds_of
from failwell.guard.outage import Keeping, OnOutage, Outcome, Unavailable
from failwell.guard.refusal import Refusals, retry_after
from failwell.guard.subject import Subject, key_of
from failwell.typing import Admission, Args, Facts, Key, Store, Value

LONGEST_HOLDER = 256
"""Characters of a holder's id at most: it is kept as it is, for the loser is told."""

_LONGEST = 366 * 86_400  # seconds; what is held for longer than a year is owned


class HeldLease(msgspec.Struct, frozen=True, kw_only=True):
    """A lease in somebody's hands.

    Each time that it is acquired is a take of its own, and the lease is held until every one of them was
    given back. What `peek` tells, and what an application makes of a fence that it kept, stands for all of
    them together.

    Attributes:
        subject: what is held.
        holder: who holds it.
        fence: higher than that of any holder before, below 2**53; to be kept beside what is written, and
            compared there. 0 if the store was down and the guard is open: then nobody knows.
        expires_in: seconds until it lapses, unless it is renewed.
        renewed: whether the holder had it already, so that it was only extended.
        degraded: whether it was granted without the store, so that others may hold the same.
        take: tells this take from others of the same holder under this fence; 0 is all of them.
    """

    subject: Subject
    holder: str
    fence: int
    expires_in: float
    renewed: bool = False
    degraded: bool = False
    take: int = WHOLE


class LeaseDenied(msgspec.Struct, frozen=True, kw_only=True):
    """A lease that could not be had, or is not held any more; what the application makes its problem of.

    Attributes:
        subject: what was asked for.
        winner: who holds it; empty if nobody does, which is so only where a lease that lapsed was to be
            renewed. It is the holder itself where that has taken it again since, or gave only this take back.
        retry_after: whole seconds, at least 1, after which it is free if the winner does not renew it.
        degraded: whether it was decided without the store, on less than is usually known.
    """

    subject: Subject
    winner: str
    retry_after: int
    degraded: bool = False


class Lease:
    """Lets one holder at a time have a subject, for a while, and else raises the application's problem.

    `Lease("takeover", ttl=30, store=…)` is a lock that nobody keeps for ever: it lapses after `ttl` seconds
    unless it is renewed. Check the fence where the write happens, for a holder may be late (see the module).
    Fences of `failwell.store.Memory` are higher than earlier ones only while the process lives; keep those
    that outlive it, in a database, from a store outside the process.

    Args:
        name: of the lease. Guards that share a store and a name are one.
        ttl: seconds after which a lease lapses; longer than the work, or than the pauses between renewals.
        store: keeps who holds what.
        problem: makes the exception to raise where somebody else is the holder; by default a 409.
        on_outage: what to do while the store is down. Only `closed`, the default, keeps the promise: `local`
            grants one holder in each process, `open` everybody.
        unavailable: makes the exception to raise meanwhile, where that is `closed`; by default a 503.

    Raises:
        DeclarationError: for a name, a ttl, a store or a problem that cannot serve.
    """

    needs_body = False
    takes: ClassVar[Mapping[str, bool]] = {"subject": True, "holder": True}
    """By name what requests are admitted by, and whether it has to be told; `guarded` looks at it."""

    def __init__(  # noqa: PLR0913 - what can be said about a lease
        self,
        name: str,
        *,
        ttl: float,
        store: Store,
        problem: Callable[[LeaseDenied], Exception] | None = None,
        on_outage: OnOutage = "closed",
        unavailable: Callable[[Unavailable], Exception] | None = None,
    ) -> None:
        verify_name(name, where="Lease", code="lease-name")
        self._ttl = microseconds_of(
            ttl,
            "ttl",
            where=f"Lease({name!r})",
            code="lease-ttl",
            hint="give seconds, such as 30",
            most=_LONGEST,
        )
        self._keeping = Keeping(store, where="Lease", on_outage=on_outage, unavailable=unavailable)
        # What cannot be given back lapses by itself: no reason to fail a request that is over.
        self._returning = Keeping(store, where="Lease, when it is given back,", on_outage="open")
        self.name, self.ttl = name, ttl
        self._refusals = Refusals("Lease", problem, _taken)
        self._space, self._span = f"lease:{name}", 2 * self._ttl

    @property
    def degraded(self) -> int:
        """The number of decisions that were made without the store; for a metric."""
        return self._keeping.degraded

    def acquire(self, subject: Subject, *, holder: str) -> HeldLease:
        """Takes a lease, or raises what `problem` makes of the denial.

        Who holds it already takes it once more: that extends it and keeps the fence, and what is returned is
        a take of its own. So a request that is sent again does no harm, and of two that run side by side none
        gives back what the other still holds. They do not keep each other out: the fence tells holders apart,
        and for that two requests need names of their own.

        Args:
            subject: what is to be held: a session's id, a document's.
            holder: who asks, as the loser may be told: a client's id, for instance.

        Raises:
            Exception: what `problem` makes of the denial.
            TypeError: for what can be neither subject nor holder.
            ValueError: for a holder without a character, or with more than 256.
        """
        keys, args = self._ask(subject, _holder(holder), self._ttl)
        return self._answer(subject, holder, self._keeping.run(ACQUIRE, keys, args))

    async def aacquire(self, subject: Subject, *, holder: str) -> HeldLease:
        """Does what `acquire` does, without blocking the event loop.

        If it is cancelled the lease may be granted all the same; then it lapses by itself.
        """
        keys, args = self._ask(subject, _holder(holder), self._ttl)
        return self._answer(subject, holder, await self._keeping.arun(ACQUIRE, keys, args))

    def renew(self, lease: HeldLease) -> HeldLease:
        """Extends a lease to its whole time from now.

        Raises:
            Exception: what `problem` makes of the denial, if it is held no more, or this take was given back.
            TypeError: for what is no lease.
        """
        keys, args = self._ask_for(lease, self._ttl)
        return self._answer(lease.subject, lease.holder, self._keeping.run(RENEW, keys, args), lease)

    async def arenew(self, lease: HeldLease) -> HeldLease:
        """Does what `renew` does, without blocking the event loop."""
        keys, args = self._ask_for(lease, self._ttl)
        return self._answer(lease.subject, lease.holder, await self._keeping.arun(RENEW, keys, args), lease)

    def release(self, lease: HeldLease) -> None:
        """Gives a lease back: this take of it, and with the last one the lease.

        Once it lapsed, or a second time, this does nothing. What `peek` told gives back all takes at once.
        Nothing is raised while the store is down: it lapses by itself.

        Raises:
            TypeError: for what is no lease.
        """
        keys, args = self._ask_for(lease)
        self._release_here(lease, keys, args)
        self._returning.run(RELEASE, keys, args)

    async def arelease(self, lease: HeldLease) -> None:
        """Does what `release` does, without blocking the event loop, and to its end even if cancelled."""
        keys, args = self._ask_for(lease)
        self._release_here(lease, keys, args)
        await finished(self._returning.arun(RELEASE, keys, args))

    def peek(self, subject: Subject) -> HeldLease | None:
        """Tells who holds a subject; None if nobody does, or nobody knows."""
        return self._seen(subject, self._keeping.run(LOOK, *self._ask(subject)))

    async def apeek(self, subject: Subject) -> HeldLease | None:
        """Does what `peek` does, without blocking the event loop."""
        return self._seen(subject, await self._keeping.arun(LOOK, *self._ask(subject)))

    def verify(self, subject: Subject, fence: int) -> bool:
        """Whether a subject is still held by this fence, and so no higher one was granted.

        It is not where the lease lapsed, even if nobody came after, or where nobody knows. The answer may be
        old when it arrives: it spares work in vain, and what protects is the comparison at the write.

        Raises:
            TypeError: for a fence that is no int.
        """
        _verify_fence(fence)
        seen = self.peek(subject)
        return seen is not None and seen.fence == fence

    async def averify(self, subject: Subject, fence: int) -> bool:
        """Does what `verify` does, without blocking the event loop."""
        _verify_fence(fence)
        seen = await self.apeek(subject)
        return seen is not None and seen.fence == fence

    @contextmanager
    def hold(self, subject: Subject, *, holder: str) -> Generator[HeldLease]:
        """Holds a lease while a `with` block runs, and gives its own take of it back.

        What the holder had before it has afterwards. It is not renewed meanwhile.
        """
        lease = self.acquire(subject, holder=holder)
        try:
            yield lease
        finally:
            self.release(lease)

    @asynccontextmanager
    async def ahold(self, subject: Subject, *, holder: str) -> AsyncGenerator[HeldLease]:
        """Does what `hold` does in an `async with` block; it is given back also where that is cancelled."""
        lease = await self.aacquire(subject, holder=holder)
        try:
            yield lease
        finally:
            await self.arelease(lease)

    def admit(self, facts: Facts, values: Mapping[str, Any]) -> Admission:  # noqa: ARG002 - a protocol's
        """Holds a lease as long as a request lasts; the values are the arguments of `acquire`."""
        return Admission(held=_UntilOver(self, self.acquire(**values)))

    async def aadmit(self, facts: Facts, values: Mapping[str, Any]) -> Admission:  # noqa: ARG002
        """Does what `admit` does, without blocking the event loop."""
        return Admission(held=_UntilOver(self, await self.aacquire(**values)))

    def lease_of(self, admission: Admission) -> HeldLease:
        """The lease by which a request was admitted, for its fence.

        Args:
            admission: what `admit` of an adapter returned, or `failwell.edge.admission_of`.

        Raises:
            TypeError: for an admission by another guard.
        """
        held = admission.held
        if not isinstance(held, _UntilOver) or held.guard is not self:
            raise TypeError(
                f"Lease({self.name!r}): this admission is not by this guard\n"
                "  To mend it: pass what admit(…) returned, or admission_of(…), for the very same Lease"
            )
        return held.lease

    def _ask(self, subject: Subject, *asked: Value) -> tuple[Sequence[Key], Sequence[Args]]:
        return (key_of(self._space, subject),), ((*asked, self._span),)

    def _ask_for(self, lease: HeldLease, *asked: Value) -> tuple[Sequence[Key], Sequence[Args]]:
        _verify_lease(lease)
        return self._ask(lease.subject, _holder(lease.holder), lease.fence, lease.take, *asked)

    def _answer(
        self, subject: Subject, holder: str, outcome: Outcome, had: HeldLease | None = None
    ) -> HeldLease:
        """The lease that a decision grants, or the problem raised; where nobody decided, what was had."""
        known, degraded = outcome
        if known is None:
            fence, take = (had.fence, had.take) if had is not None else (0, WHOLE)
            known = (TAKEN, fence, self._ttl, b"", take)
        said, fence, ahead, winner, take = cast("tuple[int, int, int, bytes, int]", tuple(known))
        if said != FREE:
            return HeldLease(
                subject=subject,
                holder=holder,
                fence=fence,
                expires_in=ahead / MICROSECONDS,
                renewed=said == RENEWED,
                degraded=degraded,
                take=take,
            )
        denied = LeaseDenied(
            subject=subject,
            winner=winner.decode("utf-8", "surrogatepass"),
            retry_after=max(1, whole_seconds(ahead)),
            degraded=degraded,
        )
        raise self._refusals.of(denied)

    def _seen(self, subject: Subject, outcome: Outcome) -> HeldLease | None:
        known, _ = outcome
        if known is None or not known[0]:
            return None
        holder = cast("bytes", known[3]).decode("utf-8", "surrogatepass")
        return self._answer(subject, holder, outcome)

    def _release_here(self, lease: HeldLease, keys: Sequence[Key], args: Sequence[Args]) -> None:
        """Gives back what was granted in this process while the store was down."""
        stand_in = self._keeping.store.stand_in
        if lease.degraded and stand_in is not None:
            stand_in.run(RELEASE, keys, args)


class _UntilOver:
    """A lease that is given back when a request is over."""

    def __init__(self, guard: Lease, lease: HeldLease) -> None:
        self.guard, self.lease = guard, lease

    def release(self) -> None:
        self.guard.release(self.lease)

    async def arelease(self) -> None:
        await self.guard.arelease(self.lease)


def _holder(holder: object) -> bytes:
    if not isinstance(holder, str):
        raise TypeError(
            f"Lease: a {type(holder).__name__} cannot be a holder\n"
            "  To mend it: pass the id of who asks as a str"
        )
    if not 0 < len(holder) <= LONGEST_HOLDER:
        raise ValueError(
            f"Lease: the holder has {len(holder)} characters, and may have 1 to {LONGEST_HOLDER}\n"
            "  To mend it: pass a short id of who asks, which the loser may be told"
        )
    return holder.encode("utf-8", "surrogatepass")


def _verify_lease(lease: object) -> None:
    if not isinstance(lease, HeldLease):
        raise TypeError(
            f"Lease: a {type(lease).__name__} is not a lease\n"
            "  To mend it: pass what acquire, renew or peek returned"
        )
    _verify_fence(lease.fence)


def _verify_fence(fence: object) -> None:
    if type(fence) is not int:
        raise TypeError(
            f"Lease: a {type(fence).__name__} cannot be a fence\n"
            "  To mend it: pass the fence of the lease as an int, and keep it as one"
        )


def _taken(denied: LeaseDenied) -> Refused:
    if not denied.winner:
        return Refused(409, "The lease has lapsed.", denied=denied)
    wait = retry_after(denied.retry_after)
    return Refused(409, "Somebody else holds this at the moment.", headers=wait, denied=denied)
