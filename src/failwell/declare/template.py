"""Text with `{members}` in it. Only plain names: no attributes, indexes or format specifications.

`str.format` would let a catalog, which may come from a file, reach into objects; here a name is replaced
by its value's text once, and braces inside values stay what they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from failwell.exceptions import DeclarationError

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


class Template:
    """A compiled template: literal parts and the names between them.

    Attributes:
        source: the text as written.
        names: names of the members it needs, in order.
    """

    __slots__ = ("_literals", "names", "source")

    def __init__(self, source: str) -> None:
        parts = _PLACEHOLDER.split(source)
        self.source = source
        self._literals, self.names = tuple(parts[::2]), tuple(parts[1::2])

    @property
    def has_stray_brace(self) -> bool:
        """Whether a brace stands outside its placeholders."""
        return any("{" in literal or "}" in literal for literal in self._literals)

    @property
    def single_name(self) -> str | None:
        """The one name of a template that is nothing but `{name}`: its text can be read back."""
        return self.names[0] if len(self.names) == 1 and self._literals == ("", "") else None

    def fill(self, values: Mapping[str, object], quote: Callable[[str], str] = str) -> str | None:
        """Puts the values in, each through `quote`; None if one of them is missing or None."""
        filled = [self._literals[0]]
        for name, literal in zip(self.names, self._literals[1:], strict=True):
            value = values.get(name)
            if value is None:
                return None
            filled += (quote(str(value)), literal)
        return "".join(filled)


def checked_template(source: str, known: frozenset[str], *, where: str) -> Template:
    """Compiles a template of a declaration.

    Raises:
        DeclarationError: if a placeholder is not the plain name of a member in `known`, or is not closed.
    """
    template = Template(source)
    if template.has_stray_brace:
        raise DeclarationError(
            f"the template {source!r} has a brace that belongs to no placeholder",
            code="stray-brace",
            where=where,
            hint="write names of members in braces, such as {limit}, and no other braces",
        )
    for name in template.names:
        if name not in known:
            raise DeclarationError(
                f"the template {source!r} asks for {name!r}, which is not a member",
                code="unknown-placeholder",
                where=where,
                hint=_placeholder_hint(name, known),
            )
    return template


def _placeholder_hint(name: str, known: frozenset[str]) -> str:
    if not known:
        return "write it without placeholders: the type has no members"
    return f"use one of {', '.join(sorted(known))}" + ("" if name.isidentifier() else ", without a format")
