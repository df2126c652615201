"""The guards of the service, on one store."""

from __future__ import annotations

from collections.abc import Callable
from logging import Logger

import msgspec

from examples.devspace.documents import edited
from examples.devspace.errors import RateLimited
from examples.devspace.settings import Settings
from failwell.guard import Bucket, Lease, Probing, RateLimit, Verdict

REQUESTS = 120
"""A key's, in a minute."""

EDITING_SECONDS = 120
"""How long a document is kept for an editor who does not come back; longer than the AI takes."""


class Guards(msgspec.Struct, frozen=True):
    """All of them.

    Attributes:
        minute: of a key of the public API.
        editing: one editor at a time, of each document.
        mails: one link a minute is mailed to an address. Who asks for more is not told.
        probing: notices callers who keep being refused. It blocks nobody.
    """

    minute: RateLimit
    editing: Lease
    mails: RateLimit
    probing: Probing


def make_guards(settings: Settings, log: Logger) -> Guards:
    """Makes the guards of one app."""
    store = settings.store()
    return Guards(
        minute=RateLimit(
            Bucket("key", REQUESTS, per="minute"),
            store=store,
            problem=lambda denied: RateLimited(retry_after_seconds=denied.retry_after),
        ),
        editing=Lease("editing", ttl=EDITING_SECONDS, store=store, problem=lambda _: edited()),
        mails=RateLimit(Bucket("email", 1, per="minute"), store=store),
        probing=Probing(store=store, on_verdict=_noticed(log), secret=settings.secret[:64]),
    )


def _noticed(log: Logger) -> Callable[[Verdict], None]:
    def on_verdict(verdict: Verdict) -> None:
        log.warning(
            "%s by %s: %d errors in %d requests",
            verdict.kind,
            verdict.subject,
            verdict.errors,
            verdict.requests,
        )

    return on_verdict
