"""Where in a file an error stands: errors of declarations name a field, people look for a line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from failwell.exceptions import FailwellError, SourceError
from failwell.source.lines import Steps

EXTENSION = "x-failwell"
"""Keyword of a member's schema that holds what JSON Schema has no words for."""

_FIELDS_OF_CODE = {
    "bad-catalog": r"base",
    "bad-code": r"code|aliases.*|lifecycle\.(former|replaced_by)",
    "bad-header": r"headers.*",
    "bad-language": r"language",
    "bad-lifecycle": r"lifecycle",
    "bad-redirect": r"redirect.*",
    "bad-resolve": r"resolve.*",
    "bad-retry": r"retry",
    "bad-standard": r"standard",
    "bad-status": r"status",
    "bad-title": r"title",
    "declared-twice": r"code|aliases.*|lifecycle\.former",
    "foreign-status": r"(members|examples)\b.*\bstatus(es)?\b.*",
    "standard-needs-members": r"standard",
    "standard-removed": r"standard",
    "sunset-too-soon": r"lifecycle\.sunset",
    "translated-twice": r"language",
    "unknown-policy": r"policy.*",
} | dict.fromkeys(
    (
        "dialect-bad-key", "dialect-bad-value", "dialect-limit-headers", "dialect-slot-in-list",
        "dialect-slot-twice", "dialect-without-identity",
    ),
    r"dialect.*",
)  # fmt: skip
"""What errors are about that name no field: patterns of fields, as `_path` writes them."""

_HEADER_TAIL = re.compile(r"headers=\{(['\"])(.*)\1: …\}\Z")
_LINE_TAIL = re.compile(r", line (\d+)\Z")
_SAID_FIRST = re.compile(r"(?:a problem type needs )?(\w+)=")
_QUOTED = re.compile(r"'([^']*)'|\bstatus (\d+)|^(\{\w+\})")


class Origin(NamedTuple):
    """A file that was read.

    Attributes:
        name: its path, as errors show it.
        lines: the lines on which the parts of its data stand.
        data: the data.
        text_line: the line on which its Markdown begins; 0 where it has none of its own.
    """

    name: str
    lines: Mapping[Steps, int] = {(): 1}
    data: Any = None
    text_line: int = 0


def located(error: FailwellError, origin: Origin, within: Steps = (), *, part: str = "") -> SourceError:
    """The same error with the line of the file that it is about; the first one where that is not known.

    Args:
        error: the error.
        origin: the file.
        within: the part of its data that was read.
        part: how errors name this part; by default as the file.
    """
    place = error.where.removeprefix(origin.name)
    begins = part or origin.name
    tail = error.where.removeprefix(begins).removeprefix(", ") if error.where.startswith(begins) else ""
    in_text = _LINE_TAIL.search(error.where)
    if in_text and origin.text_line:
        line = origin.text_line + int(in_text[1]) - 1
        place = place.removesuffix(in_text[0])
    else:
        line = _line(error, origin, within, _LINE_TAIL.sub("", tail))
    where = f"{origin.name}:{line}{place if place.startswith(',') else ''}"
    return SourceError(error.what, code=error.code, where=where, hint=error.hint)


def too_deep(where: str) -> SourceError:
    """The error for data that no reader can follow."""
    return SourceError(
        "it is nested too deeply",
        code="nested-too-deeply",
        where=where,
        hint="no catalog needs hundreds of levels: look for brackets that are not closed",
    )


def _line(error: FailwellError, origin: Origin, within: Steps, tail: str) -> int:
    """The line of the most exact part that the error names."""
    lines = origin.lines
    base = _best(lines, within, _as_path(tail))
    inside = [steps for steps in lines if len(steps) > len(base) and steps[: len(base)] == base]
    about = re.compile(_FIELDS_OF_CODE.get(error.code, ""))
    fields = [steps for steps in inside if about.fullmatch(_path(steps[len(within) :]))]
    quoted = ["".join(groups) for groups in _QUOTED.findall(error.what)]
    said = _SAID_FIRST.match(error.what)
    word = said[1] if said else None
    candidates = (
        [steps for steps in fields if str(_value(origin.data, steps)) in quoted or steps[-1] in quoted],
        [steps for steps in inside if steps[-1] == word and steps[:-1] in (base, *fields)],
        [steps for steps in fields if len(steps) == len(fields[0])][:1],
        [steps for steps in inside if steps[-1] in quoted and steps[:-1] in (base, (*base, EXTENSION))],
        [base],
    )
    # Of parts that are equally good the innermost; of several with one value the last, for it repeats them.
    best = next(found for found in candidates if found)
    return lines.get(max(reversed(best), key=len), lines.get(within, 1))


def _best(lines: Mapping[Steps, int], within: Steps, path: str) -> Steps:
    """The part with the longest path that `path` begins with."""
    best, longest = within, ""
    for steps in lines:
        if steps[: len(within)] == within and len(steps) > len(within):
            own = _path(steps[len(within) :])
            if len(own) > len(longest) and re.match(rf"{re.escape(own)}([.\[]|\Z)", path):
                best, longest = steps, own
    return best


def _path(steps: Steps) -> str:
    """`members.used.statuses[0]`; the keyword of ours is not shown, for errors do not name it either."""
    shown = (f"[{s}]" if isinstance(s, int) else f".{s}" for s in steps if s != EXTENSION)
    return "".join(shown).removeprefix(".")


def _as_path(tail: str) -> str:
    """A place as declarations name it, `resolve=, url=`, as a path."""
    header = _HEADER_TAIL.match(tail)
    return f"headers.{header[2]}" if header else tail.replace("=, ", ".").removesuffix("=")


def _value(data: Any, steps: Steps) -> object:
    """The value of a part; None where the text has been changed since it was read, as front matter is."""
    for step in steps:
        try:
            data = data[step]
        except (LookupError, TypeError):
            return None
    return data
