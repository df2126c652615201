"""Where in a file an error stands: errors of declarations name a field, people look for a line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from failwell.exceptions import FailwellError, SourceError

_FIELD_OF_CODE = {
    "bad-code": ("aliases", "former"),
    "bad-header": ("headers",),
    "bad-lifecycle": ("lifecycle",),
    "bad-redirect": ("redirect",),
    "bad-resolve": ("resolve",),
    "bad-retry": ("retry",),
    "bad-standard": ("standard",),
    "bad-status": ("status",),
    "bad-title": ("title",),
    "bad-catalog": ("base", "name"),
    "bad-language": ("language",),
    "declared-twice": ("aliases", "standard"),
    "foreign-status": ("statuses", "examples"),
    "standard-needs-members": ("standard",),
    "standard-removed": ("standard",),
    "sunset-too-soon": ("sunset", "lifecycle"),
    "unknown-policy": ("policy",),
}
"""Fields to look for where the text of an error names none that stands in the file."""

_NAMES = re.compile(r"[\w\-]+")


def located(error: FailwellError, file: Path, text: str) -> SourceError:
    """The same error with the line of the file that it is about; the first one where that is not known."""
    line = next(filter(None, (_line_with(name, text) for name in _named(error))), 1)
    rest = error.where.removeprefix(str(file))
    where = f"{file}:{line}{rest if rest.startswith(',') else ''}"
    return SourceError(error.what, code=error.code, where=where, hint=error.hint)


def _named(error: FailwellError) -> Iterator[str]:
    """What an error may be about, the most exact first: the end of its place, then what it quotes."""
    yield from reversed(_NAMES.findall(error.where.rpartition(", ")[2]))
    yield from re.findall(r"'([^']*)'", error.what)
    yield from re.findall(r"(\w+)=", error.what)
    yield from _FIELD_OF_CODE.get(error.code, ())


def _line_with(name: str, text: str) -> int | None:
    """The first line that gives a name a value, or has it as its heading, in TOML, Markdown or JSON."""
    quoted = re.escape(name.removeprefix("## "))
    begins = rf'^\s*["\']?{quoted}["\']?\s*[=:]|^\[+([\w\-]+\.)*["\']?{quoted}["\']?[.\]]|^##\s+{quoted}\s*$'
    found = re.search(rf'{begins}|[{{,]\s*["\']?{quoted}["\']?\s*[=:]', text, re.MULTILINE)
    return text.count("\n", 0, found.end()) + 1 if found else None
