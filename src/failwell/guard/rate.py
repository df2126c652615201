"""Rate limits: several buckets decided together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import ceil
from typing import Any, cast

import msgspec

from failwell.answers import Refused
from failwell.clock import MICROSECONDS, whole_seconds
from failwell.guard.bucket import Bucket
from failwell.guard.decisions.gcra import REFILL, TAKE
from failwell.guard.denials import Denials
from failwell.guard.number import microseconds_of
from failwell.guard.outage import Keeping, OnOutage, Outcome, Unavailable
from failwell.guard.parts import Parts
from failwell.guard.refusal import Refusals, retry_after
from failwell.guard.subject import LONGEST_PLAIN, Subject, key_of
from failwell.typing import Admission, Args, Facts, Key, LimitState, Store


class Decision(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An admitted check.

    Attributes:
        limits: where the caller stands now with each bucket, in declared order, those that were skipped left
            out; for the headers of the success.
        degraded: whether it was decided without the store, on less than is usually known.
    """

    limits: tuple[LimitState, ...]
    degraded: bool = False


class Denied(msgspec.Struct, frozen=True, kw_only=True):
    """A check that was not admitted, and cost nothing; what the application makes its problem of.

    Attributes:
        bucket: the bucket that denied; of several the one that makes the caller wait longest.
        retry_after: whole seconds, at least 1, after which the same check is admitted if nobody else spends;
            of a bucket with a limit of 0 its window.
        limits: where the caller stands with each bucket, in declared order, those that were skipped left out.
        degraded: whether it was decided without the store, on less than is usually known.
    """

    bucket: Bucket
    retry_after: int
    limits: tuple[LimitState, ...]
    degraded: bool = False


_MOST_PLANS = 1_024  # buckets of plans whose numbers are kept
_LONGEST_HOLD = 86_400  # seconds


