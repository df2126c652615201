"""What a contract is made of beside its catalog and dialect, and the check of all its parts."""

from __future__ import annotations

from typing import Literal, get_args

import msgspec

from failwell.contract.foreign import UnknownPolicy
from failwell.contract.invalid import FILLED
from failwell.declare.catalog import Catalog
from failwell.declare.record import ProblemType
from failwell.exceptions import DeclarationError, one_of
from failwell.headers import is_field_name, is_safe_value
from failwell.wire.dialect import Dialect, LimitHeaders

Offer = Literal["text/html", "text/markdown"]
"""A media type in which an occurrence can be shown besides the API's own."""

_WHERE = "Contract(…)"


class Policy(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an API has decided beside its catalog and its dialect, in words that a document can carry.

    Attributes:
        unknown: what clients make of codes they do not know.
        challenge: `WWW-Authenticate` of a 401 whose type declares none (RFC 9110, section 15.5.2).
        limit_headers: how rate limits are shown on success; empty for what the dialect says.
        request_id_header: the header field that carries the request id on every response.
        offers: media types in which occurrences are shown besides the API's own, to clients that like one of
            them better. Of two that a client likes the same, the earlier one is sent.
        validation: code of the type for invalid input; empty for the type that stands for 422.
    """

    unknown: UnknownPolicy = "by_status"
    challenge: str = "Bearer"
    limit_headers: LimitHeaders | Literal[""] = ""
    request_id_header: str = "X-Request-Id"
    offers: tuple[Offer, ...] = ()
    validation: str = ""


def check_parts(catalog: object, dialect: object) -> None:
    """A contract has a catalog and a dialect, and no member has a name that the dialect uses beside it.

    Raises:
        DeclarationError: for anything else.
    """
    if not isinstance(catalog, Catalog) or not isinstance(dialect, Dialect):
        raise DeclarationError(
            f"{catalog!r} and {dialect!r} are not a catalog and a dialect",
            code="contract-of-what",
            where=_WHERE,
            hint="write Contract(catalog, dialect=dialects.PROBLEM), or another Dialect",
        )
    for record in catalog.records.values():  # not the classes: of a catalog in files none is made yet
        check_names(record, dialect, where=f"{catalog.name}, {record.code!r}")
        check_successor(record, catalog, where=f"{catalog.name}, {record.code!r}")


def check_names(record: ProblemType, dialect: Dialect, *, where: str) -> None:
    """No member has a name that the dialect uses beside the members: standard names are never overwritten.

    Raises:
        DeclarationError: if one has.
    """
    for member in record.members:
        if member.on_wire and member.wire_name in dialect.reserved:
            raise DeclarationError(
                f"the dialect {dialect.name!r} uses the name {member.wire_name!r} itself",
                code="member-shadows-dialect",
                where=f"{where}, members.{member.wire_name}",
                hint='give the member another name in JSON; in a class: Annotated[…, Member("other_name")]',
            )


def check_successor(record: ProblemType, catalog: Catalog, *, where: str) -> None:
    """What replaces a type is in the catalog, so that callers are not sent to nowhere.

    Raises:
        DeclarationError: if it is not.
    """
    code = record.lifecycle.replaced_by
    if code and code not in catalog:
        raise DeclarationError(
            f"it is replaced by {code!r}, which the catalog does not have",
            code="unknown-successor",
            where=f"{where}, lifecycle.replaced_by",
            hint=one_of(code, catalog.records),
        )


def check_policy(policy: Policy, validation: object, catalog: Catalog) -> None:
    """The words of a policy are those it knows, and what goes into headers can stand there.

    Raises:
        DeclarationError: for a word that is no policy, or a header that could not be sent.
    """
    if policy.unknown not in get_args(UnknownPolicy):
        raise _error("unknown", policy.unknown, f"use one of {', '.join(get_args(UnknownPolicy))}")
    if policy.limit_headers and policy.limit_headers not in get_args(LimitHeaders):
        raise _error("limit_headers", policy.limit_headers, f"use one of {', '.join(get_args(LimitHeaders))}")
    if not is_field_name(policy.request_id_header):
        raise _error(
            "request_id_header",
            policy.request_id_header,
            'name a header field, for instance "X-Request-Id"',
        )
    if not is_safe_value(policy.challenge):
        raise _error(
            "challenge", policy.challenge, 'write one line, for instance challenge("Bearer", realm="api")'
        )
    _check_offers(policy.offers)
    _check_validation(validation, catalog)


def _check_validation(validation: object, catalog: Catalog) -> None:
    if validation == "":  # as a policy says that it has none
        return
    if isinstance(validation, str):
        if validation not in catalog:
            raise _error("validation", validation, one_of(validation, catalog.records))
        members = [member for member in catalog.records[validation].members if member.required]
        unfilled = [member.wire_name for member in members if member.wire_name not in FILLED]
        if unfilled:
            names = ", ".join(unfilled)
            raise _error("validation", validation, f"make its members {names} optional: nobody can give them")
    elif validation is not None and not callable(validation):
        raise _error("validation", validation, "give a code, or a function from failures to a problem")


def _check_offers(offers: tuple[object, ...]) -> None:
    known = get_args(Offer)
    if offers.__class__ is not tuple:  # no type checker stands before a slip such as offers="text/html"
        raise _error("offers", offers, f'give a tuple of media types, for instance offers=("{known[0]}",)')
    if any(offer not in known for offer in offers):
        raise _error("offers", offers, f"use {' and '.join(known)}; the API's own is always sent as well")
    if len(set(offers)) < len(offers):
        raise _error("offers", offers, "name each media type once")


def _error(word: str, value: object, hint: str) -> DeclarationError:
    return DeclarationError(f"{word}={value!r} is no policy", code="unknown-policy", where=_WHERE, hint=hint)
