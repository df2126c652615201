"""Limits on what goes on at the same time: slots under several caps, taken together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from secrets import token_bytes
from typing import Any, cast

import msgspec

from failwell.answers import Refused
from failwell.clock import whole_seconds
from failwell.completion import finished
from failwell.exceptions import DeclarationError
from failwell.guard.cap import Cap
from failwell.guard.decisions.slot import RELEASE, RENEW, TAKE
from failwell.guard.heartbeat import TaskHeartbeat, ThreadHeartbeat
from failwell.guard.number import microseconds_of
from failwell.guard.outage import Keeping, OnOutage, Outcome, Unavailable, share
from failwell.guard.parts import Parts
from failwell.guard.refusal import Refusals, retry_after
from failwell.guard.subject import Subject, key_of
from failwell.typing import Admission, Args, Facts, Key, Store, StoreUnavailableError, Transition, Value

_LONGEST = 86_400  # seconds; whoever crashes should not keep others out for longer
_ID_BYTES = 16


class ConcurrencyDenied(msgspec.Struct, frozen=True, kw_only=True):
    """A slot that was not to be had; what the application makes its problem of.

    Attributes:
        cap: the name of the cap that is full; of several the one that may take longest.
        current: slots that are held under it, more than the limit where that was lowered.
        limit: the limit that was in force.
        retry_after: whole seconds, at least 1, after which there is room if nobody renews a lease: when all
            holders have crashed. Who works renews, and who is done leaves at once, so it can take longer, and
            often takes less. Where the limit is 0 there never is room, and this is the lease.
        degraded: whether it was decided without the store, on what this process knows.
    """

    cap: str
    current: int
    limit: int
    retry_after: int
    degraded: bool = False


class Concurrency:
    """Admits so many at the same time, and else raises the application's problem.

    The caps are decided together, in one step of the store: a slot is taken under all of them or, if one is
    full, under none. A slot is a lease: it ends by itself, so that a process that crashes holds nobody up for
    longer. Whoever works for longer renews it; `hold` and `ahold` do so every third of the lease.

    While a shared store is down, the guard goes on with the slots of this process, each limit divided by the
    number of processes; slots that are renewed meanwhile are counted by the store when it is back.

    Args:
        caps: the caps, at least one.
        store: keeps who holds what, for instance `failwell.store.Memory()`.
        lease: seconds after which a slot is free again unless it was renewed.
        problem: makes the exception to raise when a cap is full; by default a 429.
        spread_by: the cap by whose subject keys are spread over the nodes of a cluster; None keeps all keys
            on one node. Every call has to name its subject.
        on_outage: what to do while the store is down.
        unavailable: makes the exception to raise meanwhile, where that is `closed`; by default a 503.
        processes: among how many the limits are divided while the store is down.
        make_id: makes the id of a slot, 16 bytes that nobody else makes.

    Raises:
        DeclarationError: without caps, with two of one name, a lease that is none, or a store, problem or
            `make_id` that cannot serve.
    """

    needs_body = False

    def __init__(  # noqa: PLR0913 - what can be said about a limit
        self,
        *caps: Cap,
        store: Store,
        lease: float = 60,
        problem: Callable[[ConcurrencyDenied], Exception] | None = None,
        spread_by: str | None = None,
        on_outage: OnOutage = "local",
        unavailable: Callable[[Unavailable], Exception] | None = None,
        processes: int = 1,
        make_id: Callable[[], bytes] = lambda: token_bytes(16),
    ) -> None:
        self._parts = Parts(caps, Cap, "slot", "Concurrency", spread_by)
        self._span = microseconds_of(
            lease,
            "lease",
            where="Concurrency",
            code="concurrency-lease",
            hint="give seconds, such as 60; a slot that is held is renewed every third of it",
            most=_LONGEST,
        )
        self._keeping = Keeping(
            store,
            where="Concurrency",
            on_outage=on_outage,
            unavailable=unavailable,
            processes=processes,
            divided=_divided,
        )
        _verify_maker(make_id)
        self.caps, self.lease = caps, lease
        self._refusals = Refusals("Concurrency", problem, _too_many)
        self._make_id, self._is_local = make_id, on_outage == "local"
        self._heartbeat = ThreadHeartbeat(lease / 3)

    @property
    def degraded(self) -> int:
        """The number of decisions that were made without the store; for a metric."""
        return self._keeping.degraded

    def acquire(self, /, *, plan: Sequence[Cap] = (), **subjects: Subject | None) -> Slot:
        """Takes a slot, or raises what `problem` makes of the denial.

        It is the caller's to renew and to release; `with hold(…)` does both.

        Args:
            plan: caps that take the place of the declared ones of the same name in this call, for callers
                with limits of their own. Who holds a slot keeps it when a limit falls.
            subjects: for each cap, by its name, whom it counts for; None skips the cap in this call.

        Raises:
            TypeError: for a cap without a subject, a name that is no cap's, or a value of a wrong type.
        """
        caps, slot, args = self._ask(subjects, plan)
        if not args:
            return slot
        outcome = self._keeping.run(TAKE, slot.keys, args, slot.group)
        return self._answer(caps, slot, args, outcome)

    async def aacquire(self, /, *, plan: Sequence[Cap] = (), **subjects: Subject | None) -> Slot:
        """Does what `acquire` does, without blocking the event loop."""
        caps, slot, args = self._ask(subjects, plan)
        if not args:
            return slot
        try:
            outcome = await self._keeping.arun(TAKE, slot.keys, args, slot.group)
        except asyncio.CancelledError:  # it may be taken by now, and nobody would know of it
            await slot.arelease()
            raise
        return self._answer(caps, slot, args, outcome)

    @contextmanager
    def hold(self, /, *, plan: Sequence[Cap] = (), **subjects: Subject | None) -> Generator[Slot]:
        """Holds a slot for as long as a `with` block runs, and renews it meanwhile.

        The arguments are those of `acquire`. One thread renews all slots that a process holds so.
        """
        slot = self._kept(self.acquire(plan=plan, **subjects))
        try:
            yield slot
        finally:
            slot.release()

    @asynccontextmanager
    async def ahold(self, /, *, plan: Sequence[Cap] = (), **subjects: Subject | None) -> AsyncGenerator[Slot]:
        """Holds a slot for as long as an `async with` block runs, and renews it meanwhile, in a task.

        The arguments are those of `acquire`. The slot is given back also where the block is cancelled.
        """
        slot = self._akept(await self.aacquire(plan=plan, **subjects))
        try:
            yield slot
        finally:
            await slot.arelease()

    def resume(self, slot_id: bytes, /, **subjects: Subject | None) -> Slot:
        """A slot that was taken before, by another request or process, to renew or to release it.

        For what outlives a request: keep the slot's `id` where the thing itself is kept. Nothing is asked
        here, so it is the same for coroutines; `renew` tells whether the slot is there. One that is not is
        counted again by that, above the limit if need be: take nobody's word for an id, and release the slot
        if what it stood for is over.

        Args:
            slot_id: the slot's `id`.
            subjects: those with which it was acquired.

        Raises:
            TypeError: for what is no id, a cap without a subject, or a name that is no cap's.
            ValueError: for an id that is not 16 bytes long.
        """
        _verify_id(slot_id, "pass the id of a slot as acquire made it: slot.id")
        if subjects.keys() != self._parts.names:
            raise self._parts.misnamed(subjects)
        slot = self._slot(slot_id, subjects)
        slot.resume()
        return slot

    @property
    def takes(self) -> Mapping[str, bool]:
        """By name what requests are admitted by, and whether it has to be told; `guarded` looks at it."""
        return dict.fromkeys(self._parts.names, True) | {"plan": False}

    def admit(self, facts: Facts, values: Mapping[str, Any]) -> Admission:  # noqa: ARG002 - a protocol's
        """Admits a request, as adapters ask: the values are the arguments of `acquire`."""
        return Admission(held=self._kept(self.acquire(**values)))

    async def aadmit(self, facts: Facts, values: Mapping[str, Any]) -> Admission:  # noqa: ARG002
        """Does what `admit` does, without blocking the event loop."""
        return Admission(held=self._akept(await self.aacquire(**values)))

    def _kept(self, slot: Slot) -> Slot:
        slot.beat_in(self._heartbeat)
        return slot

    def _akept(self, slot: Slot) -> Slot:
        slot.beat_in(TaskHeartbeat(slot, self.lease / 3))
        return slot

    def _ask(
        self, subjects: Mapping[str, Subject | None], plan: Sequence[Cap]
    ) -> tuple[Sequence[Cap], Slot, Sequence[Args]]:
        """The caps to decide, the slot to take, and the arguments for each cap."""
        if subjects.keys() != self._parts.names:
            raise self._parts.misnamed(subjects)
        own = {cap.name: cap for cap in self._parts.replacing(plan)}
        caps = [own.get(cap.name, cap) for cap in self.caps if subjects[cap.name] is not None]
        made = self._make_id()
        _verify_id(made, "let make_id= return 16 bytes that nobody else makes")
        slot = self._slot(made, subjects)
        return caps, slot, [(cap.limit, made, self._span) for cap in caps]

    def _slot(self, slot_id: bytes, subjects: Mapping[str, Subject | None]) -> Slot:
        named = [(cap.name, subjects[cap.name]) for cap in self.caps]
        return Slot(
            slot_id,
            [key_of(f"slot:{name}", subject) for name, subject in named if subject is not None],
            self._parts.group(subjects),
            self._span,
            self._keeping.store,
            is_local=self._is_local,
        )

    def _answer(self, caps: Sequence[Cap], slot: Slot, args: Sequence[Args], outcome: Outcome) -> Slot:
        """What the outcome of TAKE means: the slot, or the problem raised."""
        known, degraded = outcome
        slot.begin(degraded=degraded)
        if known is None:
            return slot
        counts, waits = cast("Sequence[int]", known[: len(caps)]), cast("Sequence[int]", known[len(caps) :])
        wait = max(waits, default=0)
        if not wait:
            return slot
        full = waits.index(wait)
        if degraded:
            args = self._keeping.alone(args)
        denied = ConcurrencyDenied(
            cap=caps[full].name,
            current=counts[full],
            limit=cast("int", args[full][0]),
            retry_after=whole_seconds(wait),
            degraded=degraded,
        )
        raise self._refusals.of(denied)


class Slot:
    """A slot that somebody holds. One that is forgotten rather than released is free when its lease ends.

    Attributes:
        id: tells it from all others.
        degraded: whether it was taken without the store.
        lost: whether at some renewal it was not there: its lease had ended because the process stood still,
            or the store forgot it. Somebody else may have had its place since. It counts again from then on,
            above the limit if need be; whoever holds it may want to stop.
    """

    def __init__(  # noqa: PLR0913 - made by the guard
        self, slot_id: bytes, keys: Sequence[Key], group: Key, lease: int, store: Store, *, is_local: bool
    ) -> None:
        """Is made by `Concurrency.acquire`.

        Args:
            slot_id: its id.
            keys: the caps under which it counts.
            group: the group of the keys.
            lease: in microseconds.
            store: keeps it.
            is_local: whether it counts in this process while the store is down.
        """
        self.id, self.keys, self.group = slot_id, keys, group
        self.degraded = self.lost = False
        self._args: Sequence[Args] = [(slot_id, lease)] * len(keys)
        self._store, self._is_local = store, is_local
        self._is_stored = self._strayed = self._released = False
        self._heartbeat: ThreadHeartbeat | TaskHeartbeat | None = None

    def begin(self, *, degraded: bool) -> None:
        """Notes where it was taken."""
        self.degraded, self._is_stored, self._strayed = degraded, not degraded, degraded

    def resume(self) -> None:
        """Notes that it was taken before: as a rule in the store, else perhaps in this process."""
        self._is_stored = self._strayed = True

    def beat_in(self, heartbeat: ThreadHeartbeat | TaskHeartbeat) -> None:
        """Lets a heartbeat renew it until it is released."""
        self._heartbeat = heartbeat
        if isinstance(heartbeat, ThreadHeartbeat):
            heartbeat.begin(self)

    def renew(self) -> bool:
        """Begins the lease anew.

        Nothing is raised while the store is down: the next renewal may reach it.

        Returns:
            Whether it is held and never was lost.
        """
        if self._released or not self.keys:
            return self._is_intact
        try:
            found = self._store.run(RENEW, self.keys, self._args, self.group)
        except StoreUnavailableError:
            self._meanwhile(RENEW)
        else:
            self._note(found)
        if self._released:  # by another thread meanwhile, and the renewal came after it
            self._free()
        return self._is_intact

    async def arenew(self) -> bool:
        """Does what `renew` does, without blocking the event loop."""
        if self._released or not self.keys:
            return self._is_intact
        try:
            found = await self._store.arun(RENEW, self.keys, self._args, self.group)
        except StoreUnavailableError:
            self._meanwhile(RENEW)
        else:
            self._note(found)
        if self._released:  # by another task meanwhile, and the renewal came after it
            await self._afree()
        return self._is_intact

    def release(self) -> None:
        """Gives it back. Doing it twice is doing it once.

        Nothing is raised while the store is down: the lease ends by itself.
        """
        if self._released:
            return
        self._released = True
        if isinstance(self._heartbeat, TaskHeartbeat):
            self._heartbeat.end_soon()
        elif self._heartbeat is not None:
            self._heartbeat.end(self)
        self._free()

    async def arelease(self) -> None:
        """Does what `release` does, without blocking the event loop, and to the end also if cancelled."""
        if self._released:
            return
        self._released = True
        await finished(self._aend())

    @property
    def _is_intact(self) -> bool:
        return not (self.lost or self._released)

    def _note(self, found: Sequence[Value]) -> None:
        """What a renewal in the store has found."""
        if self._is_stored and not found[0]:
            self.lost = True
        self._is_stored = True

    def _meanwhile(self, transition: Transition) -> None:
        """Does it in this process, where the guard goes on alone."""
        stand_in = self._store.stand_in
        if self._is_local and stand_in is not None:
            stand_in.run(transition, self.keys, self._args)
            self._strayed = True

    def _free(self) -> None:
        if not self.keys:
            return
        with suppress(StoreUnavailableError):  # then the lease ends by itself
            self._store.run(RELEASE, self.keys, self._args, self.group)
        if self._strayed:
            self._meanwhile(RELEASE)

    async def _afree(self) -> None:
        if not self.keys:
            return
        with suppress(StoreUnavailableError):  # then the lease ends by itself
            await self._store.arun(RELEASE, self.keys, self._args, self.group)
        if self._strayed:
            self._meanwhile(RELEASE)

    async def _aend(self) -> None:
        if isinstance(self._heartbeat, TaskHeartbeat):
            await self._heartbeat.end()
        elif self._heartbeat is not None:
            self._heartbeat.end(self)
        await self._afree()


def _verify_maker(make_id: object) -> None:
    if not callable(make_id):
        raise DeclarationError(
            f"make_id is {make_id!r}, which cannot be called",
            code="concurrency-make-id",
            where="Concurrency",
            hint="leave it out, or pass a function that returns 16 bytes that nobody else makes",
        )


def _verify_id(slot_id: object, hint: str) -> None:
    if not isinstance(slot_id, bytes):
        raise TypeError(
            f"Concurrency: a {type(slot_id).__name__} cannot be the id of a slot\n  To mend it: {hint}"
        )
    if len(slot_id) != _ID_BYTES:
        raise ValueError(
            f"Concurrency: the id of a slot has {len(slot_id)} bytes, and not {_ID_BYTES}\n"
            f"  To mend it: {hint}"
        )


def _divided(args: Sequence[Args], processes: int) -> Sequence[Args]:
    """What this process may hold alone: its share of each limit."""
    known = cast("Sequence[tuple[int, bytes, int]]", args)
    return [(share(limit, processes), own, lease) for limit, own, lease in known]


def _too_many(denied: ConcurrencyDenied) -> Refused:
    wait = retry_after(denied.retry_after if denied.limit else None)
    return Refused(429, f"Too many at the same time for this {denied.cap}.", headers=wait, denied=denied)
