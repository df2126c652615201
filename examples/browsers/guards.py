"""All guards of the service, on one store."""

from __future__ import annotations

from collections.abc import Callable

from examples.browsers.errors import (
    BadRequest,
    BundledLlmBudgetExhausted,
    Conflict,
    PairModeConflict,
    RateLimited,
)
from examples.browsers.settings import Settings
from examples.browsers.tiers import TIERS
from failwell import Problem
from failwell.guard import Bucket, Denied, Idempotency, IdempotencyDenied, Lease, Quota, RateLimit

MICRODOLLARS_PER_CENT = 10_000
TAKEOVER_SECONDS = 30


class Guards:
    """What admits requests.

    Attributes:
        creations: of sessions, by tier; they share a bucket, so an account that moves keeps its state.
        visitors: who has no key yet, by network address.
        mailboxes: attempts to do with one email address, by whomever.
        step_ups: six digits tried, by account.
        once: repeats the answer to a request that comes again.
        takeover: of a session by one client.
        spending: on the bundled model in a calendar month, in microdollars.
    """

    def __init__(self, settings: Settings) -> None:
        store = settings.store()
        self.creations = {
            name: RateLimit(
                Bucket("sessions_create", tier.creations, per="minute"), store=store, problem=_empty(name)
            )
            for name, tier in TIERS.items()
        }
        visits = Bucket("auth_network", settings.visits_per_minute, per="minute")
        self.visitors = RateLimit(visits, store=store, problem=_empty("public"))
        self.mailboxes = RateLimit(
            Bucket("auth_email", 10, per=10 * 60), store=store, problem=_empty("public")
        )
        self.step_ups = {
            name: RateLimit(Bucket("auth_mfa", 5, per="minute"), store=store, problem=_empty(name))
            for name in TIERS
        }
        self.once = Idempotency(store=store, problem=_not_again)
        self.takeover = Lease(
            "takeover",
            ttl=TAKEOVER_SECONDS,
            store=store,
            problem=lambda denied: PairModeConflict(winner_client_id=denied.winner),
        )
        self.spending = Quota(
            "bundled_llm",
            limit=2_000 * MICRODOLLARS_PER_CENT,
            per="month",
            store=store,
            clock=settings.microseconds,
            problem=lambda _: BundledLlmBudgetExhausted(),
        )


def _empty(tier: str) -> Callable[[Denied], Problem]:
    """Names bucket and tier, as the contract has it: `sessions:create`, `solo_manual`."""

    def rate_limited(denied: Denied) -> Problem:
        bucket = denied.bucket.name.replace("_", ":")
        return RateLimited(
            f"The bucket {bucket} of the tier {tier} is empty. Try again in {denied.retry_after} seconds.",
            retry_after_seconds=denied.retry_after,
        )

    return rate_limited


def _not_again(denied: IdempotencyDenied) -> Problem:
    if denied.reason == "malformed":
        return BadRequest("Idempotency-Key: has to be 1 to 255 visible ASCII characters.")
    said = {
        "mismatch": "The Idempotency-Key was used before with another body.",
        "in_flight": "The first request with this Idempotency-Key is still running.",
    }
    return Conflict(
        said.get(denied.reason, "What the first request with this Idempotency-Key did is unknown.")
    )
