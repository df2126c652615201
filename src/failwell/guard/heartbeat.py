"""What keeps slots and claims alive while they are held: threads, tasks and timers that renew them."""

from __future__ import annotations

import asyncio
import logging
from asyncio import AbstractEventLoop, Task
from contextlib import suppress
from contextvars import Context
from functools import partial
from os import getpid
from threading import Lock, Thread
from time import sleep
from typing import Protocol
from weakref import WeakKeyDictionary, WeakSet, ref

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


class LoopHeartbeat:
    """Renews what it was given, all of it every `pause` seconds, by one timer in each event loop.

    For what is mostly held more shortly than a pause: there is no task before something has to be renewed.
    What nobody holds any longer is not renewed. A timer ends when there was nothing to renew for a whole
    pause, and with its event loop.
    """

    def __init__(self, pause: float) -> None:
        self._pause = pause
        # An event loop has a timer while it stands here. Nothing in the values may hold the loop.
        self._held: WeakKeyDictionary[AbstractEventLoop, WeakSet[Renewable]] = WeakKeyDictionary()
        self._renewals: dict[Renewable, Task[None]] = {}

    def begin(self, held: Renewable) -> None:
        """Renews it from now on, in the running event loop.

        Raises:
            RuntimeError: where none of asyncio's runs.
        """
        loop = asyncio.get_running_loop()
        together = self._held.get(loop)
        if together is None:
            together = self._held[loop] = WeakSet()
            self._wait(loop, together)
        together.add(held)

    async def end(self, held: Renewable) -> None:
        """Does not renew it again; a renewal that is under way comes to its end, for its effect would too.

        From another event loop it ends nothing: what is over does nothing when it is to be renewed.
        """
        loop = asyncio.get_running_loop()
        together = self._held.get(loop)
        if together is not None:
            together.discard(held)
        renewal = self._renewals.get(held)
        if renewal is not None and renewal.get_loop() is loop:
            await asyncio.wait((renewal,))

    def _wait(self, loop: AbstractEventLoop, together: WeakSet[Renewable]) -> None:
        # In a context of its own: that of the first request would live for as long as there are others.
        loop.call_later(self._pause, self._beat, together, context=Context())

    def _beat(self, together: WeakSet[Renewable]) -> None:
        loop = asyncio.get_running_loop()
        if not together:
            del self._held[loop]
            return
        for held in tuple(together):
            if held not in self._renewals:  # else the store takes longer than a pause
                self._renewals[held] = renewal = loop.create_task(_arenewed(held))
                renewal.add_done_callback(partial(self._forget, held))
        self._wait(loop, together)

    def _forget(self, held: Renewable, _: Task[None]) -> None:
        del self._renewals[held]


def _renewed(held: Renewable) -> None:
    try:
        held.renew()
    except Exception:  # noqa: BLE001 - the next beat may do better, and others depend on this thread
        _log_failure(held)


async def _arenewed(held: Renewable) -> None:
    try:
        await held.arenew()
    except Exception:  # noqa: BLE001 - the next beat may do better
        _log_failure(held)


def _log_failure(held: Renewable) -> None:
    _log.exception("a %s could not be renewed", type(held).__name__.lower())
