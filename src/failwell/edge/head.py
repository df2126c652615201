"""The head of a problem that other layers have added to."""

from __future__ import annotations

from failwell.headers.leftovers import without_stale
from failwell.typing import Headers

_KEPT = frozenset({"cache-control", "vary"})


def mended_head(fields: Headers, own: Headers) -> Headers:
    """The head without what speaks of the response that was meant to come.

    A problem says that it must not be stored, and by what it varies, also where middleware overwrites that.

    Args:
        fields: of the head as it arrives at the server's edge.
        own: those that the problem was sent with.
    """
    lost = tuple(field for field in own if field[0].lower() in _KEPT and field not in fields)
    return without_stale((*fields, *lost))
