"""A catalog of a few types, and what one rule of lint says of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from failwell.check import Api
from failwell.check.lint import LINT_RULES
from failwell.check.rule import Fault
from failwell.source import read_document

TODAY = date(2026, 11, 20)


def problem(code: str = "out_of_stock", /, **words: Any) -> dict[str, Any]:
    """A type to which no rule objects, with other words where they are given."""
    usual = {
        "status": [409],
        "title": f"Title of {code}",
        "retry": "after_change",
        "suggestion": "Order fewer of them.",
        "since": "1.0",
        "prose": "There are fewer in stock than were ordered.",
    }
    return {"code": code, **usual, **words}


def api_of(*problems: Mapping[str, Any], **head: Any) -> Api:
    """An API with these types."""
    usual = {"failwell": 1, "name": "shop", "base": "https://errors.shop.example/", "dialect": "problem"}
    return Api(read_document({**usual, **head, "problems": [*problems]}), today=TODAY)


def faults(rule: str, *problems: Mapping[str, Any], **head: Any) -> list[Fault]:
    """What a rule finds in an API with these types; its messages can be written."""
    found = list(LINT_RULES[rule].find(api_of(*problems, **head)))
    assert all(fault.message for fault in found)
    return found


def subjects(rule: str, *problems: Mapping[str, Any], **head: Any) -> list[str]:
    """What a rule objects to."""
    return [fault.subject for fault in faults(rule, *problems, **head)]
