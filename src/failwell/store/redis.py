"""A store in Redis or Valkey, on one server or in a cluster: what several processes or machines share."""

from __future__ import annotations

from failwell.exceptions import DeclarationError, missing_extra

try:
    import redis as _  # noqa: F401 - everything below needs it
except ImportError as error:
    raise missing_extra("redis", "failwell.store.Redis") from error

import asyncio
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import suppress
from random import Random
from threading import Lock
from typing import Any, NamedTuple, cast

import redis.asyncio
import redis.asyncio.retry
from redis.backoff import NoBackoff
from redis.exceptions import (
    AskError,
    MovedError,
    NoScriptError,
    ReadOnlyError,
    RedisClusterException,
    RedisError,
    SlotNotCoveredError,
)
from redis.retry import Retry

from failwell.store.breaker import Breaker, Health, State
from failwell.store.clients import made, verify_makers
from failwell.store.given import (
    options_refused,
    verify_connections,
    verify_kind,
    verify_prefix,
    verify_usual,
)
from failwell.store.memory import Memory
from failwell.store.naming import name_of
from failwell.store.script import Scripts, encoded
from failwell.store.slots import Address, Slots
from failwell.typing import Args, Clock, Key, Transition, Value

DEADLINE = 0.05
"""Seconds that a request waits for the store. Redis answers in a thousandth of it, or something is wrong."""

CONNECTIONS = 64
"""Connections at most; who finds them all busy waits for one, until the deadline."""

_Lane = tuple[Any, asyncio.Semaphore]
_FAILURES = (RedisError, RedisClusterException, OSError, TimeoutError)
_REDIRECTIONS = 4  # that a request follows; more mean nodes that disagree
_ASKED = 2  # nodes that are asked where slots are, each for the deadline, before that is given up

# What follows from arguments of the store, and whose. redis-py takes it from addresses, too.
_OWN = {
    "socket_timeout": "deadline",
    "socket_connect_timeout": "deadline",
    "timeout": "deadline",
    "max_connections": "connections",
    "retry": None,  # redis-py tries again by itself, and so counts twice
    "retry_on_timeout": None,
    "retry_on_error": None,
    "decode_responses": None,
    "protocol": None,  # with 3, redis-py does not look whether a connection holds somebody else's reply
}

# Their keyword arguments are those of a connection, which they do not tell type checkers.
_pool: Any = redis.BlockingConnectionPool
_async_pool: Any = redis.asyncio.ConnectionPool
_parse_url: Callable[[str], dict[str, Any]] = cast("Any", redis).connection.parse_url
_parse_async_url: Callable[[str], dict[str, Any]] = cast("Any", redis).asyncio.connection.parse_url


class _Step(NamedTuple):
    """One command to a node of the cluster, or to the one server."""

    node: Address | None
    words: Sequence[Any]
    asking: bool = False  # the slot is on its way to this node, which only answers who asks for it expressly


_Steps = Generator[_Step, Any, Any]
"""What is to be asked, one after the other, decided once for threads and for coroutines."""


