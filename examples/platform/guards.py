"""The guards: two rate limits, and the budget of a month."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from examples.platform.errors import RateLimitExceeded, SpendLimitExceeded
from examples.platform.plans import euros
from examples.platform.settings import Settings
from failwell.guard import Bucket, Denied, Quota, QuotaDenied, RateLimit

SPANS = {60: "a minute", 600: "10 minutes"}


class Guards(msgspec.Struct, frozen=True):
    """All guards of the service, on one store.

    Attributes:
        attempts: slows down guessing, and mails to one address; asked before anybody is known.
        calls: what one account may ask for.
        budget: the cents that an account may use in a month; its limit is kept with the subscription.
    """

    attempts: RateLimit
    calls: RateLimit
    budget: Quota

    @classmethod
    def of(cls, settings: Settings) -> Guards:
        """Makes them."""
        store = settings.store()
        return cls(
            attempts=RateLimit(
                Bucket("email", 10, per=600),
                Bucket("network", 600, per="minute"),
                store=store,
                problem=too_many,
            ),
            calls=RateLimit(Bucket("account", 60, per="minute", burst=30), store=store, problem=too_many),
            budget=Quota(
                "spend",
                limit=0,
                per="month",
                store=store,
                problem=over_budget,
                clock=settings.microseconds,
            ),
        )


def too_many(denied: Denied) -> RateLimitExceeded:
    """Says how many are admitted."""
    bucket = denied.bucket
    detail = f"Too many requests: {bucket.limit} in {SPANS[round(bucket.window)]} are admitted."
    return RateLimitExceeded(detail, retry_after_seconds=denied.retry_after)


def over_budget(denied: QuotaDenied) -> SpendLimitExceeded:
    """Says which month it is."""
    month = denied.resets - timedelta(days=1)
    return SpendLimitExceeded(f"The spend limit of {euros(denied.limit)} for {month:%B %Y} is reached.")
