"""Rate-limit header fields from limit states: `X-RateLimit-*` and the two of the IETF draft."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from failwell.headers.fields import quoted
from failwell.typing import Headers, LimitState


def x_rate_limit(states: Sequence[LimitState]) -> Headers:
    """`X-RateLimit-Limit`, `-Remaining` and `-Reset` (whole seconds until full) of the tightest limit."""
    if not states:
        return ()
    tightest = min(states, key=lambda state: (state.remaining, -state.reset))
    return (
        ("X-RateLimit-Limit", str(tightest.limit)),
        ("X-RateLimit-Remaining", str(tightest.remaining)),
        ("X-RateLimit-Reset", str(ceil(tightest.reset))),
    )


def ietf_rate_limit(states: Sequence[LimitState]) -> Headers:
    """`RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers), one list item per limit.

    `t` is the time until the next unit; with units left it is left out, for there is nothing to wait for.
    """
    if not states:
        return ()
    policies = ", ".join(f"{quoted(state.name)};q={state.limit};w={ceil(state.window)}" for state in states)
    limits = ", ".join(f"{quoted(state.name)};r={state.remaining}{_wait(state)}" for state in states)
    return (("RateLimit-Policy", policies), ("RateLimit", limits))


def _wait(state: LimitState) -> str:
    return "" if state.remaining else f";t={ceil(state.next_unit)}"
