"""What guards raise: the application's problem where it declared one, else a refusal with a status."""

from __future__ import annotations

from collections.abc import Callable
from inspect import iscoroutinefunction, signature
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
            DeclarationError: for a problem that neither can be called with a denial nor is None.
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
                "  To mend it: let it return an instance of the problem: "
                f"{_function(self._where, self._argument)}"
            )
        if problem is not refused:
            problem.__cause__ = refused
        return problem


def retry_after(seconds: int | None) -> Headers:
    """The header field that says after how many seconds it is worth asking again; none for None."""
    return () if seconds is None else (("Retry-After", str(seconds)),)


def verify_callable(made: object, where: str, argument: str) -> None:
    """Refuses what a guard cannot call with a denial and nothing else, or would have to await.

    Raises:
        DeclarationError: for what neither is None nor can be called so, and for an asynchronous function.
    """
    if made is None:
        return
    if not callable(made):
        fault = f"is {made!r}, which cannot be called"
    elif iscoroutinefunction(made) or iscoroutinefunction(type(made).__call__):
        fault = "is an asynchronous function, and nobody would await what it returns"
    elif not _takes_one(made):
        fault = f"is {made!r}, which cannot be called with one argument, the {_example(where, argument)[0]}"
    else:
        return
    raise DeclarationError(
        f"{argument} {fault}",
        code=f"guard-{argument.replace('_', '-')}",
        where=where,
        hint=f"pass a function: {argument}={_function(where, argument)}",
    )


def _takes_one(made: Callable[..., object]) -> bool:
    try:
        parameters = signature(made)
    except (ValueError, TypeError):  # it does not say what it takes
        return True
    try:
        parameters.bind(None)
    except TypeError:
        return False
    return True


_EXAMPLES = {
    "RateLimit": "RateLimited(retry_after=denied.retry_after)",
    "Concurrency": "TooManyAtOnce(retry_after=denied.retry_after)",
    "Quota": "QuotaUsedUp(limit=denied.limit, used=denied.used)",
    "Lease": "HeldElsewhere(holder=denied.winner)",
    "Idempotency": "KeyNotUsable(reason=denied.reason)",
    "Precondition": "ChangedMeanwhile(etag=denied.etag)",
    "Probing": "Blocked(retry_after=denied.retry_after)",
}
_OTHERS = {
    "unavailable": ("unavailable", "TryAgainLater(retry_after=unavailable.retry_after)"),
    "on_verdict": ("verdict", "log.warning('%s by %s', verdict.kind, verdict.subject)"),
}


def _example(where: str, argument: str) -> tuple[str, str]:
    """What a guard's function is called with, and what it may make of it."""
    kind = where.partition("(")[0].partition(",")[0]
    return _OTHERS.get(argument) or ("denied", _EXAMPLES.get(kind, _EXAMPLES["RateLimit"]))


def _function(where: str, argument: str) -> str:
    given, made = _example(where, argument)
    return f"lambda {given}: {made}"
