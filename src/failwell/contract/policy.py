"""What a contract is made of, checked where it is put together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from failwell.contract.foreign import UnknownPolicy
from failwell.declare.catalog import Catalog
from failwell.exceptions import DeclarationError
from failwell.headers import is_field_name, is_safe_value
from failwell.wire.dialect import Dialect, LimitHeaders

_WHERE = "Contract(…)"


def check_parts(catalog: object, dialect: object) -> None:
    """A contract has a catalog and a dialect, and no member has a name that the dialect uses beside it.

    Raises:
        DeclarationError: for anything else; standard names are never overwritten.
    """
    if not isinstance(catalog, Catalog) or not isinstance(dialect, Dialect):
        raise DeclarationError(
            f"{catalog!r} and {dialect!r} are not a catalog and a dialect",
            code="contract-of-what",
            where=_WHERE,
            hint="write Contract(catalog, dialect=dialects.PROBLEM), or another Dialect",
        )
    reserved = dialect.reserved
    for cls in catalog:
        for member in cls.problem_type.members:
            if member.on_wire and member.wire_name in reserved:
                raise DeclarationError(
                    f"the dialect {dialect.name!r} uses the name {member.wire_name!r} itself",
                    code="member-shadows-dialect",
                    where=f"{cls.__module__}.{cls.__qualname__}.{member.name}",
                    hint='give the member another name on the wire: Annotated[…, Member("other_name")]',
                )


def check_words(words: Mapping[str, Any]) -> None:
    """The words of a policy are those it knows, and what goes into headers can stand there.

    Raises:
        DeclarationError: for a word that is no policy, or a header that could not be sent.
    """
    for word, known in (("unknown", get_args(UnknownPolicy)), ("limit_headers", get_args(LimitHeaders))):
        if words[word] not in known:
            raise _error(word, words[word], f"use one of {', '.join(known)}")
    if not is_field_name(words["request_id_header"]):
        raise _error(
            "request_id_header",
            words["request_id_header"],
            'name a header field, for instance "X-Request-Id"',
        )
    if not is_safe_value(words["challenge"]):
        raise _error(
            "challenge", words["challenge"], 'write one line, for instance challenge("Bearer", realm="api")'
        )
    if words["validation"] is not None and not callable(words["validation"]):
        raise _error("validation", words["validation"], "give a function from failures to a problem")


def _error(word: str, value: object, hint: str) -> DeclarationError:
    return DeclarationError(f"{word}={value!r} is no policy", code="unknown-policy", where=_WHERE, hint=hint)
