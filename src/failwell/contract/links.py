"""Addresses that a person may be asked to follow."""

from __future__ import annotations

import re

_SAFE_SCHEMES = ("http", "https", "mailto")
_BEFORE_A_PATH = re.compile(r"[/?#]")


def is_safe_url(url: str) -> bool:
    """Whether a link may lead there: to a page or an address of mail, never to a script.

    A URL without scheme leads on from the page that it stands on. One with blanks or characters that cannot
    be seen is none: browsers would leave some of them out (WHATWG URL, section 4.4), and find another scheme.
    """
    if not url or " " in url or "\\" in url or not url.isprintable():
        return False
    scheme, colon, _ = _BEFORE_A_PATH.split(url, maxsplit=1)[0].partition(":")
    return not colon or scheme.lower() in _SAFE_SCHEMES
