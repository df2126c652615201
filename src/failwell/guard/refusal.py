"""What guards raise: the application's problem where it declared one, else a refusal with a status."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar, cast

from failwell.answers import Refused
from failwell.exceptions import DeclarationError
from failwell.typing import Headers

_Denied = TypeVar("_Denied")


class Refusals(Generic[_Denied]):
    """Makes what a guard raises of its denials."""

    def __init__(
        self,
        where: str,
        problem: Callable[[_Denied], Exception] | None,
        default: Callable[[_Denied], Refused],
        argument: str = "problem",
    ) -> None:
        """Takes what a guard was declared with.

        Args:
            where: the guard's class, for messages.
            problem: the application's, or None.
            default: makes the refusal that counts without it.
            argument: the name under which the guard took `problem`.

        Raises:
            DeclarationError: for a problem that can neither be called nor is None.
        """
        verify_callable(problem, where, argument)
        self._where, self._problem, self._default, self._argument = where, problem, default, argument

    def of(self, denied: _Denied) -> Exception:
        """The exception to raise.

        An application's problem is raised from the refusal, by which the edge knows that a guard speaks, and
        which limits the response has to show.

        Raises:
            TypeError: if the application made something of the denial that cannot be raised.
        """
        refused = self._default(denied)
        if self._problem is None:
            return refused
        problem = cast("object", self._problem(denied))
        if not isinstance(problem, Exception):
            raise TypeError(
                f"{self._where}: {self._argument}= made {problem!r}, which is not an exception to raise\n"
                "  To mend it: let it return an instance of the problem, lambda denied: RateLimited(…)"
            )
        if problem is not refused:
            problem.__cause__ = refused
        return problem


def retry_after(seconds: int | None) -> Headers:
    """The header field that says after how many seconds it is worth asking again; none for None."""
    return () if seconds is None else (("Retry-After", str(seconds)),)


def verify_callable(made: object, where: str, argument: str) -> None:
    """Refuses what a guard cannot call.

    Raises:
        DeclarationError: for what can neither be called nor is None.
    """
    if made is not None and not callable(made):
        raise DeclarationError(
            f"{argument} is {made!r}, which cannot be called",
            code=f"guard-{argument.replace('_', '-')}",
            where=where,
            hint=f"pass a function: {argument}=lambda denied: RateLimited(retry_after=denied.retry_after)",
        )
