"""What was mailed: read from the outbox of a service."""

from __future__ import annotations

import email
import re
from email.policy import default
from pathlib import Path

_CODE = re.compile(r"\b\d{6}\b")
_LINK = re.compile(r"https?://[^\s<>\"]+|(?<=\s)/[^\s<>\"]+")


class Mailbox:
    """The mails in an outbox.

    Attributes:
        folder: the outbox.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def texts(self, address: str) -> list[str]:
        """The mails to an address, the last one first."""
        mails = [
            email.message_from_bytes(path.read_bytes(), policy=default)
            for path in sorted(self.folder.glob("*.eml"), reverse=True)
        ]
        return [mail.get_content() for mail in mails if mail["To"] == address]

    def code(self, address: str) -> str:
        """The six digits that were mailed to an address last."""
        return self._last(_CODE, address)

    def link(self, address: str) -> str:
        """The link that was mailed to an address last."""
        return self._last(_LINK, address)

    def _last(self, pattern: re.Pattern[str], address: str) -> str:
        for text in self.texts(address):
            found = pattern.search(text)
            if found:
                return found[0]
        raise LookupError(f"no such mail to {address} in {self.folder}")