class RateLimit:
    """Admits a check if every bucket holds enough for it, and else raises the application's problem.

    The buckets are decided together, in one step of the store: a check is paid for in all of them or, if one
    denies, in none. The store's clock counts, so that all who share a store agree on the time.

    While a shared store is down, the limit goes on with what this process sees, each bucket divided by the
    number of processes; no states are shown then.

    Args:
        buckets: the buckets, at least one.
        store: keeps what was spent, for instance `failwell.store.Memory()`.
        problem: makes the exception to raise when a check is denied; by default a 429.
        spread_by: the bucket by whose subject keys are spread over the nodes of a cluster, for instance the
            organisation's; None keeps all keys on one node. Every check has to name its subject.
        on_outage: what to do while the store is down.
        unavailable: makes the exception to raise meanwhile, where that is `closed`; by default a 503.
        processes: among how many the limits are divided while the store is down.
        remember_denials: seconds for which who was denied by a shared store is denied without asking it
            again, at most and never longer than the wait; 0 asks each time.

    Raises:
        DeclarationError: without buckets, with two of one name, or with a store or problem that cannot serve.
    """

    needs_body = False

    def __init__(  # noqa: PLR0913 - what can be said about a limit
        self,
        *buckets: Bucket,
        store: Store,
        problem: Callable[[Denied], Exception] | None = None,
        spread_by: str | None = None,
        on_outage: OnOutage = "local",
        unavailable: Callable[[Unavailable], Exception] | None = None,
        processes: int = 1,
        remember_denials: float = 1.0,
    ) -> None:
        self._parts = Parts(buckets, Bucket, "rate", "RateLimit", spread_by)
        self._keeping = Keeping(
            store,
            where="RateLimit",
            on_outage=on_outage,
            unavailable=unavailable,
            processes=processes,
            divided=_divided,
        )
        self.buckets = buckets
        self._group = None if spread_by is not None else self._parts.group({})  # most are not spread
        self._refusals = Refusals("RateLimit", problem, _too_many)
        self._meters = tuple(_Meter.of(bucket, bucket) for bucket in buckets)
        self._usual_args = tuple((meter.interval, meter.span) for meter in self._meters)
        self._usual_count = len(buckets) if all(bucket.limit for bucket in buckets) else -1
        self._plans: dict[Bucket, _Meter] = {}
        hold = microseconds_of(
            remember_denials,
            "remember_denials",
            where="RateLimit",
            code="rate-limit-remember-denials",
            hint="give seconds, such as 1, or 0 to ask the store each time",
            least=0,
            most=_LONGEST_HOLD,
        )
        self._denials = Denials(hold) if hold and store.stand_in is not None else None

    @property
    def degraded(self) -> int:
        """The number of decisions that were made without the store; for a metric."""
        return self._keeping.degraded

    def check(self, /, *, cost: int = 1, plan: Sequence[Bucket] = (), **subjects: Subject | None) -> Decision:
        """Spends `cost` units of each bucket, or raises what `problem` makes of the denial.

        Args:
            cost: units to spend; 0 looks without spending, and is always admitted.
            plan: buckets that take the place of the declared ones of the same name in this call, for callers
                with limits of their own. What was spent stays spent, as a share of the window; another
                window counts apart. A limit of 0 admits nothing.
            subjects: for each bucket, by its name, whom it counts for; None skips the bucket in this call.

        Raises:
            TypeError: for a bucket without a subject, a name that is no bucket's, or a value of a wrong type.
            ValueError: for a negative cost, or one above a bucket's capacity, which could never be admitted.
        """
        meters, keys, args, group = self._ask(subjects, cost, plan)
        outcome = None if keys and self._denials is None else self._known(keys, args)
        if outcome is None:
            outcome = self._keeping.run(TAKE, keys, args, group)
        return self._answer(meters, keys, args, outcome)

    async def acheck(
        self, /, *, cost: int = 1, plan: Sequence[Bucket] = (), **subjects: Subject | None
    ) -> Decision:
        """Does what `check` does, without blocking the event loop."""
        meters, keys, args, group = self._ask(subjects, cost, plan)
        outcome = None if keys and self._denials is None else self._known(keys, args)
        if outcome is None:
            outcome = await self._keeping.arun(TAKE, keys, args, group)
        return self._answer(meters, keys, args, outcome)

    def peek(self, /, *, plan: Sequence[Bucket] = (), **subjects: Subject | None) -> Decision:
        """Looks at the buckets that are named, and spends nothing.

        Raises:
            TypeError: for a name that is no bucket's, or a value of a wrong type.
        """
        return self.check(cost=0, plan=plan, **(dict.fromkeys(self._parts.names) | subjects))

    async def apeek(self, /, *, plan: Sequence[Bucket] = (), **subjects: Subject | None) -> Decision:
        """Does what `peek` does, without blocking the event loop."""
        return await self.acheck(cost=0, plan=plan, **(dict.fromkeys(self._parts.names) | subjects))

    def reset(self, /, *, plan: Sequence[Bucket] = (), **subjects: Subject | None) -> None:
        """Fills the buckets that are named, as support does for a caller; other processes see it in a second.

        Raises:
            TypeError: for a name that is no bucket's, or a value of a wrong type.
            StoreUnavailableError: if the store is down, so that nothing was filled.
        """
        keys, args, group = self._named(subjects, plan)
        if keys:
            self._keeping.store.run(REFILL, keys, args, group)

    async def areset(self, /, *, plan: Sequence[Bucket] = (), **subjects: Subject | None) -> None:
        """Does what `reset` does, without blocking the event loop."""
        keys, args, group = self._named(subjects, plan)
        if keys:
            await self._keeping.store.arun(REFILL, keys, args, group)

    @property
    def takes(self) -> Mapping[str, bool]:
        """By name what requests are admitted by, and whether it has to be told; `guarded` looks at it."""
        return dict.fromkeys(self._parts.names, True) | {"cost": False, "plan": False}

    def admit(self, facts: Facts, values: Mapping[str, Any]) -> Admission:  # noqa: ARG002 - a protocol's
        """Admits a request, as adapters ask: the values are the arguments of `check`."""
        return Admission(limits=self.check(**values).limits)

    async def aadmit(self, facts: Facts, values: Mapping[str, Any]) -> Admission:  # noqa: ARG002
        """Does what `admit` does, without blocking the event loop."""
        return Admission(limits=(await self.acheck(**values)).limits)

    def _ask(
        self, subjects: dict[str, Subject | None], cost: int, plan: Sequence[Bucket] = ()
    ) -> tuple[Sequence[_Meter], Sequence[Key], Sequence[tuple[int, int]], str]:
        """The buckets to decide, for each its key, the time to spend and its span, and the keys' group."""
        keys: list[Key] = []
        metered = self._meters_by(plan) if plan else self._meters
        for meter in metered:
            subject = subjects.get(meter.name)
            if type(subject) is str and len(subject) <= LONGEST_PLAIN:  # most are: what key_of does, at once
                keys.append(meter.text_space + subject)
            elif subject is not None:
                keys.append(key_of(meter.space, subject))
        group = self._group or self._parts.group(subjects)
        if len(keys) == len(subjects) == self._usual_count and cost == 1 and type(cost) is int and not plan:
            return self._meters, keys, self._usual_args, group
        if subjects.keys() != self._parts.names:
            raise self._parts.misnamed(subjects)
        named = [meter for meter in metered if subjects[meter.name] is not None]
        _verify_cost(cost, named)
        meters = [meter for meter in named if meter.limit]
        if cost and len(meters) < len(named):
            raise self._shut(next(meter for meter in named if not meter.limit))
        asked = [key for meter, key in zip(named, keys, strict=True) if meter.limit]
        return meters, asked, [(cost * meter.interval, meter.span) for meter in meters], group

    def _meters_by(self, plan: Sequence[Bucket]) -> Sequence[_Meter]:
        """The meters of all buckets, those of a plan in place of the declared ones."""
        if len(self._plans) >= _MOST_PLANS:
            self._plans.clear()
        declared = {bucket.name: bucket for bucket in self.buckets}
        own: dict[str, _Meter] = {}
        for bucket in self._parts.replacing(plan):
            meter = self._plans.get(bucket)
            if meter is None:
                meter = self._plans[bucket] = _Meter.of(bucket, declared[bucket.name])
            own[bucket.name] = meter
        return [own.get(meter.name, meter) for meter in self._meters]

    def _known(self, keys: Sequence[Key], args: Sequence[Args]) -> Outcome | None:
        """What comes of a check for which the store need not be asked."""
        if not keys:
            return (0,), False
        result = None if self._denials is None else self._denials.recall(keys, args)
        return None if result is None else (result, False)

    def _named(
        self, subjects: dict[str, Subject | None], plan: Sequence[Bucket]
    ) -> tuple[Sequence[Key], Sequence[tuple[int, int]], str]:
        """The buckets to fill, of which no denial is remembered any longer."""
        if self._denials is not None:
            self._denials.forget()
        _, keys, args, group = self._ask(dict.fromkeys(self._parts.names) | subjects, 0, plan)
        return keys, args, group

    def _answer(
        self,
        meters: Sequence[_Meter],
        keys: Sequence[Key],
        args: Sequence[tuple[int, int]],
        outcome: Outcome,
    ) -> Decision:
        """What the outcome of TAKE means: a decision, or the problem raised."""
        result, degraded = outcome
        if result is None or (degraded and not result[-1]):
            return Decision(limits=(), degraded=True)  # what is left in all processes, nobody knows
        limits = tuple(map(_Meter.state, meters, result))
        wait = result[-1]
        if not wait:
            return Decision(limits=limits)
        if degraded:
            args = cast("Sequence[tuple[int, int]]", self._keeping.alone(args))
        lacks = [ahead + debit - span for ahead, (debit, span) in zip(result, args, strict=False)]
        bucket = meters[max(range(len(lacks)), key=lacks.__getitem__)].bucket
        if self._denials is not None and not degraded:
            self._denials.keep(keys, args, result)
        raise self._denial(bucket, whole_seconds(wait), () if degraded else limits, degraded=degraded)

    def _shut(self, meter: _Meter) -> Exception:
        """The problem where a plan has nothing: no wait helps, so the window stands for some time."""
        window = max(ceil(meter.window), 1)
        state = LimitState(
            name=meter.name, limit=0, window=meter.window, remaining=0, reset=window, next_unit=window
        )
        return self._denial(meter.bucket, window, (state,))

    def _denial(
        self, bucket: Bucket, retry_after: int, limits: tuple[LimitState, ...], *, degraded: bool = False
    ) -> Exception:
        denied = Denied(bucket=bucket, retry_after=retry_after, limits=limits, degraded=degraded)
        return self._refusals.of(denied)


