from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, make_url, select, text
from sqlalchemy.engine import URL
from sqlalchemy.orm import DeclarativeBase, MappedAsDataclass, Session

from examples.identity.deployment import Deployment
from examples.identity.keys import KeyRecord, Keyring, rotate
from examples.identity.one_time import OneTimeTokens, expiry, verdict
from examples.identity.tables import (
    AccountColumns,
    Database,
    KeyColumns,
    OneTimeColumns,
    make_schema,
    new_id,
    redeem,
)
from tests.parts import postgres

TOKENS = OneTimeTokens(b"s")


class Record(MappedAsDataclass, DeclarativeBase, kw_only=True):
    pass


class Account(AccountColumns, Record):
    __tablename__ = "accounts"


class ApiKey(KeyColumns, Record):
    __tablename__ = "keys"


class Mailed(OneTimeColumns, Record):
    __tablename__ = "mailed"


@pytest.fixture(scope="module")
def server() -> Iterator[postgres.PostgresServer]:
    if postgres.postgres_programs() is None:
        pytest.skip(postgres.ABSENT)
    with postgres.PostgresServer() as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[URL]:
    if request.param == "sqlite":
        yield URL.create("sqlite", database=str(tmp_path / "shop.sqlite"))
        return
    server: postgres.PostgresServer = request.getfixturevalue("server")
    with server.database() as address:
        yield make_url(address)


@pytest.fixture
def database(url: URL) -> Iterator[Database]:
    made = Database(url, Record.metadata, "shop")
    yield made
    made.close()


def _mailed(session: Session) -> str:
    minted = TOKENS.mint("magic_link")
    session.add(
        Mailed(
            id=minted.id,
            kind="magic_link",
            digest=minted.digest,
            email="ada@mail.example",
            expires_at=expiry("magic_link", 0),
        )
    )
    return minted.text


def _redeem(session: Session, token: str) -> str:
    presented = TOKENS.read("magic_link", token)
    assert presented is not None
    record = session.get(Mailed, presented.id)
    found = verdict(record, presented, 1)
    if record is not None and found == "ok":
        return "ok" if redeem(session, record, 1) else "used"
    return found


def test_a_key_is_kept_rotated_and_found_by_its_id(database: Database) -> None:
    minted = Keyring("ds_live_", b"s").mint()
    database.transact(
        lambda session: session.add(ApiKey(id=minted.id, digest=minted.digest, scopes="read", created_at=1))
    )

    def change(session: Session) -> None:
        found: KeyRecord = session.get_one(ApiKey, minted.id)
        rotate(found, 100)

    database.transact(change)
    kept = database.transact(lambda session: session.get_one(ApiKey, minted.id))
    assert (kept.digest, kept.scopes, kept.networks) == (minted.digest, "read", "")
    assert (kept.rotated_at, kept.expires_at, kept.revoked_at) == (100, 86_500, None)


def test_what_is_raised_undoes_the_unit_of_work(database: Database) -> None:
    def work(session: Session) -> None:
        session.add(Account(id=new_id("acct"), email="ada@mail.example"))
        session.flush()
        raise KeyError("a problem")

    with pytest.raises(KeyError):
        database.transact(work)
    assert database.transact(lambda session: session.scalar(select(func.count()).select_from(Account))) == 0


@pytest.mark.anyio
async def test_a_unit_of_work_can_be_awaited(database: Database) -> None:
    token = await database.run(_mailed)
    assert [await database.run(_redeem, token) for _ in range(2)] == ["ok", "used"]


def test_of_many_who_redeem_a_token_at_once_one_succeeds(database: Database) -> None:
    token, count = database.transact(_mailed), 8
    answers: list[str] = []
    together = threading.Barrier(count)

    def race() -> None:
        together.wait()
        answers.append(database.transact(_redeem, token))

    threads = [threading.Thread(target=race) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["ok"] + ["used"] * (count - 1)


def test_marking_decides_even_where_units_of_work_overlap(server: postgres.PostgresServer) -> None:
    """Two connections of PostgreSQL that take no turns: both have read that the token is unused."""
    with server.database() as address:
        made = Database(make_url(address), Record.metadata, "public")
        token = made.transact(_mailed)
        presented = TOKENS.read("magic_link", token)
        assert presented is not None
        record = made.transact(lambda session: session.get_one(Mailed, presented.id))
        assert [made.transact(redeem, record, now) for now in (5, 6)] == [True, False]
        assert made.transact(lambda session: session.get_one(Mailed, presented.id)).used_at == 5
        made.close()


def test_what_was_read_stays_true_until_it_is_written(database: Database) -> None:
    """Each reads how many there are and adds one if there are fewer than three."""
    together = threading.Barrier(6)

    def add(session: Session) -> None:
        count = session.scalars(select(func.count()).select_from(Account)).one()
        if count < 3:
            session.add(Account(id=new_id("acct"), email=new_id("mail")))

    def race() -> None:
        together.wait()
        database.transact(add)

    threads = [threading.Thread(target=race) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert database.transact(lambda session: session.scalar(select(func.count()).select_from(Account))) == 3


def test_services_share_a_database_without_meeting(server: postgres.PostgresServer) -> None:
    with server.database() as address:
        shops = [Database(make_url(address), Record.metadata, name) for name in ("flags", "browsers")]
        for shop in shops:
            shop.transact(lambda session: session.add(Account(id="acct_1", email="ada@mail.example")))
        for shop in shops:
            shop.close()


def _seen_by_django(folder: Path, backends: str) -> str:
    command = [sys.executable, "-m", "tests.examples.identity.django_reading", str(folder), backends]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def test_django_uses_the_same_file(tmp_path: Path) -> None:
    assert _seen_by_django(tmp_path, "") == "wal"
    file = Deployment(name="platform", folder=tmp_path, secret=b"s").database_url
    database = Database(file, Record.metadata, "platform")
    assert database.transact(lambda session: session.scalar(text("SELECT name FROM things"))) == "a thing"
    database.close()


def test_django_uses_the_schema_of_its_service(server: postgres.PostgresServer, tmp_path: Path) -> None:
    with server.database() as address:
        make_schema(make_url(address), "platform")
        assert _seen_by_django(tmp_path, f"{address} redis://127.0.0.1:9") == "platform"
        database = Database(make_url(address), Record.metadata, "other")
        found = text("SELECT name FROM platform.things")
        assert database.transact(lambda session: session.scalar(found)) == "a thing"
        database.close()
