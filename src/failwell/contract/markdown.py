"""An occurrence as Markdown (CommonMark), for agents: no value in it can be more than text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

from failwell.contract.account import Constants, Shown, Told
from failwell.contract.links import is_safe_url
from failwell.declare.record import Resolve

_INLINE = re.compile(
    r"[\\`*\[\]#~]"  # code, emphasis, links, headings, strikethrough
    r"|(?<![^\W_])_|_(?![^\W_])"  # emphasis; within a word an underscore is just that
    r"|<(?=[A-Za-z/!?])|&(?=#?[A-Za-z0-9]+;)"  # HTML, links in angle brackets, entities
    r"|:(?=//)|(?<=[wW]{3})\."  # addresses that many readers make links of, although nobody wrote one
)
_AT_THE_START = re.compile(r"([-+>=:])|(\d+)([.)])")
_BACKTICKS = re.compile("`+")
_KEPT_IN_URLS = "!#$%&'*+,-./:;=?@[]^_|~"  # not parentheses and angle brackets, which end a destination


class MarkdownPage:
    """A type with one status as Markdown, in one language; the constant parts are written once."""

    content_type = "text/markdown; charset=utf-8"

    def __init__(self, constants: Constants) -> None:
        """Writes the constant parts."""
        labels = constants.labels
        self._title = f"# {escaped(constants.title)}\n\n"
        self._help = f"## {labels.what_to_do}\n\n" + _paragraph(escaped(constants.suggestion))
        self._details = f"## {labels.details}\n\n"
        self._facts = f"- {labels.code}: {code_span(constants.code)}\n- {labels.status}: {constants.status}\n"
        self._request_id = f"- {labels.request_id}: "
        page = constants.page
        self._end = f"\n[{labels.about}]({_destination(page)})\n" if page else ""

    def body(self, told: Told) -> bytes:
        """The document of an occurrence."""
        parts = [self._title, _paragraph(escaped(told.detail)), self._help]
        if told.resolve is not None:
            parts += map(_paragraph, _way_out(told.resolve))
        parts += [_paragraph(told.retry), self._details, *map(_item, told.members), self._facts]
        if told.request_id:
            parts.append(f"{self._request_id}{code_span(told.request_id)}\n")
        parts.append(self._end)
        return "".join(parts).encode()


def escaped(line: str) -> str:
    """A line of text as Markdown that shows it, wherever a paragraph or a heading can stand."""
    text = _INLINE.sub(lambda found: "\\" + found[0], line)
    start = _AT_THE_START.match(text)
    if start is None:
        return text
    return f"\\{text}" if start[1] else f"{start[2]}\\{text[start.end(2) :]}"


def code_span(line: str) -> str:
    """A line of text as it is, between as many backticks as it takes."""
    longest = max(map(len, _BACKTICKS.findall(line)), default=0)
    fence = "`" * (longest + 1)
    inset = " " if longest or not line else ""
    return f"{fence}{inset}{line}{inset}{fence}"


def _paragraph(text: str) -> str:
    return f"{text}\n\n" if text else ""


def _item(member: Shown) -> str:
    """A member in the list: its value behind its name, several lines below it."""
    name = code_span(member.name)
    if len(member.lines) == 1:
        return f"- {name}: {code_span(member.lines[0])}\n" if member.lines[0] else f"- {name}\n"
    return f"- {name}\n" + "".join(f"  - {code_span(line)}\n" for line in member.lines)


def _way_out(resolve: Resolve) -> Iterator[str]:
    """What a person follows, and what a program calls."""
    text = escaped(resolve.message or resolve.action or resolve.url)
    if is_safe_url(resolve.url):
        yield f"[{text}]({_destination(resolve.url)})"
    elif resolve.url:
        yield f"{text}: {code_span(resolve.url)}"
    elif text:
        yield text
    if resolve.endpoint:
        yield code_span(f"{resolve.method} {resolve.endpoint}".strip())


def _destination(url: str) -> str:
    """A URL for between parentheses. An ampersand that would begin an entity is escaped."""
    safe = quote(url, safe=_KEPT_IN_URLS)
    return safe.replace("&", "\\&") if ";" in safe else safe
