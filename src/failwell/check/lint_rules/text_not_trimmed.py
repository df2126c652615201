"""A text has white space around it, or a line break or tab in it.

## Why

These texts are one line each: command lines print them as they are, logs keep a line per occurrence, and
clients compare them. Spark's catalog of errors is held to the same.

## Example

`suggestion="Free up space. "`, or a suggestion that is wrapped over two lines of a file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from failwell.check.facts.texts import Text, excerpt, texts
from failwell.check.rule import Fault, rule
from failwell.finding import Severity

_UNTIDY = re.compile(r"\A\s|\s\Z|[\t\n\r]")  # form feeds are characters of `text-with-control-character`
_BREAK = re.compile(r"[\t\n\r]")


@rule(Severity.WARNING, each=texts, area="text", remedy="take the white space away")
def text_not_trimmed(text: Text) -> Iterator[Fault]:
    """Prose has lines; and of two blanks within a line nothing breaks."""
    if text.is_prose or text.value.isspace() or _UNTIDY.search(text.value) is None:
        return
    yield text.fault(
        "the {text} {value!r} has white space around it, or a line break or tab in it",
        edit=" ".join(filter(None, map(str.strip, _BREAK.split(text.value)))),
        value=excerpt(text.value),
    )
