"""Requests, and the answers that they have to get: the terms in which every server program is written."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from bench.measure import Race, Row, Work

App = Any
"""An ASGI or a WSGI application, as the program's driver takes it."""

ERROR, UNHANDLED, INVALID, SUCCESS = "error, 404", "unhandled, 500", "invalid input", "added to a 200"
FLOOR, FLOOR_ID, OURS = "constant bytes", "constant bytes + id", "failwell"
BY_HAND = "handler by hand, msgspec + id"
REQUEST_ID = "x-request-id"


class Request(NamedTuple):
    """A request to `/`: a GET, or a POST if it has a JSON body."""

    body: bytes = b""

    @property
    def method(self) -> str:
        return "POST" if self.body else "GET"


class Answer(NamedTuple):
    """An answer; names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Task(NamedTuple):
    """One kind of request, answered in several ways.

    Attributes:
        work: what is asked for.
        apps: who answers. The first is the baseline.
        status: what they have to answer with.
        code: what the body of Failwell's answer has to say; empty on success.
        request: what is sent.
        goal: the most that Failwell may cost.
        elsewhere: the status of everybody else, where that is another one.
    """

    work: str
    apps: Mapping[str, App]
    status: int
    code: str = ""
    request: Request = Request()
    goal: float | None = None
    elsewhere: int | None = None

    def check(self, who: str, answer: Answer) -> None:
        """Nothing may measure the wrong thing."""
        said = f"{self.work}, {who}: {answer.status} {dict(answer.headers)} {answer.body[:300]!r}"
        assert answer.status == (self.status if who == OURS else self.elsewhere or self.status), said
        assert bool(answer.headers.get(REQUEST_ID)) == (who == OURS or who.endswith("+ id")), said
        if who == OURS and self.code:
            body = json.loads(answer.body)
            assert (body["code"], body["request_id"]) == (self.code, answer.headers[REQUEST_ID]), said


class Driver:
    """Sends one request to one app, again and again."""

    def __call__(self, calls: int) -> None:
        raise NotImplementedError

    def answer(self) -> Answer:
        """The app's whole answer to one request."""
        raise NotImplementedError


MakeDriver = Callable[[App, Request], Driver]


def checked(task: Task, drive: MakeDriver) -> dict[str, Work]:
    """A driver for each app, after a look at what the app answers."""
    ways: dict[str, Work] = {}
    for who, app in task.apps.items():
        driver = drive(app, task.request)
        task.check(who, driver.answer())
        ways[who] = driver
    return ways


def rows(tasks: Sequence[Task], drive: MakeDriver, *, calls: int, rounds: int) -> list[Row]:
    """The table: each app next to the first. No rounds: the answers are checked, and nothing is measured."""
    with _quiet():
        return [row for task in tasks for row in _measured(task, drive, calls, rounds)]


def _measured(task: Task, drive: MakeDriver, calls: int, rounds: int) -> Iterator[Row]:
    ways = checked(task, drive)
    if not rounds:
        return
    race = Race(ways, calls=calls, rounds=rounds)
    baseline, *others = ways
    compare = race.excess if task.work == SUCCESS else race.ratio
    for who in others:
        yield compare(who, baseline, work=task.work, goal=task.goal if who == OURS else None)


@contextmanager
def _quiet() -> Iterator[None]:
    """What a record in a log costs is logging's; all that remains is the question whether to write one."""
    level = logging.root.manager.disable
    logging.disable()
    try:
        yield
    finally:
        logging.disable(level)
