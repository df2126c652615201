"""Frozen time and predictable ids: what a test says they are, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count

from failwell.exceptions import FailwellError
from failwell.headers import is_safe_value

_START = datetime(2026, 1, 1, tzinfo=UTC)
_MICROSECONDS = 1_000_000


class Clock:
    """A clock that stands still until it is told to go on.

        clock = Clock()
        contract = Contract(shop, dialect=dialects.PROBLEM, clock=clock)      # seconds since 1970
        store = Memory(clock=clock.microseconds)                              # whole microseconds
        clock.advance(60)

    It is kept in whole microseconds, so that steps add up exactly.
    """

    def __init__(self, at: float | datetime = _START) -> None:
        """Sets it.

        Args:
            at: seconds since 1970, or an instant with its time zone; by default the first of January 2026.

        Raises:
            FailwellError: for an instant without a time zone, or what is neither.
        """
        _check_instant(at)
        if isinstance(at, datetime):
            if at.tzinfo is None:
                raise FailwellError(
                    f"{at!r} has no time zone, so it is no instant",
                    code="clock-without-zone",
                    where="Clock(at=…)",
                    hint="write datetime(…, tzinfo=UTC), or seconds since 1970",
                )
            at = at.timestamp()
        self._now = round(at * _MICROSECONDS)

    def __call__(self) -> float:
        """The time in seconds since 1970."""
        return self._now / _MICROSECONDS

    def microseconds(self) -> int:
        """The time in whole microseconds since 1970, as stores ask for it."""
        return self._now

    @property
    def now(self) -> datetime:
        """The time as an instant in UTC."""
        return datetime.fromtimestamp(self(), UTC)

    def advance(self, seconds: float) -> None:
        """Moves it on.

        Raises:
            FailwellError: if that is back; time does not go there.
        """
        if seconds < 0:
            raise FailwellError(
                f"{seconds} seconds would move the clock back",
                code="clock-back",
                where="Clock.advance(…)",
                hint="make another clock: Clock(at=…)",
            )
        self._now += round(seconds * _MICROSECONDS)

    def __repr__(self) -> str:
        return f"Clock(at={self.now.isoformat()})"


class RequestIds:
    """Makes ids in order: `req_1`, `req_2` … To be given as `make_request_id=`.

    Attributes:
        last: the id that was made last; empty if none was.
    """

    def __init__(self, prefix: str) -> None:
        self._prefix, self._numbers, self.last = prefix, count(1), ""

    def __call__(self) -> str:
        """The next id."""
        self.last = f"{self._prefix}{next(self._numbers)}"
        return self.last


def _check_instant(at: object) -> None:
    """No type checker stands before every test."""
    if not isinstance(at, (int, float, datetime)):
        raise FailwellError(
            f"{at!r} is no instant",
            code="clock-at-what",
            where="Clock(at=…)",
            hint="write datetime(2026, 11, 23, tzinfo=UTC), or seconds since 1970",
        )


def request_ids(prefix: str = "req_") -> RequestIds:
    """A maker of ids that a test can foresee: `install(app, contract, make_request_id=request_ids())`.

    Args:
        prefix: what each id begins with; its number in order of making follows.

    Raises:
        FailwellError: if a header field could not carry it.
    """
    if not (is_safe_value(prefix) and prefix.isascii()):
        raise FailwellError(
            f"ids that begin with {prefix!r} cannot be sent",
            code="bad-request-id",
            where="request_ids(…)",
            hint="use visible ASCII, such as req_",
        )
    return RequestIds(prefix)
