"""Processes that are killed while they run a request: the retry ends with exactly one effect.

The effect is a row in a SQLite database, written as an effect outside of the store has to be: in one
transaction it looks whether a later run was there, and whether an earlier one has done it already.
"""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import pytest
import redis

from failwell.answers import Refused
from failwell.guard.claim import Claim
from failwell.guard.idempotency import Idempotency, IdempotencyDenied
from failwell.store import SQL, Redis
from tests.parts.program import wait_until
from tests.parts.redis import RedisServer

ROOT = Path(__file__).parents[2]
PLACES = ("before", "during", "after")
LOCK = 60
START = 1_800_000_000_000_000
"""The time of processes that run a request first, in microseconds; that of retries is a lock later."""

PROGRAM = "from tests.stores.test_idempotency_kill import run_first; run_first()"

RENEWING = "from tests.stores.test_idempotency_kill import run_and_renew; run_and_renew()"

SHORT = 1.0
"""Seconds of a lock that is renewed by a real clock."""


class FencedError(Exception):
    """A later run has taken over."""


class Ledger:
    """Charges, each to be made once."""

    def __init__(self, path: str | Path) -> None:
        self._base = sqlite3.connect(path, isolation_level=None)
        self._base.execute("CREATE TABLE IF NOT EXISTS runs (request TEXT PRIMARY KEY, fence INTEGER)")
        self._base.execute("CREATE TABLE IF NOT EXISTS charges (request TEXT, fence INTEGER)")

    def close(self) -> None:
        self._base.close()

    def charge(self, request: str, fence: int, reached: Callable[[str], None]) -> None:
        """Makes a charge unless it is made; not at all if a run with a larger fence has been here."""
        self._base.execute("BEGIN IMMEDIATE")
        last = self._base.execute("SELECT fence FROM runs WHERE request = ?", [request]).fetchone()
        if last and last[0] > fence:
            self._base.execute("ROLLBACK")
            raise FencedError
        self._base.execute("INSERT OR REPLACE INTO runs VALUES (?, ?)", [request, fence])
        if not self.charges(request):
            self._base.execute("INSERT INTO charges VALUES (?, ?)", [request, fence])
        reached("during")
        self._base.execute("COMMIT")

    def charges(self, request: str) -> list[int]:
        """The fences of the runs that have charged."""
        rows = self._base.execute("SELECT fence FROM charges WHERE request = ?", [request])
        return [fence for (fence,) in rows]


def sent(key: str) -> dict[str, Any]:
    return {"key": key, "principal": "ann", "method": "POST", "path": "/charges", "body": b"{}"}


@contextmanager
def guard_at(url: str, now: int) -> Iterator[Idempotency]:
    kind = Redis if url.startswith("redis:") else SQL
    with closing(kind.from_url(url, deadline=20, clock=lambda: now)) as store:
        yield Idempotency(store=store, lock=LOCK)


def run_first() -> None:
    """What a killed process does: it says where it is, and at one place waits to be told to go on."""
    url, path, key, stop = sys.argv[1:]

    def say(line: str) -> None:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()

    def reached(place: str) -> None:
        say(place)
        if place == stop:
            input()

    with guard_at(url, START) as guard, closing(Ledger(path)) as ledger:
        claim = guard.claim(**sent(key))
        reached("before")
        try:
            ledger.charge(key, claim.fence, reached)
        except FencedError:
            say("fenced")
        reached("after")
        say("kept" if claim.finish(201, (), b"by the first") else "not kept")
        input()


def run_and_renew() -> None:
    """What a process does that takes long: its claim is renewed until it is killed."""
    with closing(Redis.from_url(sys.argv[1], deadline=10)) as store:
        guard = Idempotency(store=store, lock=SHORT)
        with guard.claim(**sent(sys.argv[3])):
            sys.stdout.write("renewing\n")
            sys.stdout.flush()
            input()


@contextmanager
def first_run(
    url: str, path: Path, key: str, stop: str, program: str = PROGRAM
) -> Iterator[subprocess.Popen[str]]:
    """A process that runs a request, which is killed at the end of the block."""
    with subprocess.Popen(
        [sys.executable, "-c", program, url, path, key, stop],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGKILL)


