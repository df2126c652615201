"""As what a type is sent at the moment: deprecated, renamed, or simply as declared."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import msgspec

from failwell.declare.record import ProblemType, Stage
from failwell.headers import lifecycle_fields, midnight
from failwell.typing import Headers


class Phase(NamedTuple):
    """As what a type is sent.

    Attributes:
        record: the type; of a renamed one before its sunset, with the former code.
        headers: what tells callers that something goes away.
        until: the instant at which the phase ends, in seconds since 1970; None if it does not by itself.
    """

    record: ProblemType
    headers: Headers = ()
    until: int | None = None


def phase_of(record: ProblemType, clock: Callable[[], float], base: str) -> Phase:
    """Finds out as what a type is sent. The clock is read only for types that were renamed.

    Args:
        record: the type as declared.
        clock: returns the time in seconds since 1970.
        base: what type URIs begin with.
    """
    life = record.lifecycle
    if life.stage is Stage.DEPRECATED:
        successor = base + life.replaced_by if life.replaced_by else ""
        page = base + record.code if base.startswith(("https:", "http:")) else ""  # a URN has no page
        return Phase(record, lifecycle_fields(life.since, life.sunset, page=page, successor=successor))
    if not life.former or life.sunset is None or clock() >= midnight(life.sunset):
        return Phase(record)
    fields = lifecycle_fields(life.since, life.sunset, successor=base + record.code)
    return Phase(msgspec.structs.replace(record, code=life.former), fields, midnight(life.sunset))
