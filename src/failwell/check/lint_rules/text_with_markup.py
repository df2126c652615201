"""A line of text has HTML in it.

## Why

Titles, details and suggestions are plain text: terminals, logs and SDKs show the tags, and a page that puts
them in as they are has a hole (OWASP, Cross Site Scripting Prevention). Pages have their Markdown in the
prose.

## Example

`suggestion="<a href='/billing'>Upgrade</a> the plan."`, `title="Terms &amp; conditions changed"`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from failwell.check.facts.texts import Text, excerpt, texts
from failwell.check.rule import Fault, rule
from failwell.finding import Severity

_MARKUP = re.compile(
    r"</?(?:a|b|br|code|div|em|i|img|li|ol|p|pre|script|span|strong|u|ul)(?:\s[^<>]{0,200})?/?>"
    r"|&(?:amp|lt|gt|quot|nbsp|#\d{1,6}|#x[0-9a-f]{1,6});",
    re.IGNORECASE,
)


@rule(Severity.WARNING, each=texts, area="text", remedy="write it as plain text")
def text_with_markup(text: Text) -> Iterator[Fault]:
    """Prose is Markdown, which may have HTML in it."""
    if text.is_prose or ("<" not in text.value and "&" not in text.value):
        return
    found = _MARKUP.search(text.value)
    if found is not None:
        yield text.fault("the {text} has HTML in it: {found!r}", found=excerpt(found[0]))
