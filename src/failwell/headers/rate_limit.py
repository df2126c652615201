"""Rate-limit header fields from limit states: `X-RateLimit-*` and the two of the IETF draft."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
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
    policies: list[str] = []
    limits: list[str] = []
    for state in states:
        policy, begun = _constant(state.name, state.limit, state.window)
        left = state.remaining
        policies.append(policy)
        limits.append(f"{begun}{left}" if left else f"{begun}0;t={ceil(state.next_unit)}")
    return (("RateLimit-Policy", ", ".join(policies)), ("RateLimit", ", ".join(limits)))


@lru_cache(maxsize=1_024)
def _constant(name: str, limit: int, window: float) -> tuple[str, str]:
    """What stays the same while a limit is spent: its policy, and how its item of `RateLimit` begins."""
    label = quoted(name)
    return f"{label};q={limit};w={ceil(window)}", f"{label};r="
