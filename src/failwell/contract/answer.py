"""An answer: how one problem type with one status is sent, compiled once and filled per occurrence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from failwell.contract.redirects import redirect_headers
from failwell.contract.translations import DetailTranslation
from failwell.declare.record import Redirect
from failwell.typing import Headers
from failwell.wire.form import Form

_LISTS = frozenset({"link", "vary"})


class Answer:
    """The form of the body, and the header fields.

    Attributes:
        form: of the body.
        headers: all header fields, where none varies.
        varies: whether the head is not always the same: fields come from members, it may be a redirect, or
            the answer is right for some time only.
        until: the instant from which it is no longer right, in seconds since 1970; None if it stays so.
        detail: exchanges the text of the detail; None where that stays as it is.
        translations: the same answer by language, as they were asked for.
    """

    __slots__ = ("_beside", "_declared", "detail", "form", "headers", "translations", "until", "varies")

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
        self.until, self.detail = until, detail
        self.headers = _extended(declared, beside)
        self.varies = form.varies or until is not None
        self.translations: dict[str, Answer] = {}

    def in_language(self, form: Form, fields: Headers, detail: DetailTranslation | None) -> Answer:
        """The same answer with the texts of another language, and the header fields that say so."""
        return Answer(form, self._declared, (*self._beside, *fields), until=self.until, detail=detail)

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
