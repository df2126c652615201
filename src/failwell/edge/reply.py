"""Errors as responses, whatever the protocol between server and app."""

from __future__ import annotations

from failwell.answers import Answered, Refused, refusal_behind
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
        """The response that an error means. It never raises: what cannot be answered is internal.

        What a guard says in place of the handler shows its limits, and is not for the keepers of others.
        """
        try:
            if error.__cause__ is not None and refusal_behind(error) is not None:
                self._take_denial(error, exchange)
            if isinstance(error, Problem):
                prompt = self.contract.prompt_parts(error, exchange.request_id)
                if prompt is not None:
                    return (*prompt, False)
            return self._judged(error, exchange)
        except Exception as failure:  # noqa: BLE001 - members, policies and exceptions are code of others
            log_failure("an error could not be answered as what it is", failure)
            problem = self.contract.problem_for("internal")
            return (*self.contract.parts(problem, exchange.request_id), True)

    def answer(self, answered: Answered, exchange: Exchange) -> tuple[int, Headers, bytes]:
        """The response that was known without the handler, as it stands: status, header fields and body.

        Fields that are the edge's to say are left out, and the body where there can be none.
        """
        if exchange.watch is not None:
            exchange.watch.keepers = ()
        own = ("content-length", "transfer-encoding", exchange.id_name.decode("latin-1"))
        fields = tuple(field for field in answered.headers if field[0].lower() not in own)
        return answered.status, fields, answered.body if has_content(answered.status) else b""

    def _take_denial(self, error: Exception, exchange: Exchange) -> None:
        exchange.keep_denial(error)
        if exchange.watch is not None:
            exchange.watch.keepers = ()

    def _judged(self, error: Exception, exchange: Exchange) -> Reply:
        if isinstance(error, Refused):
            self._take_denial(error, exchange)
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


def has_content(status: int) -> bool:
    """Whether a response with this status has content (RFC 9110, section 6.4.1)."""
    return status >= 200 and status not in (204, 304)
