"""The text of Python modules: literals and calls, laid out as `ruff format` does.

An expression stands on one line where it fits; else each of its parts stands on a line of its own, with a
comma after it. Formatters keep both as they are.
"""

from __future__ import annotations

import inspect
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, cast

LINE = 110
"""The longest line, in columns."""

_STEP = 4
_LEAST_ROOM = 22  # columns of a literal, where the indentation leaves none
_PARTS = re.compile(r"[^\n ]*(?:\n+| +|$)")


class Quoted(NamedTuple):
    """A text as a string literal; one that is too long for its line becomes several, in parentheses."""

    text: str


class Group(NamedTuple):
    """An expression in brackets.

    Attributes:
        opening: what stands before the parts: `Resolve(`.
        parts: pairs of what introduces a part (`title=`, or nothing) and the part.
        closing: the bracket behind them.
        comma: whether a lone part needs a comma behind it, as that of a tuple does.
    """

    opening: str
    parts: tuple[tuple[str, Expression], ...]
    closing: str
    comma: bool = False


Expression = str | Quoted | Group
"""Python source: text that stands on one line as it is, a text to be quoted, or a group."""


def call(name: str, /, *positional: Expression, **words: Expression) -> Group:
    """A call: `call("Link", Quoted("Plans"), url=Quoted("…"))`."""
    parts = [("", value) for value in positional] + [(f"{word}=", value) for word, value in words.items()]
    return Group(f"{name}(", tuple(parts), ")")


def literal(value: Any) -> Expression:
    """A JSON value, or a tuple of such, as a literal."""
    if isinstance(value, str):
        return Quoted(value)
    if isinstance(value, Mapping):
        entries = cast("Mapping[str, object]", value)
        return mapping((quoted(key), literal(item)) for key, item in entries.items())
    if isinstance(value, list | tuple):
        items = [literal(item) for item in cast("Iterable[object]", value)]
        return sequence(items, "[]" if isinstance(value, list) else "()")
    return repr(value)


def sequence(items: Iterable[Expression], brackets: str = "()") -> Group:
    """A tuple or a list."""
    return Group(brackets[0], tuple(("", item) for item in items), brackets[1], comma=brackets == "()")


def mapping(entries: Iterable[tuple[str, Expression]]) -> Group:
    """A dictionary from keys, as they stand in the source, to values."""
    return Group("{", tuple((f"{key}: ", value) for key, value in entries), "}")


# ---------------------------------------------------------------------------------------------- texts


def quoted(text: str) -> str:
    """A text as one string literal, with the quotes that need fewer escapes; else with double ones."""
    quote = "'" if text.count('"') > text.count("'") else '"'
    return quote + "".join(_escaped(character, quote) for character in text) + quote


def _escaped(character: str, quote: str) -> str:
    if character in (quote, "\\"):
        return "\\" + character
    if _is_plain(character):
        return character
    return json.dumps(character)[1:-1] if character in "\n\r\t" else _numbered(ord(character))


def _numbered(code: int) -> str:
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _is_plain(character: str) -> bool:
    """Whether it is printed as it is: no control, no lone surrogate, nothing that joins its neighbour."""
    if character.isascii():
        return character.isprintable()
    return character.isprintable() and character <= "\uffff" and unicodedata.category(character)[0] != "M"


def width(text: str) -> int:
    """How many columns a line takes; wide characters take two."""
    return len(text) + sum(unicodedata.east_asian_width(c) in "WF" for c in text if not c.isascii())


def docstring(text: str, indent: int = _STEP) -> str | None:
    """A text as a docstring with its indentation; None if it would not come back as it is.

    It would not if it has a line too long, trailing blanks, quotes or backslashes that need escapes, or
    characters that cannot be printed.
    """
    lines = text.split("\n")
    margin = " " * indent
    plain = all(map(_is_plain, "".join(lines))) and "\\" not in text and '"""' not in text
    fits = all(width(line) + indent <= LINE and line == line.rstrip() for line in lines)
    if not text or not plain or not fits or text[0] in '" ' or text[-1] == '"':
        return None
    one = f'{margin}"""{text}"""'
    if len(lines) == 1 and width(one) <= LINE:
        return one
    body = "\n".join(f"{margin}{line}".rstrip() for line in lines).lstrip()
    written = f'{margin}"""{body}\n{margin}"""'
    fits = width(f'{margin}"""{lines[0]}') <= LINE
    return written if fits and inspect.cleandoc(f"{body}\n{margin}") == text else None


# ---------------------------------------------------------------------------------------------- layout


def flat(expression: Expression) -> str:
    """An expression on one line."""
    if isinstance(expression, str):
        return expression
    if isinstance(expression, Quoted):
        return quoted(expression.text)
    parts = [lead + flat(part) for lead, part in expression.parts]
    comma = "," if expression.comma and len(parts) == 1 else ""
    return f"{expression.opening}{', '.join(parts)}{comma}{expression.closing}"


def laid_out(expression: Expression, *, column: int, indent: int, tail: int = 0) -> str:
    """An expression on one line where it fits, else on several.

    Args:
        expression: what to write.
        column: where it begins.
        indent: of the line in which it begins.
        tail: how many columns what follows it on its last line takes.
    """
    line = flat(expression)
    if isinstance(expression, str) or column + width(line) + tail <= LINE:
        return line
    if isinstance(expression, Group) and not expression.parts:
        return line
    inner = indent + _STEP
    if isinstance(expression, Quoted):
        pieces = "".join(f"{' ' * inner}{quoted(p)}\n" for p in _pieces(expression.text, LINE - inner))
        return f"(\n{pieces}{' ' * indent})"
    return f"{expression.opening}\n{_lines(expression, inner)}{' ' * indent}{expression.closing}"


def exploded(group: Group, *, indent: int) -> str:
    """A group with each part on a line of its own, even if it would fit on one."""
    return f"{group.opening}\n{_lines(group, indent + _STEP)}{' ' * indent}{group.closing}"


def _lines(group: Group, indent: int) -> str:
    margin = " " * indent
    comma = "" if len(group.parts) == 1 and group.opening.endswith("[") and group.opening != "[" else ","
    return "".join(
        f"{margin}{lead}{laid_out(part, column=indent + width(lead), indent=indent, tail=1)}{comma}\n"
        for lead, part in group.parts
    )


def _pieces(text: str, room: int) -> Iterator[str]:
    """Cuts a text into pieces whose literals fit: after line breaks, else after blanks, else anywhere."""
    room = max(room, _LEAST_ROOM)
    if _fits(text, room):
        yield text
        return
    piece = ""
    for part in filter(None, _PARTS.findall(text)):
        if piece and (piece.endswith("\n") or not _fits(piece + part, room)):
            yield piece
            piece = ""
        piece += part
        while not _fits(piece, room):
            cut = max(n for n in range(1, len(piece)) if _fits(piece[:n], room))
            yield piece[:cut]
            piece = piece[cut:]
    if piece:
        yield piece


def _fits(text: str, room: int) -> bool:
    return width(quoted(text)) <= room
