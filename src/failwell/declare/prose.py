"""Markdown with fixed headings: the texts of a problem type's page, and of the reference page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
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
_LINE_END = re.compile(r"\r\n?")
_HEADING = re.compile(r" {0,3}##(?:[ \t]+(.*))?\Z")
_FENCE = re.compile(r" {0,3}(`{3,}(?=[^`]*\Z)|~{3,})(.*)\Z")
_AROUND = "\n \t"
_BLANK = ("\n", " ", "\t", "\ufeff")
_BEGIN = re.compile(r"\A(?:[ \t\ufeff]*\n)*\ufeff*")  # blank lines, and byte order marks


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
        DeclarationError: for a heading that is none of the fixed ones, or stands twice, and for a fenced
            block without its end.
    """
    found = dict(read_sections(markdown, (_HAPPENED, _WHY, _WHAT_TO_DO), where=where))
    first = found.pop("", "")
    if first and _HAPPENED in found:
        number = next(number for number, heading in _headings(markdown) if heading == _HAPPENED)
        raise DeclarationError(
            f"what happened is told before the heading '{_MARK}{_HAPPENED}' and again under it",
            code="bad-prose", where=f"{where}, line {number}", hint="keep one of them",
        )  # fmt: skip
    return Prose(first or found.get(_HAPPENED, ""), found.get(_WHY, ""), found.get(_WHAT_TO_DO, ""))


def write_prose(prose: Prose) -> str:
    """The body of a file: each text under its heading. Ends with a line break, unless there is no text."""
    titled = zip((_HAPPENED, _WHY, _WHAT_TO_DO), prose, strict=True)
    return "\n\n".join(f"{_MARK}{title}\n\n{text}" for title, text in titled if text) + ("\n" * any(prose))


def read_text(markdown: str, *, where: str) -> str:
    """One text of a page, as it stands in a document: what could not stand under a heading is refused.

    Raises:
        DeclarationError: for a second-level heading, and for a fenced block without its end.
    """
    if "##" not in markdown and "```" not in markdown and "~~~" not in markdown:  # nearly always
        return _canonical(markdown)
    return read_sections(markdown, (), where=where)[""]


def read_about(markdown: str, *, where: str) -> str:
    """The prose of a reference page in the form in which files and documents keep it.

    Raises:
        DeclarationError: as `read_sections`.
    """
    read_sections(markdown, ABOUT_HEADINGS, where=where)
    return _canonical(markdown)


def read_sections(markdown: str, known: Sequence[str], *, where: str) -> Mapping[str, str]:
    """The text under each second-level heading; what stands before the first one is under the empty key.

    Lines end as Markdown's do, and become LF; blank lines and spaces around a text are no part of it.

    Raises:
        DeclarationError: for a heading that is not in `known`, or stands twice, and for a fenced block
            without its end, which would swallow the headings after it.
    """
    found: dict[str, list[str]] = {"": []}
    heading = ""
    for number, line, title in _lines(markdown, where):
        if title is None:
            found[heading].append(line)
        else:
            heading = title
            _check_heading(heading, found, known, f"{where}, line {number}")
            found[heading] = []
    return {title: _canonical("\n".join(lines)) for title, lines in found.items()}


def _canonical(text: str) -> str:
    """A text as it can stand under a heading, or in a file: the first line keeps its indent."""
    text = (_LINE_END.sub("\n", text) if "\r" in text else text).rstrip(_AROUND)
    return _BEGIN.sub("", text, count=1) if text[:1] in _BLANK else text


def _headings(markdown: str) -> Iterator[tuple[int, str]]:
    return ((number, title) for number, _, title in _lines(markdown, "") if title is not None)


def _lines(markdown: str, where: str) -> Iterator[tuple[int, str, str | None]]:
    """The lines by number, each with its title if it is a second-level heading: in a fenced block none is.

    What a heading and a fence are: CommonMark 0.31, sections 4.2 and 4.5.
    """
    fence, opened = "", 0
    for number, line in enumerate(_LINE_END.sub("\n", markdown).split("\n"), start=1):
        marks = _FENCE.match(line)
        if marks and not fence:
            fence, opened = marks[1], number
        elif marks and marks[1].startswith(fence) and not marks[2].strip():
            fence = ""
        heading = None if fence or marks else _HEADING.match(line)
        yield number, line, (heading[1] or "").strip() if heading else None
    if fence:
        raise DeclarationError(
            f"the fenced block that begins with {fence} has no end",
            code="bad-prose", where=f"{where}, line {opened}", hint=f"end it with a line of {fence}",
        )  # fmt: skip


def _check_heading(heading: str, found: Mapping[str, object], known: Sequence[str], where: str) -> None:
    if heading not in known or heading in found:
        listed = ", ".join(f"## {title}" for title in known)
        fault = "stands twice" if heading in known else "is not known here"
        raise DeclarationError(
            f"the heading '{_MARK}{heading}' {fault}",
            code="bad-prose", where=where,
            hint=f"use each of these at most once: {listed}; below them, headings begin with ###"
            if known else "headings inside a text begin with ###",
        )  # fmt: skip
