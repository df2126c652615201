"""A member repeats what every problem has.

## Why

Status, code and request id are on each response, where generic clients look for them. A second one under
another name is read by some clients and can be at odds with the first.

## Example

`status_code: int`, `errorCode: str`, `timestamp: str` (the `Date` header says it: RFC 9110, section 6.6.1).
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api, members
from failwell.check.facts.live_types import is_live
from failwell.check.facts.names import words_of
from failwell.check.rule import Fault, rule
from failwell.declare.record import MemberType, ProblemType
from failwell.finding import Severity

_STANDARD = {
    **dict.fromkeys(
        ("status_code", "http_status", "http_status_code", "http_code", "response_status", "error_status"),
        "status",
    ),
    **dict.fromkeys(("error_code", "problem_code", "error_id", "error_key", "error_name"), "code"),
    **dict.fromkeys(("error_type", "problem_type", "type_uri", "error_uri"), "type"),
    **dict.fromkeys(("error_title", "problem_title"), "title"),
    **dict.fromkeys(("error_detail", "error_details", "problem_detail"), "detail"),
    **dict.fromkeys(("request_id", "req_id", "x_request_id"), "request id"),
    **dict.fromkeys(("is_retryable", "can_retry", "should_retry"), "retry word"),
    **dict.fromkeys(("timestamp", "error_timestamp", "error_time"), "Date header"),
}


@rule(Severity.WARNING, each=members, area="members", remedy="leave it out, and read the one that is there")
def member_repeats_standard(member: MemberType, record: ProblemType, _: Api) -> Iterator[Fault]:
    """A name that the dialect itself writes is refused when the contract is made."""
    standard = _STANDARD.get("_".join(words_of(member.wire_name)))
    if standard and member.on_wire and is_live(record):
        yield Fault(
            f"{record.code}.{member.wire_name}",
            "{name!r} repeats the {standard} that every problem has",
            at=("members", member.wire_name),
            name=member.wire_name,
            standard=standard,
        )
