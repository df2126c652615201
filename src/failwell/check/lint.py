"""`lint`: what is wrong with one state of an API's errors."""

from __future__ import annotations

from failwell.check import lint_rules
from failwell.check.api import Api
from failwell.check.engine import check
from failwell.check.report import Report
from failwell.check.rule import rules_of
from failwell.check.settings import SettingsFile

LINT_RULES = rules_of(lint_rules)
"""All rules by id."""


def lint_api(api: Api, given: SettingsFile | None = None, *, title: str = "lint") -> Report:
    """Asks all rules of `lint` about an API.

    Args:
        api: the API.
        given: what the team decided; by default nothing.
        title: of the report.
    """
    return check(
        api,
        LINT_RULES,
        title=title,
        places=api.places,
        today=api.today,
        given=given or SettingsFile(),
        checked=len(api.own),
        catalog=api.catalog.name,
        codes=api.catalog.records,
    )
