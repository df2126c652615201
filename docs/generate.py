"""Writes the generated parts of the pages: `python -m docs.generate`, or `--check` to look for drift.

A generated part stands between `<!-- generated: NAME -->` and `<!-- end -->`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec

from docs import rules
from failwell import Catalog, Contract, Problem, Resolve, Retry
from failwell.wire.dialects import BUILT_IN
from failwell.wire.losses import lost
from tests.skew import table as skew

PAGES = Path(__file__).parent
_PART = re.compile(r"(<!-- generated: ([a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)

drops = Catalog("drops", base="https://errors.drops.example/")


class QuotaExceeded(
    Problem,
    catalog=drops,
    code="quota_exceeded",
    status=413,
    title="Quota exceeded",
    retry=Retry.AFTER_ACTION,
    suggestion="Free up space, or upgrade the plan.",
    resolve=Resolve(action="upgrade_plan", url="https://drops.example/billing"),
):
    """The example of the pages."""

    limit: int
    used: int


def dialect_examples() -> str:
    """One occurrence in each built-in dialect."""
    problem = QuotaExceeded("12 MB do not fit.", limit=10, used=9)
    parts: list[str] = []
    for dialect in BUILT_IN:
        body = Contract(drops, dialect=dialect).render(problem, request_id="req_1").body
        shown = msgspec.json.format(body, indent=2).decode()
        name = dialect.name.upper().replace("-", "_")
        parts.append(f"### {name}\n\n`{dialect.media_type}`\n\n```json\n{shown}\n```\n")
    return "\n".join(parts)


def losses() -> str:
    """What each built-in dialect cannot carry."""
    rows = [
        f"| `{d.name.upper().replace('-', '_')}` | {', '.join(lost(d)) or 'nothing of this'} |"
        for d in BUILT_IN
    ]
    return "\n".join(["| dialect | cannot say |", "|---|---|", *rows, ""])


PARTS: dict[str, Callable[[], str]] = {
    "dialect-examples": dialect_examples,
    "diff-rules": rules.diff_rules,
    "lint-rules": rules.lint_rules,
    "losses": losses,
    "skew-calls": skew.calls,
    "skew-matrix": skew.matrix,
    "skew-others": skew.others,
}


def generated(page: str) -> str:
    """A page with its generated parts made anew."""
    return _PART.sub(lambda part: part[1] + PARTS[part[2]]() + part[3], page)


def main(arguments: list[str]) -> int:
    """Writes the pages that have drifted; with `--check` only names them, and returns 1 if there are any."""
    drifted = [path for path in sorted(PAGES.glob("*.md")) if generated(path.read_text()) != path.read_text()]
    for path in drifted:
        if "--check" not in arguments:
            path.write_text(generated(path.read_text()))
        print(path.relative_to(PAGES.parent))  # noqa: T201 - a program
    return int("--check" in arguments and bool(drifted))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
