"""Over all adapters: a field that came empty is not one that did not come, and what takes long runs once."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Mapping
from typing import Any

import pytest

from failwell.guard import Idempotency, Precondition
from failwell.store import Memory
from failwell.typing import Admission, Facts, Guard
from tests.frameworks.guard_parts import OneWay
from tests.frameworks.guarded_servers import ASGI, NAMES, Answer, Guarded
from tests.unit.guard.frozen_clock import FrozenClock
from tests.unit.guard.slots import entries_of, turn_until

pytestmark = pytest.mark.anyio
FIELDS = ("if-match", "idempotency-key", "content-type", "x-other")


@pytest.fixture(params=NAMES)
def guarded(request: pytest.FixtureRequest) -> Guarded:
    return Guarded(request.param)


class Spy:
    """Writes down the fields of requests."""

    needs_body = False

    def __init__(self) -> None:
        self.seen: list[dict[str, str | None]] = []

    def admit(self, facts: Facts, values: Mapping[str, Any]) -> Admission:
        self.seen.append({name: facts.field(name) for name in FIELDS})
        return Admission()

    async def aadmit(self, facts: Facts, values: Mapping[str, Any]) -> Admission:
        return self.admit(facts, values)


def put(place: OneWay, guard: Guard, **values: Any) -> None:
    """Has a guard asked in place of one of the app's."""
    vars(place)["admit"] = lambda facts, _: guard.admit(facts, values)
    vars(place)["aadmit"] = lambda facts, _: guard.aadmit(facts, values)


async def post(guarded: Guarded, method: str = "POST", **headers: str) -> Answer:
    return await guarded.ask(
        f"{method} /signed", b"{}", content_type="text/plain", content_length="2", **headers
    )


# ------------------------------------------------------------------------------------ what came empty


async def test_guards_tell_a_field_that_came_empty_from_one_that_did_not(guarded: Guarded) -> None:
    spy = Spy()
    put(guarded.guards.signature, spy)
    for sent in ({"if_match": "", "x_other": ""}, {"idempotency_key": "", "x_other": "7"}):
        assert (await post(guarded, **sent)).status == 200
    assert spy.seen == [
        {"if-match": "", "idempotency-key": None, "content-type": "text/plain", "x-other": ""},
        {"if-match": None, "idempotency-key": "", "content-type": "text/plain", "x-other": "7"},
    ]


@pytest.mark.parametrize("content_type", [None, ""])
async def test_no_content_type_is_as_good_as_an_empty_one(guarded: Guarded, content_type: str | None) -> None:
    """Servers over WSGI may say that it is empty where none came (PEP 3333)."""
    spy = Spy()
    put(guarded.guards.signature, spy)
    sent = {} if content_type is None else {"content_type": content_type}
    await guarded.ask("POST /signed", b"{}", content_length="2", **sent)
    assert [one["content-type"] or "" for one in spy.seen] == [""]


async def test_an_idempotency_key_that_came_empty_is_malformed_and_none_is_none(guarded: Guarded) -> None:
    put(guarded.guards.signature, Idempotency(store=Memory()), principal="ann")
    assert (await post(guarded)).status == 200
    assert (await post(guarded, idempotency_key="")).status == 400
    put(guarded.guards.signature, Idempotency(store=Memory(), required=True), principal="ann")
    assert (await post(guarded)).status == 400
    first, second = [await post(guarded, idempotency_key="k") for _ in range(2)]
    assert (first.status, first.body) == (second.status, second.body) == (200, b"{}")
    assert "idempotency-replayed" not in first.headers
    assert second.headers["idempotency-replayed"] == "true"


async def test_a_method_in_lower_case_goes_round_no_protection(guarded: Guarded) -> None:
    put(guarded.guards.signature, Idempotency(store=Memory(), required=True), principal="ann")
    answers = [await post(guarded, "post", idempotency_key="k") for _ in range(2)]
    assert answers[0].status in (404, 405, 501) or "idempotency-replayed" in answers[1].headers


async def test_a_precondition_that_came_empty_is_one_that_no_tag_fulfils(guarded: Guarded) -> None:
    put(guarded.guards.signature, Precondition(), etag=7)
    assert (await post(guarded)).status == 200
    assert (await post(guarded, if_match="")).status == 412
    assert (await post(guarded, if_match='"7"')).status == 200
    assert (await post(guarded, if_none_match="")).status == 200
    assert (await post(guarded, if_none_match="*")).status == 412
    put(guarded.guards.signature, Precondition(required=True), etag=7)
    assert (await post(guarded)).status == 428
    assert (await post(guarded, if_none_match="")).status == 428


# ------------------------------------------------------------------------------------ what takes long


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("name", sorted(ASGI))
async def test_a_handler_that_takes_longer_than_its_lock_runs_once_and_may_be_run_again_when_cancelled(
    name: str,
) -> None:
    guarded, clock = Guarded(name), FrozenClock()
    store = Memory(clock=clock)
    put(guarded.guards.room, Idempotency(store=store, lock=0.03, methods=["GET"]), principal="ann")
    asked = asyncio.ensure_future(guarded.ask("GET /slow", idempotency_key="k"))
    await guarded.guards.room.is_busy.wait()
    for _ in range(3):
        clock.move(0.02)
        until = clock.now + 30_000
        await turn_until(lambda until=until: entries_of(store)[0][3] == until)  # type: ignore[misc]
        assert (await guarded.ask("GET /slow", idempotency_key="k")).status == 409
    asked.cancel()
    await asyncio.gather(asked, return_exceptions=True)
    guarded.guards.room.is_busy.clear()
    again = asyncio.ensure_future(guarded.ask("GET /slow", idempotency_key="k"))
    await guarded.guards.room.is_busy.wait()
    again.cancel()
    await asyncio.gather(again, return_exceptions=True)
    gc.collect()
