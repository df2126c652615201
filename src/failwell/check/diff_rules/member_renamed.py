"""A member has another name.

## Why

For those who read it, it is gone: they look for it by the name that they know. AIP-193 says that a key,
once sent, has to stay.

## Example

`plan` is called `tier`, and nothing else of it has changed.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.facts.members import MemberChange, wire_changes
from failwell.check.rule import Fault, rule
from failwell.finding import Severity


@rule(
    Severity.ERROR,
    each=wire_changes,
    area="members",
    profile="wire",
    remedy="send both names until no client reads the former one",
    no_mirror="a new name is one in both directions",
)
def member_renamed(change: MemberChange) -> Iterator[Fault]:
    """It counts as renamed if it is clear which one it was; so it is one finding, not two."""
    if change.before is not None and change.is_renamed:
        yield change.fault("the member {before!r} is called {member!r} now", before=change.before.wire_name)
