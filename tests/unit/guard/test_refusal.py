"""What guards raise, and what they can be given to make it."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec
import pytest

from failwell.answers import Refused
from failwell.exceptions import DeclarationError
from failwell.guard import (
    Bucket,
    Cap,
    Concurrency,
    ConcurrencyDenied,
    Denied,
    Idempotency,
    IdempotencyDenied,
    Lease,
    LeaseDenied,
    Precondition,
    PreconditionDenied,
    Probing,
    ProbingDenied,
    Quota,
    QuotaDenied,
    RateLimit,
)
from failwell.guard.refusal import Refusals, retry_after, verify_callable
from failwell.store import Memory


class LimitedError(Exception):
    """An application's."""


def refused(denied: str) -> Refused:
    return Refused(429, "Not now.", denied=denied)


def refusal(made: object, where: str = "Quota('spend')", argument: str = "problem") -> DeclarationError:
    with pytest.raises(DeclarationError) as caught:
        verify_callable(made, where, argument)
    return caught.value


# ---------------------------------------------------------------------------- what is raised


def test_without_a_problem_it_is_the_refusal() -> None:
    raised = Refusals("Guard", None, refused).of("one")
    assert isinstance(raised, Refused)
    assert (raised.status, raised.denied) == (429, "one")


def test_a_problem_is_raised_from_the_refusal() -> None:
    raised = Refusals("Guard", LimitedError, refused).of("one")
    assert isinstance(raised, LimitedError)
    assert raised.args == ("one",)
    assert isinstance(raised.__cause__, Refused)
    assert raised.__cause__.denied == "one"


def test_a_refusal_that_the_application_makes_is_not_its_own_cause() -> None:
    own = Refused(403, "Never.")

    def kept(_: str) -> Refused:
        return own

    made = Refusals("Guard", lambda _: own, kept).of("one")
    assert made is own
    assert made.__cause__ is None


@pytest.mark.parametrize("made", [None, "text", LimitedError, 429])
def test_what_cannot_be_raised_is_refused_with_the_guards_own_example(made: Any) -> None:
    with pytest.raises(TypeError, match=r"Lease\('edit'\): problem= made ") as caught:
        Refusals("Lease('edit')", lambda _: made, refused).of("one")
    assert "To mend it" in str(caught.value)
    assert "lambda denied: HeldElsewhere(" in str(caught.value)


@pytest.mark.parametrize(
    ("seconds", "fields"), [(None, ()), (0, (("Retry-After", "0"),)), (7, (("Retry-After", "7"),))]
)
def test_a_wait_is_a_field_of_whole_seconds(seconds: int | None, fields: object) -> None:
    assert retry_after(seconds) == fields


# ---------------------------------------------------------------------------- what can be given


class Maker:
    """Makes problems, and is no function."""

    def __call__(self, denied: object) -> Exception:
        return LimitedError(denied)


class AsyncMaker:
    async def __call__(self, denied: object) -> Exception:
        return LimitedError(denied)


class KeywordsOnlyError(Exception):
    """As problems are that a catalog declares."""

    def __init__(self, *, retry_after: int) -> None:
        super().__init__(retry_after)


def make(denied: object) -> Exception:
    return LimitedError(denied)


def make_of_nothing() -> Exception:
    return LimitedError()


async def make_slowly(denied: object) -> Exception:
    return LimitedError(denied)


@pytest.mark.parametrize(
    "made",
    [None, LimitedError, Maker(), make, partial(LimitedError), str, print],
)
def test_whatever_can_be_called_with_a_denial_makes_problems(made: Callable[..., Any] | None) -> None:
    verify_callable(made, "Quota", "problem")


@pytest.mark.parametrize("made", ["limited", 429, LimitedError("now")])
def test_what_cannot_be_called_makes_none(made: object) -> None:
    error = refusal(made)
    assert (error.code, error.where) == ("guard-problem", "Quota('spend')")
    assert "cannot be called" in error.what


@pytest.mark.parametrize("made", [make_slowly, AsyncMaker(), partial(make_slowly)])
@pytest.mark.parametrize("argument", ["problem", "unavailable", "on_verdict"])
def test_an_asynchronous_function_makes_none_for_nobody_would_await_it(made: object, argument: str) -> None:
    error = refusal(made, "Probing", argument)
    assert error.code == f"guard-{argument.replace('_', '-')}"
    assert "asynchronous" in error.what


@pytest.mark.parametrize("made", [make_of_nothing, KeywordsOnlyError, lambda one, other: one or other])
def test_what_does_not_take_a_denial_alone_makes_none(made: object) -> None:
    error = refusal(made)
    assert error.code == "guard-problem"
    assert "one argument" in error.what


# ---------------------------------------------------------------------------- what the messages recommend


def guards() -> dict[str, Callable[..., object]]:
    store = Memory()
    return {
        "RateLimit": partial(RateLimit, Bucket("token", 1, per="day"), store=store),
        "Concurrency": partial(Concurrency, Cap("account", 1), store=store),
        "Quota": partial(Quota, "spend", limit=1, per="day", store=store),
        "Lease": partial(Lease, "edit", ttl=30, store=store),
        "Idempotency": partial(Idempotency, store=store),
        "Precondition": partial(Precondition),
        "Probing": partial(Probing, store=store),
    }


DENIALS: dict[str, type[msgspec.Struct]] = {
    "RateLimit": Denied,
    "Concurrency": ConcurrencyDenied,
    "Quota": QuotaDenied,
    "Lease": LeaseDenied,
    "Idempotency": IdempotencyDenied,
    "Precondition": PreconditionDenied,
    "Probing": ProbingDenied,
}


@pytest.mark.parametrize("name", guards())
def test_each_guard_recommends_a_problem_of_its_own_of_what_its_denials_have(name: str) -> None:
    with pytest.raises(DeclarationError) as caught:
        guards()[name](problem="text")
    hint = caught.value.hint
    assert hint.startswith("pass a function: problem=lambda denied: ")
    assert (name == "RateLimit") == ("RateLimited" in hint)
    shown = re.findall(r"denied\.(\w+)", hint)
    assert shown
    assert set(shown) <= set(DENIALS[name].__struct_fields__)


@pytest.mark.parametrize("name", sorted(guards().keys() - {"Precondition", "Probing"}))
def test_an_outage_has_an_example_of_its_own(name: str) -> None:
    with pytest.raises(DeclarationError) as caught:
        guards()[name](unavailable="text")
    assert "lambda unavailable: " in caught.value.hint


def test_a_verdict_is_not_a_problem() -> None:
    assert "on_verdict=lambda verdict: " in refusal("text", "Probing", "on_verdict").hint
    with pytest.raises(DeclarationError) as caught:
        Probing(store=Memory(), on_verdict=make_slowly)
    assert caught.value.code == "guard-on-verdict"
