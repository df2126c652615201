"""`Contract`: a catalog, a dialect and the policy. The waist: `render` out, `parse` in."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, cast

import msgspec

from failwell.contract.answer import Answers, is_own
from failwell.contract.delivery import Negotiation, redirected, wants_json
from failwell.contract.exact import exact_state, identity_of
from failwell.contract.foreign import (
    RECEIVED,
    NotAProblem,
    UnknownPolicy,
    UnknownProblem,
    resolve_from,
)
from failwell.contract.invalid import detail_of, invalid_problem
from failwell.contract.policy import Offer, Policy, check_parts, check_policy
from failwell.contract.revival import Revival
from failwell.contract.translations import translated_titles
from failwell.declare.catalog import Catalog, checked_base
from failwell.declare.problem import Problem
from failwell.declare.record import ProblemType, Standard
from failwell.exceptions import FailwellError
from failwell.headers import find, ietf_rate_limit, x_rate_limit
from failwell.typing import Headers, InputFailure, LimitState
from failwell.wire.decoder import Reader, Said
from failwell.wire.dialect import Dialect, LimitHeaders
from failwell.wire.dialects import PROBLEM
from failwell.wire.values import decode

_ERRORS = range(400, 600)
MAX_BODY = 1 << 20
"""The longest body, in bytes, that is read as a problem."""

_LIMIT_HEADERS: Mapping[str, Callable[[Sequence[LimitState]], Headers]] = {
    "none": lambda _: (),
    "x-ratelimit": x_rate_limit,
    "ietf": ietf_rate_limit,
}


class Rendered(msgspec.Struct, frozen=True, gc=False):
    """A response: status, header fields and body. Its length is the adapter's to say."""

    status: int
    headers: Headers
    body: bytes


