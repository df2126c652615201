"""Small records and protocols that guards, adapters and the waist share, so that none has to know another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, Protocol

import msgspec

Headers = tuple[tuple[str, str], ...]
"""Header fields in order, each a name and a value; a name may occur more than once (RFC 9110, 5.3)."""

Clock = Callable[[], int]
"""Returns the time in microseconds since a fixed instant. Injected, so that tests can freeze it."""

Place = Literal["body", "query", "path", "header", "cookie"]
"""The part of a request in which an input stood."""


class LimitState(msgspec.Struct, frozen=True, kw_only=True):
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


Key = tuple[str, str | bytes]
"""Under what a store keeps an entry: who keeps it, with the type of the subject (`rate:token:str`), and the
subject.

Subjects may be personal data, so a store outside the process writes a keyed hash of them.
"""

Entry = tuple[int, int]
"""What a store keeps under a key, in microseconds: the instant from which it may be forgotten, and how long
an entry of its kind lasts at most. The share of that time still ahead says how much forgetting it would lose.
"""

Decide = Callable[
    [Callable[[Key], Entry | None], int, Sequence[Key], Sequence[tuple[int, ...]]],
    tuple[dict[Key, Entry], Sequence[int]],
]
"""A decision: of a look at the entry of a key (None where there is none), the instant, the keys, and the
arguments of each key, it makes the entries to write, none or some, and the result for the caller.
"""


class Transition(msgspec.Struct, frozen=True):
    """One indivisible step of a store: read the entries of some keys, decide, write all or nothing.

    Guards declare transitions and stores run them, so that neither knows the other. A store in this process
    calls `decide`; one outside it runs a script of the same name, with the same arguments and result.

    Attributes:
        name: identifies the step among all transitions.
        decide: the decision. It does no input or output, but for the look it is given, and reads no clock.
    """

    name: str
    decide: Decide


class Store(Protocol):
    """Keeps entries and runs transitions on them, each as if no other ran at the same time."""

    def run(
        self, transition: Transition, keys: Sequence[Key], args: Sequence[tuple[int, ...]]
    ) -> Sequence[int]:
        """Runs a transition on the entries of `keys`, at the store's own time, and returns its result."""
        ...

    async def arun(
        self, transition: Transition, keys: Sequence[Key], args: Sequence[tuple[int, ...]]
    ) -> Sequence[int]:
        """Does what `run` does without blocking the event loop."""
        ...
