"""What tests of probing share."""

from __future__ import annotations

from collections.abc import Iterable

from failwell.guard.probing import (
    Probing,
    Verdict,
    VerdictKind,
)
from failwell.typing import Facts

SECRET = b"of these tests"
FACTS = Facts(method="GET", path="/", query="", field=lambda _name: "")


def kinds(verdicts: Iterable[Verdict | None]) -> list[VerdictKind]:
    return [verdict.kind for verdict in verdicts if verdict is not None]


def guess(probing: Probing, count: int = 30, subject: str = "192.0.2.1") -> list[Verdict | None]:
    return [
        probing.observe(subject=subject, outcome="credential", credential=f"guess {number}")
        for number in range(count)
    ]
