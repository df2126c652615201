"""What a check reports: which rule, about what, where, how bad, and how to mend it."""

from __future__ import annotations

import enum
import hashlib
import json
from collections.abc import Mapping
from typing import Any

import msgspec


class Severity(enum.StrEnum):
    """How bad a finding is, as a team decides: errors stop a change by default, the others do not."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"

    @property
    def rank(self) -> int:
        """0 for the mildest; greater is worse."""
        return list(Severity).index(self)


class Place(msgspec.Struct, frozen=True):
    """A line of a file; line 0 is the file as a whole, and an empty file says that there is none.

    Attributes:
        file: the path, as it was given.
        line: counted from 1.
    """

    file: str = ""
    line: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a rule found.

    Attributes:
        rule: the rule's id.
        severity: how bad it is.
        subject: what it is about: a code, `code.member`, `METHOD /path`; empty for the catalog as a whole.
        message: what is wrong, in one sentence without a period.
        remedy: how to mend it.
        arguments: the facts in the message, by name, as JSON.
        place: where it stands.
    """

    rule: str
    severity: Severity
    subject: str
    message: str
    remedy: str
    arguments: Mapping[str, Any] = {}
    place: Place = Place()

    @property
    def fingerprint(self) -> str:
        """Tells findings apart: the same as long as rule, subject and facts are, whatever the wording is."""
        facts = json.dumps([self.rule, self.subject, self.arguments], sort_keys=True, default=str)
        return hashlib.sha256(facts.encode("utf-8", "surrogatepass")).hexdigest()[:16]
