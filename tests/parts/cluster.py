"""A real Redis Cluster of three masters for tests."""

from __future__ import annotations

from functools import partial
from typing import Any, Self

from tests.parts.program import free_port, wait_until
from tests.parts.redis import RedisServer

_SLOTS = 16_384


class _Node(RedisServer):
    def __init__(self) -> None:
        self.bus = free_port()  # where nodes talk among themselves; by default 10000 above the port
        super().__init__(
            settings={
                "cluster-enabled": "yes",
                "cluster-port": str(self.bus),
                "cluster-announce-ip": "127.0.0.1",
                "cluster-node-timeout": "60000",  # milliseconds: one that stands still is not given up
            }
        )

    def ask(self, command: str, *words: str | int) -> Any:
        with self.client() as client:
            return client.execute_command(f"CLUSTER {command}", *words)

    def knows(self, nodes: int) -> bool:
        told: dict[str, str] = self.ask("INFO")
        return told["cluster_state"] == "ok" and told["cluster_known_nodes"] == str(nodes)


class RedisCluster:
    """Three nodes with a third of the slots each, and no replicas: `with RedisCluster() as cluster`.

    Redis waits two seconds before a new master takes writes, so a cluster takes that long to start.

    Attributes:
        nodes: the servers, each of which can be killed, paused and started again.
    """

    def __init__(self) -> None:
        self._nodes = [_Node() for _ in range(3)]
        self.nodes: list[RedisServer] = [*self._nodes]

    @property
    def url(self) -> str:
        """The address of the first node, from which clients find the others."""
        return self.nodes[0].url

    def __enter__(self) -> Self:
        try:
            for node in self._nodes:
                node.start()
            self._join()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def _join(self) -> None:
        count = len(self._nodes)
        for place, node in enumerate(self._nodes):
            node.ask("ADDSLOTSRANGE", place * _SLOTS // count, (place + 1) * _SLOTS // count - 1)
            node.ask("SET-CONFIG-EPOCH", place + 1)  # or the three would have to agree on one first
            for other in self._nodes[:place]:  # each of them, or gossip would take its time
                node.ask("MEET", "127.0.0.1", other.port, other.bus)
        self.wait_until_ok()

    def wait_until_ok(self) -> None:
        """Returns when every node knows the others and takes requests."""
        for node in self._nodes:
            wait_until(partial(node.knows, len(self._nodes)), f"node {node.port}: cluster_state:ok")

    def flush(self) -> None:
        """Forgets all keys and all scripts."""
        for node in self.nodes:
            node.flush()

    def mend(self) -> None:
        """Makes all nodes run and answer, whatever was done to them before."""
        for node in self.nodes:
            node.mend()
        self.wait_until_ok()

    def stop(self) -> None:
        """Ends all nodes for good."""
        for node in self.nodes:
            node.stop()
