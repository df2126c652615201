"""The slots of a dialect: the facts of a problem that a wire shape can show."""

from __future__ import annotations


class Slot:
    """A place in a dialect's literal that the encoder fills and the decoder reads. Compared by identity."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name


TYPE = Slot("TYPE")
"""Type URI of the problem type."""
CODE = Slot("CODE")
"""Code of the problem type."""
STATUS = Slot("STATUS")
"""HTTP status as a number."""
STATUS_TEXT = Slot("STATUS_TEXT")
"""HTTP status as a string."""
RPC_STATUS = Slot("RPC_STATUS")
"""Canonical status word of google.rpc that fits the HTTP status."""
TITLE = Slot("TITLE")
"""Title of the problem type."""
DETAIL = Slot("DETAIL")
"""The occurrence's detail; absent where it has none."""
MESSAGE = Slot("MESSAGE")
"""The occurrence's detail, or else the title: for shapes whose text is never absent."""
RETRYABLE = Slot("RETRYABLE")
"""Whether the identical request can succeed."""
SUGGESTION = Slot("SUGGESTION")
"""The next step, for people."""
RESOLVE = Slot("RESOLVE")
"""The way out for programs, as an object."""
REQUEST_ID = Slot("REQUEST_ID")
"""Id of the request."""
DOMAIN = Slot("DOMAIN")
"""Name of the catalog."""
MEMBERS = Slot("MEMBERS")
"""The members, as an object."""
MEMBERS_TEXT = Slot("MEMBERS_TEXT")
"""The members, as an object of strings: what is no string stands as its JSON text."""
REST = Slot("REST")
"""As a key, with `MEMBERS` as its value: the members stand directly in this object."""
