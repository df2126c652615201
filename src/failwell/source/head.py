"""The head of a catalog in files, and of a document: what both say about the whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from failwell.contract import Contract
from failwell.contract.policy import Policy
from failwell.declare import Catalog
from failwell.declare.prose import read_about
from failwell.exceptions import DeclarationError
from failwell.source.catalog import ReadCatalog
from failwell.source.problems import as_object, check_fields, converted
from failwell.wire.dialect import Dialect
from failwell.wire.literal import read_dialect

VERSION = 1
"""Version of both forms, the value of `failwell`."""

_POLICY = frozenset(Policy.__struct_fields__)


class _Page(msgspec.Struct, frozen=True, omit_defaults=True):
    """The words of a catalog, in their order; their types are checked here, not what they say."""

    name: str
    base: str
    title: str = ""
    about: str = ""
    language: str = "en"
    deprecation_days: int = 0


PAGE = _Page.__struct_fields__
"""The words of a catalog, in the order in which a document has them."""

WORDS = frozenset({"failwell", "dialect", "policy", *PAGE})
"""The words that a head can have."""


def check_head(head: Mapping[str, Any], known: frozenset[str], *, where: str) -> None:
    """Checks that it is the head of a form that is known here, and has no other words than those.

    Raises:
        DeclarationError: if not.
    """
    version = head.get("failwell")
    if type(version) is not int or version != VERSION:
        is_newer = type(version) is int and version > VERSION
        raise DeclarationError(
            f"its form has version {version!r}, which this version of Failwell does not read"
            if is_newer
            else "it does not say that it is a catalog",
            code="unknown-form",
            where=f"{where}, failwell",
            hint="upgrade failwell"
            if is_newer
            else f'say so with failwell = {VERSION} ("failwell": {VERSION})',
        )
    check_fields(head, known, where)


def read_catalog(head: Mapping[str, Any], *, where: str) -> Catalog:
    """Makes a catalog without types.

    Raises:
        DeclarationError: if the head says something that a catalog cannot have.
    """
    for word in ("name", "base"):
        if not head.get(word):
            raise DeclarationError(
                f"{word} is missing", code="missing-word", where=where, hint=f'add {word} = "…"'
            )
    page = converted(_Page, {name: head[name] for name in PAGE if name in head}, where)
    page = msgspec.structs.replace(page, about=read_about(page.about, where=f"{where}, about"))
    return ReadCatalog(**msgspec.structs.asdict(page))


def dialect_of(head: Mapping[str, Any], *, where: str) -> Dialect:
    """The dialect that a head names.

    Raises:
        DeclarationError: if there is no such dialect.
    """
    return read_dialect(head.get("dialect"), where=f"{where}, dialect")


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
