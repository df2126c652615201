"""A text was to be written later.

## Why

What stands in a catalog goes out with the next error. Whoever reads it learns nothing but that nobody looked.

## Example

`suggestion="TODO: ask billing"`, `detail="Lorem ipsum"`, `title="tbd"`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from failwell.check.facts.texts import Text, texts
from failwell.check.rule import Fault, rule
from failwell.finding import Severity

_MARK = re.compile(r"\b(?:TODO|FIXME|TBD)\b|\bXXX:|(?i:\blorem ipsum\b)")
_WHOLE = frozenset({"asdf", "bar", "fixme", "foo", "placeholder", "tba", "tbd", "todo", "xxx"})
_SPANISH = frozenset({"es", "gl", "pt"})
"""Languages in which `todo` is a word."""


@rule(Severity.WARNING, each=texts, area="text", remedy="write the text")
def text_unfinished(text: Text) -> Iterator[Fault]:
    """Within a sentence the marks count in capitals only."""
    found = _MARK.search(text.value)
    mark = found[0] if found else text.value.strip(" .:…?!")
    if found is None and (len(mark) > 12 or mark.casefold() not in _WHOLE):
        return
    language = (text.language or text.api.catalog.language).partition("-")[0].lower()
    if mark.casefold() != "todo" or language not in _SPANISH:
        yield text.fault("the {text} is not written yet: {mark!r}", mark=mark)
