"""Names under which checks pass subjects: `acquire(account=…)`."""

from __future__ import annotations

from collections.abc import Collection
from keyword import iskeyword

from failwell.exceptions import DeclarationError


def verify_keyword(name: object, *, where: str, code: str, taken: Collection[str] = ()) -> None:
    """Refuses what cannot be the name of a keyword argument, or is one already.

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
