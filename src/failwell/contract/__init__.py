"""The waist: what an API promises about its errors, rendered and parsed."""

from __future__ import annotations

from failwell.contract.contract import MAX_BODY, Contract, Rendered
from failwell.contract.foreign import NotAProblem, UnknownPolicy, UnknownProblem
from failwell.contract.policy import Policy

__all__ = ["MAX_BODY", "Contract", "NotAProblem", "Policy", "Rendered", "UnknownPolicy", "UnknownProblem"]
