"""Heads of responses: what problems keep of theirs, the limits of successes, and ids that can be sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NoReturn

from failwell.contract import Contract
from failwell.edge.verdict import log_failure
from failwell.headers import is_safe_value, new_request_id
from failwell.headers.leftovers import without_stale
from failwell.typing import Headers, LimitState

_KEPT = frozenset({"cache-control", "vary"})


def mended_head(fields: Headers, own: Headers) -> Headers:
    """The head without what speaks of the response that was meant to come.

    A problem says that it must not be stored, and by what it varies, also where middleware overwrites that.

    Args:
        fields: of the head as it arrives at the server's edge.
        own: those that the problem was sent with.
    """
    lost = tuple(field for field in own if field[0].lower() in _KEPT and field not in fields)
    return without_stale((*fields, *lost))


def shows_limits(status: int) -> bool:
    """Whether a response shows where the caller stands: successes, what has not changed, and denials."""
    return 200 <= status < 300 or status in (304, 429)


def limit_fields(contract: Contract, states: Sequence[LimitState]) -> Headers:
    """The header fields that show limits; none where they cannot be written, which is logged."""
    try:
        fields = contract.limit_headers(states)
        for _, value in fields:
            if not is_safe_value(value):
                _refuse(value)
    except Exception as failure:  # noqa: BLE001 - a success stays one, whatever guards say
        log_failure("limits could not be shown", failure)
        return ()
    return fields


def sure_id(make: Callable[[], str]) -> Callable[[], str]:
    """A maker of request ids that always makes one that can be sent. What fails is logged."""
    if make is new_request_id:
        return make

    def made() -> str:
        try:
            request_id = make()
            if not request_id or not is_safe_value(request_id):
                _refuse(request_id)
        except Exception as failure:  # noqa: BLE001 - code of others
            log_failure("make_request_id failed, another id is made", failure)
            return new_request_id()
        return request_id

    return made


def _refuse(value: str) -> NoReturn:
    raise ValueError(f"{value!r} cannot be sent as the value of a header field")
