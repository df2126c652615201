"""Errors as responses, whatever the protocol between server and app."""

from __future__ import annotations

from failwell.contract import Contract
from failwell.declare import Problem
from failwell.edge.exchange import Exchange
from failwell.edge.verdict import Translate, Verdict, judge, log_failure
from failwell.typing import Headers

Reply = tuple[int, Headers, bytes, bool]
"""Status, header fields and body of a response, and whether nobody foresaw the error behind it.

The length and the request id are not among the fields: the one is the protocol's to say, the other stands on
every response. Replies that differ in nothing but their body have one and the same tuple of fields.
"""


class Replier:
    """Answers errors with problems of one contract."""

    def __init__(self, contract: Contract, translate: Translate) -> None:
        """Takes what replies are made of.

        Args:
            contract: what problems look like.
            translate: makes problems of a framework's own errors.
        """
        self.contract, self._translate = contract, translate

    def reply(self, error: Exception, exchange: Exchange) -> Reply:
        """The response that an error means. It never raises: what cannot be answered is internal."""
        try:
            if isinstance(error, Problem):
                prompt = self.contract.prompt_parts(error, exchange.request_id)
                if prompt is not None:
                    return (*prompt, False)
            return self._judged(error, exchange)
        except Exception as failure:  # noqa: BLE001 - members, policies and exceptions are code of others
            log_failure("an error could not be answered as what it is", failure)
            problem = self.contract.problem_for("internal")
            return (*self.contract.parts(problem, exchange.request_id), True)

    def _judged(self, error: Exception, exchange: Exchange) -> Reply:
        problem, unforeseen = judge(error, self.contract, self._translate)
        contract = self.contract
        accept = languages = ""
        if contract.policy.offers or problem.problem_type.redirect is not None:
            accept = exchange.field(b"accept")
        if contract.catalog.languages:
            languages = exchange.field(b"accept-language")
        return (*contract.parts(problem, exchange.request_id, accept, languages), unforeseen)

    def verdict(self, error: Exception) -> Verdict:
        """The problem that an error means, and whether nobody foresaw it."""
        return judge(error, self.contract, self._translate)
