"""A circuit breaker: a store that fails again and again is left alone, and after a while asked by one caller.

Without it each request would wait for the whole deadline while a store is down, and a store that comes back
would be met by all of them at once.
"""

from __future__ import annotations

import logging
from threading import Lock
from typing import Literal

import msgspec

from failwell.clock import MICROSECONDS, monotonic
from failwell.typing import Clock, StoreUnavailableError

LONGEST_PAUSE = 5.0
"""Seconds that a store is left alone at most before it is asked again."""

State = Literal["closed", "open", "half_open"]
"""`closed`: the store is asked. `open`: it is left alone. `half_open`: one caller is asking it."""

_log = logging.getLogger("failwell.store")


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a store can be asked, and how often it could not; for a metric.

    Attributes:
        state: whether it is asked at present.
        failures: how often it was asked and failed.
        opened: how often it was found down.
        refused: requests that failed at once, because it was down.
        last_error: the class of the last failure, empty if there was none.
    """

    state: State
    failures: int
    opened: int
    refused: int
    last_error: str


class Breaker:
    """Says whether a store is to be asked: no longer after some failures in a row, again after a pause.

    After the pause one caller at a time may ask. Its failure starts a pause of twice the length; any success,
    whoever's, is proof that the store is back. A caller that never reports is given up after a while, and
    the next may ask.

    Every `check` that does not raise is to be followed by `succeeded` or `failed`.
    """

    def __init__(
        self,
        name: str,
        clock: Clock = monotonic,
        failures: int = 3,
        pause: float = 0.25,
        patience: float = 1.0,
    ) -> None:
        """Begins closed.

        Args:
            name: the store's, for messages.
            clock: the time in microseconds; it must not go back.
            failures: failures in a row after which the store is left alone.
            pause: seconds that it is left alone at first; doubled up to `LONGEST_PAUSE`.
            patience: seconds after which a caller that asks after a pause, and has not reported, is given up:
                more than the store's deadline.
        """
        self._name, self._clock, self._most = name, clock, failures
        self._first_pause, self._patience = _microseconds(pause), _microseconds(patience)
        self._lock = Lock()
        self._is_open = self._is_probed = False
        self._in_a_row = 0
        self._pause = self._first_pause
        self._resume = 0  # while open: the instant from which the next caller may ask
        self._failures = self._opened = self._refused = 0
        self._last_error = ""

    @property
    def health(self) -> Health:
        """The state and the counts."""
        with self._lock:
            state: State = "closed"
            if self._is_open:
                state = "half_open" if self._is_probed else "open"
            return Health(
                state=state,
                failures=self._failures,
                opened=self._opened,
                refused=self._refused,
                last_error=self._last_error,
            )

    def check(self) -> None:
        """Lets a caller ask the store.

        Raises:
            StoreUnavailableError: at once, while the store is left alone or somebody else is asking it.
        """
        if self._is_open and not self._may_probe():
            raise StoreUnavailableError(
                f"{self._name} is left alone for a moment: it failed, the last time by {self._last_error}"
            )

    def succeeded(self) -> None:
        """Takes note that the store answered."""
        if self._in_a_row:
            self._come_back()

    def failed(self, error: BaseException) -> StoreUnavailableError:
        """Takes note that the store could not be asked.

        Args:
            error: what happened. Its text is used nowhere, for it may hold an address, a password, or data.

        Returns:
            What to raise from it.
        """
        kind = type(error).__name__
        with self._lock:
            self._failures += 1
            self._in_a_row += 1
            self._last_error = kind
            opens = not self._is_open and self._in_a_row >= self._most
            if opens:
                self._is_open = True
                self._opened += 1
                self._leave_alone(self._first_pause)
            elif self._is_probed:
                self._leave_alone(min(2 * self._pause, _microseconds(LONGEST_PAUSE)))
        if opens:
            _log.warning(
                "%s failed %d times in a row (%s): nobody asks it for %g s, then one at a time",
                self._name,
                self._most,
                kind,
                self._first_pause / MICROSECONDS,
            )
        return StoreUnavailableError(f"{self._name} could not be asked: {kind}")

    def _may_probe(self) -> bool:
        with self._lock:
            if not self._is_open:  # it came back since the caller looked
                return True
            now = self._clock()
            if now < self._resume:
                self._refused += 1
                return False
            self._is_probed = True
            self._resume = now + self._patience
            return True

    def _leave_alone(self, pause: int) -> None:
        self._is_probed = False
        self._pause = pause
        self._resume = self._clock() + pause

    def _come_back(self) -> None:
        with self._lock:
            closes, self._is_open, self._is_probed = self._is_open, False, False
            self._in_a_row = 0
            refused = self._refused
        if closes:
            _log.warning(
                "%s answers again; requests that were refused at once until now: %d", self._name, refused
            )


def _microseconds(seconds: float) -> int:
    return round(seconds * MICROSECONDS)
