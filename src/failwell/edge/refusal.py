"""What a guard's refusal is answered with, where the application did not say it."""

from __future__ import annotations

import re

from failwell.answers import Refused
from failwell.contract import Contract
from failwell.declare import Problem
from failwell.headers import find

_MEMBER = re.compile(r"\{(\w+)\}")


def refused_problem(contract: Contract, refused: Refused) -> Problem:
    """The problem of the contract's own type for the status, or the standard one, with the header fields."""
    problem = contract.problem_for(refused.status, refused.detail)
    for name, value in refused.headers:
        bring_field(problem, name, value)
    return problem


def bring_field(problem: Problem, name: str, value: str) -> None:
    """Has a problem bring a header field.

    If its type makes this field of one member, the value goes into the member, from where it gets into field
    and body alike. If it cannot, the field is the occurrence's own, which counts more than the type's.
    """
    rules = tuple((rule.name, rule.template) for rule in problem.problem_type.headers)
    made_of = _MEMBER.fullmatch(find(rules, name.lower()) or "")
    kind = problem.member_set.checks.get(made_of[1]) if made_of is not None else None
    if made_of is not None and kind is not None and value.isdecimal() and isinstance(0, kind):
        problem.__dict__[made_of[1]] = int(value)
    elif made_of is not None and kind is not None and isinstance(value, kind):
        problem.__dict__[made_of[1]] = value
    else:
        problem.__dict__["headers"] = (*problem.headers, (name, value))
