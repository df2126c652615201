"""The witness: who is asked, what is told and when, and that nothing is there without one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from failwell import Catalog, Contract, dialects, standard_types
from failwell.asgi import wrap
from failwell.edge.asgi import Message, Scope, Stamper
from failwell.edge.witness import (
    Sighting,
    Site,
    Tell,
    call_witness,
    current_witness,
    dismiss_witness,
    whom_to_tell,
    witnessed,
    witnessed_wsgi,
)
from failwell.operations import Operation
from failwell.wsgi import wrap as wrap_wsgi

shop = Catalog("shop", base="https://errors.shop.example/")
standard_types(shop)
contract = Contract(shop, dialect=dialects.PROBLEM)
other = Contract(shop, dialect=dialects.FLAT)


class Seeing:
    """Keeps what it is told of one contract's apps."""

    def __init__(self) -> None:
        self.seen: list[Sighting] = []

    @property
    def contracts(self) -> Sequence[Contract]:
        return (contract,)

    def watch(self, site: Site) -> Tell | None:
        return self.seen.append if site.contract is contract else None


@pytest.fixture
def witness() -> Iterator[Seeing]:
    seeing = Seeing()
    call_witness(seeing)
    yield seeing
    dismiss_witness(seeing)


def _answering(status: int, *parts: bytes, length: int | None = None) -> Callable[..., Any]:
    async def app(_scope: Scope, _receive: object, send: Any) -> None:
        head = [] if length is None else [(b"Content-Length", b"%d" % length)]
        await send({"type": "http.response.start", "status": status, "headers": head})
        for part in parts[:-1]:
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": parts[-1]})

    return app


async def _send(app: Any, path: str = "/a", seen: Sequence[Sighting] = (), **words: Any) -> list[int]:
    """Sends a request; gives how much was told before each message left."""
    told: list[int] = []

    async def send(_: Message) -> None:
        told.append(len(seen))

    async def receive() -> Message:
        return {"type": "http.request"}

    await app({"type": "http", "method": "GET", "path": path, "headers": [], **words}, receive, send)
    return told


def test_without_a_witness_nothing_is_put_around_an_app() -> None:
    outer = current_witness()
    if outer is not None:  # these tests may be watched themselves
        assert outer.watch(Site(contract)) is None
    app = _answering(200, b"")
    assert witnessed(app, Site(contract)) is app
    assert type(wrap(app, contract)) is Stamper


def test_an_app_of_no_interest_stays_as_it_is(witness: Seeing) -> None:
    app = _answering(400, b"")
    assert witnessed(app, Site(other)) is app
    assert whom_to_tell(Site(other)) is None
    assert current_witness() is witness


def test_the_witness_called_last_is_asked_until_it_is_dismissed(witness: Seeing) -> None:
    second = Seeing()
    call_witness(second)
    assert current_witness() is second
    dismiss_witness(second)
    assert current_witness() is witness


@pytest.mark.anyio
async def test_a_response_is_told_just_before_its_last_part_leaves(witness: Seeing) -> None:
    app = witnessed(_answering(404, b"no", b"thing"), Site(contract))
    assert await _send(app, seen=witness.seen) == [0, 0, 1]
    assert witness.seen == [Sighting("GET", "/a", 404, (), b"nothing")]


@pytest.mark.anyio
async def test_successes_and_other_protocols_are_not_told(witness: Seeing) -> None:
    await _send(witnessed(_answering(200, b"fine"), Site(contract)))

    async def lifespan(scope: Scope, _receive: object, _send: object) -> None:
        scope["was"] = "here"

    scope: Scope = {"type": "lifespan"}
    await witnessed(lifespan, Site(contract))(scope, lambda: None, lambda _: None)  # type: ignore[arg-type,return-value]
    assert scope == {"type": "lifespan", "was": "here"}
    assert witness.seen == []


