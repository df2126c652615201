"""Small records and protocols that guards, adapters and the waist share, so that none has to know another."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, Protocol

import msgspec

Headers = tuple[tuple[str, str], ...]
"""Header fields in order, each a name and a value; a name may occur more than once (RFC 9110, 5.3)."""

Clock = Callable[[], int]
"""Returns the time in microseconds since a fixed instant. Injected, so that tests can freeze it."""

Place = Literal["body", "query", "path", "header", "cookie"]
"""The part of a request in which an input stood."""


class LimitState(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Where a caller stands with one limit; what rate-limit headers show.

    Attributes:
        name: the limit's name, for instance a bucket's.
        limit: units allowed in one `window`.
        window: length of the window, in seconds.
        remaining: units left now.
        reset: seconds until the limit is full again.
        next_unit: seconds until one more unit is there; 0 while units are left.
    """

    name: str
    limit: int
    window: float
    remaining: int
    reset: float
    next_unit: float = 0.0


class InputFailure(msgspec.Struct, frozen=True, kw_only=True):
    """One thing wrong with a request's input. It never holds the input's value.

    Attributes:
        pointer: JSON Pointer to the value (RFC 6901); empty for the whole.
        place: the part of the request; `in` on the wire.
        code: stable word for the kind of failure, for instance `missing`.
        detail: what the value has to be, for people.
    """

    pointer: str
    place: Place = msgspec.field(name="in")
    code: str
    detail: str

    @property
    def path(self) -> str:
        """The pointer as a dotted path: `/address/0/city` is `address.0.city`."""
        steps = self.pointer.split("/")[1:]
        return ".".join(step.replace("~1", "/").replace("~0", "~") for step in steps)


Key = str
"""Under what a store keeps an entry: who keeps it, and for whom (`rate:token:s:tok_1`). No two subjects share
one.

What comes after the last colon but one may be personal data, so a store outside the process writes a keyed
hash of it.
"""

Value = int | bytes
"""What entries, arguments and results are made of: whole numbers below 2**53 in size, and bytes."""

LARGEST = 2**53 - 1
"""The largest number among them: up to it whole numbers are exact where they are kept as doubles."""

Args = tuple[Value, ...]
"""What a transition is told of one key. The last is always the key's span: how long an entry of its kind
lasts at most, in microseconds.
"""

Entry = int | tuple[int, *tuple[Value, ...]]
"""What a store keeps under a key: the instant in microseconds from which it may be forgotten, alone or
followed by whatever else is known. The share of its span that lies ahead says how much forgetting would lose.
"""

Look = Callable[[Key], Any]
"""Tells the entry of a key, None for none; a decision knows the shape of those that it wrote. It may be one
that is over already, which then counts for nothing.
"""

Decide = Callable[[Look, int, Sequence[Key], Sequence[Any]], tuple[Mapping[Key, Entry], Sequence[Value]]]
"""A decision: of a look at entries, the instant, the keys, and the arguments of each key, it makes the
entries to write, none or some, and the result for the caller. An entry that is over takes one away.
"""


class Transition(msgspec.Struct, frozen=True):
    """One indivisible step of a store: read the entries of some keys, decide, write all or nothing.

    Guards declare transitions and stores run them, so that neither knows the other. The decision is written
    twice: in Python for stores in this process or in front of a database, in Lua for those that run it
    where the entries are. Both get the same arguments and have to agree.

    The Lua is the body of a function that sees `now`, `args` (a table of a table per key), `look(i)`, which
    returns the entry of the i-th key or nil, and `write(i, entry)`; entries are numbers or tables. It returns
    a table of integers and strings, and writes nothing if it fails.

    Attributes:
        name: identifies the step among all transitions.
        decide: the decision. It does no input or output, but for the look it is given, and reads no clock.
        lua: the same decision in Lua 5.1.
    """

    name: str
    decide: Decide
    lua: str


class StoreUnavailableError(Exception):
    """A store could not be asked: it is down, too slow, full, or refuses to write.

    Whether the step was done all the same is not known; it is never tried a second time.
    """


class Store(Protocol):
    """Keeps entries and runs transitions on them, each as if no other ran at the same time."""

    @property
    def stand_in(self) -> Store | None:
        """Of a store outside the process: one inside it, for guards that go on alone while it is down."""
        ...

    def run(
        self, transition: Transition, keys: Sequence[Key], args: Sequence[Args], group: str | None = None
    ) -> Sequence[Value]:
        """Runs a transition on the entries of `keys`, at the store's own time, and returns its result.

        Args:
            transition: the step.
            keys: whose entries it may read and write.
            args: for each key, in the same order.
            group: keys that are ever decided together are of one group, and lie together where entries are
                spread over machines; by default a key is a group of its own.

        Raises:
            StoreUnavailableError: if the store could not be asked.
        """
        ...

    async def arun(
        self, transition: Transition, keys: Sequence[Key], args: Sequence[Args], group: str | None = None
    ) -> Sequence[Value]:
        """Does what `run` does without blocking the event loop."""
        ...


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What guards may know of a request; adapters fill it in.

    Attributes:
        method: in capitals.
        path: the concrete path, as it came, without the query.
        query: what came after the question mark, without it.
        field: a header field by its name in lower case, several joined by commas; None where none came. One
            that came empty is empty.
        body: the request's content; empty for guards that do not need it.
    """

    method: str
    path: str
    query: str
    field: Callable[[str], str | None]
    body: bytes = b""


class Keeper(Protocol):
    """Gets to see the whole response before it is sent, to keep it."""

    @property
    def max_body(self) -> int:
        """Bytes of content up to which a response is held back; of a longer one only the head is shown."""
        ...

    def keep(self, status: int, headers: Headers, body: bytes | None) -> None:
        """Takes the response; `body` is None where it is too long, or was streamed and broke off."""
        ...

    async def akeep(self, status: int, headers: Headers, body: bytes | None) -> None:
        """Does what `keep` does without blocking the event loop."""
        ...


class Held(Protocol):
    """Something that a request holds until its response is over, streams included."""

    def release(self) -> None:
        """Lets go. Doing it twice is doing it once."""
        ...

    async def arelease(self) -> None:
        """Does what `release` does without blocking the event loop."""
        ...


class Admission(msgspec.Struct, frozen=True, kw_only=True):
    """What comes of an admitted request.

    Attributes:
        limits: where the caller stands, for the headers of the response.
        keeper: what wants to see the response before it is sent.
        held: what to let go when the response is over.
    """

    limits: tuple[LimitState, ...] = ()
    keeper: Keeper | None = None
    held: Held | None = None


class Guard(Protocol):
    """Admits requests, or raises; what adapters know of guards.

    A guard may also have `takes`, a mapping: the names of what it has to be told (True) or may be (False).
    `guarded` holds declarations to it.
    """

    @property
    def needs_body(self) -> bool:
        """Whether `Facts.body` has to be filled in."""
        ...

    def admit(self, facts: Facts, values: Mapping[str, Any]) -> Admission:
        """Admits a request, or raises what is to be answered: a problem, `Refused` or `Answered`.

        Args:
            facts: what is known of the request.
            values: what the application says of it, by the names of the guard's own check: `token=…`.
        """
        ...

    async def aadmit(self, facts: Facts, values: Mapping[str, Any]) -> Admission:
        """Does what `admit` does without blocking the event loop."""
        ...
