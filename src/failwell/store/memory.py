"""A store in the memory of one process."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from itertools import islice
from threading import Lock
from typing import cast

from failwell.clock import monotonic, verify_clock
from failwell.exceptions import DeclarationError
from failwell.typing import Args, Clock, Entry, Key, Transition, Value

_TOP = 8  # shelves are numbered by eighths of an entry's span: 0 nearly forgotten, 8 all of it still ahead


class Memory:
    """Keeps entries in this process: nothing to install, shared by threads and tasks, gone when it ends.

    It holds a bounded number of entries. Each lies on a shelf by the share of its span that is still ahead,
    which for a rate limit is how far its bucket is spent. When there are too many, the one goes that lies
    longest on the lowest shelf and was not used since. So a flood of new subjects pushes out other new ones,
    never a spent bucket as long as less spent ones are there, and what is in steady use stays.

    Args:
        max_subjects: entries kept at most, one per subject and bucket; more only if one decision needs them.
        clock: the time in microseconds; by default the system's monotonic clock.

    Raises:
        DeclarationError: for a `max_subjects` that is no positive whole number, or a clock that shows none.
    """

    stand_in = None

    def __init__(self, *, max_subjects: int = 100_000, clock: Clock = monotonic) -> None:
        if type(max_subjects) is not int or max_subjects < 1:
            raise DeclarationError(
                f"max_subjects is {max_subjects!r}, which is not a positive whole number",
                code="store-size",
                where="Memory",
                hint="give the number of entries to keep at most, as an int of at least 1",
            )
        verify_clock(clock, "Memory")
        self._max = max_subjects
        self._clock = clock
        self._lock = Lock()
        self._entries: dict[Key, Entry] = {}
        self._shelves = [_Shelf() for _ in range(_TOP + 1)]

    @property
    def size(self) -> int:
        """The number of entries kept, among them some that are over but were not come upon yet."""
        return len(self._entries)

    def run(
        self,
        transition: Transition,
        keys: Sequence[Key],
        args: Sequence[Args],
        group: str | None = None,  # noqa: ARG002 - all entries lie in one place
    ) -> Sequence[Value]:
        """Runs a transition; threads wait for each other, each for some microseconds."""
        entries = self._entries
        with self._lock:
            now = self._clock()
            written, result = transition.decide(entries.get, now, keys, args)
            if written:
                known = len(entries)
                entries.update(written)
                if len(entries) > known:
                    spans = {key: cast("int", one[-1]) for key, one in zip(keys, args, strict=True)}
                    self._take_in(len(entries) - known, spans, now)
        return result

    async def arun(
        self, transition: Transition, keys: Sequence[Key], args: Sequence[Args], group: str | None = None
    ) -> Sequence[Value]:
        """Does what `run` does: memory never keeps the event loop waiting."""
        return self.run(transition, keys, args, group)

    def clear(self) -> None:
        """Forgets all entries."""
        with self._lock:
            self._entries.clear()
            for shelf in self._shelves:
                shelf.clear()

    def _take_in(self, count: int, spans: Mapping[Key, int], now: int) -> None:
        """Makes room for new entries and shelves them; until they lie on a shelf they cannot be forgotten."""
        new = list(islice(reversed(self._entries), count))  # a dict keeps the order in which keys came
        self._look_over(count + 1, now)  # one more than come in, so that the store can shrink
        for _ in range(len(self._entries) - self._max):
            self._forget_one(now)
        for key in new:
            self._shelve(key, spans[key], _mark(self._entries[key]), now)

    def _look_over(self, count: int, now: int) -> None:
        """Looks at the first few of each shelf: forgets what is long over, puts the others where they belong.

        Long means a whole span, lest subjects that come now and then are forgotten and taken in each time.
        """
        for shelf in filter(len, self._shelves):
            for _ in range(min(len(shelf), count)):
                key, span, mark = shelf.pop()
                until = _until(self._entries[key])
                if not until or until + span <= now:
                    del self._entries[key]
                else:
                    self._shelve(key, span, mark, now)

    def _forget_one(self, now: int) -> None:
        """Forgets the first on the lowest shelf; those used since they were shelved are spared, once."""
        for shelf in self._shelves:
            while shelf:
                key, span, seen = shelf.pop()
                mark = _mark(self._entries[key])
                if mark == seen:
                    del self._entries[key]
                    return
                self._shelve(key, span, mark, now)

    def _shelve(self, key: Key, span: int, mark: int, now: int) -> None:
        """Puts a key on the shelf of its entry, with the mark last seen, by which a use since then shows."""
        ahead = max(_until(self._entries[key]) - now, 0)
        self._shelves[min(ahead * _TOP // span, _TOP)].push(key, span, mark)


class _Shelf:
    """Keys in the order in which they were put there, each with its span and the mark of its entry then.

    They lie in queues side by side: a tuple for each would add half to what a subject costs.
    """

    def __init__(self) -> None:
        self._keys: deque[Key] = deque()
        self._spans: deque[int] = deque()
        self._marks: deque[int] = deque()

    def __len__(self) -> int:
        return len(self._keys)

    def push(self, key: Key, span: int, mark: int) -> None:
        self._keys.append(key)
        self._spans.append(span)
        self._marks.append(mark)

    def pop(self) -> tuple[Key, int, int]:
        return self._keys.popleft(), self._spans.popleft(), self._marks.popleft()

    def clear(self) -> None:
        self._keys.clear()
        self._spans.clear()
        self._marks.clear()


def _until(entry: Entry) -> int:
    return entry if isinstance(entry, int) else entry[0]


def _mark(entry: Entry) -> int:
    """By which a use shows: nearly always another number. Python has these numbers once for all."""
    return _until(entry) % 251
