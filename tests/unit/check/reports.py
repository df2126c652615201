"""Reports for the tests of their forms: one of lint, one of diff, and one whose texts mean harm."""

from __future__ import annotations

from failwell.check import Report, Waived, upkeep_rules
from failwell.check.diff import DIFF_RULES
from failwell.check.lint import LINT_RULES
from failwell.check.output.wording import Rules
from failwell.check.rule import rules_of
from failwell.finding import Finding, Place, Severity

UPKEEP = rules_of(upkeep_rules)
LINT: Rules = {**LINT_RULES, **UPKEEP}
DIFF: Rules = {**DIFF_RULES, **UPKEEP}

HOSTILE = (
    "\x1b]0;owned\x07\x1b[2J\r\n::error::x\n<!-- --><img src=x onerror=alert(1)></details>]]>"
    "](https://evil.example) @everyone #1 `code` *b* _i_ | www.evil.example \u202e\x00\x85\ud800\ufffe"
)
"""Control sequences, commands, markup, mentions, links, and characters that XML cannot have."""


def finding(
    rule: str,
    severity: Severity = Severity.ERROR,
    subject: str = "cart_full",
    message: str = "the status changed from 409 to 422",
    place: Place | None = None,
) -> Finding:
    return Finding(
        rule=rule,
        severity=severity,
        subject=subject,
        message=message,
        remedy="keep it as it was",
        arguments={"before": 409},
        place=Place("errors.py", 4) if place is None else place,
    )


def lint_report() -> Report:
    return Report(
        "lint errors.py",
        [
            finding("status-unregistered", message="it is unknown"),
            finding(
                "title-with-period",
                Severity.WARNING,
                "shop_closed",
                "it ends",
            ),
            finding("prose-missing", Severity.INFO, "", "nothing is said", Place()),
        ],
        [Waived(finding("title-too-long", Severity.WARNING, "order_gone"), "legal wants it so")],
        22,
        tuple(LINT_RULES),
    )


def diff_report() -> Report:
    return Report(
        "diff main..errors.py",
        [
            finding("status-changed"),
            finding("member-type-changed", subject="cart_full.limit", message="the type changed"),
            finding(
                "code-added-to-operation", Severity.WARNING, "POST /cart", "it can answer with shop_closed"
            ),
            finding("code-added", Severity.INFO, "shop_closed", "the code 'shop_closed' is new"),
            finding("prose-changed", Severity.INFO, "cart_full", "the page reads otherwise"),
            finding("waiver-stale", Severity.WARNING, "gone", "nothing is found", Place("failwell.toml", 3)),
        ],
        [Waived(finding("member-removed", subject="order_gone.total"), "never sent")],
        22,
        tuple(DIFF_RULES),
    )


def hostile_report() -> Report:
    bad = Finding(
        rule="status-changed",
        severity=Severity.ERROR,
        subject=HOSTILE,
        message=HOSTILE,
        remedy=HOSTILE,
        arguments={"text": HOSTILE},
        place=Place(HOSTILE, 3),
    )
    return Report(f"diff {HOSTILE}", [bad], [Waived(bad, HOSTILE)], 1, tuple(DIFF_RULES))
