"""Files of a catalog: read, taken apart, and named with their line when something is wrong in them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from math import isfinite
from pathlib import Path
from typing import Any, cast

import msgspec

from failwell.exceptions import FailwellError, SourceError
from failwell.source.lines import Step, Steps, toml_lines
from failwell.source.place import Origin, located, too_deep
from failwell.source.plain import Data

FENCE = "+++"
LARGEST = 1 << 20
"""The most bytes that a file of a catalog can have; a page of that length is a mistake."""

_ENDLESS = re.compile(r"\d[\d_]{4000,}")  # no place is told for numbers that Python refuses to read


class MarkdownFile:
    """A file taken apart.

    Attributes:
        path: its path.
        data: its front matter.
        body: the Markdown text after it.
        body_line: the line on which that begins; 1 where there is no front matter.
    """

    def __init__(self, path: Path, front: list[str], body: list[str], body_line: int) -> None:
        self.path = path
        self._front = "\n".join(front)
        self.data = _parsed(self._front, path, first_line=2)
        self.body, self.body_line = "\n".join(body), body_line

    def origin(self) -> Origin:
        """Where its parts stand; looked for only when one of them is wrong."""
        return _origin(self.path, self._front, self.data, first_line=2, text_line=self.body_line)


def read_markdown(path: Path, *, needs_front: bool = True) -> MarkdownFile:
    """Reads a file with front matter.

    Args:
        path: its path.
        needs_front: False where a file may be nothing but text.

    Raises:
        SourceError: if it cannot be read, or its front matter is not there or no TOML.
    """
    lines = read_text_file(path).split("\n")
    ends = [number for number, line in enumerate(lines) if line.strip() == FENCE]
    if not needs_front and ends[:1] != [0]:
        return MarkdownFile(path, [], lines, 1)
    if not ends or ends[0] != 0 or len(ends) == 1:
        raise SourceError(
            f"its front matter has no second line of {FENCE}"
            if ends[:1] == [0]
            else f"it does not begin with a line of {FENCE}",
            code="no-front-matter",
            where=f"{path}:1",
            hint=f"begin the file with {FENCE}, then TOML, then {FENCE}, then the Markdown text",
        )
    return MarkdownFile(path, lines[1 : ends[1]], lines[ends[1] + 1 :], ends[1] + 2)


def read_data(toml: str, path: Path) -> tuple[Data, Callable[[], Origin]]:
    """Reads a file that is TOML from its first line on.

    Raises:
        SourceError: if it is no TOML.
    """
    data = _parsed(toml, path, first_line=1)
    return data, lambda: _origin(path, toml, data, first_line=1)


def read_text_file(path: Path) -> str:
    """The text of a file, its lines ending in LF, without a byte order mark.

    Raises:
        SourceError: if it cannot be read, is too large or not UTF-8.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise SourceError(
                f"it has more than {LARGEST} bytes",
                code="too-large",
                where=str(path),
                hint="a file of a catalog is a page of text: look for what does not belong into it",
            )
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise _unreadable("it is not UTF-8", f"{path}:{error.object.count(10, 0, error.start) + 1}") from None
    except OSError as error:
        raise _unreadable(error.strerror, str(path)) from None


def _unreadable(reason: str | None, where: str) -> SourceError:
    return SourceError(
        f"it cannot be read: {reason}",
        code="unreadable-file",
        where=where,
        hint="check that it is a file, and its permissions, and save it as UTF-8 text",
    )


@contextmanager
def locating(origin: Callable[[], Origin]) -> Generator[None]:
    """Gives errors that arise inside the line of the file that they are about; asks for that only then."""
    try:
        yield
    except SourceError:
        raise
    except FailwellError as error:
        raise located(error, origin()) from error
    except RecursionError:
        raise too_deep(f"{origin().name}:1") from None


def _parsed(toml: str, path: Path, *, first_line: int) -> Data:
    try:
        # Dates become text, as they are in JSON, so that files and documents compile to equal records.
        data = cast("Data", msgspec.to_builtins(tomllib.loads(toml)))
        infinite = _infinite(data)
    except RecursionError:
        raise too_deep(f"{path}:1") from None
    except ValueError as error:
        raise _broken(error, toml, path, first_line) from None
    if infinite is not None:
        line = toml_lines(toml)[infinite] + first_line - 1
        raise SourceError(
            "JSON has no number that is infinite, or none at all",
            code="value-without-json",
            where=f"{path}:{line}",
            hint="write a finite number, or leave the value out",
        )
    return data


def _broken(error: ValueError, toml: str, path: Path, first_line: int) -> SourceError:
    what, _, place = str(error).partition(" (at ")
    digits = _ENDLESS.search(toml)
    if not place and digits:
        place = str(toml.count("\n", 0, digits.start()) + 1)
    numbers = [int(word) for word in place.replace(",", " ").replace(")", " ").split() if word.isdigit()]
    line = first_line - 1 + (numbers[0] if numbers else toml.rstrip("\n").count("\n") + 1)
    return SourceError(
        f"this is no TOML: {what[0].lower()}{what[1:]}",
        code="broken-toml",
        where=f"{path}:{line}",
        hint="mend the line, or the one before it; texts stand in quotes, and each key once",
    )


def _infinite(data: Any, steps: Steps = ()) -> Steps | None:
    """Where a number stands that JSON does not have; None if there is none."""
    if data.__class__ is float:
        return None if isfinite(data) else steps
    for step, part in _numbered(data):
        if part.__class__ in (dict, list, float):
            found = _infinite(part, (*steps, step))
            if found is not None:
                return found
    return None


def _numbered(data: Any) -> Iterator[tuple[Step, Any]]:
    if data.__class__ is dict:
        yield from data.items()
    else:
        yield from enumerate(data)


def _origin(path: Path, toml: str, data: Data, *, first_line: int, text_line: int = 0) -> Origin:
    lines = {steps: line + first_line - 1 for steps, line in toml_lines(toml).items()}
    lines[()] = 1
    return Origin(str(path), lines, data, text_line)
