"""What one code told is told by another.

## Why

Clients branch on the code that they know for a condition. Of all changes of codes this is the one that
Azure's guidelines call breaking. It is seen in `standard`, the status or failure that a type stands for,
and in examples that go, word for word, from one type to another.

## Example

`standard = 404` goes from `not_found` to `item_missing`: every unknown address answers with another code.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.comparison import Comparison, comparisons
from failwell.check.facts.condition import has_moved, moved_examples, name_of, standing
from failwell.check.rule import Fault, rule
from failwell.finding import Severity


@rule(
    Severity.ERROR,
    each=comparisons,
    area="types",
    profile="branch",
    remedy="leave the condition with its code; where it has to go, rename the type instead",
    no_mirror="a condition that goes back has gone from one code to another",
)
def condition_moved_to_other_code(comparison: Comparison) -> Iterator[Fault]:
    """Also from and to the standard types that fill gaps."""
    old, new = (standing(api.catalog.records) for api in (comparison.before, comparison.after))
    for condition, before in old.items():
        after = new.get(condition)
        if after is not None and has_moved(comparison, before, after):
            yield Fault(
                after.code,
                "{condition} is told by {after!r} instead of {before!r}",
                at=("standard",),
                condition=name_of(condition),
                before=before.code,
                after=after.code,
            )
    for before, example, after in moved_examples(comparison):
        yield Fault(
            after.code,
            "the example {example!r} is told by {after!r} instead of {before!r}",
            at=("examples",),
            example=example.name or example.detail,
            before=before.code,
            after=after.code,
        )