class _Meter(msgspec.Struct, frozen=True):
    """What checks need to know of a bucket, computed once."""

    bucket: Bucket
    name: str
    space: str
    text_space: str
    limit: int
    window: float
    interval: int
    span: int

    @classmethod
    def of(cls, bucket: Bucket, declared: Bucket) -> _Meter:
        """The meter of a bucket that stands in the place of a declared one, or is it.

        What is spent is kept under the declared numbers: other limits whose buckets happen to have the same
        name have nothing to do with it, while all plans of a caller do. Only one window fits in an entry.
        """
        space = f"rate:{declared.mark}"
        if bucket.window != declared.window:
            space += f"@{bucket.window!r}"
        return cls(
            bucket=bucket,
            name=bucket.name,
            space=space,
            text_space=f"{space}:s:",
            limit=bucket.limit,
            window=bucket.window,
            interval=bucket.interval,
            span=bucket.span,
        )

    def state(self, ahead: int) -> LimitState:
        """The state of a bucket that will be full `ahead` microseconds from now."""
        left = self.span - ahead
        remaining = left // self.interval
        return LimitState(
            name=self.name,
            limit=self.limit,
            window=self.window,
            remaining=remaining,
            reset=ahead / MICROSECONDS,
            next_unit=0.0 if remaining else (self.interval - left) / MICROSECONDS,
        )


