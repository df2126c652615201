"""Guards: checks that admit a request, or raise the problem that the application made of the denial.

A guard decides by a pure function and leaves the keeping to a store, so that the same guard serves one
process or many. It knows no wire: what a problem looks like is not its concern.
"""

from __future__ import annotations

from failwell.guard.account import QuotaDecision, QuotaDenied
from failwell.guard.address import address_subject
from failwell.guard.bucket import Bucket
from failwell.guard.cap import Cap
from failwell.guard.claim import Claim, KeptResponse
from failwell.guard.concurrency import Concurrency, ConcurrencyDenied, Slot
from failwell.guard.idempotency import Idempotency, IdempotencyDenied
from failwell.guard.lease import HeldLease, Lease, LeaseDenied
from failwell.guard.outage import Unavailable
from failwell.guard.precondition import Precondition, PreconditionDenied, PreconditionMet
from failwell.guard.probing import Probing, ProbingDenied, Verdict
from failwell.guard.proxies import Proxies
from failwell.guard.quota import Quota, Reservation
from failwell.guard.rate import Decision, Denied, RateLimit
from failwell.guard.subject import Subject
from failwell.guard.thresholds import Thresholds
from failwell.headers.etag import etag

__all__ = [
    "Bucket",
    "Cap",
    "Claim",
    "Concurrency",
    "ConcurrencyDenied",
    "Decision",
    "Denied",
    "HeldLease",
    "Idempotency",
    "IdempotencyDenied",
    "KeptResponse",
    "Lease",
    "LeaseDenied",
    "Precondition",
    "PreconditionDenied",
    "PreconditionMet",
    "Probing",
    "ProbingDenied",
    "Proxies",
    "Quota",
    "QuotaDecision",
    "QuotaDenied",
    "RateLimit",
    "Reservation",
    "Slot",
    "Subject",
    "Thresholds",
    "Unavailable",
    "Verdict",
    "address_subject",
    "etag",
]
