"""What keeps slots alive while they are held: a task for each in an event loop, one thread for all others."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from os import getpid
from threading import Lock, Thread
from time import sleep
from typing import Protocol
from weakref import WeakSet, ref

_log = logging.getLogger("failwell.guard")


class Renewable(Protocol):
    """What needs to be renewed now and then."""

    def renew(self) -> bool:
        """Renews it, and tells whether it was still there."""
        ...

    async def arenew(self) -> bool:
        """Does what `renew` does without blocking the event loop."""
        ...


class ThreadHeartbeat:
    """Renews what it was given, all of it every `pause` seconds, in one daemon thread.

    What nobody holds any longer is not renewed. The thread ends when there was nothing to renew for a whole
    pause, and starts when there is: a process that forks does so again in the child.
    """

    def __init__(self, pause: float) -> None:
        self._pause = pause
        self._lock = Lock()
        self._held: WeakSet[Renewable] = WeakSet()
        self._thread: Thread | None = None
        self._process = getpid()

    @property
    def is_running(self) -> bool:
        """Whether the thread is there."""
        return self._thread is not None and self._thread.is_alive()

    def begin(self, held: Renewable) -> None:
        """Renews it from now on."""
        with self._lock:
            if self._process != getpid():  # a fork: what the parent holds is the parent's to renew
                self._process, self._held = getpid(), WeakSet()
            self._held.add(held)
            if not self.is_running:
                self._thread = Thread(target=self._run, name="failwell-heartbeat", daemon=True)
                self._thread.start()

    def end(self, held: Renewable) -> None:
        """Does not renew it again."""
        with self._lock:
            self._held.discard(held)

    def _run(self) -> None:
        while True:
            sleep(self._pause)
            with self._lock:
                held = list(self._held)
                if not held:
                    self._thread = None
                    return
            while held:
                _renewed(held.pop())


class TaskHeartbeat:
    """Renews one thing every `pause` seconds, in a task of the running event loop.

    The task ends with `end`, and by itself when nobody holds the thing any longer.
    """

    def __init__(self, held: Renewable, pause: float) -> None:
        self._over = asyncio.Event()
        self._task = asyncio.get_running_loop().create_task(self._run(ref(held), pause))

    async def end(self) -> None:
        """Waits until it is over; a renewal that is under way comes to its end, for its effect would too."""
        self._over.set()
        await asyncio.wait((self._task,))

    def end_soon(self) -> None:
        """Lets it end by itself, from any thread."""
        with suppress(RuntimeError):  # the loop is closed, and the task is over
            self._task.get_loop().call_soon_threadsafe(self._over.set)

    async def _run(self, held: ref[Renewable], pause: float) -> None:
        while True:
            try:
                async with asyncio.timeout(pause):
                    await self._over.wait()
            except TimeoutError:
                pass
            else:
                return
            thing = held()
            if thing is None:
                return
            await _arenewed(thing)
            del thing  # until the next beat only its holder keeps it


def _renewed(held: Renewable) -> None:
    try:
        held.renew()
    except Exception:  # noqa: BLE001 - the next beat may do better, and others depend on this thread
        _log.exception("a slot could not be renewed")


async def _arenewed(held: Renewable) -> None:
    try:
        await held.arenew()
    except Exception:  # noqa: BLE001 - the next beat may do better
        _log.exception("a slot could not be renewed")
