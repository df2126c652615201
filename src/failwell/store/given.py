"""What stores are given, checked when they are declared. Addresses are not repeated: they hold passwords."""

from __future__ import annotations

from collections.abc import Collection

from failwell.clock import verify_clock
from failwell.exceptions import DeclarationError, one_of
from failwell.store.deadline import verify_deadline
from failwell.store.naming import verify_secret
from failwell.typing import Clock


def verify_usual(
    secret: bytes, deadline: float, clock: Clock | None, *, where: str, usual_deadline: float
) -> None:
    """Refuses what no store outside the process can do with.

    Args:
        secret: what keys the hash in names.
        deadline: in seconds.
        clock: the time in microseconds, or None for the store's own.
        where: the store's class, for the message.
        usual_deadline: the one that the message recommends.

    Raises:
        DeclarationError: for a secret too long, a deadline that is none, a clock that shows anything else.
    """
    verify_secret(secret, where)
    verify_deadline(deadline, where, usual_deadline)
    if clock is not None:
        verify_clock(clock, where)


def verify_text(text: object, argument: str, *, where: str, usual: str, least: int = 0) -> None:
    """Refuses what cannot become a name, or a part of one.

    Args:
        text: what was given.
        argument: under which name.
        where: the store's class, for the message.
        usual: what the message recommends.
        least: characters.

    Raises:
        DeclarationError: for anything but text, and for text that is too short.
    """
    if not isinstance(text, str) or len(text) < least:
        raise DeclarationError(
            f"{argument} is {text!r}, which is no {'name' if least else 'text'}",
            code=f"store-{argument}",
            where=where,
            hint=f"write for instance {argument}={usual!r}",
        )


def verify_prefix(prefix: str, *, where: str, usual: str) -> None:
    """Refuses what cannot begin the names of keys.

    Raises:
        DeclarationError: for anything but text, and for text with braces.
    """
    verify_text(prefix, "prefix", where=where, usual=usual)
    if "{" in prefix or "}" in prefix:
        raise DeclarationError(
            f"prefix is {prefix!r}, whose braces would decide on which node of a cluster keys lie",
            code="store-prefix",
            where=where,
            hint="leave the braces out",
        )


def verify_connections(connections: object, *, where: str, usual: int) -> None:
    """Refuses what is no number of connections: without one nobody could ask.

    Raises:
        DeclarationError: for anything but a whole number of at least 1.
    """
    if type(connections) is not int or connections < 1:
        raise DeclarationError(
            f"connections is {connections!r}, which is not a whole number of at least 1",
            code="store-connections",
            where=where,
            hint=f"give the connections at most as an int, such as {usual}",
        )


def verify_kind(given: object, kind: type, argument: str, *, where: str, hint: str) -> None:
    """Refuses what is of another type, which is all that is said of it.

    Raises:
        DeclarationError: for anything else.
    """
    if not isinstance(given, kind):
        raise DeclarationError(
            f"the {argument} is of type {type(given).__name__}, and not {kind.__name__}",
            code=f"store-{argument}",
            where=where,
            hint=hint,
        )


def options_refused(
    error: Exception, options: Collection[str], own: Collection[str], *, where: str, library: str
) -> DeclarationError:
    """What to raise for options that a library does not take.

    Args:
        error: the library's. Of a `TypeError` the text is repeated, which names options and no values.
        options: the names that were given.
        own: the names of the store's own arguments, of which one may have been meant.
        where: the function that was called.
        library: what the options are for.
    """
    said = str(error) if isinstance(error, TypeError) else type(error).__name__
    strange = next((name for name in options if f"'{name}'" in said), "")
    hint = one_of(strange, own) if strange else f"give what {library} takes"
    return DeclarationError(
        f"{library} does not take what it is given: {said}",
        code="store-option",
        where=where,
        hint=hint,
    )
