"""Where an account stands with a quota in a period, and what calls are told of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from failwell.clock import MICROSECONDS, whole_seconds
from failwell.guard.period import Period
from failwell.typing import Key, LimitState


class QuotaDecision(msgspec.Struct, frozen=True, kw_only=True):
    """What was admitted, or committed.

    Attributes:
        limit: the limit that was in force: the one that the call named, as for the account's plan, else the
            declared one. Where `degraded` is set, and the quota goes on alone, this process's share of it.
        used: units used in the period, those included that are reserved; more than the limit where more was
            committed than reserved. None if nobody knows, since the store is down.
        reserved: units among them that are reserved, and neither committed nor given back yet.
        over_soft: whether more is used than the soft limit.
        resets: the end of the period, when everything is there again; aware, in the quota's zone.
        limits: where the caller stands, for the headers of the response; empty where nobody knows.
        degraded: whether it was decided without the store.
    """

    limit: int
    used: int | None
    reserved: int
    over_soft: bool
    resets: datetime
    limits: tuple[LimitState, ...] = ()
    degraded: bool = False


class QuotaDenied(msgspec.Struct, frozen=True, kw_only=True):
    """More was asked for than is left, and nothing was spent; what the application makes its problem of.

    Attributes:
        name: the quota's name.
        limit: the limit that was in force, as of `QuotaDecision`: "your plan allows …".
        used: units used in the period, those included that are reserved.
        requested: units that were asked for.
        resets: the end of the period; aware, in the quota's zone.
        retry_after: whole seconds until then, at least 1. Where more was requested than the limit, waiting
            does not help.
        limits: where the caller stands, for the headers of the response; empty where nobody knows.
        degraded: whether it was decided without the store, on what this process knows.
    """

    name: str
    limit: int
    used: int
    requested: int
    resets: datetime
    retry_after: int
    limits: tuple[LimitState, ...] = ()
    degraded: bool = False


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """An account in a period: what a call is about, known before the store is asked.

    Attributes:
        name: the quota's name.
        key: under which the store knows the account in this period.
        period: the period.
        limit: units at most.
        soft: units above which decisions say so.
    """

    name: str
    key: Key
    period: Period
    limit: int
    soft: int | None

    def decision(self, units: Sequence[int] | None, instant: int, *, degraded: bool) -> QuotaDecision:
        """What a call is told.

        Args:
            units: those that are spent, and those that are reserved; None if nobody knows.
            instant: by the wall clock, in microseconds.
            degraded: whether this process alone knows of them.
        """
        if units is None:
            return QuotaDecision(
                limit=self.limit,
                used=None,
                reserved=0,
                over_soft=False,
                resets=self.period.resets,
                degraded=degraded,
            )
        spent, reserved = units
        used = spent + reserved
        return QuotaDecision(
            limit=self.limit,
            used=used,
            reserved=reserved,
            over_soft=self.soft is not None and used > self.soft,
            resets=self.period.resets,
            limits=() if degraded else (self._state(used, instant),),
            degraded=degraded,
        )

    def denied(self, units: Sequence[int], requested: int, instant: int, *, degraded: bool) -> QuotaDenied:
        """What the problem is made of; the arguments as those of `decision`, and the units asked for."""
        used = sum(units)
        return QuotaDenied(
            name=self.name,
            limit=self.limit,
            used=used,
            requested=requested,
            resets=self.period.resets,
            retry_after=whole_seconds(self.period.end - instant),
            limits=() if degraded else (self._state(used, instant),),
            degraded=degraded,
        )

    def _state(self, used: int, instant: int) -> LimitState:
        remaining = max(self.limit - used, 0)
        reset = max(self.period.end - instant, 0) / MICROSECONDS
        return LimitState(
            name=self.name,
            limit=self.limit,
            window=self.period.length / MICROSECONDS,
            remaining=remaining,
            reset=reset,
            next_unit=0.0 if remaining else reset,
        )
