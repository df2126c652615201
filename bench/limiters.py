"""The same two-bucket check, a token's and its organisation's, by Failwell and by its peers.

Each gives back what response headers need. Only Failwell decides both buckets in one step: the others are
asked for one after the other, as their users do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import pyrate_limiter
import redis
import throttled
from limits import parse
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import FixedWindowRateLimiter, RateLimiter, SlidingWindowCounterRateLimiter

from failwell.guard import Bucket, RateLimit
from failwell.typing import Store


class Check(Protocol):
    """Spends one unit of both buckets, and gives back where the caller stands."""

    def __call__(self, *, token: str, org: str) -> object:
        """Takes a token and its organisation, or raises."""
        ...


OURS = "RateLimit"
TOKEN, ORG = 1_000, 10_000
"""Requests a minute: neither full again between two checks, nor spent before the last round."""
ENOUGH = 10**7
"""Requests a minute where one token asks without end."""


class TooManyError(Exception):
    """What all raise on a denial."""


def rate_limit(store: Store, token: int = TOKEN, org: int = ORG, **options: Any) -> RateLimit:
    given = {"problem": lambda denied: TooManyError(denied.retry_after), **options}
    return RateLimit(Bucket("token", token, per=60), Bucket("org", org, per=60), store=store, **given)


def by_throttled(using: str, store: Any = None, token: int = TOKEN, org: int = ORG) -> Check:
    kept = store or throttled.MemoryStore()
    tokens = throttled.Throttled(using=using, quota=throttled.per_min(token), store=kept)
    orgs = throttled.Throttled(using=using, quota=throttled.per_min(org), store=kept)

    def check(*, token: str, org: str) -> object:
        first, second = tokens.limit(token), orgs.limit(org)
        if first.limited or second.limited:
            raise TooManyError
        return first.state, second.state

    return check


def by_limits(strategy: type[RateLimiter], storage: Any = None, token: int = TOKEN, org: int = ORG) -> Check:
    limiter = strategy(storage or MemoryStorage())
    tokens, orgs = parse(f"{token}/minute"), parse(f"{org}/minute")

    def check(*, token: str, org: str) -> object:
        if not (limiter.hit(tokens, "token", token) and limiter.hit(orgs, "org", org)):
            raise TooManyError
        stats = limiter.get_window_stats
        return stats(tokens, "token", token), stats(orgs, "org", org)

    return check


class _PerSubject(pyrate_limiter.BucketFactory):
    """A bucket for each subject, made when it first comes, as pyrate-limiter's guide has it."""

    def __init__(self, per_minute: int, make_store: Callable[[str], Any]) -> None:
        self._rates = [pyrate_limiter.Rate(per_minute, pyrate_limiter.Duration.MINUTE)]
        self._make_store, self._clock = make_store, pyrate_limiter.MonotonicClock()
        self._buckets: dict[str, pyrate_limiter.StateBucket] = {}

    def wrap_item(self, name: str, weight: int = 1) -> pyrate_limiter.RateItem:
        return pyrate_limiter.RateItem(name, self._clock.now(), weight=weight)

    def get(self, item: pyrate_limiter.RateItem) -> pyrate_limiter.AbstractBucket:
        bucket = self._buckets.get(item.name)
        if bucket is None:
            store, algorithm = self._make_store(item.name), pyrate_limiter.GCRA()
            bucket = pyrate_limiter.StateBucket(self._rates, algorithm, store, self._clock)
            self._buckets[item.name] = bucket
        return bucket


def by_pyrate(client: redis.Redis | None = None, token: int = TOKEN, org: int = ORG) -> Check:
    """pyrate-limiter says no more than whether it admits."""

    def make_store(name: str) -> Any:
        if client is None:
            return pyrate_limiter.InMemoryStateStore()
        return pyrate_limiter.RedisStateStore(client, f"pyrate:{name}")

    tokens = pyrate_limiter.Limiter(_PerSubject(token, make_store))
    orgs = pyrate_limiter.Limiter(_PerSubject(org, make_store))

    def check(*, token: str, org: str) -> object:
        admitted = tokens.try_acquire(token, blocking=False), orgs.try_acquire(org, blocking=False)
        if not all(admitted):
            raise TooManyError
        return admitted

    return check


def in_memory() -> dict[str, Check]:
    """The peers with their stores in memory."""
    return {
        "throttled, GCRA": by_throttled("gcra"),
        "throttled, fixed window": by_throttled("fixed_window"),
        "pyrate-limiter, GCRA, no state": by_pyrate(),
        "limits, fixed window": by_limits(FixedWindowRateLimiter),
        "limits, sliding window counter": by_limits(SlidingWindowCounterRateLimiter),
    }


def on_redis(url: str, client: redis.Redis) -> dict[str, Check]:
    """The peers with their stores in Redis."""
    enough = {"token": ENOUGH, "org": ENOUGH}
    store = throttled.RedisStore(server=url)
    storage = RedisStorage(url)
    return {
        "throttled, GCRA": by_throttled("gcra", store, **enough),
        "throttled, fixed window": by_throttled("fixed_window", store, **enough),
        "pyrate-limiter, GCRA, no state": by_pyrate(client, **enough),
        "limits, fixed window": by_limits(FixedWindowRateLimiter, storage, **enough),
        "limits, sliding window counter": by_limits(SlidingWindowCounterRateLimiter, storage, **enough),
    }
