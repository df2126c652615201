"""What guards do while their store cannot be asked: admit, refuse, or go on with what this process knows."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any, Literal, get_args

import msgspec

from failwell.answers import Refused
from failwell.clock import monotonic
from failwell.exceptions import DeclarationError
from failwell.guard.number import verify_count
from failwell.guard.refusal import Refusals, retry_after
from failwell.typing import Args, Clock, Key, Store, StoreUnavailableError, Transition, Value

OnOutage = Literal["open", "closed", "local"]
"""`open` admits, `closed` refuses with 503, `local` decides with a store in the memory of this process."""

RETRY_AFTER = 5
"""Seconds after which a caller may ask again: about as long as a store outside the process is left alone."""

Outcome = tuple[Sequence[Any] | None, bool]
"""The result of a transition, None where the guard is open, and whether it was made without the store. What
the values of a result are, the guard knows that declared the transition.
"""

Divided = Callable[[Sequence[Args], int], Sequence[Args]]
"""Makes of the arguments of a decision those of one of so many processes."""

_CALM = 1_000_000  # microseconds without a failure after which the store counts as back

_log = logging.getLogger("failwell.guard")


class Unavailable(msgspec.Struct, frozen=True, kw_only=True):
    """A request that was refused because nobody could say whether it is admitted.

    Attributes:
        guard: what refused: `RateLimit`, for instance.
        retry_after: whole seconds after which it is worth asking again.
    """

    guard: str
    retry_after: int = RETRY_AFTER


class Keeping:
    """A guard's store, and what the guard does without it.

    Attributes:
        store: the store.
        degraded: the number of decisions made without it, for a metric.
        is_down: whether it could not be asked a moment ago.
    """

    def __init__(  # noqa: PLR0913 - what guards are declared with
        self,
        store: Store,
        *,
        where: str,
        on_outage: OnOutage,
        unavailable: Callable[[Unavailable], Exception] | None = None,
        processes: int = 1,
        divided: Divided | None = None,
        clock: Clock = monotonic,
    ) -> None:
        """Takes what a guard was declared with.

        Args:
            store: keeps the guard's entries.
            where: the guard's class, for messages.
            on_outage: what to do while the store is down.
            unavailable: makes the exception to raise where the guard is closed; by default a 503.
            processes: among how many limits are divided where the guard goes on alone.
            divided: makes the arguments of a decision by one of so many; by default they stay.
            clock: the time in microseconds, by which the store counts as back.

        Raises:
            DeclarationError: for what is no store, a word that is none of the three, or no processes.
        """
        _verify(store, on_outage, where)
        hint = "give the number of processes that share the store, such as 4"
        verify_count(processes, "processes", where=where, code="guard-processes", hint=hint, least=1)
        self.store, self.degraded, self.is_down = store, 0, False
        self._where, self._on_outage, self._failed_at = where, on_outage, 0
        self._processes, self._divided, self._clock = processes, divided, clock
        self._refusals = Refusals(where, unavailable, _undecided, "unavailable")

    def run(
        self,
        transition: Transition,
        keys: Sequence[Key],
        args: Sequence[Args],
        group: str | None = None,
    ) -> Outcome:
        """Runs a transition.

        Args:
            transition: the step.
            keys: its keys.
            args: its arguments.
            group: the group of the keys.

        Raises:
            Exception: what `unavailable` makes, if the store is down and the guard is closed.
        """
        try:
            result = self.store.run(transition, keys, args, group)
        except StoreUnavailableError as error:
            return self._meanwhile(error, transition, keys, args), True
        if self.is_down:
            self._come_back()
        return result, False

    async def arun(
        self,
        transition: Transition,
        keys: Sequence[Key],
        args: Sequence[Args],
        group: str | None = None,
    ) -> Outcome:
        """Does what `run` does, without blocking the event loop."""
        try:
            result = await self.store.arun(transition, keys, args, group)
        except StoreUnavailableError as error:
            return self._meanwhile(error, transition, keys, args), True
        if self.is_down:
            self._come_back()
        return result, False

    def alone(self, args: Sequence[Args]) -> Sequence[Args]:
        """The arguments as they are where the guard goes on alone."""
        return self._divided(args, self._processes) if self._divided is not None else args

    def _meanwhile(
        self, error: StoreUnavailableError, transition: Transition, keys: Sequence[Key], args: Sequence[Args]
    ) -> Sequence[Value] | None:
        """The result without the store; that of memory never keeps an event loop waiting."""
        self.degraded += 1
        self._failed_at = self._clock()
        if not self.is_down:
            self.is_down = True
            # As text: a handler that keeps records would keep the error, and all that its frames hold.
            _log.warning("%s: the store is down, so it is %s: %s", self._where, self._on_outage, str(error))
        if self._on_outage == "open":
            return None
        stand_in = self.store.stand_in
        if self._on_outage == "local" and stand_in is not None:
            return stand_in.run(transition, keys, self.alone(args))
        raise self._refusals.of(Unavailable(guard=self._where))

    def _come_back(self) -> None:
        """Notes that the store answers: not at once, for of a cluster a part may be down."""
        if self._clock() - self._failed_at < _CALM:
            return
        self.is_down = False
        _log.warning(
            "%s: the store is back, after %d decisions without it in all", self._where, self.degraded
        )


def share(limit: int, processes: int) -> int:
    """What one of so many processes may admit alone: its share, and one at least where there is any."""
    return max(limit // processes, min(limit, 1))


def _undecided(unavailable: Unavailable) -> Refused:
    wait = retry_after(unavailable.retry_after)
    return Refused(503, "This cannot be decided at the moment.", headers=wait, denied=unavailable)


def _verify(store: object, on_outage: object, where: str) -> None:
    if isinstance(store, type) or not callable(getattr(store, "run", None)):
        raise DeclarationError(
            f"{store!r} is not a store",
            code="guard-store",
            where=where,
            hint="pass an instance of a store, such as store=Memory()",
        )
    if on_outage not in get_args(OnOutage):
        raise DeclarationError(
            f"on_outage is {on_outage!r}, which is none of {', '.join(map(repr, get_args(OnOutage)))}",
            code="guard-on-outage",
            where=where,
            hint="say what to do while the store is down, such as on_outage='closed'",
        )
