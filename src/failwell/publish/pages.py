"""What the page of a problem type says: a model without any markup, the same for HTML and Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Literal, NamedTuple
from urllib.parse import quote

import msgspec

from failwell.contract import Contract
from failwell.declare import Link, Problem, ProblemType, Resolve, Stage
from failwell.declare.prose import ABOUT_HEADINGS, read_sections
from failwell.declare.record import Translation
from failwell.declare.translation import is_stale, is_untouched, translated
from failwell.publish.occurrence import Shown, occurrences
from failwell.publish.wording import (
    RETRY_MEANING,
    header_value,
    lifecycle_notes,
    python_snippet,
    resolve_call,
    retry_word,
    schema_in_words,
    shell_snippet,
    status_line,
    when_in_words,
)

REQUEST_ID = "req_00000000000000000000000000000000"
"""The request id in examples: pages are the same each time."""

_MOST_RELATED = 12

Translated = Literal["", "stale", "draft", "partly", "missing"]
"""How a text stands in a language: as it should, older than the original, in part, or not at all."""


class StatusFacts(NamedTuple):
    """A status of a type: its line, such as `404 Not Found`, and what a caller can do when it comes."""

    status: int
    line: str
    word: str
    meaning: str


class MemberRow(NamedTuple):
    """A line of the table of members."""

    name: str
    type: str
    unit: str
    meaning: str
    when: str


class HeaderRow(NamedTuple):
    """A line of the table of header fields."""

    name: str
    value: str


class ExampleResponse(NamedTuple):
    """A response with the type, as HTTP shows it.

    Attributes:
        title: its status, and the example's name where it has one.
        text: status line, header fields and body; empty where there is no example.
        fault: why there is none.
        query: what selects it in the mock, for instance `?status=413`; empty for the usual one.
    """

    title: str
    text: str
    fault: str
    query: str


class Related(NamedTuple):
    """Another type: its title and the title's language, and what it has in common: `category` or `status`."""

    code: str
    title: str
    language: str
    common: str


class WayOut(NamedTuple):
    """The way out of a problem: for people a text and a link, for programs a call.

    Attributes:
        suggestion: the next step.
        message: call to action, the text of the link.
        url: where the link leads; empty where there is none.
        call: the call for a shell; empty where there is none.
    """

    suggestion: str
    message: str
    url: str
    call: str


class ProblemPage(msgspec.Struct, frozen=True, kw_only=True):
    """The page of a problem type.

    Attributes:
        record: the type's record, with its texts in the page's language.
        type_uri: its type URI.
        language: the language that was asked for (RFC 5646).
        text_language: the language of its texts.
        translated: how the texts stand in the language that was asked for.
        statuses: its statuses.
        notes: what a reader has to know before the rest, in sentences.
        replacement: code of the type to handle instead; empty where there is none.
        facts: further facts, each a name and a value.
        way_out: the way out.
        examples: a response per status, then the other named examples.
        members: the table of members.
        headers: the table of header fields.
        python: how Python code handles it.
        shell: how a shell script handles it.
        related: other types of the same category or status.
        links: further reading.
        has_support: whether the reference page says how to reach support.
    """

    record: ProblemType
    type_uri: str
    language: str
    text_language: str
    translated: Translated
    statuses: tuple[StatusFacts, ...]
    notes: tuple[str, ...]
    replacement: str
    facts: tuple[tuple[str, str], ...]
    way_out: WayOut
    examples: tuple[ExampleResponse, ...]
    members: tuple[MemberRow, ...]
    headers: tuple[HeaderRow, ...]
    python: str
    shell: str
    related: tuple[Related, ...]
    links: tuple[Link, ...]
    has_support: bool

    @property
    def is_removed(self) -> bool:
        """Whether it is the page of a tombstone."""
        return self.record.lifecycle.stage is Stage.REMOVED


def problem_page(contract: Contract, problem: type[Problem], language: str = "") -> ProblemPage:
    """Makes the model of a type's page.

    Args:
        contract: with the base under which the pages are published.
        problem: the declared class.
        language: the language of the texts; by default the catalog's.
    """
    catalog = contract.catalog
    language = language or catalog.language
    record, state = in_language(contract, problem.problem_type, language)
    shown = list(occurrences(problem))
    sections = read_sections(catalog.about, ABOUT_HEADINGS, where="about")
    return ProblemPage(
        record=record,
        type_uri=contract.type_uri(record),
        language=language,
        text_language=catalog.language if state == "missing" else language,
        translated=state,
        statuses=tuple(_status_facts(record)),
        notes=lifecycle_notes(record.lifecycle),
        replacement=record.lifecycle.replaced_by,
        facts=tuple(_facts(record)),
        way_out=_way_out(record, next((s.problem for s in shown if s.problem), None)),
        examples=tuple(_example(contract, problem, s, language) for s in shown),
        members=tuple(
            MemberRow(m.wire_name, schema_in_words(m.schema), m.unit, m.description, when_in_words(m))
            for m in record.members
        ),
        headers=tuple(HeaderRow(rule.name, header_value(rule)) for rule in record.headers),
        python=python_snippet(problem),
        shell=shell_snippet(record, contract.dialect, contract.type_uri(record)),
        related=tuple(_related(contract, problem.problem_type, language)),
        links=record.links,
        has_support="Support" in sections,
    )


