"""Literals of texts in JSON, TOML and Python: where they stand, and how others are written in their place."""

from __future__ import annotations

import io
import json
import re
import tokenize
import tomllib
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from failwell.source.lines import Step, Steps

_JSON = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_TOML = re.compile(
    r'"""(?:\\.|[^\\])*?"""(?:"{0,2})|\'\'\'.*?\'\'\'(?:\'{0,2})|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*',
    re.DOTALL,
)
_PREFIXES = "rRuU"
_LAST_PLAIN = 0xFF
_LAST_SHORT = 0xFFFF


class Literal(NamedTuple):
    """A literal in a text: where it begins and ends, and what it stands for."""

    begin: int
    end: int
    value: str


# ------------------------------------------------------------------------------------------------- JSON


def json_literals(text: str) -> Mapping[Steps, Literal]:
    """The texts of a JSON document that has been read without an error, by their place in it."""
    found: dict[Steps, Literal] = {}
    stack: list[Step] = []
    awaits_key = False
    for match in _JSON.finditer(text):
        mark = match[0]
        if mark[0] == '"':
            value: str = json.loads(mark)
            if awaits_key:
                stack[-1] = value
            else:
                found[tuple(stack)] = Literal(match.start(), match.end(), value)
            awaits_key = False
        elif mark in ("{", "["):
            awaits_key = mark == "{"
            stack.append("" if awaits_key else 0)
        elif mark in ("}", "]"):
            stack.pop()
            awaits_key = False
        elif mark == ",":
            last = stack[-1]
            awaits_key = isinstance(last, str)
            if isinstance(last, int):
                stack[-1] = last + 1
    return found


def json_written(text: str, before: str) -> str:
    """A text as JSON writes it: in ASCII where the literal before has escapes for what is not."""
    return json.dumps(text, ensure_ascii="\\u" in before)


# ------------------------------------------------------------------------------------------------- TOML


def toml_literals(text: str) -> Iterator[Literal]:
    """All texts in quotes of a TOML file that has been read without an error, keys among them."""
    for match in _TOML.finditer(text):
        if match[0][0] != "#":
            value: str = tomllib.loads(f"x = {match[0]}")["x"]
            yield Literal(match.start(), match.end(), value)


def toml_written(text: str, before: str, line_end: str) -> str:
    """A text as TOML writes it, in quotes as the literal before has them, where these can hold it.

    Args:
        text: the text.
        before: the literal in whose place it comes.
        line_end: of the file.
    """
    if before.startswith("'") and "'" not in text and text.isprintable():
        return f"'{text}'"
    if before[:3] in ('"""', "'''") and "\n" in text:
        lines = (json.dumps(line, ensure_ascii=False)[1:-1] for line in text.split("\n"))
        return f'"""{line_end}{line_end.join(lines)}"""'.replace("\x7f", "\\u007f")
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


# ----------------------------------------------------------------------------------------------- Python


def is_one_literal(source: str) -> bool:
    """Whether a piece of Python is one plain text in quotes: not several in a row, and none that computes."""
    try:
        marks = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (tokenize.TokenError, SyntaxError):  # of a piece that is no whole
        return False
    names = {tokenize.NEWLINE, tokenize.NL, tokenize.ENDMARKER}
    said = [mark for mark in marks if mark.type not in names]
    return len(said) == 1 and said[0].type == tokenize.STRING


def python_written(text: str, before: str, line_end: str) -> str:
    """A text as Python writes it, in the quotes of the literal before; never raw.

    Args:
        text: the text.
        before: the literal in whose place it comes.
        line_end: of the file.
    """
    opened = before.lstrip(_PREFIXES)
    quote = opened[:3] if opened[:3] in ('"""', "'''") else opened[:1]
    is_long = len(quote) > 1
    body = "".join(_escaped(char, quote, is_long=is_long) for char in text)
    return f"{quote}{body.replace(chr(10), line_end)}{quote}"


def _escaped(char: str, quote: str, *, is_long: bool) -> str:
    if char == "\n":
        return char if is_long else "\\n"
    if char in ("\\", quote[0]):
        return f"\\{char}"
    if char.isprintable():
        return char
    number = ord(char)
    if number <= _LAST_PLAIN:
        return {"\t": "\\t", "\r": "\\r"}.get(char, f"\\x{number:02x}")
    return f"\\u{number:04x}" if number <= _LAST_SHORT else f"\\U{number:08x}"