class Contract:
    """What an API promises about its errors, ready to keep the promise in both directions.

    Attributes:
        catalog: the problem types.
        dialect: how they look on the wire.
        base: what type URIs begin with here; the catalog's own unless overridden.
        policy: what the API has decided beside the two.
        request_id_header: the header field that carries the request id on every response.
    """

    def __init__(  # noqa: PLR0913 - one word per policy
        self,
        catalog: Catalog,
        *,
        dialect: Dialect,
        base: str = "",
        unknown: UnknownPolicy = "by_status",
        validation: str | Callable[[Sequence[InputFailure]], Problem] | None = None,
        challenge: str = "Bearer",
        limit_headers: LimitHeaders | None = None,
        request_id_header: str = "X-Request-Id",
        offers: tuple[Offer, ...] = (),
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Puts a contract together.

        Args:
            catalog: the problem types.
            dialect: how they look on the wire.
            base: overrides the base of the type URIs, so that they open where the pages are served.
            unknown: what clients make of codes they do not know.
            validation: code of the type for invalid input, or a function that makes the problem; by default
                the type that stands for 422. See `invalid_input`.
            challenge: `WWW-Authenticate` of a 401 whose type declares none (RFC 9110, section 15.5.2).
            limit_headers: how rate limits are shown on success; by default as the dialect does.
            request_id_header: the header field for request ids.
            offers: media types in which occurrences are shown besides the API's own, to clients whose
                `Accept` likes one of them better: `text/html`, `text/markdown`.
            clock: returns the time in seconds since 1970; read only for types that were renamed.

        Raises:
            DeclarationError: if a word is not one of those it can be, `base` cannot begin a type URI, or a
                member has a name that the dialect uses beside the members.
        """
        check_parts(catalog, dialect)
        code = validation if isinstance(validation, str) else ""
        self.policy = Policy(unknown, challenge, limit_headers or "", request_id_header, offers, code)
        check_policy(self.policy, validation, catalog)
        self.catalog, self.dialect = catalog, dialect
        self.base = checked_base(base or catalog.base, where="Contract(…)")
        self.request_id_header = request_id_header
        self._validation = None if isinstance(validation, str) else validation
        self._clock = clock
        self._show_limits = _LIMIT_HEADERS[limit_headers or dialect.limit_headers]
        self._reader, self._identity = Reader(dialect), identity_of(dialect)
        self._compiler = Answers(catalog, dialect, self.policy, self.base, clock)
        self._answers = self._compiler.kept
        self._negotiation = Negotiation(dialect.media_type, offers) if offers else None
        self._revivals: dict[type[Problem], Revival] = {}
        self._known: dict[str, Revival] = {}

    def at(self, base: str, *, dialect: Dialect | None = None) -> Contract:
        """The same contract with type URIs under another base, for instance where its pages are served.

        Args:
            base: what type URIs begin with; the same as here if empty.
            dialect: shows the problems in another dialect as well.
        """
        return Contract(
            self.catalog,
            dialect=dialect or self.dialect,
            base=base or self.base,
            unknown=self.policy.unknown,
            validation=self._validation or self.policy.validation or None,
            challenge=self.policy.challenge,
            limit_headers=self.policy.limit_headers or None,
            request_id_header=self.policy.request_id_header,
            offers=self.policy.offers,
            clock=self._clock,
        )

    def type_uri(self, record: ProblemType) -> str:
        """The type URI of a problem type here: the base and the code, percent-encoded (RFC 3986)."""
        return self.base + record.code  # a code has no character that would need encoding

    # ------------------------------------------------------------------------------------------ out

    def render(
        self,
        problem: Problem,
        *,
        request_id: str | None = None,
        accept: str = "",
        languages: str | Sequence[str] = (),
    ) -> Rendered:
        """Writes a problem as a response.

        Args:
            problem: of this catalog. Any other is a failure of the server's, and rendered as `internal`.
            request_id: goes into the body, where the dialect has a place for it, and into its header.
            accept: the request's `Accept`, several fields joined with commas. Where the contract offers more
                than its own media type, it chooses; a client that likes none of them gets the API's own.
                Types that are delivered by redirect come as a body to clients that ask for JSON, or like
                Markdown best where that is offered.
            languages: the request's `Accept-Language`, or language ranges (RFC 4647) in order of preference.
                The texts of the type come in the language that fits best, where the catalog is translated;
                a text that an occurrence brings itself stays as it is.
        """
        # As `parts`, without a call more: this is measured against code written by hand.
        status, headers, body = self.prompt_parts(problem, request_id) or self._parts_of_its_own(
            problem, request_id, accept, languages
        )
        if request_id is not None and request_id.isascii() and request_id.isprintable():
            headers = (*headers, (self.request_id_header, request_id))
        return Rendered(status, headers, body)

    def parts(
        self,
        problem: Problem,
        request_id: str | None = None,
        accept: str = "",
        languages: str | Sequence[str] = (),
    ) -> tuple[int, Headers, bytes]:
        """As `render`, without the request id's header, which a server's edge puts on every response.

        The header fields of problems that differ in nothing but their body are one and the same tuple.
        """
        return self.prompt_parts(problem, request_id) or self._parts_of_its_own(
            problem, request_id, accept, languages
        )

    def prompt_parts(self, problem: Problem, request_id: str | None) -> tuple[int, Headers, bytes] | None:
        """The parts of a usual problem: of this contract, not the first, and with nothing to choose.

        None for any other, in which case `parts` has the answer. It is what servers ask for first.
        """
        state = problem.__dict__
        answer = self._answers.get((problem.__class__, state["status"]))
        if answer is None or answer.varies or state["headers"]:
            return None
        return answer.status, answer.headers, answer.body(state, request_id)

    def _parts_of_its_own(
        self,
        problem: Problem,
        request_id: str | None,
        accept: str,
        languages: str | Sequence[str],
    ) -> tuple[int, Headers, bytes]:
        """The parts of the first occurrence, and of one for which it is not enough to write the body."""
        state: Mapping[str, Any] = problem.__dict__
        answer = self._compiler.of(problem)
        if answer is None:
            return self.parts(self.problem_for("internal"), request_id, accept, languages)
        offer = None if self._negotiation is None else self._negotiation.chosen(accept)
        redirect = answer.form.record.redirect
        if redirect is not None and not wants_json(accept) and offer != "text/markdown":
            own = self._compiler.own_headers(problem)
            return redirect.status, answer.headers_of_redirect(own, redirect), b""
        if languages and self.catalog.languages and not isinstance(problem, UnknownProblem):
            answer = self._compiler.translated(answer, problem, languages)
        headers = answer.headers
        if answer.form.varies or state["headers"]:
            headers = answer.headers_with(self._compiler.own_headers(problem), state)
        if answer.detail is not None:
            state = answer.detail.apply(state)
        if offer is not None:
            from failwell.contract.representation import represented  # noqa: PLC0415 - only where offered

            shown = represented(self._compiler, answer, problem, offer)
            return answer.status, shown.headers(headers), shown.body(state, headers, request_id)
        return answer.status, headers, answer.body(state, request_id)

    def owns(self, problem: Problem) -> bool:
        """Whether a problem may leave in this API's name: it is of the catalog, or of a bare status."""
        return is_own(problem, self.catalog)

    def limit_headers(self, states: Sequence[LimitState]) -> Headers:
        """The header fields that show a caller on success where it stands with its limits."""
        return self._show_limits(states)

    # ------------------------------------------------------------------------- conditions as problems

    def problem_for(self, condition: Standard, detail: str | None = None, headers: Headers = ()) -> Problem:
        """The problem for a condition that a framework reports: a status, or `internal`.

        A status for which the catalog has no type becomes a problem of the type `about:blank`.

        Raises:
            FailwellError: for a status that is not one of errors, 400 to 599.
        """
        if condition != "internal" and condition not in _ERRORS:
            raise FailwellError(
                f"{condition!r} is no status of an error",
                code="no-error-status",
                where="contract.problem_for(…)",
                hint='give one from 400 to 599, or "internal"',
            )
        cls = self.catalog.standing_for(condition)
        if cls is not None:
            status = condition if condition in cls.problem_type.statuses else None
            return cls(detail, status=status, headers=headers)
        status = 500 if condition == "internal" else condition
        code = "internal" if condition == "internal" else _code_of("about:blank", status)
        return UnknownProblem(detail, status=status, code=code, title=_phrase(status), headers=headers)

    def invalid_input(self, failures: Sequence[InputFailure]) -> Problem:
        """The problem for input that failed validation, as the policy `validation` makes it.

        Unless that is a function, the members `errors`, `fields` (one message for each dotted path) and
        `param` (the first path) are filled, where the type has them.
        """
        if self._validation is not None:
            return self._validation(failures)
        code = self.policy.validation
        cls = self.catalog.find(code) if code else self.catalog.standing_for(422)
        return invalid_problem(cls, failures) if cls else self.problem_for(422, detail_of(failures))

    # ------------------------------------------------------------------------------------------- in

    def parse(
        self, status: int, headers: Mapping[str, str] | Iterable[tuple[str, str]], body: bytes
    ) -> Problem:
        """Reads a response back into the problem that was rendered. It never raises for what it is given.

        Returns:
            An instance of the declared class; an `UnknownProblem` where the catalog does not have the
            code; a `NotAProblem` where the body is not a problem of this API at all.
        """
        fields = headers if isinstance(headers, tuple) else pairs(headers)
        if 300 <= status < 400:
            return self._parse_redirect(status, fields, body)
        if len(body) > MAX_BODY:
            return self._not_a_problem(status, fields, body, "too large to be a problem")
        return self._parse_exact(status, fields, body) or self._parse_carefully(status, fields, body)

    def _parse_exact(self, status: int, fields: Headers, body: bytes) -> Problem | None:
        """Reads the usual body, which is as its type declares in everything; None for any other."""
        if self._identity is None:
            return None
        try:
            identity = self._identity(body)
            revival = self._known.get(identity) or self._revival_of(identity)
            return None if revival is None else revival.exact(body, status, fields)
        except Exception:  # noqa: BLE001 - declared types run code of their own; the careful way names the cause
            return None

    def _parse_carefully(self, status: int, fields: Headers, body: bytes) -> Problem:
        try:
            document = decode(body)
        except (ValueError, RecursionError):
            return self._not_a_problem(status, fields, body, "broken JSON" if body.strip() else "empty")
        if document.__class__ is not dict:
            return self._not_a_problem(status, fields, body, "JSON, but no object")
        said = self._reader.read(document)
        cls = self._identify(said)
        if cls is None:
            return self._parse_foreign(said, document, status, fields, body)
        request_id = said.request_id
        if type(request_id) is not str:
            request_id = self._request_id(fields)
        return self._revival(cls).problem(said, status, fields, request_id)

    def _revival_of(self, identity: str) -> Revival | None:
        """The revival for a code, an alias or a type URI; None, and nothing is kept, if it is not known."""
        cls = self.catalog.find(identity) or self.catalog.find(self._code_from_type(identity))
        if cls is None:
            return None
        revival = self._known[identity] = self._revival(cls)
        return revival

    def _revival(self, cls: type[Problem]) -> Revival:
        revival = self._revivals.get(cls)
        if revival is None:
            exact = exact_state(cls, self.dialect, self.type_uri(cls.problem_type))
            titles = translated_titles(self.catalog, cls.code)
            id_name = self.request_id_header.lower()
            revival = self._revivals[cls] = Revival(cls, self._reader, exact, id_name, titles)
        return revival

    def _parse_foreign(
        self, said: Said, document: Mapping[str, object], status: int, headers: Headers, body: bytes
    ) -> Problem:
        if type(said.code) is str or type(said.type) is str:
            return self._unknown_problem(self._reader, said, status, headers)
        if "problem+json" in (find(headers, "content-type") or "").lower():
            return self._unknown_problem(_PROBLEM_READER, _PROBLEM_READER.read(document), status, headers)
        return self._not_a_problem(status, headers, body, "JSON of another shape")

    def _request_id(self, headers: Headers) -> str | None:
        return find(headers, self.request_id_header.lower())

    def _identify(self, said: Said) -> type[Problem] | None:
        code = said.code
        if type(code) is not str:
            code = self._code_from_type(said.type)
        return self.catalog.find(code) if code else None

    def _code_from_type(self, type_uri: object) -> str:
        if isinstance(type_uri, str):
            for base in (self.base, self.catalog.base):
                if type_uri.startswith(base):
                    return type_uri[len(base) :]
        return ""

    def _parse_redirect(self, status: int, headers: Headers, body: bytes) -> Problem:
        cls = redirected(self.catalog, find(headers, "location") or "")
        if cls is None:
            return self._not_a_problem(status, headers, body, "a redirect without a code")
        status = cls.problem_type.statuses[0]
        problem = self._revival(cls).problem(
            self._reader.read({}), status, headers, self._request_id(headers)
        )
        problem.__dict__.pop("unreadable", None)  # a redirect has no room for members
        return problem

    def _not_a_problem(self, status: int, headers: Headers, body: bytes, reason: str) -> NotAProblem:
        problem = NotAProblem(status=status, headers=headers, body=body, reason=reason)
        problem.__dict__["request_id"] = self._request_id(headers)
        return problem

    def _unknown_problem(self, reader: Reader, said: Said, status: int, headers: Headers) -> UnknownProblem:
        type_uri, title = _text(said.type) or "about:blank", _text(said.title) or ""
        problem = UnknownProblem(
            reader.detail(said, title),
            status=status,
            code=_text(said.code) or self._code_from_type(type_uri) or _code_of(type_uri, status),
            type=type_uri,
            title=title,
            suggestion=_text(said.suggestion) or "",
            retry=self.problem_for("internal").retry if self.policy.unknown == "internal" else None,
            retryable=said.retryable if isinstance(said.retryable, bool) else None,
            resolve=resolve_from(said.resolve),
            members={name: value for name, value in said.members.items() if name not in said.standard},
            headers=headers,
        )
        problem.__dict__["request_id"] = _text(said.request_id) or self._request_id(headers)
        problem.__dict__[RECEIVED] = True
        return problem

    def __repr__(self) -> str:
        return f"Contract({self.catalog!r}, dialect={self.dialect!r})"


_PROBLEM_READER = Reader(PROBLEM)


def pairs(headers: Mapping[str, str] | Iterable[tuple[str, str]]) -> Headers:
    """Header fields as pairs, whatever they came as."""
    fields = cast("Mapping[str, str]", headers).items() if isinstance(headers, Mapping) else headers
    return tuple(fields)


def _code_of(type_uri: str, status: int) -> str:
    return f"http_{status}" if type_uri == "about:blank" else type_uri


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _phrase(status: int) -> str:
    from http import HTTPStatus  # noqa: PLC0415 - only for statuses without a type, and heavy to import

    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return f"HTTP {status}"
