"""What no well-made client sends: each service refuses it with a problem of its contract, and never fails."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import httpx
import pytest

from examples.stage.services import service
from failwell import Contract
from tests.foreign.services import SERVICES, describe
from tests.parts import postgres, redis

_JSON = {"Content-Type": "application/json"}
_BODIES = {
    "nothing": b"",
    "no UTF-8": b'{"email": "\xff"}',
    "UTF-16": '{"email": ""}'.encode("utf-16"),
    "deep": b"[" * 1_000 + b"]" * 1_000,
    "much deeper": b'{"a":' * 100_000,
    "NaN": b'{"email": NaN}',
    "a lone surrogate": b'{"email": "\\ud800", "\\udfff": 1}',
    "the same key twice": b'{"x": 1, "x": 2}',
    "a long number": b'{"email": ' + b"9" * 5_000 + b"}",
    "cut off": b'{"email": "a@',
    "no object": b"null",
    "NUL": b'{"email": "\\u0000"}',
}
_IDS = ("%00", "a%00b", "%2F", "a%2Fb", "%ff", "%ED%A0%80", "9" * 400, "-1", "%2e%2e", "%0a", "'", "*")
_METHODS = ("HEAD", "OPTIONS", "TRACE", "PROPFIND")


class Odd:
    """A service with its operations, and somebody who calls.

    Attributes:
        operations: method, path with the ids of what is there, and whether a body is read.
    """

    def __init__(self, name: str, world: Any) -> None:
        setting = SERVICES[name].prepare(world)
        self.given = world.client().get("/openapi.json").json()
        describe(self.given, name, setting)
        self.world, self.name = world, name
        self._headers = list(setting.callers.values())[1]
        limits = httpx.Limits(max_keepalive_connections=0)
        self._client = httpx.Client(base_url=world.base_url, trust_env=False, timeout=30, limits=limits)

    def operations(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        for path, item in self.given["paths"].items():
            for method, operation in item.items():
                yield method.upper(), path, operation

    def path(self, path: str, operation: dict[str, Any], last: str = "") -> str:
        """The address of what is there; or with something else for the last parameter."""
        names = re.findall(r"{(\w+)}", path)
        schemas = {
            one["name"]: one["schema"] for one in operation.get("parameters", ()) if one["in"] == "path"
        }
        for name in names:
            schema = schemas[name].get("anyOf", [schemas[name]])[0]
            value = last if last and name == names[-1] else schema.get("enum", ["index.html"])[0]
            path = path.replace(f"{{{name}}}", value)
        return path

    def send(self, method: str, path: str, of: str, **options: Any) -> httpx.Response:
        """Sends a request as who may call the operation of a path."""
        self.world.advance(2)
        operation = f"{of} {method}"
        starts = [start for start in self._headers if operation.startswith(start)]
        headers = self._headers[max(starts, key=len)] if starts else {}
        return self._client.request(method, path, **{**options, "headers": {**_JSON, **headers}})

    def check(self, answer: httpx.Response) -> None:
        """Admits success, and problems of the contract but for failures."""
        what = f"{answer.request.method} {answer.request.url}: {answer.status_code} {answer.text[:200]}"
        contract: Contract = self.world.contract
        assert answer.status_code != 500, what
        if answer.status_code < 400 or self._is_page(answer):
            return
        assert contract.request_id_header in answer.headers, what
        if answer.request.method != "HEAD":
            problem = contract.parse(answer.status_code, answer.headers, answer.content)
            assert contract.catalog.types.get(problem.code) is type(problem), what
            assert answer.headers["Content-Type"] == contract.dialect.media_type, what

    def _is_page(self, answer: httpx.Response) -> bool:
        """Outside of its API the platform is a site for people."""
        return self.name == "platform" and not answer.request.url.path.startswith("/v1/")

    def close(self) -> None:
        self._client.close()


@pytest.fixture(scope="module", params=SERVICES)
def odd(request: pytest.FixtureRequest) -> Iterator[Odd]:
    with service(request.param).world.start() as world, closing(Odd(request.param, world)) as here:
        yield here


def test_ids_that_cannot_be(odd: Odd) -> None:
    for method, path, operation in odd.operations():
        for last in _IDS if "{" in path else ():
            odd.check(odd.send(method, odd.path(path, operation, last), path, content=b"{}"))


def test_methods_that_are_not_there(odd: Odd) -> None:
    for _, path, operation in odd.operations():
        for method in _METHODS:
            odd.check(odd.send(method, odd.path(path, operation), path))


@pytest.mark.parametrize("kind", _BODIES)
def test_bodies_that_cannot_be_read(odd: Odd, kind: str) -> None:
    for method, path, operation in odd.operations():
        if "requestBody" in operation:
            odd.check(odd.send(method, odd.path(path, operation), path, content=_BODIES[kind]))


def test_a_body_of_ten_megabytes(odd: Odd) -> None:
    content = b'{"email": "' + b"a" * 10_000_000 + b'"}'
    taken = [(method, path, one) for method, path, one in odd.operations() if "requestBody" in one]
    for method, path, operation in taken[:2]:
        odd.check(odd.send(method, odd.path(path, operation), path, content=content))


@pytest.mark.parametrize("path", ["/nowhere", "//", "/v1//", "/%00", "/%ff", "/%2e%2e/x", "/v1/%2F"])
def test_addresses_that_are_not_there(odd: Odd, path: str) -> None:
    for method in ("GET", "POST", "DELETE"):
        odd.check(odd.send(method, path, path))


def test_options_are_answered_by_those_who_may_read() -> None:
    """Litestar adds them to every path, and they go through all guards."""
    with service("flags").world.start() as world, closing(Odd("flags", world)) as odd:
        for _, path, operation in odd.operations():
            assert odd.send("OPTIONS", odd.path(path, operation), path).status_code == 204


# ---------------------------------------------------------------------------- what PostgreSQL does not keep


@pytest.mark.soak
@pytest.mark.parametrize("name", SERVICES)
def test_postgresql_is_asked_for_nothing_that_it_cannot_take(name: str) -> None:
    if postgres.postgres_programs() is None:
        pytest.skip(postgres.ABSENT)
    if redis.redis_program() is None:
        pytest.skip(redis.ABSENT)
    processes = 1 if name == "platform" else 2  # its models can only be imported where it runs
    with (
        postgres.PostgresServer() as database,
        redis.RedisServer() as cache,
        service(name).world.start(backends=f"{database.url} {cache.url}", processes=processes) as world,
        closing(Odd(name, world)) as odd,
    ):
        for method, path, operation in odd.operations():
            for last in ("%00", "a%00b") if "{" in path else ():
                odd.check(odd.send(method, odd.path(path, operation, last), path, content=b"{}"))
        for method, path, body in _WITH_NUL.get(name, ()):
            answer = odd.send(method, path, path, json=body)
            odd.check(answer)
            assert answer.status_code in {400, 404, 422}, answer.text


_FILE = {"path": "index.html", "content": "Hello"}
_WITH_NUL: dict[str, list[tuple[str, str, object]]] = {
    "drops": [
        ("POST", "/v1/teams", {"name": "a\0b"}),
        ("POST", "/v1/drops", {"title": "a\0b", "files": [_FILE]}),
        ("POST", "/v1/drops", {"title": "a", "workspace": "\0", "files": [_FILE]}),
    ],
    "flags": [
        ("POST", "/auth/signup", {"email": "ada@mail.example", "slug": "nul", "name": "a\0b"}),
        ("POST", "/orgs", {"slug": "nul", "name": "a\0b"}),
    ],
    "devspace": [("POST", "/projects", {"name": "a\0b"})],
    "browsers": [("POST", "/v1/profiles", {"name": "a\0b"})],
    "platform": [("POST", "/v1/projects", {"name": "a\0b"}), ("POST", "/v1/orgs", {"name": "a\0b"})],
}