def in_language(contract: Contract, record: ProblemType, language: str) -> tuple[ProblemType, Translated]:
    """A record with its texts in a language, and how they stand in it."""
    if language == contract.catalog.language:
        return record, ""
    translation = contract.catalog.translation(record.code, language)
    if translation is None or is_untouched(record, translation):
        return record, "missing"
    state: Translated = "partly" if _lacks(record, translation) else ""
    if is_stale(record, translation):
        state = "stale" if translation.source else "draft"
    return translated(record, translation), state


def _lacks(record: ProblemType, translation: Translation) -> bool:
    """Whether a text of the type has no translation."""
    names = ("title", "suggestion", "prose", "why", "what_to_do")
    return any(getattr(record, name) and not getattr(translation, name) for name in names)


def _status_facts(record: ProblemType) -> Iterator[StatusFacts]:
    for status in record.statuses:
        retry = record.retry_at(status)
        yield StatusFacts(status, status_line(status), retry_word(retry), RETRY_MEANING[retry])


def _facts(record: ProblemType) -> Iterator[tuple[str, str]]:
    stated, redirect = record.retryable, record.redirect
    rows = {
        "Retryable": "" if stated is None else f"responses say {str(stated).lower()}",
        "Category": record.category,
        "Since": record.since,
        "Formerly": ", ".join(name for name in record.names if name != record.code),
        "Delivery": f"browsers are redirected ({redirect.status}) to {redirect.location}" if redirect else "",
        "Owner": record.owner,
    }
    return ((name, value) for name, value in rows.items() if value)


def _way_out(record: ProblemType, shown: Problem | None) -> WayOut:
    """The way out, with the values of the first example in its templates."""
    resolve = (shown.resolve if shown else None) or record.resolve or Resolve(action="")
    message = (record.resolve.message if record.resolve else "") or resolve.action.replace("_", " ")
    return WayOut(record.suggestion, message, resolve.url, resolve_call(resolve))


def _example(contract: Contract, problem: type[Problem], shown: Shown, language: str) -> ExampleResponse:
    title = status_line(shown.status) + (f", {shown.example}" if shown.example else "")
    is_usual = shown.status == problem.problem_type.statuses[0]
    query = f"?example={quote(shown.example)}" if shown.example else f"?status={shown.status}"
    query = "" if is_usual and not shown.example else query
    if shown.problem is None:
        return ExampleResponse(title, "", shown.fault, query)
    return ExampleResponse(title, response_text(contract, shown.problem, language), "", query)


def response_text(contract: Contract, problem: Problem, language: str) -> str:
    """The response with a problem, as HTTP/1.1 writes it, with its JSON indented."""
    media_type = contract.dialect.media_type
    languages = (language,) if language != contract.catalog.language else ()
    out = contract.render(problem, request_id=REQUEST_ID, accept=media_type, languages=languages)
    head = [f"HTTP/1.1 {status_line(out.status)}", *(f"{name}: {value}" for name, value in out.headers)]
    body = msgspec.json.format(out.body, indent=2).decode() if out.body else ""
    return "\n".join([*head, "", body])


def _related(contract: Contract, record: ProblemType, language: str) -> Iterator[Related]:
    """The nearest other types that are still sent: those of the category first, then those of a status."""
    records, statuses = contract.catalog.records.values(), set(record.statuses)

    def is_near(other: ProblemType) -> bool:
        return bool(record.category) and other.category == record.category

    by_category = (other for other in records if is_near(other))
    by_status = (o for o in records if not is_near(o) and not statuses.isdisjoint(o.statuses))
    for common, listed in (("category", by_category), ("status", by_status)):
        others = (o for o in listed if o.code != record.code and o.lifecycle.stage is not Stage.REMOVED)
        for other in islice(others, _MOST_RELATED):
            shown, state = in_language(contract, other, language)
            spoken = contract.catalog.language if state == "missing" else language
            yield Related(other.code, shown.title, spoken, common)
