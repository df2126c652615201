"""What applications tell guards, held against what these take when it is declared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from failwell.edge.guarding import Extractors
from failwell.exceptions import DeclarationError
from failwell.guard import (
    Bucket,
    Cap,
    Concurrency,
    Idempotency,
    Lease,
    Precondition,
    Probing,
    Quota,
    RateLimit,
)
from failwell.store import Memory
from failwell.typing import Admission, Facts

WHERE = "failwell.starlette.guarded"
GUARDS: list[tuple[Any, set[str], set[str]]] = [  # each with what has to be told, and what may be
    (
        RateLimit(Bucket("token", 1, per="day"), Bucket("org", 1, per="day"), store=Memory()),
        {"token", "org"},
        {"cost", "plan"},
    ),
    (Concurrency(Cap("account", 1), store=Memory()), {"account"}, {"plan"}),
    (Quota("spend", limit=1, per="day", store=Memory(), by="team"), {"team"}, {"amount", "limit", "soft"}),
    (Lease("edit", ttl=30, store=Memory()), {"subject", "holder"}, set()),
    (Idempotency(store=Memory()), {"principal"}, set()),
    (Precondition(), {"etag"}, {"last_modified", "reveal"}),
    (Probing(store=Memory()), {"subject"}, set()),
]


def name_of(guard: object) -> str:
    return type(guard).__name__ if not isinstance(guard, set) else ""


def told_of(request: object) -> str:
    return str(request)


def refusal(guard: object, *names: str) -> DeclarationError:
    with pytest.raises(DeclarationError) as caught:
        Extractors(guard, dict.fromkeys(names, told_of), where=WHERE)
    assert caught.value.where == WHERE
    return caught.value


@pytest.mark.parametrize(("guard", "needed", "possible"), GUARDS, ids=name_of)
def test_a_guard_is_told_all_that_it_needs_and_nothing_that_it_does_not_take(
    guard: Any, needed: set[str], possible: set[str]
) -> None:
    Extractors(guard, dict.fromkeys(needed, told_of), where=WHERE)
    Extractors(guard, dict.fromkeys(needed | possible, told_of), where=WHERE)
    for name in needed:
        error = refusal(guard, *needed - {name})
        assert (error.code, f"{name}=" in error.what) == ("guarded-missing", True)
    error = refusal(guard, *needed, "colour")
    assert (error.code, "'colour'" in error.what) == ("guarded-name", True)
    assert guard.takes == dict.fromkeys(needed, True) | dict.fromkeys(possible, False)


def test_a_name_that_is_nearly_right_is_put_right() -> None:
    error = refusal(GUARDS[0][0], "tokn", "org")
    assert str(error) == (
        "failwell.starlette.guarded: RateLimit takes nothing called 'tokn'\n"
        "  To mend it: did you mean token?\n"
        "  [guarded-name]"
    )


def test_what_is_missing_is_asked_for() -> None:
    assert refusal(GUARDS[3][0], "subject").hint == (
        "give a function of the request, or what is the same for all: guarded(…, holder=…)"
    )


class Custom:
    """A guard of an application's."""

    needs_body = False

    def admit(self, facts: Facts, values: Mapping[str, Any]) -> Admission:
        return Admission()

    async def aadmit(self, facts: Facts, values: Mapping[str, Any]) -> Admission:
        return self.admit(facts, values)


class ByAddress(RateLimit):
    """A guard of ours that finds out by itself what it has to be told."""

    def admit(self, facts: Facts, values: Mapping[str, Any]) -> Admission:
        return super().admit(facts, {"ip": facts.field("x-ip") or "", **values})


class Spoken(Custom):
    """A guard of an application's whose own attribute happens to be called so."""

    takes = "two"

    def admit(self, facts: Facts, values: Mapping[str, Any]) -> Admission:
        return super().admit(facts, values)


def test_a_guard_that_does_not_say_what_it_takes_is_told_anything() -> None:
    own = ByAddress(Bucket("ip", 1, per="day"), store=Memory())
    for guard in (Custom(), Spoken(), own):
        Extractors(guard, {}, where=WHERE)
        Extractors(guard, {"colour": told_of}, where=WHERE)


def test_a_guard_of_an_application_may_say_it_too() -> None:
    class Said(Custom):
        takes: Mapping[str, bool] = {"secret": True}

        def admit(self, facts: Facts, values: Mapping[str, Any]) -> Admission:
            return super().admit(facts, values)

    assert refusal(Said()).code == "guarded-missing"
    assert refusal(Said(), "sekret").hint == "did you mean secret?"


@pytest.mark.parametrize("what", [RateLimit, object(), None, "limit"])
def test_what_does_not_admit_is_no_guard(what: object) -> None:
    assert refusal(what).code == "guarded-what"


# ---------------------------------------------------------------------------- what guards are told


def test_functions_are_asked_and_constants_stay() -> None:
    told = Extractors(Custom(), {"token": told_of, "cost": 2}, where=WHERE)
    assert told.values("r") == {"token": "r", "cost": 2}
    assert Extractors(Custom(), {"cost": 2}, where=WHERE).values("r") == {"cost": 2}


@pytest.mark.anyio
async def test_functions_may_be_asynchronous() -> None:
    async def slowly(request: object) -> str:
        return f"{request}!"

    told = Extractors(Custom(), {"token": slowly, "org": told_of, "cost": 2}, where=WHERE)
    assert await told.avalues("r") == {"token": "r!", "org": "r", "cost": 2}
