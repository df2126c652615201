"""Markdown with fixed headings: the texts of a problem type's page, and of the reference page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from failwell.exceptions import DeclarationError

ABOUT_HEADINGS = (
    "Shape",
    "Statuses",
    "Headers",
    "Stability",
    "UI clients",
    "SDKs",
    "Agents",
    "Support",
    "Status page",
)
"""The headings of a reference page, in the order in which it shows them; the codes come after `Statuses`."""

_HAPPENED, _WHY, _WHAT_TO_DO = "What happened", "Why", "What to do"
_MARK = "## "
_FENCES = ("```", "~~~")


class Prose(NamedTuple):
    """The texts of a problem type's page, in Markdown.

    Attributes:
        happened: what happened; the text before the first heading, or under `## What happened`.
        why: why it happens; under `## Why`.
        what_to_do: the way out at length; under `## What to do`.
    """

    happened: str = ""
    why: str = ""
    what_to_do: str = ""


def read_prose(markdown: str, *, where: str) -> Prose:
    """Takes a docstring or the body of a file apart.

    Raises:
        DeclarationError: for a heading that is none of the fixed ones, or stands twice.
    """
    found = dict(read_sections(markdown, (_HAPPENED, _WHY, _WHAT_TO_DO), where=where))
    first = found.pop("", "")
    if first and _HAPPENED in found:
        raise DeclarationError(
            f"what happened is told before the heading '{_MARK}{_HAPPENED}' and again under it",
            code="bad-prose", where=where, hint="keep one of them",
        )  # fmt: skip
    return Prose(first or found.get(_HAPPENED, ""), found.get(_WHY, ""), found.get(_WHAT_TO_DO, ""))


def write_prose(prose: Prose) -> str:
    """The body of a file: each text under its heading. Ends with a line break, unless there is no text."""
    titled = zip((_HAPPENED, _WHY, _WHAT_TO_DO), prose, strict=True)
    return "\n\n".join(f"{_MARK}{title}\n\n{text}" for title, text in titled if text) + ("\n" * any(prose))


def read_sections(markdown: str, known: Sequence[str], *, where: str) -> Mapping[str, str]:
    """The text under each second-level heading; what stands before the first one is under the empty key.

    Raises:
        DeclarationError: for a heading that is not in `known`, or stands twice.
    """
    found: dict[str, list[str]] = {"": []}
    heading = ""
    for line, is_heading in _lines(markdown):
        if is_heading:
            heading = line.removeprefix(_MARK).strip()
            _check_heading(heading, found, known, where)
            found[heading] = []
        else:
            found[heading].append(line)
    return {title: "\n".join(lines).strip("\n").rstrip() for title, lines in found.items()}


def _lines(markdown: str) -> Iterable[tuple[str, bool]]:
    """The lines, and whether each is a second-level heading: inside a fenced block none is."""
    fence = ""
    for line in markdown.splitlines():
        start = line.lstrip()[:3]
        if start in _FENCES and fence in ("", start):
            fence = "" if fence else start
        yield line, not fence and line.startswith(_MARK)


def _check_heading(heading: str, found: Mapping[str, object], known: Sequence[str], where: str) -> None:
    if heading not in known or heading in found:
        raise DeclarationError(
            f"the heading '{_MARK}{heading}' {'stands twice' if heading in found else 'is not known here'}",
            code="bad-prose", where=where,
            hint=f"use each of these at most once: {', '.join(f'## {title}' for title in known)}; "
            "below them, headings begin with ###",
        )  # fmt: skip