def read_until(process: subprocess.Popen[str], line: str) -> None:
    """Waits until a process says something."""
    told: IO[str] | None = process.stdout
    assert told
    assert line in (said.strip() for said in told), f"the process ended without {line!r}"


def retry(url: str, path: Path, key: str) -> bytes:
    """Sends the request again when the lock has lapsed, and returns the content of the response."""
    with guard_at(url, START + LOCK * 1_000_000) as guard, closing(Ledger(path)) as ledger:
        with guard.claim(**sent(key)) as claim:
            if claim.replay:
                return claim.replay.body
            assert claim.taken_over
            ledger.charge(key, claim.fence, lambda _: None)
            assert claim.finish(201, (), b"by the retry")
        return b"by the retry"


def charges(path: Path, key: str) -> int:
    with closing(Ledger(path)) as ledger:
        return len(ledger.charges(key))


def address(request: pytest.FixtureRequest, store: str, folder: Path) -> str:
    """Where processes find a store that they share."""
    if store == "sqlite":
        return f"sqlite:///{folder}/guards.db"
    return str(request.getfixturevalue(f"{store}_url"))


@pytest.mark.parametrize(
    ("store", "place"), [*(("redis", place) for place in PLACES), ("sqlite", "after"), ("postgres", "during")]
)
def test_case_16_after_kill_9_before_during_or_after_the_effect_the_retry_ends_with_exactly_one(
    request: pytest.FixtureRequest, tmp_path: Path, store: str, place: str
) -> None:
    url, path = address(request, store, tmp_path), tmp_path / "ledger"
    with first_run(url, path, "k", place) as process:
        read_until(process, place)
    assert process.returncode == -signal.SIGKILL
    assert charges(path, "k") == (1 if place == "after" else 0)
    with guard_at(url, START) as guard, pytest.raises(Refused) as caught:
        guard.claim(**sent("k"))
    assert isinstance(caught.value.denied, IdempotencyDenied)
    assert caught.value.denied.reason == "in_flight"
    assert retry(url, path, "k") == b"by the retry"
    assert retry(url, path, "k") == b"by the retry"
    assert charges(path, "k") == 1


def test_case_16_a_process_that_was_taken_over_and_goes_on_has_no_effect_and_keeps_nothing(
    redis_url: str, tmp_path: Path
) -> None:
    path = tmp_path / "ledger"
    with first_run(redis_url, path, "k", "before") as process:
        read_until(process, "before")
        assert retry(redis_url, path, "k") == b"by the retry"
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
        read_until(process, "fenced")
        read_until(process, "not kept")
    assert retry(redis_url, path, "k") == b"by the retry"
    assert charges(path, "k") == 1


def test_case_16_a_process_that_renews_its_claim_loses_it_when_it_is_killed(
    redis_url: str, redis_server: RedisServer, tmp_path: Path
) -> None:
    with redis.Redis.from_url(redis_server.url) as client:
        with first_run(redis_url, tmp_path, "k", "", RENEWING) as process:
            read_until(process, "renewing")
            (name,) = client.scan_iter()
            for _ in range(4):
                before = client.get(name)
                wait_until(lambda before=before: client.get(name) != before, "the lock is renewed")  # type: ignore[misc]
        assert process.returncode == -signal.SIGKILL
        with closing(Redis.from_url(redis_url, deadline=10)) as store:
            guard, claims = Idempotency(store=store, lock=SHORT), list[Claim]()

            def takes_over() -> bool:
                with suppress(Refused):
                    claims.append(guard.claim(**sent("k")))
                return bool(claims)

            wait_until(takes_over, "the lock lapses")
            assert [claim.taken_over for claim in claims] == [True]


@pytest.mark.soak
@pytest.mark.parametrize("number", range(100))
def test_case_16_after_kill_9_at_any_moment_there_is_exactly_one_effect(
    request: pytest.FixtureRequest, tmp_path: Path, number: int
) -> None:
    url = address(request, ("redis", "sqlite", "postgres")[number % 3], tmp_path)
    path, chance = tmp_path / "ledger", random.Random(number)
    with first_run(url, path, "k", "nowhere") as process:
        read_until(process, "before")
        with suppress(subprocess.TimeoutExpired):
            process.wait(chance.uniform(0, 0.02))
    retry(url, path, "k")
    assert charges(path, "k") == 1
