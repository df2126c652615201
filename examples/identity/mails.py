"""Mails, put into a folder instead of being sent."""

from __future__ import annotations

import secrets
import time
from email.message import EmailMessage
from pathlib import Path

import msgspec


class Outbox(msgspec.Struct, frozen=True):
    """A folder of mails: one file each, named so that they sort by time.

    Attributes:
        folder: made with the first mail.
    """

    folder: Path

    def send(self, to: str, subject: str, text: str, *, is_delivered: bool = True) -> None:
        """Puts a mail into the folder, whole or not at all. Call it when the transaction has committed.

        A mail takes time to make. If only accounts got one, the time of an answer would tell who has an
        account: so what is for nobody is made as well, and lies there as something that no one delivers.
        """
        mail = EmailMessage()
        mail["To"], mail["Subject"] = to, subject
        mail.set_content(text, cte="8bit")  # lines stay whole, and links in them
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self.folder / f"{time.time_ns()}-{secrets.token_hex(4)}.draft"
        draft.write_bytes(mail.as_bytes())
        draft.replace(draft.with_suffix(".eml" if is_delivered else ".undelivered"))
