"""What holds for all five services: gaps that no code of theirs fills, request ids, types that open."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from queue import Queue

import httpx
import pytest

from examples.catalogs import EXAMPLES
from examples.reference import served
from examples.stage.world import World
from failwell import Problem
from failwell.wire import slots
from tests.contracts.refusals import refusal

each_service = pytest.mark.parametrize(
    "world", [example.name for example in EXAMPLES], indirect=True, scope="module"
)

LOGIN = {"password": "correct horse battery"}
MAILED: dict[str, tuple[str, dict[str, str]]] = {
    "browsers": ("/v1/auth/signup", LOGIN),
    "drops": ("/v1/login/codes", {}),
    "flags": ("/auth/magic-links", {}),
    "devspace": ("/links", {}),
    "platform": ("/v1/auth/signup", LOGIN),
}
"""Where somebody who gives an address is sent a mail, and what they send beside it."""


def _ask_for_mail(world: World, headers: dict[str, str] | None = None) -> httpx.Response:
    path, asked = MAILED[world.contract.catalog.name]
    return world.client(headers=headers).post(path, json={"email": world.new_email(), **asked})


@contextmanager
def _full_disk(world: World) -> Iterator[None]:
    """No mail can be put into the outbox: where its folder was is something else."""
    outbox = world.mailbox.folder
    aside = outbox.with_suffix(".aside")
    if outbox.exists():
        outbox.rename(aside)
    outbox.touch()
    try:
        yield
    finally:
        outbox.unlink()
        if aside.exists():
            aside.rename(outbox)


@contextmanager
def _heard(logger: str) -> Iterator[Queue[str]]:
    """What a logger is told meanwhile, before any filter of it, with the tracebacks.

    A server that answers before it writes its log is waited for.
    """
    lines: Queue[str] = Queue()
    log, formatter = logging.getLogger(logger), logging.Formatter()

    def hear(record: logging.LogRecord) -> bool:
        lines.put(formatter.format(record))
        return True

    log.filters.insert(0, hear)
    try:
        yield lines
    finally:
        log.removeFilter(hear)


# ---------------------------------------------------------------------------- failures, request ids


@each_service
def test_what_nobody_foresaw_is_internal_in_the_services_own_dialect(world: World) -> None:
    with _full_disk(world):
        caught = refusal(lambda: _ask_for_mail(world))
    response, record = world.responses[-1], type(caught).problem_type
    assert (caught.code, response.status_code) == ("internal", 500)
    assert response.headers["content-type"] == world.contract.dialect.media_type
    assert response.headers["x-request-id"] == caught.request_id
    assert type(caught) is world.contract.catalog.types["internal"]
    assert not record.members
    said = response.text + str(response.headers)
    outbox = str(world.mailbox.folder)
    assert not [word for word in ("FileExistsError", "Errno", "Traceback", outbox) if word in said]
    assert _ask_for_mail(world).is_success  # nothing of it stays


@pytest.mark.parametrize("world", ["browsers", "drops"], indirect=True, scope="module")
def test_the_server_logs_what_nobody_foresaw_under_the_request_id(world: World) -> None:
    with _full_disk(world), _heard("uvicorn.error") as lines:
        caught = refusal(lambda: _ask_for_mail(world))
        line = lines.get(timeout=10)
    assert "FileExistsError" in line
    assert f"Request id: {caught.request_id}" in line


@each_service
def test_request_ids_are_the_servers_own(world: World) -> None:
    taken = "req_0000000000000000000000000000000a"
    answered = _ask_for_mail(world, {"X-Request-Id": taken})
    caught = refusal(lambda: world.client(headers={"X-Request-Id": taken}).request("TRACE", "/nowhere"))
    for response in (answered, world.responses[-1]):
        assert response.headers["x-request-id"].startswith("req_")
        assert response.headers["x-request-id"] != taken
    assert caught.request_id != taken


# ---------------------------------------------------------------------------- types that open


@pytest.fixture(scope="module")
def reference() -> Iterator[str]:
    """The pages of all errors, as `failwell serve` shows them."""
    with served() as origin:
        yield origin


def _with_types() -> list[str]:
    return [one.name for one in EXAMPLES if slots.TYPE in one.contract().dialect.slots]


@pytest.mark.parametrize("service", _with_types())
def test_a_type_opens_where_the_reference_is_served(reference: str, service: str) -> None:
    start = import_module(f"examples.{service}.world").World.start
    with start(f"{reference}/{service}/") as world:
        caught: Problem = refusal(lambda: world.client().get("/v1/nowhere"))
        type_uri = world.responses[-1].json()["type"]
    assert type_uri == f"{reference}/{service}/{caught.code}"
    page = httpx.get(type_uri, headers={"Accept": "text/html"}, trust_env=False)
    assert (page.status_code, caught.code in page.text) == (200, True)
