"""Texts that guards are told of a request."""

from __future__ import annotations


def verify_text(value: object, argument: str, *, where: str, hint: str) -> None:
    """Refuses what is no text. The value is not repeated: it may be a caller's.

    Args:
        value: what the application passed.
        argument: under which name.
        where: the guard's class.
        hint: what to pass instead: `pass …`.

    Raises:
        TypeError: for what is no str.
    """
    if not isinstance(value, str):
        raise TypeError(
            f"{where}: {argument} is a {type(value).__name__}, and has to be a str\n  To mend it: {hint}"
        )