class Redis:
    """Keeps entries in Redis (6.2 or later) or Valkey, where all processes that use it decide as one.

    Each step is one round trip: a script that runs in the server, at the server's time. Nothing is tried a
    second time, since the first may have been done. When the server does not answer before the deadline, or
    refuses, guards do what they declare; after a few failures it is left alone for a moment, and then asked
    again. Of a cluster each node is judged on its own: while one is down, the others go on.

    Keys hold no subjects but keyed hashes of them, and every key expires. Let the server evict nothing
    (`maxmemory-policy noeviction`), lest spent limits are forgotten first.

    Attributes:
        stand_in: a store in this process, for guards that go on alone meanwhile.
    """

    def __init__(  # noqa: PLR0913 - what can be said about a store
        self,
        client: Callable[..., Any],
        async_client: Callable[..., Any] | None = None,
        *,
        cluster: Address | None = None,
        prefix: str = "failwell:",
        secret: bytes = b"",
        deadline: float = DEADLINE,
        connections: int = CONNECTIONS,
        clock: Clock | None = None,
    ) -> None:
        """Takes makers of clients; `from_url` knows the usual ones.

        Args:
            client: makes a client of redis-py for one server, with `deadline` as its timeouts, that does not
                retry; called once. In a cluster it is called once per node, with its `host=` and `port=`.
            async_client: the same for asyncio; called once, or once per node, for each event loop. It cannot
                be left out: that it can is for the message to who gives an address.
            cluster: host and port of any node, if it is a cluster.
            prefix: what all keys begin with.
            secret: at most 64 bytes that all processes share. With them nobody who reads the keys can find
                out whose they are by trying, as could be done with addresses and numbers.
            deadline: seconds to wait for an answer.
            connections: tasks of one event loop that may ask a server at the same time.
            clock: the time in microseconds, for tests; by default the server's own.

        Raises:
            DeclarationError: for what cannot make clients, a prefix with braces, a deadline that is none, a
                secret too long, or a clock that does not count microseconds.
        """
        verify_makers(client, async_client, cluster)
        verify_usual(secret, deadline, clock, where="Redis", usual_deadline=DEADLINE)
        verify_connections(connections, where="Redis", usual=CONNECTIONS)
        verify_prefix(prefix, where="Redis", usual="failwell:")
        self.stand_in = Memory()
        self._make_client = client
        self._make_async_client: Any = async_client  # by now it is there
        self._clients: dict[Address | None, Any] = {}
        self._lanes: dict[asyncio.AbstractEventLoop, dict[Address | None, _Lane]] = {}
        self._connections = connections
        self._lock = Lock()
        self._prefix, self._secret, self._deadline, self._clock = prefix, secret, deadline, clock
        self._scripts = Scripts()
        self._slots = None if cluster is None else Slots(cluster, Random())  # noqa: S311 - whom to ask
        self._breakers: dict[Address | None, Breaker] = {None: self._new_breaker(None)}
        self._is_looking = False

    @classmethod
    def from_url(  # noqa: PLR0913 - what can be said about a store
        cls,
        url: str,
        *,
        cluster: bool = False,
        prefix: str = "failwell:",
        secret: bytes = b"",
        deadline: float = DEADLINE,
        connections: int = CONNECTIONS,
        clock: Clock | None = None,
        **options: Any,
    ) -> Redis:
        """A store at an address: `redis://localhost:6379/0`, `rediss://…` with TLS, `unix://…`.

        Nothing is connected yet.

        Args:
            url: the address; of a cluster that of any node.
            cluster: whether it is a cluster.
            prefix: what all keys begin with.
            secret: see the class.
            deadline: seconds to wait for a connection, and for an answer.
            connections: connections to a server at most, for threads and for each event loop.
            clock: the time in microseconds, for tests; by default the server's own.
            options: further keyword arguments of redis-py's connections, such as `ssl_ca_certs`.

        Raises:
            DeclarationError: for an address that redis-py cannot read, or that says what is said here, for an
                option that it does not take, and as the class does.
        """
        said = _verified(url, options, cluster=cluster)
        given: dict[str, Any] = {**options, "protocol": 2, "decode_responses": False}
        # One deadline around all is enough for asyncio; one more for each read and write would cost a fifth.
        timed = {
            "socket_timeout": deadline,
            "socket_connect_timeout": deadline,
            "timeout": deadline,
            "max_connections": connections,
            "retry": Retry(NoBackoff(), 0),
        }
        untimed: dict[str, Any] = {
            "socket_timeout": None,
            "socket_connect_timeout": None,
            "retry": redis.asyncio.retry.Retry(NoBackoff(), 0),
        }

        def client(**where: Any) -> Any:
            return redis.Redis.from_pool(_pool(**(_parse_url(url) | given | timed | where)))

        def async_client(**where: Any) -> Any:
            pool = _async_pool(**(_parse_async_url(url) | given | untimed | where))
            return redis.asyncio.Redis.from_pool(pool)

        seed = (str(said.get("host", "localhost")), int(said.get("port", 6379))) if cluster else None
        store = cls(
            client,
            async_client,
            cluster=seed,
            prefix=prefix,
            secret=secret,
            deadline=deadline,
            connections=connections,
            clock=clock,
        )
        _verify_options(client().connection_pool, options)
        return store

    @property
    def health(self) -> Health:
        """Whether the store can be asked, and how often it could not; for a metric.

        Of a cluster the state is that of the worst node, and counts are those of all nodes together.
        """
        nodes = {node: breaker.health for node, breaker in list(self._breakers.items())}
        known = nodes.keys() & {None, *(self._slots.nodes if self._slots else ())}  # others left the cluster
        worst = max((nodes[node] for node in known), key=lambda of: (_GRAVITY.index(of.state), of.failures))
        return Health(
            state=worst.state,
            failures=sum(node.failures for node in nodes.values()),
            opened=sum(node.opened for node in nodes.values()),
            refused=sum(node.refused for node in nodes.values()),
            last_error=worst.last_error,
        )

    def run(
        self, transition: Transition, keys: Sequence[Key], args: Sequence[Args], group: str | None = None
    ) -> Sequence[Value]:
        """Runs a transition in the server, in one round trip.

        Raises:
            StoreUnavailableError: if the server did not answer in time, or refused.
        """
        words = self._words(keys, args, group)
        node, breaker = self._place(words)
        breaker.check()
        try:
            result = self._go(self._asking(node, transition, words))
        except _FAILURES as error:
            failure = breaker.failed(error)
            try:
                if self._slots is not None and self._has_to_look(breaker):
                    self._go(self._looking(self._slots, node))
                raise failure from error
            finally:
                del failure  # or it would hold this frame, which holds it
        breaker.succeeded()
        return cast("Sequence[Value]", result)

    async def arun(
        self, transition: Transition, keys: Sequence[Key], args: Sequence[Args], group: str | None = None
    ) -> Sequence[Value]:
        """Does what `run` does without blocking the event loop."""
        words = self._words(keys, args, group)
        node, breaker = self._place(words)
        breaker.check()
        try:
            async with asyncio.timeout(self._deadline):
                result = await self._ago(self._asking(node, transition, words))
        except _FAILURES as error:
            failure = breaker.failed(error)
            try:
                if self._slots is not None and self._has_to_look(breaker):
                    with suppress(TimeoutError):
                        async with asyncio.timeout(self._deadline):
                            await self._ago(self._looking(self._slots, node))
                raise failure from error
            finally:
                del failure
        breaker.succeeded()
        return cast("Sequence[Value]", result)

    def close(self) -> None:
        """Closes the connections of threads; the store can be used again."""
        clients, self._clients = self._clients, {}
        for client in clients.values():
            client.close()

    async def aclose(self) -> None:
        """Closes the connections of this event loop; the store can be used again."""
        with self._lock:
            lanes = self._lanes.pop(asyncio.get_running_loop(), {})
        for client, _ in lanes.values():
            await client.aclose()

    def _go(self, steps: _Steps) -> Any:
        """Asks what is to be asked, and returns what comes of it."""
        try:
            step = next(steps)
            while True:
                try:
                    answer = self._send(step)
                except _FAILURES as error:
                    step = steps.throw(error)
                else:
                    step = steps.send(answer)
        except StopIteration as end:
            return end.value
        finally:
            steps.close()

    async def _ago(self, steps: _Steps) -> Any:
        try:
            step = next(steps)
            while True:
                try:
                    answer = await self._asend(step)
                except _FAILURES as error:
                    step = steps.throw(error)
                else:
                    step = steps.send(answer)
        except StopIteration as end:
            return end.value
        finally:
            steps.close()

    def _send(self, step: _Step) -> Any:
        client = self._clients.get(step.node)
        if client is None:  # of two threads that make one, both get the same
            client = made(self._make_client, _where(step.node), is_async=False)
            client = self._clients.setdefault(step.node, client)
        try:
            if step.asking:
                return _expressly(client, step.words).execute()[1]
            return client.execute_command(*step.words)
        except ReadOnlyError:  # it became a replica: its address may lead to another server by now
            self._clients.pop(step.node, None)  # once no thread uses it, its connections are closed
            raise

    async def _asend(self, step: _Step) -> Any:
        client, free = self._lane(step.node)
        async with free:
            try:
                if step.asking:
                    return (await _expressly(client, step.words).execute())[1]
                return await client.execute_command(*step.words)
            except ReadOnlyError:
                await client.connection_pool.disconnect(inuse_connections=False)
                raise

    def _lane(self, node: Address | None) -> _Lane:
        """The client of this event loop, for connections belong to one, and how many may ask at once."""
        loop = asyncio.get_running_loop()
        lanes = self._lanes.get(loop)
        if lanes is None:
            with self._lock:
                for ended in [other for other in self._lanes if other.is_closed()]:
                    del self._lanes[ended]  # some frameworks make a loop for each call
                lanes = self._lanes[loop] = {}
        lane = lanes.get(node)
        if lane is None:
            client = made(self._make_async_client, _where(node), is_async=True)
            lane = lanes[node] = client, asyncio.Semaphore(self._connections)
        return lane

    def _asking(self, node: Address | None, transition: Transition, words: Sequence[Any]) -> _Steps:
        """The steps that run a script: one, if the server knows it and the node is the right one."""
        if self._slots is None:
            return self._running(None, transition, words)
        return self._routing(self._slots, node, transition, words)

    def _routing(
        self, slots: Slots, node: Address | None, transition: Transition, words: Sequence[Any]
    ) -> _Steps:
        if node is None:
            error = yield from self._looking(slots, None)
            node = slots.owner(words[1])
            if node is None:
                raise error or SlotNotCoveredError("nobody says that it has the slot")
        for _ in range(_REDIRECTIONS):
            try:
                return (yield from self._running(node, transition, words))
            except MovedError as moved:
                node = slots.moved(moved.slot_id, _address(moved, node))
            except AskError as asked:
                other = _address(asked, node)
                return (yield _Step(other, ("EVAL", self._scripts.of(transition).text, *words), asking=True))
        raise RedisClusterException("nodes do not agree on who has the slot")

    def _running(self, node: Address | None, transition: Transition, words: Sequence[Any]) -> _Steps:
        script = self._scripts.of(transition)
        try:
            return (yield _Step(node, ("EVALSHA", script.sha, *words)))
        except NoScriptError:  # a new server, or somebody flushed its scripts: nothing was done yet
            return (yield _Step(node, ("EVAL", script.text, *words)))

    def _looking(self, slots: Slots, failed: Address | None) -> _Steps:
        """The steps that find out which node of the cluster has what; what hindered it is returned."""
        hindrance: Exception | None = None
        self._is_looking = True
        try:
            for node in slots.to_ask(failed)[:_ASKED]:
                try:
                    slots.told((yield _Step(node, ("CLUSTER SLOTS",))), node)
                except _FAILURES as error:
                    hindrance = error
                else:
                    return None
        finally:
            self._is_looking = False
        return hindrance

    def _has_to_look(self, breaker: Breaker) -> bool:
        """Whether another node may have taken over; one caller at a time finds out."""
        return not self._is_looking and breaker.health.state == "open"

    def _place(self, words: Sequence[Any]) -> tuple[Address | None, Breaker]:
        """The node that has the keys, None for the one server and while nobody told; and its breaker."""
        node = None if self._slots is None else self._slots.owner(words[1])
        breaker = self._breakers.get(node)
        if breaker is None:
            breaker = self._breakers.setdefault(node, self._new_breaker(node))
        return node, breaker

    def _new_breaker(self, node: Address | None) -> Breaker:
        name = "Redis" if node is None else "A node of the Redis Cluster"
        return Breaker(name, patience=max(1.0, 3 * self._deadline))

    def _words(self, keys: Sequence[Key], args: Sequence[Args], group: str | None) -> list[Any]:
        """What follows the script: the number of keys, their names, the arguments, the time."""
        start = self._prefix
        if group is not None:  # the part in braces decides the node (Redis Cluster specification)
            tag = name_of(group, self._secret) if ":" in group else group
            start = f"{self._prefix}{{{tag}}}"
        names = [start + name_of(key, self._secret) for key in keys]
        return [len(names), *names, encoded(args), "" if self._clock is None else self._clock()]


