"""The application over the library, with a clock that stands still."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
from starlette.testclient import TestClient

from failwell import Contract, dialects
from failwell.serve import Source, serve_app
from tests.unit.serve.library import NOW, library

ORIGIN = "http://pages.test"


class Clock:
    """The time, which goes on when a test says so."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


def client_of(*contracts: Contract, base_url: str = ORIGIN, clock: Clock | None = None) -> TestClient:
    sources = [Source(one.catalog.name, lambda one=one: one) for one in contracts]  # type: ignore[misc]
    ids = count(1)
    app = serve_app(
        sources, base_url=base_url, clock=clock or Clock(), make_request_id=lambda: f"req_{next(ids)}"
    )
    return TestClient(app, base_url=ORIGIN, follow_redirects=False)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client(clock: Clock) -> Iterator[TestClient]:
    with client_of(Contract(library, dialect=dialects.PROBLEM, clock=clock), clock=clock) as client:
        yield client
