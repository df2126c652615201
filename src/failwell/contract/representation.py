"""A representation: an answer in a media type that the contract offers besides the API's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from failwell.contract.account import Account, Constants, Told
from failwell.contract.answer import Answer, Answers
from failwell.contract.policy import Offer
from failwell.declare.problem import Problem
from failwell.typing import Headers


class _Page(Protocol):
    """A type with one status as a document, in one language."""

    content_type: str

    def __init__(self, constants: Constants) -> None: ...

    def body(self, told: Told) -> bytes: ...


class Representation:
    """How occurrences of one answer are shown in one media type; compiled once."""

    def __init__(self, account: Account, page: type[_Page], usual: Headers, security: Headers) -> None:
        """Compiles.

        Args:
            account: tells the facts.
            page: writes them down.
            usual: the header fields of the answer; those of an occurrence may be others.
            security: header fields of the media type. They win over any others of their names.
        """
        self._account, self._make = account, page
        self._page = page(account.constants)
        self._security = security
        self._replaced = {"content-type", *(name.lower() for name, _ in security)}
        self._usual, self._usual_here = usual, self._changed(usual)

    def headers(self, headers: Headers) -> Headers:
        """The header fields of an answer, for this media type."""
        return self._usual_here if headers is self._usual else self._changed(headers)

    def body(self, state: Mapping[str, Any], headers: Headers, request_id: str | None) -> bytes:
        """Writes the body of an occurrence from its state, its header fields and the request id."""
        told = self._account.of(state, headers, request_id)
        if told.constants is not self._account.constants:
            return self._make(told.constants).body(told)
        return self._page.body(told)

    def _changed(self, headers: Headers) -> Headers:
        kept = (field for field in headers if field[0].lower() not in self._replaced)
        return (("Content-Type", self._page.content_type), *kept, *self._security)


def represented(answers: Answers, answer: Answer, problem: Problem, offer: Offer) -> Representation:
    """The representation of an answer, compiled when it is first asked for.

    Args:
        answers: those of the contract.
        answer: the one to show.
        problem: any occurrence that it is for.
        offer: the media type.
    """
    kept = answer.shown.get(offer)
    if isinstance(kept, Representation):
        return kept
    page, security = _page_of(offer)
    account = Account(answers, answer, problem)
    made = answer.shown[offer] = Representation(account, page, answer.headers, security)
    return made


def _page_of(offer: Offer) -> tuple[type[_Page], Headers]:
    """What writes a media type, and its header fields; imported only where it is asked for."""
    if offer == "text/html":
        from failwell.contract.page import PAGE_SECURITY, HtmlPage  # noqa: PLC0415

        return HtmlPage, PAGE_SECURITY
    from failwell.contract.markdown import MarkdownPage  # noqa: PLC0415

    return MarkdownPage, (("X-Content-Type-Options", "nosniff"),)
