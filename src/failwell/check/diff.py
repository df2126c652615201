"""`diff`: what a change means for those who have the API as it was."""

from __future__ import annotations

from typing import Literal

from failwell.check import diff_rules
from failwell.check.api import Api
from failwell.check.comparison import Comparison
from failwell.check.engine import check
from failwell.check.report import Report
from failwell.check.rule import Profile, rules_of
from failwell.check.settings import SettingsFile
from failwell.declare.record import Stage
from failwell.finding import Severity

DIFF_RULES = rules_of(diff_rules)
"""All rules by id."""

Bump = Literal["none", "patch", "minor", "major"]
"""What a change does to a version (Semantic Versioning 2.0.0)."""

_WIDER: dict[Profile, tuple[Profile, ...]] = {
    "wire": ("wire",),
    "branch": ("wire", "branch"),
    "source": ("wire", "branch", "source"),
    "docs": ("docs",),
}


def diff_apis(  # noqa: PLR0913 - what can be said about a comparison
    before: Api,
    after: Api,
    given: SettingsFile | None = None,
    *,
    profile: Profile = "source",
    docs: bool = True,
    title: str = "diff",
) -> Report:
    """Asks the rules of `diff` about two states of an API.

    Types that were drafts are promised to nobody, so nothing that happens to them is found; what breaks
    clients of a beta is a warning.

    Args:
        before: what clients have.
        after: what they are to get.
        given: what the team decided; by default nothing.
        profile: whom changes must not break: readers of the bytes; also clients that branch on codes; also
            code that was generated from the catalog.
        docs: whether changes of the documentation are told, too.
        title: of the report.
    """
    asked = (*_WIDER[profile], *(("docs",) if docs else ()))
    comparison = Comparison(before, after)
    betas = {code for code, record in before.own.items() if record.lifecycle.stage is Stage.BETA}
    return check(
        comparison,
        {name: rule for name, rule in DIFF_RULES.items() if rule.profile in asked},
        title=title,
        places=after.places,
        today=after.today,
        given=given or SettingsFile(),
        checked=len({*map(comparison.code_now, before.own), *after.own}),
        catalog=after.catalog.name,
        codes={**before.catalog.records, **after.catalog.records},
        lenient=betas | {comparison.code_now(code) for code in betas},
    )


def version_bump(report: Report) -> Bump:
    """The version that a change calls for; what is waived counts, for it happens all the same.

    What is wrong with the notice of an end, such as a deprecation without a sunset, breaks nobody yet: what
    comes at that end is the major change.
    """
    findings = [*report.findings, *(waived.finding for waived in report.waived)]
    told = [(finding, DIFF_RULES[finding.rule]) for finding in findings if finding.rule in DIFF_RULES]
    seen_by_programs = [(finding, rule) for finding, rule in told if rule.profile != "docs"]
    is_broken = (
        finding.severity is Severity.ERROR and rule.area != "lifecycle" for finding, rule in seen_by_programs
    )
    if any(is_broken):
        return "major"
    if any(rule.area != "text" or finding.severity is Severity.WARNING for finding, rule in seen_by_programs):
        return "minor"
    return "patch" if told else "none"
