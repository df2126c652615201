"""`Dialect`: how problems look on the wire, as a JSON literal with slots."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from failwell.exceptions import DeclarationError
from failwell.wire.slots import CODE, MEMBERS, MEMBERS_TEXT, REST, TYPE, Slot

Shape = Slot | str | int | float | bool | None | Sequence[Any] | Mapping[Any, Any]
"""A JSON literal in which slots may stand for values, and `REST` for a key."""

LimitHeaders = Literal["none", "x-ratelimit", "ietf"]
"""How a contract shows rate limits on success: not at all, as `X-RateLimit-*`, or as the IETF draft's fields."""


class Dialect:
    """A wire shape of problems.

    A part of the literal whose slots are all absent is left out, constants and all; so absent facts are
    absent and never null. Names that the literal uses win over members of the same name.

        Dialect("house", {"fault": {"id": CODE, "text": MESSAGE, REST: MEMBERS}})

    Attributes:
        name: short identifier.
        shape: the literal.
        media_type: media type of the responses.
        limit_headers: how rate limits are shown on success.
    """

    def __init__(
        self, name: str, shape: Mapping[Any, Any], *, media_type: str = "application/json", limit_headers: LimitHeaders = "none"
    ) -> None:
        self.name, self.shape, self.media_type, self.limit_headers = name, shape, media_type, limit_headers
        self.slots = tuple(_slots(shape, where=f"Dialect({name!r})"))
        self._check()

    @property
    def reserved(self) -> frozenset[str]:
        """The names that members cannot have, because the literal uses them beside the members."""
        beside = next((part for part in _objects(self.shape) if REST in part), {})
        return frozenset(key for key in beside if isinstance(key, str))

    def _check(self) -> None:
        where = f"Dialect({self.name!r})"
        if not {CODE, TYPE} & set(self.slots):
            raise DeclarationError(
                "the literal shows neither CODE nor TYPE, so no client could tell problems apart",
                code="dialect-without-identity", where=where, hint='add one, for instance "code": CODE',
            )  # fmt: skip
        for slot in self.slots:
            if self.slots.count(slot) > 1:
                raise DeclarationError(
                    f"the slot {slot} stands twice", code="dialect-slot-twice", where=where, hint="keep one of them"
                )
        if {MEMBERS, MEMBERS_TEXT} <= set(self.slots):
            raise DeclarationError(
                "the members stand twice, as MEMBERS and as MEMBERS_TEXT", code="dialect-slot-twice", where=where,
                hint="keep one of them",
            )  # fmt: skip

    def __repr__(self) -> str:
        return f"Dialect({self.name!r})"


def _objects(shape: Shape) -> Iterator[Mapping[Any, Any]]:
    if isinstance(shape, Mapping):
        yield shape
        shape = list(shape.values())
    if isinstance(shape, Sequence) and not isinstance(shape, str):
        for part in shape:
            yield from _objects(part)


def _slots(shape: Shape, *, where: str) -> Iterator[Slot]:
    if isinstance(shape, Slot):
        yield shape
    elif isinstance(shape, Mapping):
        for key, part in shape.items():
            if key is REST and part is not MEMBERS or not isinstance(key, str) and key is not REST or part is REST:
                raise DeclarationError(
                    f"{{{key!r}: {part!r}}} is no part of a dialect", code="dialect-bad-key", where=where,
                    hint="keys are strings; only REST stands as a key, and only with MEMBERS as its value",
                )  # fmt: skip
            yield from _slots(part, where=where)
    elif isinstance(shape, Sequence) and not isinstance(shape, str):
        for part in shape:
            yield from _slots(part, where=where)
    elif not isinstance(shape, str | int | float | None):
        raise DeclarationError(
            f"{shape!r} has no JSON form", code="dialect-bad-value", where=where,
            hint="use slots, strings, numbers, booleans, None, lists and dictionaries",
        )  # fmt: skip
