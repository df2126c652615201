"""Makers of clients of redis-py, and what they make."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from inspect import signature
from typing import Any, cast

from failwell.exceptions import DeclarationError


def verify_makers(client: object, async_client: object, cluster: object) -> None:
    """Refuses what cannot make clients, and what is no node of a cluster. Nothing is made yet.

    Args:
        client: the maker for threads.
        async_client: the maker for coroutines.
        cluster: host and port of a node, or None.

    Raises:
        DeclarationError: for an address or a client in place of a maker, for a maker that does not take what
            it is given, or for a cluster that is no host and port.
    """
    if cluster is not None and not _is_address(cluster):
        raise DeclarationError(
            f"cluster is {cluster!r}, which is no host and port",
            code="store-cluster",
            where="Redis",
            hint="give those of any node, cluster=('localhost', 7000), or use Redis.from_url",
        )
    given = {} if cluster is None else {"host": "localhost", "port": 6379}
    for argument, maker in (("client", client), ("async_client", async_client)):
        if not callable(maker):
            raise _wrong(f"{argument} is of type {type(maker).__name__}, and no function that makes clients")
        try:
            signature(maker).bind(**given)
        except TypeError as error:
            takes = " and ".join(f"{name}=" for name in given) or "nothing"
            raise _wrong(f"{argument} is given {takes}, and cannot be called so: {error}") from None
        except ValueError:
            pass  # it does not say what it takes


def made(maker: Callable[..., Any], where: Mapping[str, str | int], *, is_async: bool) -> Any:
    """The client that a maker makes.

    Args:
        maker: makes it.
        where: host and port of a node of a cluster, or nothing.
        is_async: whether it is for coroutines.

    Raises:
        DeclarationError: for what is no client, one of the other kind, or one that makes text of replies.
    """
    client = maker(**where)
    if not hasattr(client, "execute_command") or _waits(client) is (not is_async):
        argument, kind = ("async_client", "redis.asyncio") if is_async else ("client", "redis")
        name = f"{type(client).__module__}.{type(client).__qualname__}"
        raise _wrong(f"{argument} made a {name}, which is no client of {kind}")
    encoder = getattr(client, "get_encoder", lambda: None)()
    if getattr(encoder, "decode_responses", False):
        raise _wrong("a client has decode_responses set, and what guards keep is no text")
    return client


def _waits(client: object) -> bool | None:
    """Whether a client is one for coroutines, by its class: methods may be wrapped. None if unknown."""
    modules = {kind.__module__ for kind in type(client).__mro__}
    if "redis.asyncio.client" in modules:
        return True
    return False if "redis.client" in modules else None


def _is_address(cluster: object) -> bool:
    return isinstance(cluster, tuple) and list(map(type, cast("tuple[object, ...]", cluster))) == [str, int]


def _wrong(fault: str) -> DeclarationError:
    return DeclarationError(
        fault,
        code="store-client",
        where="Redis",
        hint="use Redis.from_url('redis://localhost:6379/0'), or pass two functions that make clients, "
        "of redis and of redis.asyncio",
    )