def _too_many(denied: Denied) -> Refused:
    """Of the limits the response shows the one that denied: another may have less left."""
    name, wait = denied.bucket.name, retry_after(denied.retry_after)
    own = (state for state in denied.limits if state.name == name)
    return Refused(429, f"Too many requests for this {name}.", headers=wait, denied=denied, limits=own)


def _divided(args: Sequence[Args], processes: int) -> Sequence[Args]:
    """What this process may spend alone: a unit costs as many times more as there are processes."""
    pairs = cast("Sequence[tuple[int, int]]", args)
    return [(min(debit * processes, span), span) for debit, span in pairs]


def _verify_cost(cost: object, meters: Sequence[_Meter]) -> None:
    if type(cost) is not int:
        raise TypeError(
            f"RateLimit: cost is {cost!r}, which is not an int\n"
            "  To mend it: pass whole units, 0 to look without spending"
        )
    if cost < 0:
        raise ValueError(
            f"RateLimit: cost is {cost}, and nothing can be given back\n"
            "  To mend it: pass whole units, 0 to look without spending"
        )
    for meter in meters:
        if cost > meter.bucket.capacity and meter.limit:
            raise ValueError(
                f"RateLimit: cost is {cost}, yet the bucket {meter.name!r} holds {meter.bucket.capacity}, "
                "so this can never be admitted\n"
                "  To mend it: split the work into smaller checks, or declare a larger burst"
            )
