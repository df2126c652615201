"""A store in a database, SQLite or PostgreSQL: for what must survive the end of any process."""

from __future__ import annotations

from failwell.exceptions import DeclarationError, MissingExtraError, missing_extra

try:
    import sqlalchemy as _  # noqa: F401 - everything below needs it
except ImportError as error:
    raise missing_extra("sql", "failwell.store.SQL") from error

import asyncio
import os
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from hashlib import blake2b
from math import ceil
from time import monotonic
from typing import Any, TypeVar

import msgspec
from sqlalchemy import (
    URL,
    BigInteger,
    Column,
    Connection,
    Engine,
    Executable,
    LargeBinary,
    MetaData,
    Table,
    Text,
    bindparam,
    cast,
    create_engine,
    delete,
    extract,
    func,
    make_url,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError, SQLAlchemyError

from failwell.clock import wall
from failwell.completion import finished
from failwell.store.breaker import Breaker, Health
from failwell.store.deadline import Deadline
from failwell.store.given import options_refused, verify_connections, verify_kind, verify_text, verify_usual
from failwell.store.memory import Memory
from failwell.store.naming import name_of
from failwell.typing import Args, Clock, Entry, Key, Transition, Value

TABLE = "failwell_entries"
"""The table, unless another name is given."""

DEADLINE = 2.0
"""Seconds that a request waits: for a free connection, for a new one, and for its transaction."""

CONNECTIONS = 8
"""Connections to PostgreSQL at most; who finds them all busy waits for one."""

_SWEEP_EVERY = 100  # writes
_SWEPT_AT_ONCE = 200  # more than are written meanwhile, so that the table does not grow
_PURGED_AT_ONCE = 1_000
_GRACE = 0.25  # seconds in which the server may say itself that it was too late, before the connection is cut
_USED = "failwell-used"  # marks connections that were talked over before

_ENGINES = "write SQL.from_url('sqlite:///guards.db'), or pass what sqlalchemy.create_engine made"
_ARGUMENTS = ("table", "secret", "deadline", "connections", "clock")

_T = TypeVar("_T")

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(int | tuple[int | bytes, ...]).decode


class SQL:
    """Keeps entries in a table of SQLite or PostgreSQL: what was answered to a caller is not lost.

    Each step is one transaction: it locks its keys, asks the time, reads, decides in this process, writes and
    commits. Nothing is tried a second time, since the first may have been committed. When the database does
    not answer before the deadline, or refuses, guards do what they declare; after a few failures it is left
    alone for a moment, and then asked again.

    The table is made on first use if it is missing; `create` makes it beforehand. Keys in it hold no subjects
    but keyed hashes of them. What is over is taken away little by little as new is written.

    Attributes:
        stand_in: a store in this process, for guards that go on alone meanwhile.
        metadata: holds the table, for tools that compare databases with it, such as Alembic.
        table: the columns `key`, `until` (microseconds since 1970, indexed) and `entry` (MessagePack).
    """

    def __init__(
        self,
        engine: Engine,
        *,
        table: str = TABLE,
        secret: bytes = b"",
        deadline: float = DEADLINE,
        clock: Clock | None = None,
    ) -> None:
        """Takes an engine of SQLAlchemy for its own use; `from_url` makes the usual one.

        Args:
            engine: an engine of SQLite, in a file, or of PostgreSQL through psycopg 3. Its connections are
                set up for the store, so the application had better have another one.
            table: the name of the table.
            secret: at most 64 bytes that all processes share. With them nobody who reads the keys can find
                out whose they are by trying, as could be done with addresses and numbers.
            deadline: seconds to wait for a locked database, and for the end of a transaction.
            clock: the time in microseconds, for tests; by default PostgreSQL's own, and with SQLite that of
                this machine.

        Raises:
            DeclarationError: for what is no engine, a database that cannot serve, a table that has no name,
                a deadline that is none, a secret too long, or a clock that does not count microseconds.
        """
        verify_usual(secret, deadline, clock, where="SQL", usual_deadline=DEADLINE)
        verify_text(table, "table", where="SQL", usual=TABLE, least=1)
        verify_kind(engine, Engine, "engine", where="SQL", hint=_ENGINES)
        self.stand_in = Memory()
        self.metadata = MetaData()
        self.table = Table(
            table,
            self.metadata,
            Column("key", Text, primary_key=True),
            Column("until", BigInteger, nullable=False, index=True),
            Column("entry", LargeBinary, nullable=False),
        )
        self._secret, self._deadline, self._clock = secret, deadline, clock
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")  # transactions are begun below
        self._kind = _database_of(engine.url)
        insert = self._kind.insert(self.table)
        put = {name: insert.excluded[name] for name in ("until", "entry")}
        self._upsert = insert.on_conflict_do_update(index_elements=["key"], set_=put)
        self._delete = delete(self.table).where(self.table.c.key.in_(bindparam("names", expanding=True)))
        self._begin_life()

    @classmethod
    def from_url(  # noqa: PLR0913 - what can be said about a store
        cls,
        url: str,
        *,
        table: str = TABLE,
        secret: bytes = b"",
        deadline: float = DEADLINE,
        connections: int = CONNECTIONS,
        clock: Clock | None = None,
        **options: Any,
    ) -> SQL:
        """A store at an address: `sqlite:///guards.db`, `postgresql://user@host/database`.

        Nothing is connected yet.

        Args:
            url: the address, as SQLAlchemy takes it.
            table: the name of the table.
            secret: see the class.
            deadline: seconds to wait, see the class; a new connection to PostgreSQL may take 2 in any case.
            connections: connections to PostgreSQL at most. SQLite gets one: it lets in one writer at a time,
                and threads that wait here wait in order.
            clock: the time in microseconds, for tests.
            options: further keyword arguments of `sqlalchemy.create_engine`, such as `connect_args`.

        Raises:
            DeclarationError: for an address that cannot be read, or of a database that cannot serve, for an
                option that SQLAlchemy does not take, and as the class does.
            MissingExtraError: if psycopg is not installed.
        """
        verify_usual(secret, deadline, clock, where="SQL", usual_deadline=DEADLINE)
        verify_connections(connections, where="SQL", usual=CONNECTIONS)
        engine = _engine_of(url, deadline, connections, options)
        return cls(engine, table=table, secret=secret, deadline=deadline, clock=clock)

    @property
    def health(self) -> Health:
        """Whether the database can be asked, and how often it could not; for a metric."""
        return self._breaker.health

    def run(
        self,
        transition: Transition,
        keys: Sequence[Key],
        args: Sequence[Args],
        group: str | None = None,  # noqa: ARG002 - all entries lie in one place
    ) -> Sequence[Value]:
        """Runs a transition in a transaction. What it raises is passed on, and nothing is written then.

        Raises:
            StoreUnavailableError: if the database did not answer in time, or refused.
        """
        names = [name_of(key, self._secret) for key in keys]
        return self._asked(lambda: self._step(transition, keys, args, names))

    async def arun(
        self, transition: Transition, keys: Sequence[Key], args: Sequence[Args], group: str | None = None
    ) -> Sequence[Value]:
        """Does what `run` does, in a thread, so that one driver serves both.

        A task that is cancelled waits until its thread is done, at most until the deadline: then what it took
        can be given back. Before that, the step might be done after it was undone.
        """
        return await finished(asyncio.to_thread(self.run, transition, keys, args, group))

    def create(self) -> None:
        """Makes the table and its index, if they are missing.

        Raises:
            StoreUnavailableError: if the database did not answer in time, or refused.
        """
        self._is_made = False
        self._asked(lambda: None)

    def purge(self) -> int:
        """Takes away all that is over, some at a time; tells how many entries these were.

        Raises:
            StoreUnavailableError: if the database did not answer in time, or refused.
        """
        removed = 0
        while count := self._asked(lambda: self._sweep(_PURGED_AT_ONCE)):
            removed += count
        return removed

    def close(self) -> None:
        """Closes the connections that nobody is using; the store can be used again."""
        self._engine.dispose()

    def _begin_life(self) -> None:
        """Sets up what belongs to this process, and to none that was forked from it."""
        self._is_made = False
        self._writes = 0
        self._database = self._kind(self.table, self._deadline, self._clock)
        self._breaker = Breaker("SQL", patience=4 * self._deadline)
        self._process = os.getpid()

    def _asked(self, ask: Callable[[], _T]) -> _T:
        """What the database answers, if it is to be asked at all and does answer."""
        if os.getpid() != self._process:
            self._engine.dispose(close=False)  # its connections are the parent's
            self._begin_life()
        self._breaker.check()
        try:
            if not self._is_made:
                self._make()
            answer = ask()
        except SQLAlchemyError as error:
            self._is_made = False  # the database may be another one when it is back
            orig = error.orig if isinstance(error, DBAPIError) else None
            cause = error if orig is None else orig  # what SQLAlchemy makes of it shows parameters
            raise self._breaker.failed(cause) from cause
        self._breaker.succeeded()
        return answer

    def _make(self) -> None:
        """Makes the table. Several threads may do so at once: a lock here would let them wait in a row."""
        with self._transaction([""]) as connection:
            self.metadata.create_all(connection)
        self._is_made = True

    def _step(
        self, transition: Transition, keys: Sequence[Key], args: Sequence[Args], names: Sequence[str]
    ) -> Sequence[Value]:
        with self._transaction(names) as connection:
            now, found = self._database.read(connection, names)
            entries: dict[Key, Entry] = {
                key: _decode(found[name]) for key, name in zip(keys, names, strict=True) if name in found
            }
            written, result = transition.decide(entries.get, now, keys, args)
            name_by_key = dict(zip(keys, names, strict=True))
            self._write(connection, now, {name_by_key[key]: entry for key, entry in written.items()}, found)
        if written:
            self._writes += 1
            if not self._writes % _SWEEP_EVERY:
                with suppress(SQLAlchemyError):  # the step is done; the next one will find what is wrong
                    self._sweep(_SWEPT_AT_ONCE)
        return result

    def _write(
        self, connection: Connection, now: int, written: Mapping[str, Entry], found: Mapping[str, bytes]
    ) -> None:
        """Writes entries by their names; one that is over is not kept."""
        over: list[str] = []
        kept: list[dict[str, object]] = []
        for name, entry in written.items():
            until = entry if isinstance(entry, int) else entry[0]
            if until > now:
                kept.append({"key": name, "until": until, "entry": _encode(entry)})
            elif name in found:
                over.append(name)
        if kept:
            connection.execute(self._upsert, kept if len(kept) > 1 else kept[0])
        if over:
            connection.execute(self._delete, {"names": over})

    def _sweep(self, count: int) -> int:
        """Takes away what is over, but for what others are about to write; tells how much that was."""
        with self._transaction([]) as connection:
            now, _ = self._database.read(connection, [])
            over = select(self.table.c.key).where(self.table.c.until <= now).limit(count)
            locked = over.with_for_update(skip_locked=True)  # left out for SQLite, which locks all anyway
            return connection.execute(delete(self.table).where(self.table.c.key.in_(locked))).rowcount

    @contextmanager
    def _transaction(self, names: Sequence[str]) -> Generator[Connection]:
        """A connection in a transaction that has locked the names; committed unless the block raises."""
        with ExitStack() as stack:
            connection = self._begun(stack, names)
            try:
                yield connection
                connection.exec_driver_sql("COMMIT")
            except BaseException:
                connection.invalidate()  # ends the transaction, whatever became of it
                raise

    def _begun(self, stack: ExitStack, names: Sequence[str]) -> Connection:
        connection = stack.enter_context(self._engine.connect())
        stack.enter_context(self._database.limited(connection))
        known, start = connection.info, monotonic()
        try:
            if _USED not in known:
                self._database.set_up(connection)
            self._database.begin(connection, names)
        except DBAPIError as error:
            connection.invalidate()
            if _USED in known and error.connection_invalidated and monotonic() - start < self._deadline:
                return self._begun(stack, names)  # it had died since it was last used: nothing was done yet
            raise
        known[_USED] = True
        return connection


class _SQLite:
    """Locks the whole file for each transaction, as SQLite does anyway for each that writes."""

    insert = staticmethod(sqlite.insert)

    def __init__(self, table: Table, deadline: float, clock: Clock | None) -> None:
        self._entries = _entries_of(table)
        self._patience = round(deadline * 1_000)  # milliseconds
        self._clock = clock or wall

    def limited(self, connection: Connection) -> AbstractContextManager[None]:  # noqa: ARG002 - one of two
        """Sets no limit: all that takes long is the lock, and SQLite itself limits the wait for it."""
        return nullcontext()

    def set_up(self, connection: Connection) -> None:
        """Lets commits append to a log, and wait for the disk."""
        connection.exec_driver_sql("PRAGMA busy_timeout = 0")
        with suppress(OperationalError):  # somebody else is at it, or nobody can write: that shows at once
            connection.exec_driver_sql("PRAGMA journal_mode = WAL")
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {self._patience}")
        connection.exec_driver_sql("PRAGMA synchronous = FULL")

    def begin(self, connection: Connection, names: Sequence[str]) -> None:  # noqa: ARG002 - one of two
        """Takes the lock at once: who reads first and writes then can be turned away in between."""
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    def read(self, connection: Connection, names: Sequence[str]) -> tuple[int, dict[str, bytes]]:
        """The instant after the lock was taken, and the entries."""
        now = self._clock()
        return now, _found(connection.execute(self._entries, {"names": names}))


class _PostgreSQL:
    """Locks the names, whether they have a row or not, always in the same order."""

    insert = staticmethod(postgresql.insert)

    def __init__(self, table: Table, deadline: float, clock: Clock | None) -> None:
        self._entries = _entries_of(table)
        now = select(cast(extract("epoch", func.clock_timestamp()) * 1_000_000, BigInteger).label("now"))
        instant = now.subquery()
        named = table.c.key.in_(bindparam("names", expanding=True))
        self._all = select(instant.c.now, table.c.key, table.c.entry).select_from(
            instant.outerjoin(table, named)
        )
        self._clock, self._space = clock, table.name
        limits = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
        patience = ceil(deadline * 1_000)  # milliseconds
        self._begin = "; ".join(  # rows that others commit while this one waits for the lock have to be seen
            ["BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"]
            + [f"SET LOCAL {name} = {patience}" for name in limits]
        )
        self._limit = Deadline(deadline + _GRACE)

    def limited(self, connection: Connection) -> AbstractContextManager[None]:
        """Cuts the connection if the server does not keep to the limits that it was given."""
        driver: Any = connection.connection.driver_connection
        return self._limit.over(driver.fileno())

    def set_up(self, connection: Connection) -> None:
        """Does nothing: limits are given to each transaction, as a pooler between may change servers."""

    def begin(self, connection: Connection, names: Sequence[str]) -> None:
        """Takes the locks of the names, which end with the transaction, in the same round trip."""
        locks = [f"SELECT pg_advisory_xact_lock({number})" for number in sorted(set(map(self._lock, names)))]
        connection.exec_driver_sql("; ".join([self._begin, *locks]))

    def read(self, connection: Connection, names: Sequence[str]) -> tuple[int, dict[str, bytes]]:
        """The server's instant after the locks were taken, and the entries."""
        if self._clock is not None:
            return self._clock(), _found(connection.execute(self._entries, {"names": names}))
        rows = connection.execute(self._all, {"names": names}).all()
        return rows[0][0], _found(row[1:] for row in rows if row[1] is not None)

    def _lock(self, name: str) -> int:
        """The number of the lock of a name. Two of one number only wait for each other."""
        digest = blake2b(f"{self._space}:{name}".encode(), digest_size=8).digest()
        return int.from_bytes(digest, signed=True)


def _entries_of(table: Table) -> Executable:
    named = table.c.key.in_(bindparam("names", expanding=True))
    return select(table.c.key, table.c.entry).where(named)


def _found(rows: Iterable[Any]) -> dict[str, bytes]:
    return {name: entry for name, entry in rows}  # noqa: C416 - rows are no tuples for type checkers


_DATABASES: dict[tuple[str, str], type[_SQLite | _PostgreSQL]] = {
    ("sqlite", "pysqlite"): _SQLite,
    ("postgresql", "psycopg"): _PostgreSQL,
}


def _database_of(url: URL) -> type[_SQLite | _PostgreSQL]:
    """What the database at an address does in ways of its own, if it can serve."""
    kind = url.get_backend_name(), url.get_driver_name()
    if kind not in _DATABASES:
        raise DeclarationError(
            f"{' through '.join(kind)} is not among the databases that can serve",
            code="store-database",
            where="SQL",
            hint="use SQLite (sqlite:///guards.db) or PostgreSQL through psycopg 3 (postgresql+psycopg://…)",
        )
    database = _DATABASES[kind]
    in_memory = url.database in {None, "", ":memory:", "file::memory:"} or url.query.get("mode") == "memory"
    if database is _SQLite and in_memory:
        raise DeclarationError(
            "an SQLite database in memory is seen by a single connection, and gone with it",
            code="store-database",
            where="SQL",
            hint="name a file, sqlite:///guards.db, or use failwell.store.Memory()",
        )
    return database


def _engine_of(url: str, deadline: float, connections: int, options: dict[str, Any]) -> Engine:
    """The engine of an address. The address is not repeated in errors, for it may hold a password."""
    try:
        parsed = make_url(url)
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        patience: dict[str, Any] = {}
        if _database_of(parsed) is _PostgreSQL:
            patience["connect_timeout"] = max(ceil(deadline), 2)  # in whole seconds, at least 2 (libpq)
        else:
            connections = 1
        usual = {
            "pool_size": connections,
            "max_overflow": 0,
            "pool_timeout": deadline,
            "hide_parameters": True,
        }
        return _created(parsed, usual, patience, options)
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            f"this address needs {error.name}, which is not installed",
            code="missing-extra",
            where="SQL.from_url",
            hint="pip install 'psycopg[binary]' for PostgreSQL",
        ) from error
    except (ArgumentError, NoSuchModuleError):
        raise DeclarationError(
            "the address cannot be read, or is of a database that SQLAlchemy does not know",
            code="store-address",
            where="SQL.from_url",
            hint="write sqlite:///guards.db or postgresql+psycopg://user@host/database",
        ) from None


def _created(url: URL, usual: dict[str, Any], patience: dict[str, Any], options: dict[str, Any]) -> Engine:
    try:
        arguments = {**patience, **options.get("connect_args", {})}
        return create_engine(url, **usual | options | {"connect_args": arguments})
    except (TypeError, ValueError, KeyError) as error:
        where = "SQL.from_url"
        raise options_refused(error, options, _ARGUMENTS, where=where, library="SQLAlchemy") from error
