"""An answer: how one problem type with one status is sent, compiled once and filled per occurrence.

A phase: as what the type is sent at the moment, deprecated, renamed, or simply as declared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from failwell.contract.delivery import redirect_headers
from failwell.contract.foreign import RECEIVED, UnknownProblem
from failwell.contract.policy import Policy
from failwell.contract.translations import (
    DetailTranslation,
    chosen_language,
    language_fields,
    offered_languages,
)
from failwell.declare.catalog import Catalog
from failwell.declare.problem import Problem
from failwell.declare.record import ProblemType, Redirect, Stage
from failwell.declare.translation import translated
from failwell.headers import find, is_field_name, is_safe_value, joined_vary, lifecycle_fields, midnight
from failwell.typing import Headers
from failwell.wire.dialect import Dialect
from failwell.wire.form import Form
from failwell.wire.values import NO_STORE, mended_text

_CARRIED_ON = frozenset({"allow", "retry-after", "www-authenticate"})
_OF_THE_BODY = frozenset({"content-encoding", "content-length", "content-type", "transfer-encoding"})
_BY_ACCEPT: Headers = (("Vary", "Accept"),)
_MOST_WISHES = 128
_LONGEST_WISH = 128


class Answer:
    """The form of the body, and the header fields.

    Attributes:
        form: of the body.
        status: the HTTP status.
        body: writes the body of an occurrence from its state and the request id.
        headers: all header fields, where none varies.
        varies: whether not everything but the body is always the same: fields come from members, it may be
            a redirect, in another media type or language, or the answer is right for some time only.
        until: the instant from which it is no longer right, in seconds since 1970; None if it stays so.
        detail: exchanges the text of the detail; None where that stays as it is.
        language: of its texts.
        type_uri: the type URI under which it is sent.
        translations: the same answer by language, and by the wishes of clients that it is the best for.
        shown: how it is shown in other media types, by media type, each compiled when first asked for.
    """

    __slots__ = (
        "_beside", "_declared", "body", "detail", "form", "headers", "language", "shown", "status",
        "translations", "type_uri", "until", "varies",
    )  # fmt: skip

    def __init__(  # noqa: PLR0913 - what an answer is made of
        self,
        form: Form,
        declared: Headers,
        beside: Headers = (),
        *,
        type_uri: str,
        language: str,
        until: int | None = None,
        detail: DetailTranslation | None = None,
        is_translated: bool = False,
    ) -> None:
        """Puts an answer together.

        Args:
            form: of the body.
            declared: the header fields of the type that never vary. An occurrence's own take their place.
            beside: further ones. Those that are lists join the others of their name, the rest give way.
            type_uri: the type URI under which it is sent.
            language: of its texts.
            until: the instant from which the answer is no longer right.
            detail: exchanges the text of the detail.
            is_translated: whether there are other languages to choose from.
        """
        self.form, self._declared, self._beside = form, declared, beside
        self.status, self.body = form.status, form.body  # here, for they are looked up with every answer
        self.type_uri, self.language, self.until, self.detail = type_uri, language, until, detail
        self.headers = _extended(declared, beside)
        self.varies = form.varies or until is not None or is_translated or _BY_ACCEPT[0] in beside
        self.translations: dict[str, Answer] = {}
        self.shown: dict[str, object] = {}

    def in_language(self, language: str, form: Form, detail: DetailTranslation | None) -> Answer:
        """The same answer with the texts of another language, and the header fields that say so."""
        return Answer(
            form,
            self._declared,
            (*self._beside, *language_fields(language)),
            type_uri=self.type_uri,
            language=language,
            until=self.until,
            detail=detail,
        )

    def keep(self, translation: Answer, language: str, wish: str) -> None:
        """Keeps a translation. Wishes of clients are kept, too, as far as honest ones go: few and short."""
        if len(self.translations) >= _MOST_WISHES:
            self.translations.clear()
        self.translations[language] = translation
        if len(wish) <= _LONGEST_WISH:
            self.translations[wish] = translation

    def headers_with(self, own: Headers, state: Mapping[str, Any]) -> Headers:
        """The header fields of an occurrence: its own, those made of its members, and the type's."""
        varying = self.form.varying_headers(state)
        return _extended(_joined(own, varying, self._declared), self._beside)

    def headers_of_redirect(self, own: Headers, redirect: Redirect) -> Headers:
        """The header fields of an occurrence that is delivered by redirect."""
        return _extended((*own, *redirect_headers(self.form.record, redirect)), self._beside)


