"""Entity tags: written, read and compared (RFC 9110, section 8.8.3).

A tag is a text as it stands in the field, quotes included: `"r7"` is strong, `W/"r7"` weak.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from collections.abc import Collection, Iterable
from hashlib import blake2b

ANY = "*"
"""Stands for any tag at all; it cannot be a tag itself, for it has no quotes."""

LONGEST = 8_192
"""Characters of a field that are read, as many as servers commonly take for one."""

_WEAK = "W/"
_BYTES = 16  # 128 bits: no two of a billion billion revisions are likely to share a tag
_LONGEST_PLAIN = 64
_PLAIN = re.compile(r"[!#-~]*", re.ASCII)
_TAG = r'(?:W/)?"[!#-~\x80-\xff]*+"'  # no blanks, no controls; a backslash means itself
_ONE = re.compile(_TAG)
_ELEMENT = re.compile(rf"[ \t]*+({_TAG})?+[ \t]*+(?:,|\Z)")  # possessive throughout, so never read twice


def etag(value: str | int | bytes, *, weak: bool = False) -> str:
    """Writes the tag of a revision: `etag(7)` is `"7"`.

    A number, and a text of up to 64 visible ASCII characters without double quotes, stand in it as they are.
    Other texts, and bytes, are represented by a digest (BLAKE2b-128, base64url), so `etag(body)` is a tag of
    the content. The number 7 and the text "7" have the same tag.

    Args:
        value: what changes whenever the representation does: a revision, a version's name, the content.
        weak: whether equal tags mean equivalent content only, not the same bytes. A weak tag never fulfils
            `If-Match`.

    Raises:
        TypeError: for a value of another type.
    """
    return f'{_WEAK if weak else ""}"{_opaque(value)}"'


def is_etag(value: str) -> bool:
    """Whether a text is a tag, quotes and all."""
    return _ONE.fullmatch(value) is not None


def etags(value: str) -> tuple[str, ...] | None:
    """Reads the value of `If-Match` or `If-None-Match` (RFC 9110, sections 13.1.1 and 13.1.2).

    Commas may stand inside tags, and elements of the list may be empty (section 5.6.1.2). It never raises,
    and takes time in proportion to the length, whatever the value is.

    Args:
        value: the field's value; several fields are joined with commas.

    Returns:
        The tags in order, `("*",)` for the asterisk. None if the value follows no syntax of the two: a tag
        without quotes, an asterisk among tags, `w/` in lower case; or is longer than 8192 characters.
    """
    if len(value) > LONGEST:
        return None
    if value.strip(" \t") == ANY:
        return (ANY,)
    found: list[str] = []
    place = 0
    while place < len(value):
        element = _ELEMENT.match(value, place)
        if element is None:
            return None
        if element[1]:
            found.append(element[1])
        place = element.end()
    return tuple(found)


def is_strong(tag: str) -> bool:
    """Whether equal tags mean the same bytes."""
    return not tag.startswith(_WEAK)


def matches_strongly(current: str, given: Iterable[str]) -> bool:
    """Whether one of the tags is the current one, by strong comparison (RFC 9110, section 8.8.3.2).

    A weak tag equals none, not even itself.
    """
    return is_strong(current) and current in given


def matches_weakly(current: str, given: Iterable[str]) -> bool:
    """Whether one of the tags is the current one, by weak comparison: weak or not does not count."""
    opaque = current.removeprefix(_WEAK)
    return any(tag.removeprefix(_WEAK) == opaque for tag in given)


def without_suffix(tag: str, suffixes: Collection[str]) -> str:
    """A tag as it was before a server in front appended one of the suffixes, as for compressed content.

    `"r7-gzip"` becomes `"r7"` with the suffix `-gzip`. Without such a suffix it stays as it is.
    """
    end = next((suffix for suffix in suffixes if tag.endswith(f'{suffix}"')), "")
    return f'{tag[: -len(end) - 1]}"' if end else tag


def _opaque(value: object) -> str:
    """What stands between the quotes."""
    if isinstance(value, str):
        text = str.__str__(value)  # of an enum's member its value
        if len(text) <= _LONGEST_PLAIN and _PLAIN.fullmatch(text):
            return text
        return _digest(text.encode("utf-8", "surrogatepass"))
    if isinstance(value, bytes):
        return _digest(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:d}"
    raise TypeError(
        f"etag: a {type(value).__name__} has no tag\n"
        "  To mend it: pass the revision as a str or int, or the content as bytes"
    )


def _digest(content: bytes) -> str:
    return urlsafe_b64encode(blake2b(content, digest_size=_BYTES).digest())[:22].decode("ascii")
