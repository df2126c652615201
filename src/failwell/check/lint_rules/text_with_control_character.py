"""A text has an invisible character that changes how it is read.

## Why

Control characters move the cursor of a terminal, and overrides of the writing direction show a text in
another order than the one in which programs read it (Unicode Technical Report 36). They come in by copying,
and nobody sees them in a review.

## Example

A title with a NUL in it, or a suggestion with a right-to-left override in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from failwell.check.facts.texts import Text, texts
from failwell.check.rule import Fault, rule
from failwell.finding import Severity

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202d\u202e\ufeff\ufff9-\ufffb]")
_OPENING = re.compile(r"[\u202a\u202b\u2066-\u2068]")
_CLOSING = re.compile(r"[\u202c\u2069]")


@rule(Severity.WARNING, each=texts, area="text", remedy="take the character away")
def text_with_control_character(text: Text) -> Iterator[Fault]:
    """Arabic and Hebrew need isolates and embeddings; these have to be closed."""
    if text.value.isascii() and text.value.isprintable():
        return
    found = _CONTROL.search(text.value)
    if found is None and len(_OPENING.findall(text.value)) != len(_CLOSING.findall(text.value)):
        found = _OPENING.search(text.value) or _CLOSING.search(text.value)
    if found is not None:
        yield text.fault(
            "the {text} has the invisible character {character}",
            edit=_CLOSING.sub("", _OPENING.sub("", _CONTROL.sub("", text.value))) or None,
            character=f"U+{ord(found[0]):04X}",
        )
