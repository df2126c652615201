"""Names in declarations: of guards, in keys and headers, and of keywords under which checks take subjects."""

from __future__ import annotations

from collections.abc import Collection
from keyword import iskeyword

from failwell.exceptions import DeclarationError


def verify_name(name: object, *, where: str, code: str) -> None:
    """Refuses what cannot be a part of keys.

    Args:
        name: the name.
        where: whose name it is, for the message.
        code: of the error.

    Raises:
        DeclarationError: for anything but ASCII letters, digits, dashes and underscores.
    """
    if not (isinstance(name, str) and name.isascii() and name.replace("-", "_").isidentifier()):
        raise DeclarationError(
            f"{name!r} cannot be a name, for it becomes a part of keys",
            code=code,
            where=where,
            hint="use ASCII letters, digits, dashes and underscores, such as 'takeover'",
        )


def verify_keyword(name: object, *, where: str, code: str, taken: Collection[str] = ()) -> None:
    """Refuses what cannot be the name of a keyword argument, or is one already: `acquire(account=…)`.

    Args:
        name: the name.
        where: whose name it is, for the message.
        code: of the error.
        taken: keywords that stand for something else.

    Raises:
        DeclarationError: if checks could not pass a subject under the name.
    """
    if not (isinstance(name, str) and name.isascii() and name.isidentifier()) or iskeyword(name):
        raise DeclarationError(
            f"{name!r} cannot be a keyword argument, and checks pass the subject as one",
            code=code,
            where=where,
            hint="use a Python name of ASCII letters, digits and underscores, such as 'account'",
        )
    if name in taken:
        raise DeclarationError(
            f"{name!r} is a keyword of checks for something else",
            code=code,
            where=where,
            hint="name it after the subjects, such as 'account'",
        )
