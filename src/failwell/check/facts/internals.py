"""Signs of a service's insides in a text: stack traces, queries, classes, files, machines."""

from __future__ import annotations

import re
from typing import NamedTuple


class Internal(NamedTuple):
    """What a text gives away: the kind, and the words."""

    what: str
    text: str


class _Sign(NamedTuple):
    """A pattern, with texts of which one is in each text that it matches: those are quick to look for."""

    what: str
    hints: tuple[str, ...]
    pattern: re.Pattern[str]


_SOURCE = r"(?:py|java|kt|scala|js|ts|cs|go|rb|php|rs|cpp|c)"
_BUILT_IN = (
    "AssertionError", "AttributeError", "ImportError", "IndexError", "KeyError", "NameError",
    "RecursionError", "ReferenceError", "RuntimeError", "TypeError", "UnicodeDecodeError", "ValueError",
    "ZeroDivisionError",
)  # fmt: skip

_SIGNS = (
    _Sign(
        "a stack trace",
        ("Traceback (most", ", line ", "goroutine ", "panic: runtime"),
        re.compile(
            r'Traceback \(most recent|File "[^"]{1,200}", line \d|\bgoroutine \d+ \[|\bpanic: runtime error'
        ),
    ),
    _Sign("a line of the source", (":",), re.compile(rf"[\w-]\.{_SOURCE}:\d+\b")),
    _Sign(
        "a query",
        ("SELECT ", "INSERT INTO ", "DELETE FROM ", "UPDATE ", "DROP TABLE ", "SQLSTATE", "ORA-"),
        re.compile(
            r"\bSELECT\s.{1,200}\sFROM\s+\S+|\bINSERT INTO \w|\bDELETE FROM \w|\bUPDATE \S{1,80} SET\s"
            r"|\bDROP TABLE \w|\bSQLSTATE\b|\bORA-\d{5}\b"
        ),
    ),
    _Sign(
        "a message of the database",
        ("duplicate key value", "syntax error at or near", "foreign key constraint", "deadlock detected"),
        re.compile(
            r"duplicate key value violates|syntax error at or near|violates foreign key constraint"
            r"|foreign key constraint fails|deadlock detected"
        ),
    ),
    _Sign("the name of a class", ("Exception",), re.compile(r"\b(?:\w+\.){0,9}[A-Z]\w*[a-z]Exception\b")),
    _Sign("the name of a class", ("Error",), re.compile(rf"\b(?:{'|'.join(_BUILT_IN)})\b")),
    _Sign("the name of a class", ("Error",), re.compile(r"\b(?:[a-z_]\w*\.){1,9}[A-Z]\w*Error\b")),
    _Sign("an address in memory", (" at 0x",), re.compile(r"\bat 0x[0-9a-fA-F]{6,}")),
    _Sign(
        "a path of the machine",
        ("/usr/", "/var/", "/etc/", "/opt/", "/root/", "/srv/", "/home/", ":\\"),
        re.compile(
            r"(?<![\w.:/}-])(?<![A-Z] )/(?:usr|var|etc|opt|root|srv|home/[\w.-]+)/[\w.-]+|\b[A-Z]:\\\w+\\"
        ),
    ),
)
_HOST_SIGNS = (
    _Sign(
        "a machine",
        (".internal", ".local", ".svc", ".corp"),
        re.compile(
            r"\b[a-z0-9][a-z0-9-]{0,62}(?:\.[a-z0-9-]{1,63}){0,8}\.(?:internal|local|corp|svc)\b(?!\.?[-\w(])"
        ),
    ),
    _Sign(
        "a machine",
        ("10.", "192.168.", "172."),
        re.compile(
            r"(?<![\d.])(?:10\.\d{1,3}|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d{1,3}\.\d{1,3}(?![\d./]\d|/\d)"
        ),
    ),
)


def internals_in(text: str, *, with_hosts: bool) -> Internal | None:
    """The first sign of insides in a text.

    Args:
        text: to be looked at.
        with_hosts: whether private addresses and names count, too.
    """
    for sign in (*_SIGNS, *_HOST_SIGNS) if with_hosts else _SIGNS:
        if any(hint in text for hint in sign.hints):
            found = sign.pattern.search(text)
            if found is not None:
                return Internal(sign.what, found[0])
    return None
