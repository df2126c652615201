"""A member carries whole sentences.

## Why

Members are values that programs read; the text of an occurrence is its `detail`. A sentence in a member is
a second text, which nobody translates and clients begin to parse. Spark's catalog has the same rule.

## Example

`message: str`, or `"reason": "The card was refused by the bank."`; say `reason` as one of a few words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from failwell.check.api import Api, members
from failwell.check.facts.live_types import is_live
from failwell.check.facts.names import words_of
from failwell.check.facts.shapes import is_free_text
from failwell.check.rule import Fault, rule
from failwell.declare.record import MemberType, ProblemType
from failwell.finding import Severity

_NAMES = frozenset(("message", "msg", "description", "explanation", "descr", "desc"))
_QUALIFIERS = frozenset((
    "display", "error", "failure", "friendly", "human", "localized", "problem", "readable", "user",
))  # fmt: skip
_SENTENCE = re.compile(r"[A-Z]\w*,?(?: [^ ]+){3,}[.!]\Z")
_LONGEST = 400


@rule(
    Severity.WARNING,
    each=members,
    area="members",
    remedy="put the text into the detail, and values into members",
)
def member_with_sentences(member: MemberType, record: ProblemType, _: Api) -> Iterator[Fault]:
    """Names tell, and so do the values of examples."""
    name = member.wire_name
    if not member.on_wire or not is_live(record) or not is_free_text(member.schema):
        return
    words = words_of(name)
    subject, at = f"{record.code}.{name}", ("members", name)
    if words and words[-1] in _NAMES and _QUALIFIERS.issuperset(words[:-1]):
        yield Fault(subject, "{name!r} is a text beside the detail", at=at, name=name)
        return
    for number, example in enumerate(record.examples):
        value = example.members.get(name)
        if isinstance(value, str) and len(value) <= _LONGEST and _SENTENCE.match(value):
            yield Fault(
                subject,
                "{name!r} is a whole sentence in example {example}",
                at=at,
                name=name,
                example=number + 1,
            )
            return
