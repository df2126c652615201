"""A store in Redis or Valkey, on one server or in a cluster: what several processes or machines share."""

from __future__ import annotations

from failwell.exceptions import DeclarationError, missing_extra

try:
    import redis as _  # noqa: F401 - everything below needs it
except ImportError as error:
    raise missing_extra("redis", "failwell.store.Redis") from error

import asyncio
from collections.abc import Callable, Sequence
from hashlib import sha1
from typing import Any, cast
from weakref import WeakKeyDictionary

import msgspec
import redis.asyncio
from redis.backoff import NoBackoff
from redis.exceptions import NoScriptError, RedisClusterException, RedisError
from redis.retry import Retry

from failwell.store.breaker import Breaker, Health
from failwell.store.memory import Memory
from failwell.store.naming import name_of
from failwell.typing import Args, Clock, Key, Transition, Value

DEADLINE = 0.05
"""Seconds that a request waits for the store. Redis answers in a thousandth of it, or something is wrong."""

CONNECTIONS = 64
"""Connections at most; who finds them all busy waits for one, until the deadline."""

_Lane = tuple[Any, asyncio.Semaphore]
_FAILURES = (RedisError, RedisClusterException, OSError, TimeoutError)

# All or nothing: what a decision writes is kept back until it has come to its end. Every key expires.
_PRELUDE = """
local args, now = cmsgpack.unpack(ARGV[1]), tonumber(ARGV[2])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000000 + time[2]
end
local function look(i)
  local kept = redis.call('GET', KEYS[i])
  if kept then return cmsgpack.unpack(kept) end
end
local written = {}
local function write(i, entry) written[i] = entry end
local function decide()
"""
_EPILOGUE = """
end
local result = decide()
for i, entry in pairs(written) do
  local left = (type(entry) == 'table' and entry[1] or entry) - now
  if left > 0 then
    redis.call('SET', KEYS[i], cmsgpack.pack(entry), 'PX', math.ceil(left / 1000))
  else
    redis.call('DEL', KEYS[i])
  end
end
return result
"""

_encode = msgspec.msgpack.Encoder().encode


