"""`Dialect`: how problems look on the wire, as a JSON literal with slots."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, TypeGuard, get_args

from failwell.declare.members import is_wire_name
from failwell.exceptions import DeclarationError
from failwell.wire.slots import CODE, MEMBERS, MEMBERS_TEXT, REST, TYPE, Slot

Shape = Slot | str | int | float | bool | None | Sequence[Any] | Mapping[Any, Any]
"""A JSON literal in which slots may stand for values, and `REST` for a key."""

LimitHeaders = Literal["none", "x-ratelimit", "ietf"]
"""How rate limits are shown on success: not at all, as `X-RateLimit-*`, or as the IETF draft's fields."""


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
        slots: the slots of the literal, in order.
        reserved: the names that members cannot have, because the literal uses them beside the members.
    """

    def __init__(
        self,
        name: str,
        shape: Mapping[Any, Any],
        *,
        media_type: str = "application/json",
        limit_headers: LimitHeaders = "none",
    ) -> None:
        """Checks the literal.

        Raises:
            DeclarationError: if it is no JSON, shows a fact twice, shows one where it could not be read
                back, or shows nothing that tells problems apart.
        """
        self.name, self.shape, self.media_type, self.limit_headers = name, shape, media_type, limit_headers
        where = f"Dialect({name!r})"
        self.slots = tuple(_slots(shape, where=where))
        _check(self.slots, limit_headers, where=where)
        self.reserved = frozenset(
            key for part in _objects(shape) if REST in part for key in part if isinstance(key, str)
        )

    @property
    def identity(self) -> tuple[str, Slot] | None:
        """The key at the top that tells problems apart, and its slot; None where the literal nests it."""
        top = {slot: key for key, slot in self.shape.items() if slot in (CODE, TYPE)}
        slot = CODE if CODE in top else TYPE
        return (top[slot], slot) if slot in top else None

    def __repr__(self) -> str:
        return f"Dialect({self.name!r})"


def is_object(shape: Shape) -> TypeGuard[Mapping[Any, Any]]:
    """Whether a part of a literal is an object."""
    return isinstance(shape, Mapping)


def is_list(shape: Shape) -> TypeGuard[Sequence[Any]]:
    """Whether a part of a literal is a list."""
    return isinstance(shape, list | tuple)


def _check(slots: tuple[Slot, ...], limit_headers: str, *, where: str) -> None:
    if not {CODE, TYPE} & set(slots):
        raise DeclarationError(
            "the literal shows neither CODE nor TYPE, so no client could tell problems apart",
            code="dialect-without-identity", where=where, hint='add one, for instance "code": CODE',
        )  # fmt: skip
    twice = [slot for slot in slots if slots.count(slot) > 1]
    if {MEMBERS, MEMBERS_TEXT} <= set(slots):
        twice = [MEMBERS, MEMBERS_TEXT]
    if twice:
        raise DeclarationError(
            f"{' and '.join(map(repr, dict.fromkeys(twice)))} would show a fact twice",
            code="dialect-slot-twice", where=where, hint="keep one of them",
        )  # fmt: skip
    if limit_headers not in get_args(LimitHeaders):
        raise DeclarationError(
            f"limit_headers={limit_headers!r} is none of them", code="dialect-limit-headers", where=where,
            hint=f"use one of {', '.join(get_args(LimitHeaders))}",
        )  # fmt: skip


def _objects(shape: Shape) -> Iterator[Mapping[Any, Any]]:
    if is_object(shape):
        yield shape
        shape = list(shape.values())
    if is_list(shape):
        for part in shape:
            yield from _objects(part)


def _slots(shape: Any, *, where: str) -> Iterator[Slot]:
    if isinstance(shape, Slot):
        yield shape
    elif is_object(shape):
        for key, part in shape.items():
            is_rest = key is REST and part is MEMBERS
            is_name = isinstance(key, str) and is_wire_name(key) and part is not REST
            if not (is_rest or is_name):
                raise DeclarationError(
                    f"{{{key!r}: {part!r}}} is no part of a dialect", code="dialect-bad-key", where=where,
                    hint="keys are strings without escapes, or REST with MEMBERS as its value",
                )  # fmt: skip
            yield from _slots(part, where=where)
    elif is_list(shape):
        for part in shape:
            if isinstance(part, Slot) or is_list(part):
                raise DeclarationError(
                    f"{part!r} stands directly in a list, where it could not be read back",
                    code="dialect-slot-in-list", where=where, hint="put it into an object: [{…: …}]",
                )  # fmt: skip
            yield from _slots(part, where=where)
    elif not isinstance(shape, str | int | float | None):
        raise DeclarationError(
            f"{shape!r} has no JSON form", code="dialect-bad-value", where=where,
            hint="use slots, strings, numbers, booleans, None, lists and dictionaries",
        )  # fmt: skip
