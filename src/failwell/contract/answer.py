"""An answer: how one problem type with one status is sent, compiled once and filled per occurrence.

A phase: as what the type is sent at the moment, deprecated, renamed, or simply as declared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import msgspec

from failwell.contract.redirects import redirect_headers
from failwell.contract.translations import DetailTranslation
from failwell.declare.record import ProblemType, Redirect, Stage
from failwell.headers import lifecycle_fields, midnight
from failwell.typing import Headers
from failwell.wire.form import Form

_LISTS = frozenset({"link", "vary"})
_MOST_WISHES = 128
_LONGEST_WISH = 128


class Answer:
    """The form of the body, and the header fields.

    Attributes:
        form: of the body.
        status: the HTTP status.
        body: writes the body of an occurrence from its state and the request id.
        headers: all header fields, where none varies.
        varies: whether the head is not always the same: fields come from members, it may be a redirect, or
            the answer is right for some time only.
        until: the instant from which it is no longer right, in seconds since 1970; None if it stays so.
        detail: exchanges the text of the detail; None where that stays as it is.
        translations: the same answer by language, and by the wishes of clients that it is the best for.
    """

    __slots__ = (
        "_beside", "_declared", "body", "detail", "form", "headers", "status", "translations", "until",
        "varies",
    )  # fmt: skip

    def __init__(
        self,
        form: Form,
        declared: Headers,
        beside: Headers = (),
        *,
        until: int | None = None,
        detail: DetailTranslation | None = None,
    ) -> None:
        """Puts an answer together.

        Args:
            form: of the body.
            declared: the header fields of the type that never vary. An occurrence's own take their place.
            beside: further ones. Those that are lists join the others of their name, the rest give way.
            until: the instant from which the answer is no longer right.
            detail: exchanges the text of the detail.
        """
        self.form, self._declared, self._beside = form, declared, beside
        self.status, self.body = form.status, form.body  # here, for they are looked up with every answer
        self.until, self.detail = until, detail
        self.headers = _extended(declared, beside)
        self.varies = form.varies or until is not None
        self.translations: dict[str, Answer] = {}

    def in_language(self, form: Form, fields: Headers, detail: DetailTranslation | None) -> Answer:
        """The same answer with the texts of another language, and the header fields that say so."""
        return Answer(form, self._declared, (*self._beside, *fields), until=self.until, detail=detail)

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
        elif name.lower() in _LISTS:
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
