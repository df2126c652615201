"""Types that are to look alike from outside do not.

## Why

A group conceals which of several things happened: whether an account exists, or may be seen. A status, a
title, a member or a header that only one of them has tells it all the same (OWASP, Authentication Cheat
Sheet: error messages).

## Example

`account_unknown` with `status=404` and `password_wrong` with `status=401`, both with `conceal="accounts"`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from failwell.check.api import Api, catalogs
from failwell.check.facts.live_types import live_types
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType
from failwell.finding import Severity


@rule(Severity.ERROR, each=catalogs, area="concealment", remedy="make all types of the group alike in this")
def conceal_differs(api: Api) -> Iterator[Fault]:
    """Each type is compared with the first one of its group; the code is what the two differ in."""
    first: dict[str, ProblemType] = {}
    for record, _ in live_types(api):
        other = first.setdefault(record.conceal, record) if record.conceal else record
        if other is not record:
            theirs = _seen(other)
            for field, seen in _seen(record).items():
                if seen != theirs[field]:
                    yield Fault(
                        record.code,
                        "it differs from {other!r} in its {field}, though both are concealed in one group",
                        at=(field,),
                        field=field,
                        other=other.code,
                    )


def _seen(record: ProblemType) -> Mapping[str, Any]:
    """What callers see of a type, by the words of documents."""
    return {
        "status": record.statuses,
        "title": record.title,
        "detail": record.detail,
        "suggestion": record.suggestion,
        "retry": [record.is_retryable(status) for status in record.statuses],
        "resolve": record.resolve,
        "redirect": record.redirect,
        "headers": sorted((header.name.lower(), header.template) for header in record.headers),
        "members": {member.wire_name: member.schema for member in record.members if member.on_wire},
    }
