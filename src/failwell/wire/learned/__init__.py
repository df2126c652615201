"""Learning a dialect from recorded error responses: pure inference, with a reason for every decision.

samples → study (the tree of all documents) → identity, facts, texts (what its parts mean) → literal
→ rereading (the proof: every sample read and written again).
"""

from __future__ import annotations

from failwell.wire.learned.learner import Kind, Learned, learn
from failwell.wire.learned.rereading import Rereading
from failwell.wire.learned.samples import Sample, shown
from failwell.wire.learned.study import Decision

__all__ = ["Decision", "Kind", "Learned", "Rereading", "Sample", "learn", "shown"]
