"""Whether a response keeps the contract: one look at one response, with all that is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from failwell.contract import Contract, NotAProblem, UnknownProblem
from failwell.declare import Problem
from failwell.declare.record import HeaderRule, ProblemType
from failwell.declare.template import Template
from failwell.guard.claim import REPLAYED
from failwell.headers import find
from failwell.typing import Headers
from failwell.wire.decoder import Reader, Said
from failwell.wire.slots import REQUEST_ID, STATUS
from failwell.wire.values import convert, decode

RULES = (
    "undeclared", "not-a-problem", "status", "media-type", "header", "request-id", "member", "left-out",
)  # fmt: skip
"""What a response can break. The first needs the operation that it answers, the last the server's log."""

_PLACEHOLDER = re.compile(r"\{[^{}]*\}")


class Fault(NamedTuple):
    """One thing in which a response differs from what the contract says.

    Attributes:
        rule: which of `RULES` it breaks.
        message: what is wrong, without a period.
        remedy: how to mend it.
    """

    rule: str
    message: str
    remedy: str


class Examination(NamedTuple):
    """What was found.

    Attributes:
        problem: what the response says; None for a page in a media type that the contract offers, which
            cannot be read back.
        faults: all that is wrong.
    """

    problem: Problem | None
    faults: tuple[Fault, ...]


def examine(contract: Contract, status: int, headers: Headers, body: bytes) -> Examination:
    """Looks at a response with the status of an error."""
    media_type = (find(headers, "content-type") or "").partition(";")[0].strip().lower()
    if media_type in contract.policy.offers:
        return Examination(None, ())
    problem = contract.parse(status, headers, body)
    if isinstance(problem, NotAProblem):
        return Examination(problem, (_no_problem(problem),))
    if isinstance(problem, UnknownProblem) and not is_bare(contract, problem):
        return Examination(problem, (_unknown(problem),))
    document: dict[str, Any] = decode(body)
    said = Reader(contract.dialect).read(document)
    faults = [*_media_type_faults(contract, media_type), *_status_faults(contract, problem, document)]
    is_replay = _is_replay(headers)  # byte for byte, but without the fields that were the first request's
    if not is_replay:
        faults += _id_faults(contract, said, find(headers, contract.request_id_header.lower()))
    if not isinstance(problem, UnknownProblem):
        faults += () if is_replay else _header_faults(contract, problem, headers)
        faults += _member_faults(problem, said)
    return Examination(problem, tuple(faults))


def _is_replay(headers: Headers) -> bool:
    return any(find(headers, name.lower()) == value for name, value in REPLAYED)


def is_bare(contract: Contract, problem: UnknownProblem) -> bool:
    """Whether it is what a contract makes of a status that its catalog has no type for."""
    standing = (contract.problem_for(problem.status), contract.problem_for("internal"))
    return any(isinstance(one, UnknownProblem) and one.code == problem.code for one in standing)


def _no_problem(problem: NotAProblem) -> Fault:
    return Fault(
        "not-a-problem",
        f"it is no problem: {problem.detail}",
        "raise a problem of the catalog instead of returning a response of your own",
    )


def _unknown(problem: UnknownProblem) -> Fault:
    return Fault(
        "not-a-problem",
        f"its code {problem.code!r} is not in the catalog",
        "declare the type, or raise one that is declared",
    )


def _media_type_faults(contract: Contract, media_type: str) -> Iterator[Fault]:
    declared = contract.dialect.media_type
    if media_type != declared.partition(";")[0].strip().lower():
        yield Fault(
            "media-type",
            f"its media type is {media_type or 'not said'}, declared is {declared}",
            "let the contract write the response: raise the problem, or send what contract.render makes",
        )


def _status_faults(contract: Contract, problem: Problem, document: Mapping[str, Any]) -> Iterator[Fault]:
    statuses, status = problem.problem_type.statuses, problem.status
    if status not in statuses:
        yield Fault(
            "status",
            f"its status is {status}, declared for {problem.code} are {_listed(statuses)}",
            "send one of them, or add the status to the type's status=(…)",
        )
    for key, slot in contract.dialect.shape.items():
        if slot is STATUS and document.get(key, status) != status:
            yield Fault(
                "status",
                f"its status is {status}, but its body says {document[key]!r}",
                "leave the response's status as the contract has written it",
            )


def _id_faults(contract: Contract, said: Said, sent: str | None) -> Iterator[Fault]:
    name = contract.request_id_header
    if REQUEST_ID in contract.dialect.slots and said.request_id != sent:
        yield Fault(
            "request-id",
            f"the request id in its body is {said.request_id!r}, in {name} {sent!r}",
            f"leave {name} to Failwell, and put no middleware outside of it that changes the field",
        )


# ---------------------------------------------------------------------------- header fields


def _header_faults(contract: Contract, problem: Problem, headers: Headers) -> Iterator[Fault]:
    rules = {rule.name.lower(): rule for rule in problem.problem_type.headers}
    if problem.status == 401 and contract.policy.challenge:
        rules.setdefault("www-authenticate", HeaderRule("WWW-Authenticate"))
    for name, rule in rules.items():
        values = [value for key, value in headers if key.lower() == name]
        message = _header_fault(rule, problem, values)
        if message:
            yield Fault(
                "header", message, f"let {problem.code} bring {rule.name}, and no middleware change it"
            )


def _header_fault(rule: HeaderRule, problem: Problem, values: list[str]) -> str:
    """What is wrong with a declared field; empty if nothing is."""
    template, members = Template(rule.template), problem.problem_type.members
    if not values:
        can_be_absent = any(m.name in template.names and not m.required for m in members)
        return "" if can_be_absent else f"the declared header {rule.name} is missing"
    in_body = {m.name for m in problem.problem_type.wire_members(problem.status)}
    expected = template.fill(vars(problem)) if in_body.issuperset(template.names) else None
    if expected is not None:
        has_it = any(expected in value for value in values) if not template.names else expected in values
        return "" if has_it else f"{rule.name} is {_listed(values)}, but has to be {expected}"
    if rule.template and not any(_fits(template, problem, value) for value in values):
        return f"{rule.name} is {_listed(values)}, declared is {rule.template}"
    return ""


def _fits(template: Template, problem: Problem, value: str) -> bool:
    """Whether a field can be what a template makes of members that the body does not have."""
    name = template.single_name
    if name is not None:
        try:
            convert(value, problem.member_set.annotations[name], strict=False)
        except ValueError:
            return False
        return True
    literals = map(re.escape, _PLACEHOLDER.split(template.source))
    return re.fullmatch(".*".join(literals), value) is not None


# ---------------------------------------------------------------------------- members


def _member_faults(problem: Problem, said: Said) -> Iterator[Fault]:
    for name, reason in problem.unreadable.items():
        is_missing = reason == "missing"
        yield Fault(
            "member",
            f"the declared member {name!r} is missing"
            if is_missing
            else f"the member {name!r} is not of its declared type: {reason}",
            f"bring {name} when raising {type(problem).__name__}"
            if is_missing
            else f"bring a value of the type that {type(problem).__name__} declares, or declare another",
        )
    for name in _undeclared(problem.problem_type, problem.status, said):
        yield Fault(
            "member",
            f"the member {name!r} is not declared for {problem.code} with status {problem.status}",
            f"declare it in {type(problem).__name__}, or leave it out",
        )


def _undeclared(record: ProblemType, status: int, said: Said) -> Iterator[str]:
    declared = {member.wire_name for member in record.wire_members(status)} | said.standard
    return (name for name in said.members if name not in declared)


def _listed(values: Any) -> str:
    return ", ".join(map(str, values))