class Redis:
    """Keeps entries in Redis (6.2 or later) or Valkey, where all processes that use it decide as one.

    Each step is one round trip: a script that runs in the server, at the server's time. Nothing is tried a
    second time, since the first may have been done. When the server does not answer before the deadline, or
    refuses, guards do what they declare; after a few failures it is left alone for a moment, and then asked
    again.

    Keys hold no subjects but keyed hashes of them, and every key expires. Let the server evict nothing
    (`maxmemory-policy noeviction`), lest spent limits are forgotten first.

    Attributes:
        stand_in: a store in this process, for guards that go on alone meanwhile.
    """

    def __init__(  # noqa: PLR0913 - what can be said about a store
        self,
        client: Callable[[], Any],
        async_client: Callable[[], Any],
        *,
        prefix: str = "failwell:",
        secret: bytes = b"",
        deadline: float = DEADLINE,
        connections: int = CONNECTIONS,
        clock: Clock | None = None,
    ) -> None:
        """Takes makers of clients; `from_url` knows the usual ones.

        Args:
            client: makes a client of redis-py that does not retry; called once.
            async_client: the same for asyncio; called once per event loop.
            prefix: what all keys begin with.
            secret: at most 64 bytes that all processes share. With them nobody who reads the keys can find
                out whose they are by trying, as could be done with addresses and numbers.
            deadline: seconds to wait for an answer.
            connections: tasks of one event loop that may ask at the same time.
            clock: the time in microseconds, for tests; by default the server's own.

        Raises:
            DeclarationError: for a prefix with braces, a deadline that is none, or a secret too long.
        """
        _verify(prefix, secret, deadline)
        self.stand_in = Memory()
        self._make_client, self._make_async_client = client, async_client
        self._client: Any = None
        self._async_clients: WeakKeyDictionary[asyncio.AbstractEventLoop, _Lane] = WeakKeyDictionary()
        self._connections = connections
        self._prefix, self._secret, self._deadline, self._clock = prefix, secret, deadline, clock
        self._scripts: dict[str, tuple[str, str]] = {}
        self._breaker = Breaker("Redis")

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
            connections: connections at most, for each of the two kinds of client.
            clock: the time in microseconds, for tests; by default the server's own.
            options: further keyword arguments of redis-py's clients, such as `ssl_ca_certs`.

        Raises:
            DeclarationError: for an address that redis-py cannot read.
        """
        given = {
            **options,
            "socket_timeout": deadline,
            "socket_connect_timeout": deadline,
            "retry": Retry(NoBackoff(), 0),  # redis-py tries again by itself, and so counts twice
            "decode_responses": False,
        }
        pooled = given | {"max_connections": connections, "timeout": deadline}
        # One deadline around all is enough for asyncio; one more for each read and write would cost a fifth.
        untimed = given | {"socket_timeout": None, "socket_connect_timeout": None}

        def client() -> Any:
            if cluster:
                return redis.RedisCluster.from_url(url, **given)
            return redis.Redis.from_pool(redis.BlockingConnectionPool.from_url(url, **pooled))

        def async_client() -> Any:
            if cluster:
                return redis.asyncio.RedisCluster.from_url(url, **untimed)
            return redis.asyncio.Redis.from_pool(redis.asyncio.ConnectionPool.from_url(url, **untimed))

        _verify_url(url)
        return cls(
            client,
            async_client,
            prefix=prefix,
            secret=secret,
            deadline=deadline,
            connections=connections,
            clock=clock,
        )

    @property
    def health(self) -> Health:
        """Whether the store can be asked, and how often it could not; for a metric."""
        return self._breaker.health

    def run(
        self, transition: Transition, keys: Sequence[Key], args: Sequence[Args], group: str | None = None
    ) -> Sequence[Value]:
        """Runs a transition in the server, in one round trip.

        Raises:
            StoreUnavailableError: if the server did not answer in time, or refused.
        """
        self._breaker.check()
        sha, script = self._script(transition)
        words = self._words(keys, args, group)
        try:
            if self._client is None:
                self._client = self._make_client()
            try:
                result = self._client.execute_command("EVALSHA", sha, *words)
            except NoScriptError:  # a new server, or somebody flushed its scripts: nothing was done yet
                result = self._client.execute_command("EVAL", script, *words)
        except _FAILURES as error:
            raise self._breaker.failed(error) from error
        self._breaker.succeeded()
        return cast("Sequence[Value]", result)

    async def arun(
        self, transition: Transition, keys: Sequence[Key], args: Sequence[Args], group: str | None = None
    ) -> Sequence[Value]:
        """Does what `run` does without blocking the event loop."""
        self._breaker.check()
        sha, script = self._script(transition)
        words = self._words(keys, args, group)
        try:
            async with asyncio.timeout(self._deadline):
                client, free = self._lane()
                async with free:
                    try:
                        result = await client.execute_command("EVALSHA", sha, *words)
                    except NoScriptError:
                        result = await client.execute_command("EVAL", script, *words)
        except _FAILURES as error:
            raise self._breaker.failed(error) from error
        self._breaker.succeeded()
        return cast("Sequence[Value]", result)

    def close(self) -> None:
        """Closes the connections of threads; the store can be used again."""
        client, self._client = self._client, None
        if client is not None:
            client.close()

    async def aclose(self) -> None:
        """Closes the connections of this event loop; the store can be used again."""
        lane = self._async_clients.pop(asyncio.get_running_loop(), None)
        if lane is not None:
            await lane[0].aclose()

    def _lane(self) -> _Lane:
        """The client of this event loop, for connections belong to one, and how many may ask at once."""
        loop = asyncio.get_running_loop()
        lane = self._async_clients.get(loop)
        if lane is None:
            lane = self._async_clients[loop] = self._make_async_client(), asyncio.Semaphore(self._connections)
        return lane

    def _script(self, transition: Transition) -> tuple[str, str]:
        """A transition's script, and the digest by which the server knows it."""
        known = self._scripts.get(transition.lua)
        if known is None:
            script = f"{_PRELUDE}{transition.lua}{_EPILOGUE}"
            known = sha1(script.encode(), usedforsecurity=False).hexdigest(), script
            self._scripts[transition.lua] = known
        return known

    def _words(self, keys: Sequence[Key], args: Sequence[Args], group: str | None) -> list[Any]:
        """What follows the script: the number of keys, their names, the arguments, the time."""
        start = self._prefix
        if group is not None:  # the part in braces decides the node (Redis Cluster specification)
            tag = name_of(group, self._secret) if ":" in group else group
            start = f"{self._prefix}{{{tag}}}"
        names = [start + name_of(key, self._secret) for key in keys]
        return [len(names), *names, _encode(args), "" if self._clock is None else self._clock()]


def _verify(prefix: str, secret: bytes, deadline: float) -> None:
    if "{" in prefix or "}" in prefix:
        raise DeclarationError(
            f"prefix is {prefix!r}, whose braces would decide on which node of a cluster keys lie",
            code="store-prefix",
            where="Redis",
            hint="leave the braces out",
        )
    if not deadline > 0:
        raise DeclarationError(
            f"deadline is {deadline!r}, which leaves no time for an answer",
            code="store-deadline",
            where="Redis",
            hint=f"give seconds, such as {DEADLINE}",
        )
    if len(secret) > 64:
        raise DeclarationError(
            f"secret has {len(secret)} bytes, and the hash takes 64",
            code="store-secret",
            where="Redis",
            hint="make one with secrets.token_bytes(32)",
        )


def _verify_url(url: str) -> None:
    """Asks redis-py. The address is not repeated, for it may hold a password."""
    try:
        redis.connection.parse_url(url)  # type: ignore[no-untyped-call]
    except ValueError as error:
        raise DeclarationError(
            f"the address cannot be read: {error}",
            code="store-address",
            where="Redis.from_url",
            hint="write redis://host:port/number, rediss:// for TLS, or unix:///path",
        ) from error