_ADDRESSES = "redis://host:port/number, rediss:// for TLS, or unix:///path"
_ARGUMENTS = ("cluster", "prefix", "secret", "deadline", "connections", "clock")
_GRAVITY: tuple[State, ...] = ("closed", "half_open", "open")


def _where(node: Address | None) -> Mapping[str, str | int]:
    return {} if node is None else {"host": node[0], "port": node[1]}


def _address(redirection: Any, asked: Address) -> Address:
    """Where a node sends us; without a host it is its own."""
    return redirection.host or asked[0], redirection.port


def _expressly(client: Any, words: Sequence[Any]) -> Any:
    """Both commands on one connection, for the first holds for the next only."""
    pipeline = client.pipeline(transaction=False)
    pipeline.execute_command("ASKING")
    pipeline.execute_command(*words)
    return pipeline


def _verified(url: str, options: Mapping[str, object], *, cluster: bool) -> Mapping[str, Any]:
    """What redis-py reads in an address. It is not repeated, for it may hold a password."""
    verify_kind(url, str, "address", where="Redis.from_url", hint=f"write {_ADDRESSES}")
    try:
        said = _parse_url(url)
    except ValueError as error:
        raise _bad_address(f"cannot be read: {error}") from error
    if cluster and "path" in said:
        raise _bad_address("is a socket of this machine, which no cluster has")
    for name in _OWN.keys() & (said.keys() | options.keys()):
        raise DeclarationError(
            f"{name} is given to redis-py, yet it follows from what the store promises",
            code="store-option",
            where="Redis.from_url",
            hint=f"leave it out, or pass {_OWN[name]}=… instead" if _OWN[name] else "leave it out",
        )
    return said


def _bad_address(fault: str) -> DeclarationError:
    return DeclarationError(
        f"the address {fault}",
        code="store-address",
        where="Redis.from_url",
        hint=f"write {_ADDRESSES}",
    )


def _verify_options(pool: Any, options: Mapping[str, object]) -> None:
    """Makes a connection that connects nothing, for only that tells which options there are."""
    try:
        pool.connection_class(**pool.connection_kwargs)
    except (TypeError, ValueError, RedisError) as error:
        where = "Redis.from_url"
        raise options_refused(error, options, _ARGUMENTS, where=where, library="redis-py") from error
