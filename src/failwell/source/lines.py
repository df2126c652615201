"""On which lines of a JSON or TOML text the parts of its data stand. Looked for only where one is wrong."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import msgspec

Step = str | int
Steps = tuple[Step, ...]
"""From the whole to a part: keys of objects, and places in lists."""

_JSON = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_TOML = re.compile(
    r'"""(?:\\.|[^\\])*?"""(?:"{0,2})'
    r"|'''.*?'''(?:'{0,2})"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|#[^\n]*|\n|[\[\]{}=,.]"
    r"|[^\s\[\]{}=,.\"'#]+",
    re.DOTALL,
)


class _Token(NamedTuple):
    text: str
    line: int


def _tokens(pattern: re.Pattern[str], text: str) -> Iterator[_Token]:
    line, at = 1, 0
    for match in pattern.finditer(text):
        line += text.count("\n", at, match.start())
        at = match.start()
        yield _Token(match[0], line)


# ------------------------------------------------------------------------------------------------- JSON


def json_lines(text: str) -> tuple[Mapping[Steps, int], list[tuple[Steps, int]]]:
    """The lines of all parts of a JSON text, and the keys that an object has a second time with theirs."""
    found: dict[Steps, int] = {}
    twice: list[tuple[Steps, int]] = []
    stack: list[Step] = []
    awaits_key = False
    for mark, line in _tokens(_JSON, text):
        if awaits_key and mark[0] == '"':
            stack[-1] = msgspec.json.decode(mark, type=str)
            if tuple(stack) in found:
                twice.append((tuple(stack), line))
            found.setdefault(tuple(stack), line)
            awaits_key = False
        elif mark == ",":
            awaits_key = _to_next(stack)
        elif mark in ("}", "]"):
            stack.pop()
            awaits_key = False
        elif mark != ":":
            found.setdefault(tuple(stack), line)
            awaits_key = mark == "{"
            if mark in ("{", "["):
                stack.append("" if awaits_key else 0)
    return found, twice


def _to_next(stack: list[Step]) -> bool:
    """Steps to the next item of the innermost list; tells whether it is an object, which has a key next."""
    last = stack[-1]
    if isinstance(last, int):
        stack[-1] = last + 1
    return isinstance(last, str)


# ------------------------------------------------------------------------------------------------- TOML


def toml_lines(text: str) -> Mapping[Steps, int]:
    """The lines of all parts of a TOML text that has been read without an error."""
    return _Toml(text).lines


class _Toml:
    """Walks through the tokens once."""

    def __init__(self, text: str) -> None:
        self._tokens = [token for token in _tokens(_TOML, text) if token.text[0] != "#"]
        self._tokens.append(_Token("\n", text.count("\n") + 1))
        self._at = 0
        self._last: dict[Steps, int] = {}  # of each array of tables, the place of its last one
        self.lines: dict[Steps, int] = {(): 1}
        table: Steps = ()
        while self._at < len(self._tokens):
            if self._peek() == "\n":
                self._at += 1
            elif self._peek() == "[":
                table = self._header()
            else:
                self._pair(table)

    def _peek(self) -> str:
        return self._tokens[self._at].text

    def _take(self) -> _Token:
        self._at += 1
        return self._tokens[self._at - 1]

    def _header(self) -> Steps:
        line = self._take().line
        is_array = self._peek() == "["
        self._at += is_array
        keys = self._keys()
        self._at += 1 + is_array
        steps: Steps = ()
        for number, key in enumerate(keys, start=1):
            steps = (*steps, key)
            self.lines.setdefault(steps, line)
            if is_array and number == len(keys):
                self._last[steps] = self._last.get(steps, -1) + 1
            if steps in self._last:
                steps = (*steps, self._last[steps])
                self.lines.setdefault(steps, line)
        return steps

    def _keys(self) -> list[str]:
        keys = [_key(self._take().text)]
        while self._peek() == ".":
            self._at += 1
            keys.append(_key(self._take().text))
        return keys

    def _pair(self, table: Steps) -> None:
        line = self._tokens[self._at].line
        steps = table
        for key in self._keys():
            steps = (*steps, key)
            self.lines.setdefault(steps, line)
        self._at += 1  # the equals sign
        self._value(steps)

    def _value(self, steps: Steps) -> None:
        self.lines.setdefault(steps, self._tokens[self._at].line)
        opening = self._peek()
        if opening not in ("[", "{"):
            while self._peek() not in ("\n", ",", "]", "}"):  # a date, or a number, is several tokens
                self._at += 1
            return
        self._at += 1
        place = 0
        while self._peek() not in ("]", "}"):
            if self._peek() in ("\n", ","):
                self._at += 1
            elif opening == "{":
                self._pair(steps)
            else:
                self._value((*steps, place))
                place += 1
        self._at += 1


def _key(token: str) -> str:
    return next(iter(tomllib.loads(f"{token} = 0"))) if token[0] in "\"'" else token
