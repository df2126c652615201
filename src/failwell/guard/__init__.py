"""Guards: checks that admit a request, or raise the problem that the application made of the denial.

A guard decides by a pure function and leaves the keeping to a store, so that the same guard serves one
process or many. It knows no wire: what a problem looks like is not its concern.
"""

from __future__ import annotations

from failwell.guard.bucket import Bucket
from failwell.guard.rate import Decision, Denied, RateLimit
from failwell.guard.subject import Subject

__all__ = ["Bucket", "Decision", "Denied", "RateLimit", "Subject"]
