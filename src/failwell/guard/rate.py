"""Rate limits: several buckets decided together."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import cast

import msgspec

from failwell.answers import Refused
from failwell.exceptions import DeclarationError
from failwell.guard.bucket import MICROSECONDS, Bucket
from failwell.guard.gcra import TAKE
from failwell.guard.outage import Keeping, OnOutage, Outcome, Unavailable, verified_problem, verify_callable
from failwell.guard.subject import LONGEST_PLAIN, Subject, key_of
from failwell.typing import Key, LimitState, Store


class Decision(msgspec.Struct, frozen=True, kw_only=True):
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
        retry_after: whole seconds, at least 1, after which the same check is admitted if nobody else spends.
        limits: where the caller stands with each bucket, in declared order, those that were skipped left out.
        degraded: whether it was decided without the store, on less than is usually known.
    """

    bucket: Bucket
    retry_after: int
    limits: tuple[LimitState, ...]
    degraded: bool = False


_GROUP = "rate"


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
    ) -> None:
        _verify_buckets(buckets)
        verify_callable(problem, "RateLimit")
        self._keeping = Keeping(store, where="RateLimit", on_outage=on_outage, unavailable=unavailable)
        self.buckets = buckets
        self._problem = problem or _too_many
        self._meters = tuple(_Meter.of(bucket) for bucket in buckets)
        self._usual_args = tuple((meter.interval, meter.span) for meter in self._meters)
        self._names = {bucket.name for bucket in buckets}
        self._spread_by, self._processes = spread_by, processes

    def check(self, /, *, cost: int = 1, **subjects: Subject | None) -> Decision:
        """Spends `cost` units of each bucket, or raises what `problem` makes of the denial.

        Args:
            cost: units to spend; 0 looks without spending, and is always admitted.
            subjects: for each bucket, by its name, whom it counts for; None skips the bucket in this call.

        Raises:
            TypeError: for a bucket without a subject, a name that is no bucket's, or a value of a wrong type.
            ValueError: for a negative cost, or one above a bucket's capacity, which could never be admitted.
        """
        meters, keys, args = self._ask(subjects, cost)
        return self._answer(meters, args, self._keeping.run(TAKE, keys, args, _GROUP))

    async def acheck(self, /, *, cost: int = 1, **subjects: Subject | None) -> Decision:
        """Does what `check` does, without blocking the event loop."""
        meters, keys, args = self._ask(subjects, cost)
        return self._answer(meters, args, await self._keeping.arun(TAKE, keys, args, _GROUP))

    def peek(self, /, **subjects: Subject | None) -> Decision:
        """Looks at the buckets that are named, and spends nothing.

        Raises:
            TypeError: for a name that is no bucket's, or a value of a wrong type.
        """
        return self.check(cost=0, **(dict.fromkeys(self._names) | subjects))

    async def apeek(self, /, **subjects: Subject | None) -> Decision:
        """Does what `peek` does, without blocking the event loop."""
        return await self.acheck(cost=0, **(dict.fromkeys(self._names) | subjects))

    def _ask(
        self, subjects: dict[str, Subject | None], cost: int
    ) -> tuple[Sequence[_Meter], Sequence[Key], Sequence[tuple[int, int]]]:
        """The buckets to decide, and for each its key, the time to spend and its span."""
        keys: list[Key] = []
        for meter in self._meters:
            subject = subjects.get(meter.name)
            if type(subject) is str and len(subject) <= LONGEST_PLAIN:  # most are: what key_of does, at once
                keys.append(meter.text_space + subject)
            elif subject is not None:
                keys.append(key_of(meter.space, subject))
        if len(keys) == len(subjects) == len(self._meters) and cost == 1 and type(cost) is int:
            return self._meters, keys, self._usual_args
        if subjects.keys() != self._names:
            raise _wrong_names(self.buckets, subjects)
        meters = [meter for meter in self._meters if subjects[meter.name] is not None]
        _verify_cost(cost, meters)
        return meters, keys, [(cost * meter.interval, meter.span) for meter in meters]

    def _answer(
        self, meters: Sequence[_Meter], args: Sequence[tuple[int, int]], outcome: Outcome
    ) -> Decision:
        """What the outcome of TAKE means: a decision, or the problem raised."""
        known, degraded = outcome
        if known is None:
            return Decision(limits=(), degraded=True)
        result = cast("Sequence[int]", known)
        limits = tuple(map(_Meter.state, meters, result))
        wait = result[-1]
        if not wait:
            return Decision(limits=limits, degraded=degraded)
        lacks = [ahead + debit - span for ahead, (debit, span) in zip(result, args, strict=False)]
        bucket = meters[lacks.index(wait)].bucket
        denied = Denied(bucket=bucket, retry_after=-(-wait // MICROSECONDS), limits=limits, degraded=degraded)
        raise verified_problem(self._problem(denied), "RateLimit")


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
    def of(cls, bucket: Bucket) -> _Meter:
        return cls(
            bucket=bucket,
            name=bucket.name,
            space=f"rate:{bucket.name}",
            text_space=f"rate:{bucket.name}:s:",
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


def _verify_buckets(buckets: Sequence[object]) -> None:
    names = [bucket.name for bucket in buckets if isinstance(bucket, Bucket)]
    if not names or len(names) < len(buckets):
        raise DeclarationError(
            "a rate limit is made of buckets, at least one",
            code="rate-limit-buckets",
            where="RateLimit",
            hint="begin with the buckets: RateLimit(Bucket('token', 60, per='minute'), store=…, problem=…)",
        )
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise DeclarationError(
            f"two buckets have the name {twice!r}, so a check could not tell their subjects apart",
            code="rate-limit-duplicate-bucket",
            where="RateLimit",
            hint="give each bucket a name of its own, such as 'ip' and 'ip_daily'",
        )


def _too_many(denied: Denied) -> Exception:
    wait = (("Retry-After", str(denied.retry_after)),)
    return Refused(429, f"Too many requests for this {denied.bucket.name}.", headers=wait, denied=denied)


def _wrong_names(buckets: Sequence[Bucket], given: Collection[str]) -> TypeError:
    names = [bucket.name for bucket in buckets]
    faults = [f"no subject for the bucket {name!r}" for name in names if name not in given]
    faults += [f"{name!r} is not a bucket" for name in given if name not in names]
    return TypeError(
        f"RateLimit: {', '.join(faults)}\n"
        f"  To mend it: pass {', '.join(f'{name}=…' for name in names)}; None skips a bucket in this call"
    )


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
        if cost > meter.bucket.capacity:
            raise ValueError(
                f"RateLimit: cost is {cost}, yet the bucket {meter.name!r} holds {meter.bucket.capacity}, "
                "so this can never be admitted\n"
                "  To mend it: split the work into smaller checks, or declare a larger burst"
            )