def _joined(own: Headers, *more: Headers) -> Headers:
    """Fields of the occurrence, then those of the type that the occurrence does not bring itself."""
    brought = {name.lower() for name, _ in own}
    return (*own, *(field for fields in more for field in fields if field[0].lower() not in brought))


def _extended(fields: Headers, more: Headers) -> Headers:
    """The fields with more of them: a list joins the one of its name, any other gives way to it."""
    for name, value in more:
        places = [place for place, field in enumerate(fields) if field[0].lower() == name.lower()]
        if not places:
            fields = (*fields, (name, value))
        elif name.lower() == "vary":
            joined = joined_vary([*(fields[place][1] for place in places), value])
            rest = (field for field in fields[places[0] + 1 :] if field[0].lower() != "vary")
            fields = (*fields[: places[0]], (fields[places[0]][0], joined), *rest)
        elif name.lower() == "link":
            place = places[0]
            taken, before = fields[place]
            fields = (*fields[:place], (taken, f"{before}, {value}"), *fields[place + 1 :])
    return fields


class Phase(NamedTuple):
    """As what a type is sent.

    Attributes:
        record: the type; of a renamed one before its sunset, with the former code.
        headers: what tells callers that something goes away.
        until: the instant at which the phase ends, in seconds since 1970; None if it does not by itself.
    """

    record: ProblemType
    headers: Headers = ()
    until: int | None = None


def phase_of(record: ProblemType, clock: Callable[[], float], base: str) -> Phase:
    """Finds out as what a type is sent. The clock is read only for types that were renamed.

    Args:
        record: the type as declared.
        clock: returns the time in seconds since 1970.
        base: what type URIs begin with.
    """
    life = record.lifecycle
    if life.stage is Stage.DEPRECATED:
        successor = base + life.replaced_by if life.replaced_by else ""
        page = base + record.code if base.startswith(("https:", "http:")) else ""  # a URN has no page
        return Phase(record, lifecycle_fields(life.since, life.sunset, page=page, successor=successor))
    if not life.former or life.sunset is None or clock() >= midnight(life.sunset):
        return Phase(record)
    fields = lifecycle_fields(life.since, life.sunset, successor=base + record.code)
    return Phase(msgspec.structs.replace(record, code=life.former), fields, midnight(life.sunset))


