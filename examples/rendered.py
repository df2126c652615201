"""Asks the mock of `failwell serve` for every error of a contract, and checks the answers against it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import msgspec

from failwell import Contract, ProblemType
from failwell.declare.template import Template
from failwell.publish.sample import sample_problem
from failwell.wire import slots

JSON = {"Accept": "application/json"}


class Answer(msgspec.Struct, frozen=True):
    """What the mock answered for one code.

    Attributes:
        catalog: name of the catalog.
        code: the code that was asked for.
        faults: how the answers differ from the contract, a sentence each; none if they keep it.
    """

    catalog: str
    code: str
    faults: tuple[str, ...]


def own_codes(contract: Contract) -> list[str]:
    """The codes of an API's own, without the standard ones that fill its gaps."""
    return list(contract.catalog.own)


def ask(http: httpx.Client, contract: Contract, code: str) -> Answer:
    """Asks for a code with each of its statuses.

    Args:
        http: a client at the catalog's place in `failwell serve`.
        contract: of the catalog, its type URIs where that serves them.
        code: the code.
    """
    record = contract.catalog.records[code]
    faults = [
        f"{status}: {fault}"
        for status in record.statuses
        for fault in _faults(http, contract, record, status)
    ]
    faults += _redirect_faults(http, contract, record)
    return Answer(contract.catalog.name, code, tuple(faults))


def _faults(http: httpx.Client, contract: Contract, record: ProblemType, status: int) -> Iterator[str]:
    answer = http.post(f"mock/{record.code}", params={"status": status}, headers=JSON)
    declared = contract.catalog.types[record.code]
    sample = sample_problem(declared, status)
    if answer.status_code != status:
        yield f"the status is {answer.status_code}"
        return
    problem = contract.parse(status, answer.headers.multi_items(), answer.content)
    if type(problem) is not declared:
        yield f"parsed as {type(problem).__name__}: {problem}"
        return
    body = answer.json()
    promised = _promised(contract, record, sample.members(), has_detail=sample.detail is not None)
    if body.keys() != promised:
        yield f"members that should not be, or are missing: {', '.join(sorted(body.keys() ^ promised))}"
    if problem.members() != sample.members() or problem.detail != sample.detail:
        yield f"it says {problem!r}, the example {sample!r}"
    yield from _header_faults(contract, record, answer, status)
    yield from _type_faults(http, contract, body)


def _promised(contract: Contract, record: ProblemType, members: Any, *, has_detail: bool) -> set[str]:
    """The names that the body has to have: those of the dialect that apply, and the example's members."""
    is_absent = {
        slots.DETAIL: not has_detail,
        slots.SUGGESTION: not record.suggestion,
        slots.RESOLVE: record.resolve is None,
    }
    shown = {key for key, slot in contract.dialect.shape.items() if not is_absent.get(slot, False)}
    return {key for key in shown if isinstance(key, str)} | {*members}


def _header_faults(
    contract: Contract, record: ProblemType, answer: httpx.Response, status: int
) -> Iterator[str]:
    names = {"Cache-Control", contract.request_id_header} | ({"WWW-Authenticate"} if status == 401 else set())
    names |= {rule.name for rule in record.headers if rule.template}
    missing = [name for name in sorted(names) if name not in answer.headers]
    if missing:
        yield f"headers that are missing: {', '.join(missing)}"
    if answer.headers["Content-Type"] != contract.dialect.media_type:
        yield f"the media type is {answer.headers['Content-Type']}"
    keys = {slot: key for key, slot in contract.dialect.shape.items()}
    if slots.REQUEST_ID in keys and answer.json().get(keys[slots.REQUEST_ID]) != answer.headers.get(
        contract.request_id_header
    ):
        yield "the body's request id is not the header's"
    for rule in record.headers:
        member = next((m for m in record.members if m.name == Template(rule.template).single_name), None)
        if (
            member is not None
            and member.on_wire
            and str(answer.json()[member.wire_name]) != answer.headers[rule.name]
        ):
            yield f"{rule.name} is not the number of {member.wire_name}"


def _type_faults(http: httpx.Client, contract: Contract, body: dict[str, Any]) -> Iterator[str]:
    """Every `type` that is sent opens its page."""
    keys = {slot: key for key, slot in contract.dialect.shape.items()}
    if slots.TYPE in keys:
        page = http.get(body[keys[slots.TYPE]], headers={"Accept": "text/html"})
        if page.status_code != 200 or not page.headers["Content-Type"].startswith("text/html"):
            yield f"its type {body[keys[slots.TYPE]]} opens no page: {page.status_code}"


def _redirect_faults(http: httpx.Client, contract: Contract, record: ProblemType) -> Iterator[str]:
    """What is delivered to browsers by a redirection carries the code in its location."""
    if record.redirect is None:
        return
    answer = http.get(f"mock/{record.code}", headers={"Accept": "text/html"})
    problem = contract.parse(answer.status_code, answer.headers.multi_items(), answer.content)
    if answer.status_code != record.redirect.status or problem.code != record.code:
        yield f"browsers get {answer.status_code} to {answer.headers.get('Location')}"
