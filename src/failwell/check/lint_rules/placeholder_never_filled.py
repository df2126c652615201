"""A text has a placeholder that nothing fills.

## Why

A suggestion and a call to action are shown unchanged; only `detail`, headers and the URLs of `resolve` are
templates, and their placeholders are members in braces. People then read the braces. TiDB shipped
`Invalid %!s(MISSING) state` that way.

## Example

`suggestion="Wait {retry_after_seconds} seconds."`, `detail="The file %s is too large."`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from failwell.check.facts.texts import Text, texts
from failwell.check.rule import Fault, rule
from failwell.declare.template import Template
from failwell.finding import Severity

_FORMAT = re.compile(r"(?<![\w%])%(?:\(\w{1,40}\)|\d\$)?[sd]\b|%!\w\(MISSING\)")


@rule(
    Severity.WARNING,
    each=texts,
    area="text",
    remedy="name the member that carries the value, or move the sentence to the detail",
)
def placeholder_never_filled(text: Text) -> Iterator[Fault]:
    """Braces that name no member are the text's own: an example of code may have some."""
    if text.is_prose:
        return
    found = _FORMAT.search(text.value) if "%" in text.value else None
    placeholder = found[0] if found else "" if text.at[-1] == "detail" else _member_in_braces(text)
    if placeholder:
        yield text.fault("nothing fills {placeholder!r} in the {text}", placeholder=placeholder)


def _member_in_braces(text: Text) -> str:
    if "{" not in text.value:
        return ""
    known = {name for member in text.record.members for name in (member.name, member.wire_name)}
    return next((f"{{{name}}}" for name in Template(text.value).names if name in known), "")
