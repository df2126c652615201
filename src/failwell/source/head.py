"""The head of a catalog in files, and of a document: what both say about the whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from failwell.contract import Contract
from failwell.contract.policy import Policy
from failwell.declare import Catalog
from failwell.declare.record import ProblemType
from failwell.exceptions import DeclarationError
from failwell.source.catalog import ReadCatalog
from failwell.source.problems import as_object, check_fields, converted
from failwell.wire.dialect import Dialect
from failwell.wire.literal import read_dialect

_POLICY = frozenset(Policy.__struct_fields__)


class _Page(msgspec.Struct, frozen=True, omit_defaults=True):
    """The words of a catalog beside its `about`; their types are checked, not what they say."""

    name: str
    base: str
    title: str = ""
    language: str = "en"
    deprecation_days: int = 0


def read_catalog(head: Mapping[str, Any], about: str, *, where: str) -> Catalog:
    """Makes a catalog without types.

    Raises:
        DeclarationError: if the head says something that a catalog cannot have.
    """
    for word in ("name", "base"):
        if not head.get(word):
            raise DeclarationError(
                f"{word} is missing", code="missing-word", where=where, hint=f'add {word} = "…"'
            )
    page = converted(_Page, {name: head[name] for name in _Page.__struct_fields__ if name in head}, where)
    if page.deprecation_days < 0:
        raise DeclarationError(
            f"{page.deprecation_days} days are no notice",
            code="wrong-word",
            where=f"{where}, deprecation_days",
            hint="write how many days at least lie between a deprecation and its sunset, or leave it out",
        )
    words = msgspec.structs.asdict(page)
    return ReadCatalog(words.pop("name"), about=about, **words)


def dialect_of(head: Mapping[str, Any], *, where: str) -> Dialect:
    """The dialect that a head names.

    Raises:
        DeclarationError: if there is no such dialect.
    """
    return read_dialect(head.get("dialect"), where=f"{where}, dialect")


def check_names(record: ProblemType, dialect: Dialect, *, where: str) -> None:
    """Checks that no member has a name that the dialect uses beside it; `Contract` would say it of the whole.

    Raises:
        DeclarationError: if one has.
    """
    for member in record.members:
        if member.wire_name in dialect.reserved and member.on_wire:
            raise DeclarationError(
                f"the dialect {dialect.name!r} uses the name {member.wire_name!r} itself",
                code="member-shadows-dialect",
                where=f"{where}, members.{member.wire_name}",
                hint="give the member another name in JSON",
            )


def contract_of(catalog: Catalog, dialect: Dialect, head: Mapping[str, Any], *, where: str) -> Contract:
    """Makes the contract of a catalog from the head: its policy.

    Raises:
        DeclarationError: if the head does not fit.
    """
    place = f"{where}, policy"
    words = as_object(head.get("policy", {}), place)
    check_fields(words, _POLICY, place)
    policy = msgspec.structs.asdict(converted(Policy, words, place))
    return Contract(catalog, dialect=dialect, **{word: policy[word] for word in words})
