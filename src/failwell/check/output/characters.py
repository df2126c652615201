"""What texts of catalogs and paths may do to a reader: nothing. Each character of them is shown, or named.

Texts come from pull requests of strangers: they must not move a cursor, break a line of a log or close a tag.
"""

from __future__ import annotations

import re

_CONTROLS = re.compile(
    "[\x00-\x1f\x7f-\x9f"  # moves the cursor, rings, begins an escape sequence
    "\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff"  # hides, reverses or breaks the line
    "\ud800-\udfff"  # half a character, which cannot be written at all
    "\ufffe\uffff]"  # none
)
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def visible(text: str) -> str:
    r"""A text on one line, with nothing in it that a terminal obeys: controls are written as `\x1b`."""
    return _CONTROLS.sub(lambda match: _named(match[0]), text)


def xml_text(text: str) -> str:
    r"""A text with the characters that XML 1.0 can have (section 2.2); others are written as `\x1b`."""
    return _NOT_IN_XML.sub(lambda match: _named(match[0]), text)


def _named(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