class Answers:
    """The answers of one contract, each compiled when it is first needed.

    Attributes:
        kept: by class and status.
    """

    def __init__(
        self, catalog: Catalog, dialect: Dialect, policy: Policy, base: str, clock: Callable[[], float]
    ) -> None:
        """Takes what answers are made of.

        Args:
            catalog: the problem types.
            dialect: how they look on the wire.
            policy: what the API has decided beside the two.
            base: what type URIs begin with.
            clock: returns the time in seconds since 1970; read only for types that were renamed.
        """
        self._catalog, self._dialect, self._policy = catalog, dialect, policy
        self._base, self._clock = base, clock
        self._beside = _BY_ACCEPT if policy.offers else ()
        self._not_own = _OF_THE_BODY | {policy.request_id_header.lower()}
        self.kept: dict[tuple[type[Problem], int], Answer] = {}

    def of(self, problem: Problem) -> Answer | None:
        """The answer to send a problem with; None for one that must not leave in this API's name."""
        kept = self.kept.get((problem.__class__, problem.__dict__["status"]))
        if kept is not None and (kept.until is None or self._clock() < kept.until):
            return kept
        record = problem.problem_type
        if isinstance(problem, UnknownProblem):  # not kept: there is no end to what others may send
            return self._answer(problem, Phase(record), problem.type)
        if not is_own(problem, self._catalog):
            self._complain(record.code, "is not in the catalog; sent as internal instead")
            return None
        phase = phase_of(record, self._clock, self._base)
        made = self.kept[type(problem), problem.status] = self._answer(
            problem, phase, self._base + phase.record.code
        )
        return made

    def translated(self, answer: Answer, problem: Problem, languages: str | Sequence[str]) -> Answer:
        """The answer in the language that a client likes best."""
        wish = languages if isinstance(languages, str) else ", ".join(languages)
        found = answer.translations.get(wish)
        if found is None:
            code = problem.problem_type.code  # translations have the type's own, whatever it is sent as
            language = chosen_language(wish, offered_languages(self._catalog, code))
            found = answer.translations.get(language) or self._translation(answer, problem, language)
            answer.keep(found, language, wish)
        return found

    def own_headers(self, problem: Problem) -> Headers:
        """The header fields that an occurrence brings and that can be sent.

        Those that describe a body cannot: the body is written here. Exceptions of frameworks bring them. Nor
        can a request id: there is one, and it is the request's.
        Of a problem that came with another server's response, only those that speak of the problem go on:
        the others (length, encoding, cookies …) were that response's.
        """
        from failwell.headers.leftovers import united  # noqa: PLC0415 - few occurrences bring any

        given: Any = problem.headers  # what type checkers did not see can be anything
        record = problem.problem_type
        fields: list[tuple[str, str]] = []
        listed: Sequence[tuple[str, str]] = given if given.__class__ in (tuple, list) else (given,)
        for field in listed:
            fault = _fault_of(field)
            if fault:
                self._complain(record.code, fault)
            elif field[0].lower() not in self._not_own:
                fields.append(field)
        if RECEIVED in problem.__dict__:
            known = _CARRIED_ON.union(rule.name.lower() for rule in record.headers if not rule.template)
            fields = [field for field in fields if field[0].lower() in known]
        return united(tuple(fields)) if len(fields) > 1 else tuple(fields)

    def form(self, problem: Problem, record: ProblemType, type_uri: str, dialect: Dialect) -> Form:
        """How a type looks with the status of a problem, as a dialect shows it."""
        code = problem.problem_type.code
        return Form(
            record,
            problem.member_set.checks,
            problem.status,
            dialect,
            type_uri=type_uri,
            domain=self._catalog.name,
            complain=lambda message: self._complain(code, message),
        )

    def _answer(self, problem: Problem, phase: Phase, type_uri: str) -> Answer:
        """Compiles how a type is sent from now on: renamed types have their former code for some time."""
        form = self.form(problem, phase.record, type_uri, self._dialect)
        return Answer(
            form,
            self._declared_headers(form),
            (*phase.headers, *self._beside),
            type_uri=type_uri,
            language=self._catalog.language,
            until=phase.until,
            is_translated=bool(self._catalog.languages),
        )

    def _translation(self, answer: Answer, problem: Problem, language: str) -> Answer:
        original = record = answer.form.record
        texts = self._catalog.translation(problem.problem_type.code, language)
        if texts is not None:
            record = translated(original, texts)
        detail = (
            DetailTranslation(original.detail, record.detail) if record.detail != original.detail else None
        )
        form = self.form(problem, record, answer.type_uri, self._dialect)
        return answer.in_language(language, form, detail)

    def _declared_headers(self, form: Form) -> Headers:
        headers: Headers = (("Content-Type", self._dialect.media_type), NO_STORE, *form.headers)
        challenge = self._policy.challenge
        if form.status == 401 and challenge and find(headers, "www-authenticate") is None:
            headers = (*headers, ("WWW-Authenticate", challenge))
        return headers

    def _complain(self, code: str, message: str) -> None:
        import logging  # noqa: PLC0415 - needed only when something is wrong, and heavy to import

        logging.getLogger("failwell").error(
            "problem %s of catalog %s: %s", mended_text(code), self._catalog.name, mended_text(message)
        )


def is_own(problem: Problem, catalog: Catalog) -> bool:
    """Whether a problem may leave in an API's name: it is of its catalog, or of a bare status."""
    if isinstance(problem, UnknownProblem):
        return RECEIVED not in problem.__dict__
    return catalog.find(problem.code) is type(problem)


def _fault_of(field: object) -> str:
    """Why a header field of an occurrence cannot be sent; empty if it can."""
    match field:
        case (str(name), str(value)):
            safe = is_field_name(name) and is_safe_value(value)
            return "" if safe else f"header {name!r}: the occurrence's value cannot be sent"
        case _:
            return "headers: an occurrence's are pairs of texts, (name, value), in a tuple"