@pytest.mark.anyio
async def test_a_path_is_told_as_the_apps_routes_have_it(witness: Seeing) -> None:
    app = witnessed(_answering(404, b""), Site(contract))
    for path, root in (("/v1/a", "/v1"), ("/v1", "/v1"), ("/v10/a", "/v1"), ("/a", "/v1")):
        await _send(app, path, root_path=root)
    assert [one.path for one in witness.seen] == ["/a", "/", "/v10/a", "/a"]


@pytest.mark.anyio
async def test_an_inner_app_with_operations_takes_the_record_over(witness: Seeing) -> None:
    def operations() -> tuple[Operation, ...]:
        return (Operation(method="GET", path="/a"),)

    listing = witnessed(_answering(404, b""), Site(contract, operations, is_routed=lambda _: False))
    await _send(witnessed(listing, Site(contract)))
    await _send(witnessed(witnessed(_answering(404, b""), Site(contract)), Site(contract, operations)))
    assert [one.is_routed for one in witness.seen] == [False, True]


@pytest.mark.anyio
async def test_what_an_app_of_another_contract_answers_inside_is_not_told(witness: Seeing) -> None:
    inner = wrap(_answering(404, b""), other)
    await _send(wrap(inner, contract))
    assert witness.seen == []


# ---------------------------------------------------------------------------- WSGI


def _call(app: Any, path: str = "/a") -> Iterator[bytes]:
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "SERVER_NAME": "shop.test"}
    parts = app(environ, lambda *_: lambda _: None)
    yield from parts
    getattr(parts, "close", lambda: None)()


def _wsgi(status: str, parts: Callable[[], Any], *fields: tuple[str, str]) -> Callable[..., Any]:
    def app(_environ: object, start_response: Any) -> Any:
        start_response(status, list(fields))
        return parts()

    return app


def test_a_list_is_told_at_once(witness: Seeing) -> None:
    app = witnessed_wsgi(_wsgi("404 No", lambda: [b"no", b"thing"], ("X-A", "1")), Site(contract))
    parts = app({"REQUEST_METHOD": "GET"}, lambda *_: lambda _: None)
    assert parts == [b"no", b"thing"]
    assert witness.seen == [Sighting("GET", "/", 404, (("X-A", "1"),), b"nothing")]


def test_an_iterator_is_told_when_its_length_is_reached_or_it_ends(witness: Seeing) -> None:
    def parts() -> Iterator[bytes]:
        yield b"no"
        yield b"thing"

    told = []
    for fields in ((), (("Content-Length", "7"),)):
        app = witnessed_wsgi(_wsgi("404 No", parts, *fields), Site(contract))
        told += [len(witness.seen) for _ in _call(app)]
    assert told == [0, 0, 1, 2]
    assert [one.body for one in witness.seen] == [b"nothing", b"nothing"]


def test_a_success_is_given_on_untouched(witness: Seeing) -> None:
    body = iter([b"fine"])
    app = witnessed_wsgi(_wsgi("200 OK", lambda: body), Site(contract))
    assert app({"REQUEST_METHOD": "GET"}, lambda *_: lambda _: None) is body
    assert witness.seen == []


def test_a_body_is_closed(witness: Seeing) -> None:
    class Body:
        closed = False

        def __iter__(self) -> Iterator[bytes]:
            yield b"gone"

        def close(self) -> None:
            self.closed = True

    body = Body()
    assert [*_call(witnessed_wsgi(_wsgi("410 Gone", lambda: body), Site(contract)))] == [b"gone"]
    assert body.closed


def test_wrapped_apps_are_told(witness: Seeing) -> None:
    app = wrap_wsgi(wrap_wsgi(_wsgi("404 No", lambda: [b""]), contract), contract)
    body = b"".join(_call(app))
    assert [one.body for one in witness.seen] == [body]
    assert b'"not_found"' in body
    assert [name for name, _ in witness.seen[0].headers].count("X-Request-Id") == 1
