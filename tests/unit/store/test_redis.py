"""What can be said about a store in Redis before one is there: declarations, names, health."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest

from failwell.exceptions import DeclarationError
from failwell.guard.decisions.gcra import TAKE
from failwell.store import Memory, Redis
from failwell.store.naming import name_of
from failwell.typing import StoreUnavailableError

URL = "redis://localhost"


def refusal(**arguments: Any) -> DeclarationError:
    given: dict[str, Any] = {"url": URL} | arguments
    with pytest.raises(DeclarationError) as caught:
        Redis.from_url(**given)
    return caught.value


@pytest.mark.parametrize("prefix", ["{a}", "a{", "}"])
def test_a_prefix_cannot_decide_on_which_node_keys_lie(prefix: str) -> None:
    assert refusal(prefix=prefix).code == "store-prefix"


@pytest.mark.parametrize("deadline", [0, -1.0, float("nan"), float("inf")])
def test_a_deadline_leaves_some_time_and_comes(deadline: float) -> None:
    assert refusal(deadline=deadline).code == "store-deadline"


def test_a_secret_has_at_most_64_bytes() -> None:
    assert refusal(secret=b"x" * 65).code == "store-secret"
    Redis.from_url(URL, secret=b"x" * 64)


@pytest.mark.parametrize("url", ["localhost", "http://u:hunter2@localhost", "", "redis://u:hunter2@h:port"])
def test_an_address_that_cannot_be_read_is_not_repeated(url: str) -> None:
    error = refusal(url=url)
    assert error.code == "store-address"
    assert "hunter2" not in str(error)


def test_a_cluster_has_no_socket_of_this_machine() -> None:
    assert refusal(url="unix:///run/redis.sock", cluster=True).code == "store-address"


@pytest.mark.parametrize(
    ("option", "remedy"),
    [
        ("socket_timeout", "deadline="),
        ("socket_connect_timeout", "deadline="),
        ("max_connections", "connections="),
        ("retry_on_timeout", "leave it out"),
        ("protocol", "leave it out"),
    ],
)
def test_what_the_store_decides_is_told_to_redis_py_neither_by_option_nor_by_address(
    option: str, remedy: str
) -> None:
    for error in refusal(**{option: 1}), refusal(url=f"{URL}?{option}=1"):
        assert error.code == "store-option"
        assert remedy in str(error)


@pytest.mark.parametrize("url", ["redis://u:p@h:6380/3", "rediss://h", "unix:///run/redis.sock"])
def test_to_declare_a_store_connects_nothing(url: str) -> None:
    store = Redis.from_url(url)
    assert isinstance(store.stand_in, Memory)
    assert (store.health.state, store.health.failures, store.health.last_error) == ("closed", 0, "")
    store.close()


@pytest.mark.anyio
async def test_to_close_a_store_that_was_not_used_does_nothing() -> None:
    store = Redis.from_url(URL)
    store.close()
    await store.aclose()
    assert store.health.state == "closed"


def test_keys_decided_together_share_the_part_that_decides_the_node() -> None:
    store = Redis.from_url(URL, prefix="shop:", secret=b"s")
    keys = ["rate:token:s:tok_1", "rate:org:s:org_1"]
    one, other = (name_of(key, b"s") for key in keys)
    args = [(1, 60), (1, 60)]
    assert store._words(keys, args, "rate")[:3] == [2, f"shop:{{rate}}{one}", f"shop:{{rate}}{other}"]
    tag = name_of("rate:org:s:org_1", b"s")
    assert store._words(keys, args, "rate:org:s:org_1")[1] == f"shop:{{{tag}}}{one}"
    assert store._words(keys[:1], args[:1], None)[1] == f"shop:{one}"


def test_the_servers_clock_counts_unless_another_is_given() -> None:
    key, args = ["rate:token:s:tok_1"], [(1, 60)]
    assert Redis.from_url(URL)._words(key, args, None)[-1] == ""
    assert Redis.from_url(URL, clock=lambda: 42)._words(key, args, None)[-1] == 42


@pytest.mark.anyio
async def test_nobody_there_is_an_unavailable_store_which_is_soon_left_alone() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # taken, but nobody listens
        store = Redis.from_url(f"redis://u:hunter2@127.0.0.1:{nobody.getsockname()[1]}", deadline=5)
        question = TAKE, ["rate:token:s:tok_1"], [(1, 60)]
        for _ in range(2):
            with pytest.raises(StoreUnavailableError, match=r"^Redis could not be asked: ConnectionError$"):
                store.run(*question)
        with pytest.raises(StoreUnavailableError, match="ConnectionError"):
            await store.arun(*question)
        with pytest.raises(StoreUnavailableError, match="left alone"):
            store.run(*question)
        with pytest.raises(StoreUnavailableError, match="left alone"):
            await store.arun(*question)
        health = store.health
        assert (health.state, health.failures, health.opened, health.refused) == ("open", 3, 1, 2)
        assert health.last_error == "ConnectionError"
        store.close()
        await store.aclose()


def test_a_cluster_of_which_nobody_answers_is_unavailable_too() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        store = Redis.from_url(f"redis://127.0.0.1:{nobody.getsockname()[1]}", cluster=True, deadline=5)
        for _ in range(3):
            with pytest.raises(StoreUnavailableError, match="ConnectionError"):
                store.run(TAKE, ["rate:token:s:tok_1"], [(1, 60)])
        with pytest.raises(StoreUnavailableError, match="left alone"):
            asyncio.run(store.arun(TAKE, ["rate:token:s:tok_1"], [(1, 60)]))
        store.close()
